package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// work holds the steps of a sync.
type work struct {
	*Group
	now       func() time.Time
	removable func(schedule string, now time.Time) bool

	writes, removals []*step
}

// step changes one schedule.
type step struct {
	trigger string
	once    bool
	kind    kind
	after   *step // for a removal: the step that writes the schedule's successor, if any
	do      func(context.Context) (result, error)
	result  result
}

// result is how a step ended.
type result int

const (
	undone    result = iota // it failed, or was not tried
	postponed               // it is for the next pass
	done
	needless // there was nothing to do
)

// kind is what a step does to its trigger.
type kind int

const (
	created kind = iota
	updated
	deleted
)

// errOver reports that a trigger's time has passed. The next attempt plans without it.
var errOver = run.Errorf(run.TransientError, "its time has passed meanwhile; the next attempt does without it")

// write adds a step that creates or updates a schedule.
func (w *work) write(t triggers.Trigger, k kind, do func(context.Context, triggers.Trigger) (result, error)) *step {
	s := &step{trigger: t.Name, once: t.Once, kind: k, do: func(ctx context.Context) (result, error) {
		if t.Over(w.now()) {
			return undone, w.failed("creating", w.ScheduleName(t), errOver)
		}
		return do(ctx, t)
	}}
	w.writes = append(w.writes, s)
	return s
}

// removal adds a step that deletes a schedule, which is not read, because that may be denied.
func (w *work) removal(trigger string, k kind, schedule string, after *step) {
	w.removals = append(w.removals, &step{trigger: trigger, kind: k, after: after, do: func(ctx context.Context) (result, error) {
		if !w.removable(schedule, w.now()) {
			return needless, nil
		}
		return w.remove(ctx, schedule)
	}})
}

// carryOut creates and updates schedules, and then deletes others. It keeps a schedule whose successor was not written, because
// there may be no further pass. If the account's quota is full, the deletions make room for the next attempt.
func (w *work) carryOut(ctx context.Context) error {
	slices.SortStableFunc(w.writes, onceFirst)
	n, err := w.all(ctx, w.writes)
	if err != nil && !isFull(err) {
		return outOfTime(err, fmt.Sprintf("after %d of %d schedules were created or updated", n, len(w.writes)))
	}
	obsolete := slices.DeleteFunc(slices.Clone(w.removals), func(s *step) bool { return s.after != nil && !s.after.exists() })
	n, removing := w.all(ctx, obsolete)
	removing = outOfTime(removing, fmt.Sprintf("after %d of %d schedules were deleted", n, len(obsolete)))
	if err == nil {
		return removing
	}
	return errors.Join(err, removing)
}

func (w *work) all(ctx context.Context, steps []*step) (done int, err error) {
	return w.each(ctx, len(steps), func(i int) error {
		result, err := steps[i].do(ctx)
		if err == nil {
			steps[i].result = result
		}
		return err
	})
}

// exists reports whether the schedule of a write exists now, as planned.
func (s *step) exists() bool { return s.result == done || s.result == needless }

// changed lists the changes made so far.
func (w *work) changed() triggers.Changes {
	names := [][]string{created: {}, updated: {}, deleted: {}}
	for _, s := range slices.Concat(w.writes, w.removals) {
		if s.result == postponed || s.result == done {
			names[s.kind] = append(names[s.kind], s.trigger)
		}
	}
	for _, some := range names {
		slices.Sort(some)
	}
	return triggers.Changes{Create: slices.Compact(names[created]), Update: slices.Compact(names[updated]), Delete: slices.Compact(names[deleted])}
}

// onceFirst sorts one-time triggers first, because it may soon be too late for them.
func onceFirst(a, b *step) int {
	rank := func(s *step) int {
		if s.once {
			return 0
		}
		return 1
	}
	return rank(a) - rank(b)
}

// isFull reports whether the account's quota of schedules is reached.
func isFull(err error) bool {
	_, full := errors.AsType[*types.ServiceQuotaExceededException](err)
	return full
}
