// Package scheduler keeps a group of EventBridge Scheduler as a plan of triggers wants it. It touches nothing outside the
// group, and changes only what differs.
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

// API is the part of EventBridge Scheduler that is needed.
type API interface {
	ListSchedules(context.Context, *scheduler.ListSchedulesInput, ...func(*scheduler.Options)) (*scheduler.ListSchedulesOutput, error)
	GetSchedule(context.Context, *scheduler.GetScheduleInput, ...func(*scheduler.Options)) (*scheduler.GetScheduleOutput, error)
	CreateSchedule(context.Context, *scheduler.CreateScheduleInput, ...func(*scheduler.Options)) (*scheduler.CreateScheduleOutput, error)
	UpdateSchedule(context.Context, *scheduler.UpdateScheduleInput, ...func(*scheduler.Options)) (*scheduler.UpdateScheduleOutput, error)
	DeleteSchedule(context.Context, *scheduler.DeleteScheduleInput, ...func(*scheduler.Options)) (*scheduler.DeleteScheduleOutput, error)
}

// Target is what the schedules start, given by ARNs.
type Target struct {
	Partition       string // such as "aws"
	StateMachineARN string
	RoleARN         string // which EventBridge Scheduler assumes
	DeadLetterARN   string // the queue for what could not be delivered
}

// Group is one group of schedules.
type Group struct {
	api    API
	name   string
	target Target
}

// NewGroup opens the group with the given name.
func NewGroup(api API, name string, target Target) *Group {
	return &Group{api: api, name: name, target: target}
}

// Listed is a schedule as far as a list of the group tells.
type Listed struct {
	Name    string
	Enabled bool
}

// List lists the schedules that exist.
func (g *Group) List(ctx context.Context) ([]Listed, error) {
	pages := scheduler.NewListSchedulesPaginator(g.api, &scheduler.ListSchedulesInput{GroupName: &g.name})
	listed := []Listed{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the schedules of group %s: %w", g.name, err)
		}
		for _, s := range page.Schedules {
			listed = append(listed, Listed{Name: aws.ToString(s.Name), Enabled: s.State != types.ScheduleStateDisabled})
		}
	}
	return listed, nil
}

// names are those of the schedules that exist.
func (g *Group) names(ctx context.Context) ([]string, error) {
	listed, err := g.List(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(listed))
	for i, s := range listed {
		names[i] = s.Name
	}
	return names, nil
}

// get reads a schedule; nil when it does not exist.
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

// create makes a schedule. That somebody else has made it meanwhile is found out by the next look at it.
func (g *Group) create(ctx context.Context, t triggers.Trigger) error {
	_, err := g.api.CreateSchedule(ctx, g.wanted(t))
	if _, exists := errors.AsType[*types.ConflictException](err); exists {
		return nil
	}
	return g.failed("creating", t.Name, err)
}

func (g *Group) update(ctx context.Context, t triggers.Trigger) error {
	w := g.wanted(t)
	_, err := g.api.UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{
		GroupName: w.GroupName, Name: w.Name, Description: w.Description,
		ScheduleExpression: w.ScheduleExpression, ScheduleExpressionTimezone: w.ScheduleExpressionTimezone,
		FlexibleTimeWindow: w.FlexibleTimeWindow, State: w.State, Target: w.Target, ActionAfterCompletion: w.ActionAfterCompletion,
	})
	if isGone(err) {
		return nil // the next look finds it missing
	}
	return g.failed("updating", t.Name, err)
}

func (g *Group) remove(ctx context.Context, name string) error {
	_, err := g.api.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{GroupName: &g.name, Name: &name})
	if isGone(err) {
		return nil
	}
	return g.failed("deleting", name, err)
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
