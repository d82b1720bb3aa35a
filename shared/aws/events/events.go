// Package events sends events to EventBridge.
package events

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"eks-scaling-automation/shared/event"
)

// API is the part of EventBridge that a [Bus] needs.
type API interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Bus is an event bus.
type Bus struct {
	api  API
	name string
	// pause waits before another attempt.
	pause func(ctx context.Context, d time.Duration) error
}

// NewBus opens the bus with the given name.
func NewBus(api API, name string, pause func(ctx context.Context, d time.Duration) error) Bus {
	return Bus{api: api, name: name, pause: pause}
}

// The limits of PutEvents, and how often an event is tried.
const (
	maxEntries = 10
	maxBytes   = 256 * 1024
	attempts   = 3
	firstPause = 200 * time.Millisecond
	// Patience limits all attempts together: a caller has its own work to finish.
	patience = 5 * time.Second
)

// Send sends the events. It repeats what EventBridge did not accept. The error names the events that were not sent.
func (b Bus) Send(ctx context.Context, all ...event.Event) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	entries := make([]types.PutEventsRequestEntry, 0, len(all))
	for _, e := range all {
		detail, err := e.JSON()
		if err != nil {
			return err
		}
		entries = append(entries, types.PutEventsRequestEntry{
			EventBusName: &b.name, Source: aws.String(event.Source), DetailType: aws.String(string(e.Kind)),
			Detail: &detail, Time: aws.Time(e.At), Resources: e.Resources,
		})
	}
	var problems []error
	for _, batch := range batches(entries) {
		problems = append(problems, b.put(ctx, batch))
	}
	return errors.Join(problems...)
}

// batches splits entries so that each call stays within the limits. An entry that is too large alone is refused by EventBridge.
func batches(entries []types.PutEventsRequestEntry) (all [][]types.PutEventsRequestEntry) {
	size := 0
	for _, e := range entries {
		last := len(all) - 1
		if last < 0 || len(all[last]) == maxEntries || size+sizeOf(e) > maxBytes {
			all, last, size = append(all, nil), last+1, 0
		}
		all[last], size = append(all[last], e), size+sizeOf(e)
	}
	return all
}

// sizeOf returns the size of an entry as EventBridge counts it.
func sizeOf(e types.PutEventsRequestEntry) int {
	const timeBytes = 14
	size := timeBytes + len(*e.Source) + len(*e.DetailType) + len(*e.Detail)
	for _, r := range e.Resources {
		size += len(r)
	}
	return size
}

func (b Bus) put(ctx context.Context, entries []types.PutEventsRequestEntry) error {
	var why string
	for attempt := range attempts {
		if attempt > 0 {
			if err := b.pause(ctx, firstPause<<(attempt-1)); err != nil {
				break
			}
		}
		out, err := b.api.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
		if err != nil {
			why = err.Error()
			continue
		}
		if entries, why = refused(entries, out.Entries); len(entries) == 0 {
			return nil
		}
	}
	kinds := make([]string, len(entries))
	for i, e := range entries {
		kinds[i] = *e.DetailType
	}
	return fmt.Errorf("sending %s to event bus %s: %s", strings.Join(slices.Compact(kinds), ", "), b.name, why)
}

// refused returns the entries that EventBridge did not accept, and why.
func refused(sent []types.PutEventsRequestEntry, results []types.PutEventsResultEntry) (left []types.PutEventsRequestEntry, why string) {
	for i, r := range results {
		if r.ErrorCode != nil && i < len(sent) {
			left, why = append(left, sent[i]), *r.ErrorCode+": "+aws.ToString(r.ErrorMessage)
		}
	}
	return left, why
}
