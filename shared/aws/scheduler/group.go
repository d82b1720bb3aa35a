// Package scheduler makes a schedule group of EventBridge Scheduler match a plan of triggers. It changes only schedules that
// differ.
package scheduler

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// API is the part of EventBridge Scheduler that a [Group] needs.
type API interface {
	ListSchedules(context.Context, *scheduler.ListSchedulesInput, ...func(*scheduler.Options)) (*scheduler.ListSchedulesOutput, error)
	GetSchedule(context.Context, *scheduler.GetScheduleInput, ...func(*scheduler.Options)) (*scheduler.GetScheduleOutput, error)
	CreateSchedule(context.Context, *scheduler.CreateScheduleInput, ...func(*scheduler.Options)) (*scheduler.CreateScheduleOutput, error)
	UpdateSchedule(context.Context, *scheduler.UpdateScheduleInput, ...func(*scheduler.Options)) (*scheduler.UpdateScheduleOutput, error)
	DeleteSchedule(context.Context, *scheduler.DeleteScheduleInput, ...func(*scheduler.Options)) (*scheduler.DeleteScheduleOutput, error)
}

// Target holds the ARNs of the target that the schedules call.
type Target struct {
	Partition       string // such as "aws"
	StateMachineARN string
	RoleARN         string // the role that EventBridge Scheduler assumes
	DeadLetterARN   string // the queue for undelivered triggers
}

// Group is a schedule group.
type Group struct {
	api    API
	name   string
	target Target
	limits Limits
	calls  *pace // for calls about one schedule
	pages  *pace // for list calls
}

// NewGroup opens the group with the given name.
func NewGroup(api API, name string, target Target) *Group {
	g := &Group{api: api, name: name, target: target}
	return g.Within(DefaultLimits())
}

// Within returns the group with other limits.
func (g *Group) Within(l Limits) *Group {
	return &Group{
		api: g.api, name: g.name, target: g.target, limits: l,
		calls: newPace(l.Clock, l.PerSecond, l.Burst), pages: newPace(l.Clock, lists, lists),
	}
}

// Listed is the summary of a schedule in a list of the group.
type Listed struct {
	Name    string // its trigger's, if known
	Enabled bool
}

// List lists the schedules that exist.
func (g *Group) List(ctx context.Context, plan []triggers.Trigger) ([]Listed, error) {
	found, err := g.list(ctx)
	if err != nil {
		return nil, err
	}
	names, m := map[string]string{}, g.match(found, plan)
	for i, t := range plan {
		for _, schedule := range append(m.earlier[i], m.names[i]) {
			names[schedule] = t.Name
		}
	}
	listed := make([]Listed, len(found))
	for _, s := range m.unplanned {
		names[s.name] = s.shown
	}
	for i, s := range found {
		listed[i] = Listed{Name: names[aws.ToString(s.Name)], Enabled: s.State != types.ScheduleStateDisabled}
	}
	return listed, nil
}

// largestPage is the maximum number of schedules on a page.
const largestPage = 100

func (g *Group) list(ctx context.Context) ([]types.ScheduleSummary, error) {
	pages := scheduler.NewListSchedulesPaginator(g.api, &scheduler.ListSchedulesInput{GroupName: &g.name, MaxResults: aws.Int32(largestPage)})
	var listed []types.ScheduleSummary
	for pages.HasMorePages() {
		if err := g.pages.wait(ctx); err != nil {
			return nil, g.failedListing(err)
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, g.failedListing(err)
		}
		listed = append(listed, page.Schedules...)
	}
	return listed, nil
}

func (g *Group) failedListing(err error) error {
	return fmt.Errorf("listing the schedules of group %s: %w", g.name, err)
}

// get reads a schedule; nil if it does not exist.
func (g *Group) get(ctx context.Context, name string) (*scheduler.GetScheduleOutput, error) {
	out, err := g.api.GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: &g.name, Name: &name})
	if isGone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading schedule %s/%s: %w", g.name, name, err)
	}
	return out, nil
}

// create creates a schedule. If it already exists, its name proves that its settings are right. If it neither exists nor can be
// created, it is being deleted, and the next pass creates it.
func (g *Group) create(ctx context.Context, t triggers.Trigger) (result, error) {
	name := g.ScheduleName(t)
	_, err := g.api.CreateSchedule(ctx, g.wanted(t))
	if isConflict(err) {
		switch found, err := g.get(ctx, name); {
		case err != nil:
			return undone, err
		case found == nil:
			return postponed, nil
		default:
			return needless, nil
		}
	}
	return done, g.failed("creating", name, err)
}

// update updates a schedule. It leaves a schedule that was deleted meanwhile, or is being changed by others, to the next pass.
func (g *Group) update(ctx context.Context, t triggers.Trigger) (result, error) {
	w := g.wanted(t)
	_, err := g.api.UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{
		GroupName: w.GroupName, Name: w.Name, Description: w.Description,
		ScheduleExpression: w.ScheduleExpression, ScheduleExpressionTimezone: w.ScheduleExpressionTimezone,
		FlexibleTimeWindow: w.FlexibleTimeWindow, State: w.State, Target: w.Target, ActionAfterCompletion: w.ActionAfterCompletion,
	})
	if isGone(err) || isConflict(err) {
		return postponed, nil
	}
	return done, g.failed("updating", *w.Name, err)
}

// remove deletes a schedule. It accepts that the schedule is already gone, and leaves one that is being changed by others to the
// next pass.
func (g *Group) remove(ctx context.Context, name string) (result, error) {
	_, err := g.api.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{GroupName: &g.name, Name: &name})
	switch {
	case isGone(err):
		return needless, nil
	case isConflict(err):
		return postponed, nil
	default:
		return done, g.failed("deleting", name, err)
	}
}

func (g *Group) failed(doing, name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s schedule %s/%s: %w", doing, g.name, name, err)
}

func isGone(err error) bool {
	_, gone := errors.AsType[*types.ResourceNotFoundException](err)
	return gone
}

// isConflict reports whether a schedule already exists, or another call is changing it.
func isConflict(err error) bool {
	_, conflict := errors.AsType[*types.ConflictException](err)
	return conflict
}
