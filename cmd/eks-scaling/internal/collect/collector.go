package collect

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// Collector reads the facts that status and doctor both judge.
type Collector struct {
	Stack      deployment.Stack
	Config     filter.Reader
	History    frame.PastVersions
	Alarms     stackaws.AlarmsAPI
	Queue      stackaws.QueueAPI
	Schedules  scheduler.API
	Nodegroups NodegroupReader
	// Toggles caches what was read of History; nil if nothing is read again.
	Toggles *Toggles
	// EachSchedule reads the settings of each schedule that may be wrong, and all of the configuration for that. Otherwise only a list
	// is read, which tells which schedules exist and fire.
	EachSchedule bool

	budget budget.Budget
}

// NodegroupReader reads node groups from EKS.
type NodegroupReader interface {
	Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error)
}

// New returns the collector for the stack of a session.
func New(s frame.Session) Collector {
	return Collector{
		Stack: s.Stack, Config: s.Config, History: s.Logs,
		Alarms: cloudwatch.NewFromConfig(s.AWS), Queue: sqs.NewFromConfig(s.AWS), Schedules: awsscheduler.NewFromConfig(s.AWS),
		Nodegroups: nodegroups.Patient(s.AWS).Queueing(Slots(s), s.Current),
	}
}

// System reads everything but node groups concurrently. Once the configuration is read, it calls then with it and the units to
// judge; both are empty if it is unreadable. Unreadable parts are facts as well. An error means that no unit matches the filter. If
// only a part of the configuration is read, only the triggers of its units are compared.
func (c Collector) System(
	ctx context.Context, now time.Time, of filter.Filter, then func(inventory.Checked, []*health.ClusterFacts),
) (health.System, error) {
	var f health.System
	groups := GroupsOf(c.Stack, c.Schedules)
	groups.listed = !c.EachSchedule
	var all sync.WaitGroup
	all.Go(func() {
		found, err := stackaws.Alarms(ctx, c.Alarms)
		f.Alarms = Fact(found, err, "looking at the alarms", "cloudwatch:DescribeAlarms")
	})
	all.Go(func() {
		messages, err := stackaws.CountMessages(ctx, c.Queue, c.Stack.DeadLetterURL)
		f.DeadLetters = Fact(messages, err, "counting what lies in the dead-letter queue", "sqs:GetQueueAttributes", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
	})
	all.Go(func() {
		found, err := groups.InspectReconcile(ctx, now)
		f.Reconcile = Fact(found, err, "", inspectSchedules, noSchedule)
	})
	var unknown error
	all.Go(func() {
		f.Configuration, f.Partial = c.configuration(ctx, of, now)
		held := f.Configuration.Value
		if !of.IsEmpty() && f.Configuration.Exists() {
			if f.Only, unknown = of.Select(held.Snapshot, c.Stack.Account); unknown != nil {
				return
			}
		}
		f.Clusters, f.Hold = health.ClustersOf(held), health.HoldOf(held, now)
		ofUnits := groups // the reconcile group is inspected meanwhile
		ofUnits.part = f.Partial
		all.Go(func() { f.Triggers = c.triggers(ctx, ofUnits, f.Configuration, now) })
		if held.IsPaused() {
			all.Go(func() { f.Paused = c.lastPause(ctx, *held.Settings, "") })
		}
		var asked []*health.ClusterFacts
		for i := range f.Clusters {
			if f.Asked(f.Clusters[i].Name) {
				asked = append(asked, &f.Clusters[i])
			}
		}
		then(held, asked)
	})
	all.Wait()
	return f, unknown
}

func (c Collector) configuration(ctx context.Context, of filter.Filter, now time.Time) (f health.Fact[inventory.Checked], partial bool) {
	if c.EachSchedule {
		of = filter.Filter{}
	}
	snapshot, partial, err := of.Read(ctx, c.Config, c.Stack.OnlyRegion)
	if err != nil {
		return Fact(inventory.Checked{}, err, "", "dynamodb:GetItem and dynamodb:Query"), false
	}
	return health.Known(inventory.Check(snapshot, now)), partial
}

// triggers compares the triggers that follow the configuration. A list is read even without a plan: it may be unreadable.
func (c Collector) triggers(ctx context.Context, groups ScheduleGroups, held health.Fact[inventory.Checked], now time.Time) health.Fact[health.Triggers] {
	switch {
	case groups.listed:
	case !held.Exists():
		return health.NotRead[health.Triggers](health.BecauseOf("the configuration could not be read"))
	case held.Value.SettingsErr != nil:
		return health.NotRead[health.Triggers](health.BecauseOf("the settings are invalid"))
	}
	found, err := groups.InspectTriggers(ctx, held.Value.Runnable, now)
	_, latest := inventory.Written(held.Value.Items())
	b := health.Triggers{Schedules: found, Settling: health.JustNow(latest, now)}
	return Fact(b, err, "", inspectSchedules, noSchedule)
}
