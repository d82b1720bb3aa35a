// Package bus opens the event bus for functions that send events. Other functions do not link it.
package bus

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/events"
)

// Open opens the stack's event bus.
func Open(config aws.Config) events.Bus {
	return events.NewBus(eventbridge.NewFromConfig(config), step.Env("EVENT_BUS"), pause)
}

// pause waits, but not beyond the end of the invocation.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d): //nolint:forbidigo // time really passes here
		return nil
	}
}
