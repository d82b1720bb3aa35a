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

// The numbers of events that one call reads. Following an execution reads the last page repeatedly, so that page is short.
const (
	longPage  = 1000
	shortPage = 200
)

// notYet limits how often a new execution may be missing: Step Functions is eventually consistent.
const notYet = 10

// History reads everything that an execution has done so far. The error is [ErrNoExecution] if there is no such execution.
func (r *Executions) History(ctx context.Context, arn string) (*History, error) {
	events := newReader(nil, 0)
	if err := r.readOn(ctx, &position{arn: arn, size: longPage}, events); err != nil {
		return nil, err
	}
	return &events.history, nil
}

// Follow reports the events of an execution, after the given number of redrives, until it has ended. When ctx ends, it returns that
// error and the history up to then; the execution keeps running.
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

// position marks the end of what has been read of an execution's history.
type position struct {
	arn   string
	size  int32
	token *string // of the last page, which may have grown since
}

// readOn reads from the last page to the end.
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
