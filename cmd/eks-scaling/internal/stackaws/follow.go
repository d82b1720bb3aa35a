package stackaws

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// Pace is how long to wait between looks at an execution: First, then each time twice as long, but never longer than Most.
type Pace struct {
	First, Most time.Duration
}

// How many events one call reads. Whoever follows an execution reads the last page again and again, so it is a short one.
const (
	longPage  = 1000
	shortPage = 200
)

// notYet is how often an execution that was just started may not be there yet: Step Functions is consistent only in the end.
const notYet = 10

// History reads what an execution did so far. It takes one call for every 1000 events. The error is [ErrNotFound] if there is
// no such execution.
func (r *Executions) History(ctx context.Context, arn string) (*History, error) {
	events := newReader(nil, 0)
	position := &position{arn: arn, size: longPage}
	if err := r.readOn(ctx, position, events); err != nil {
		return nil, err
	}
	return &events.history, nil
}

// Follow reads what an execution does, event by event, until it has ended. Of an execution that was redriven it reports what
// comes after so many redrives. When ctx ends, it returns that error with the history up to then; the execution goes on.
func (r *Executions) Follow(ctx context.Context, arn string, redrives int, pace Pace, report func(Event)) (*History, error) {
	events := newReader(report, redrives)
	position := &position{arn: arn, size: shortPage}
	pause := pace.First
	for look := 1; ; look++ {
		err := r.readOn(ctx, position, events)
		if err != nil && (!errors.Is(err, ErrNoExecution) || look > notYet) {
			return &events.history, err
		}
		if events.ended() {
			return &events.history, nil
		}
		if err := wait(ctx, pause); err != nil {
			return &events.history, err
		}
		pause = min(2*pause, pace.Most)
	}
}

// position is how far an execution's history has been read.
type position struct {
	arn   string
	size  int32
	token *string // of the last page, which may have grown since
}

// readOn reads from the last page on whatever is there.
func (r *Executions) readOn(ctx context.Context, p *position, into *reader) error {
	for {
		page, err := r.api.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: &p.arn, MaxResults: p.size, NextToken: p.token})
		if _, missing := errors.AsType[*types.ExecutionDoesNotExist](err); missing {
			err = ErrNoExecution
		}
		if err != nil {
			return fmt.Errorf("reading the history of run %s: %w", nameOf(p.arn), err)
		}
		into.take(page.Events)
		if page.NextToken == nil {
			return nil
		}
		p.token = page.NextToken
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
