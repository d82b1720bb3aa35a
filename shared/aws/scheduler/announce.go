package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
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

// Sync makes the group match the plan, the soonest announcements first. An announcement whose time has passed is created for the next
// minute, unless it was announced. One that changes before its time is replaced. An interrupted sync can be repeated.
func (a Announcements) Sync(ctx context.Context, plan []event.Announcement, now time.Time) (changed int, err error) {
	listed, err := a.group.list(ctx)
	if err != nil {
		return 0, err
	}
	creations, obsolete, err := a.compare(listed, plan, now)
	if err != nil {
		return 0, err
	}
	var changes atomic.Int64
	_, err = a.group.each(ctx, len(creations), func(i int) error {
		made, err := a.create(ctx, creations[i].wanted)
		if err != nil {
			return err
		}
		changes.Add(count(made))
		creations[i].exists = true
		return nil
	})
	for _, c := range creations {
		if c.exists { // otherwise the earlier one is better than none
			obsolete = append(obsolete, c.replaces...)
		}
	}
	_, removing := a.group.each(ctx, len(obsolete), func(i int) error {
		removed, err := a.group.remove(ctx, obsolete[i])
		changes.Add(count(removed))
		return err
	})
	return int(changes.Load()), errors.Join(err, removing)
}

func count(r result) int64 {
	if r == done {
		return 1
	}
	return 0
}

// creation is a schedule to create.
type creation struct {
	wanted   *scheduler.CreateScheduleInput
	replaces []string
	exists   bool
}

// compare returns which schedules to create, soonest first, and which ones to remove.
func (a Announcements) compare(listed []types.ScheduleSummary, plan []event.Announcement, now time.Time) (creations []*creation, obsolete []string, err error) {
	existing := map[string][]string{} // by key: a replaced one that could not be removed has the key too
	for _, s := range listed {
		key := keyOf(aws.ToString(s.Name))
		existing[key] = append(existing[key], aws.ToString(s.Name))
	}
	for _, p := range slices.SortedStableFunc(slices.Values(plan), soonestFirst) {
		w, err := a.wanted(p, now)
		if err != nil {
			return nil, nil, err
		}
		found := existing[p.Key]
		delete(existing, p.Key)
		if soon := p.Event.At.Before(now.Add(time.Minute)); soon && len(found) > 0 {
			continue // it was announced, or it is too late to change what it says
		}
		others := slices.DeleteFunc(slices.Clone(found), func(name string) bool { return name == *w.Name })
		if len(others) < len(found) {
			obsolete = append(obsolete, others...)
			continue
		}
		creations = append(creations, &creation{wanted: w, replaces: others})
	}
	for key, names := range existing {
		if at, err := event.InstantIn(key); err != nil || at.After(now) || at.Before(now.Add(-keep)) {
			obsolete = append(obsolete, names...)
		}
	}
	return creations, obsolete, nil
}

func soonestFirst(a, b event.Announcement) int { return a.Event.At.Compare(b.Event.At) }

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
