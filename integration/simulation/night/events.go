package night

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"eks-scaling-automation/shared/aws/events"
	"eks-scaling-automation/shared/event"
)

// unreliable is EventBridge. It refuses every third call, and every second entry of the others: no invariant of a night may depend on
// whether an event is sent.
type unreliable struct{ calls int }

func (u *unreliable) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	u.calls++
	if u.calls%3 == 0 {
		return nil, errors.New("InternalFailure")
	}
	out := &eventbridge.PutEventsOutput{Entries: make([]types.PutEventsResultEntry, len(in.Entries))}
	for i := 1; i < len(in.Entries); i += 2 {
		out.Entries[i].ErrorCode = new("ThrottlingException")
	}
	return out, nil
}

// emit sends events to a bus that loses some.
func (n *night) emit(ctx context.Context, all ...event.Event) error {
	return events.NewBus(&n.bus, "default", func(context.Context, time.Duration) error { return nil }).Send(ctx, all...)
}
