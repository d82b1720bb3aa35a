package scheduler

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/triggers"
)

// Announcements is a schedule group whose one-time schedules send events. A schedule stays after it has fired: its existence tells that
// the event was announced, so overlapping and late syncs announce each one once.
type Announcements struct {
	group *Group
	bus   string
}

// NewAnnouncements opens the group with the given name. The events go to the bus with the ARN. Of the target, only the role and the
// dead-letter queue matter.
func NewAnnouncements(api API, name, busARN string, target Target) Announcements {
	return Announcements{group: NewGroup(api, name, target), bus: busARN}
}

// keep is how long a schedule stays after it has fired: longer than any plan names it.
const keep = 3 * time.Hour

// Sync makes the group match the plan. An announcement whose time has passed is created for the next minute, unless it was announced. One
// that changes before its time is replaced.
func (a Announcements) Sync(ctx context.Context, plan []event.Announcement, now time.Time) (changed int, err error) {
	existing, err := a.existing(ctx)
	if err != nil {
		return 0, err
	}
	var t tally
	for _, p := range plan {
		w, err := a.wanted(p, now)
		if err != nil {
			return t.changed, err
		}
		found, exists := existing[p.Key]
		delete(existing, p.Key)
		soon := p.Event.At.Before(now.Add(time.Minute))
		switch {
		case exists && (found == *w.Name || soon): // nothing to do, or too late to change what it says
		case exists:
			t.add(a.create(ctx, w))
			t.add(a.group.remove(ctx, found))
		default:
			t.add(a.create(ctx, w))
		}
	}
	for key, name := range existing {
		if isRemovable(key, now) {
			t.add(a.group.remove(ctx, name))
		}
	}
	return t.changed, errors.Join(t.problems...)
}

// existing returns the names of the group's schedules, by key.
func (a Announcements) existing(ctx context.Context) (map[string]string, error) {
	listed, err := a.group.list(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range listed {
		name := aws.ToString(s.Name)
		names[keyOf(name)] = name
	}
	return names, nil
}

// tally counts the changes of a sync and collects its errors.
type tally struct {
	changed  int
	problems []error
}

func (t *tally) add(r result, err error) {
	if r == done {
		t.changed++
	}
	t.problems = append(t.problems, err)
}

// isRemovable reports whether a sync deletes a schedule that is not in the plan. One that fired recently stays: it tells that its event
// was announced.
func isRemovable(key string, now time.Time) bool {
	at, err := event.InstantIn(key)
	return err != nil || at.After(now) || at.Before(now.Add(-keep))
}

// keyOf returns the key in the name of a schedule.
func keyOf(name string) string { return name[:max(strings.LastIndexByte(name, '-'), 0)] }

func (a Announcements) create(ctx context.Context, w *scheduler.CreateScheduleInput) (result, error) {
	_, err := a.group.api.CreateSchedule(ctx, w)
	if isConflict(err) { // another sync was faster
		return needless, nil
	}
	return done, a.group.failed("creating", *w.Name, err)
}

// wanted returns the request that creates the schedule of an announcement. Its name tells what it says, but not when it fires.
func (a Announcements) wanted(p event.Announcement, now time.Time) (*scheduler.CreateScheduleInput, error) {
	detail, err := p.Event.JSON()
	if err != nil {
		return nil, err
	}
	at := p.Event.At
	if earliest := now.Truncate(time.Minute).Add(2 * time.Minute); at.Before(earliest) {
		at = earliest
	}
	target := a.group.target
	return &scheduler.CreateScheduleInput{
		GroupName: &a.group.name, Name: aws.String(triggers.Fingerprinted(p.Key, []string{detail, a.bus, target.RoleARN, target.DeadLetterARN})),
		Description:        aws.String(fmt.Sprintf("Sends the event %q once.", p.Event.Kind)),
		ScheduleExpression: aws.String("at(" + at.UTC().Format("2006-01-02T15:04:05") + ")"), ScheduleExpressionTimezone: aws.String("UTC"),
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff}, State: types.ScheduleStateEnabled,
		ActionAfterCompletion: types.ActionAfterCompletionNone,
		Target: &types.Target{
			Arn: &a.bus, RoleArn: &target.RoleARN, Input: &detail,
			EventBridgeParameters: &types.EventBridgeParameters{DetailType: aws.String(string(p.Event.Kind)), Source: aws.String(event.Source)},
			RetryPolicy:           &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(triggers.MaxAgeSeconds), MaximumRetryAttempts: aws.Int32(triggers.MaxAttempts)},
			DeadLetterConfig:      &types.DeadLetterConfig{Arn: &target.DeadLetterARN},
		},
	}, nil
}
