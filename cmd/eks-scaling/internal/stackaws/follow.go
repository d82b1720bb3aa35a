package stackaws

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// Poll sets the pauses between reads of an execution: Initial, then doubling up to Max.
type Poll struct {
	Initial, Max time.Duration
}

// The numbers of events that one call reads. Following an execution reads the last page repeatedly, so that page is short.
const (
	longPage  = 1000
	shortPage = 200
)

// maxMissing limits how often a new execution may be missing: Step Functions is eventually consistent.
const maxMissing = 10

// History reads the whole history of an execution. The error is [ErrNoExecution] if there is no such execution.
func (r *Executions) History(ctx context.Context, arn string) (*History, error) {
	events := newReader(nil, 0)
	if err := r.readOn(ctx, &position{arn: arn, size: longPage}, events); err != nil {
		return nil, err
	}
	return &events.history, nil
}

// Watched is an execution that is read repeatedly.
type Watched struct {
	executions *Executions
	position   position
	events     *reader
}

// Watch opens an execution for repeated reading. Report receives the events after the given number of redrives.
func (r *Executions) Watch(arn string, redrives int, report func(Event)) *Watched {
	return &Watched{executions: r, position: position{arn: arn, size: shortPage}, events: newReader(report, redrives)}
}

// Look reads the events since the last look.
func (w *Watched) Look(ctx context.Context) error {
	return w.executions.readOn(ctx, &w.position, w.events)
}

// History returns the history read so far.
func (w *Watched) History() *History { return &w.events.history }

// Follow reads the execution until it has ended, and calls beside after every other read. When ctx ends, it returns that error
// and the history so far; the execution keeps running.
func (w *Watched) Follow(ctx context.Context, poll Poll, beside func()) (*History, error) {
	pause := poll.Initial
	for look := 1; ; look++ {
		err := w.Look(ctx)
		if err != nil && (!errors.Is(err, ErrNoExecution) || look > maxMissing) {
			return w.History(), err
		}
		if w.events.ended() {
			return w.History(), nil
		}
		beside()
		if err := wait(ctx, pause); err != nil {
			return w.History(), err
		}
		pause = min(2*pause, poll.Max)
	}
}

// position marks how far an execution's history was read.
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
