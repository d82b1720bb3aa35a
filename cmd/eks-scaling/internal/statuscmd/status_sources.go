package statuscmd

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// sources provide the facts that status judges.
type sources struct {
	collect.Collector
	lost error // why the stack was not found again
	// find looks for the stack again. The instant is by AWS's clock; zero if unknown.
	find       func(context.Context) (deployment.Stack, time.Time, error)
	records    recordReader
	executions executionLister
	topic      stackaws.TopicAPI
	trail      *trail
}

type recordReader interface {
	AppliedTo(ctx context.Context, clusters []string) (map[string]tables.Applied, error)
	Runs(ctx context.Context, since time.Time) ([]run.Record, error)
	UnitRecords(ctx context.Context, run string) ([]run.UnitRecord, error)
	UnitRecordsOf(ctx context.Context, runs []run.Run, units []string) (map[string][]run.UnitRecord, error)
}

type executionLister interface {
	List(ctx context.Context, since time.Time, failed bool, limit int) ([]stackaws.Summary, error)
	Describe(ctx context.Context, nameOrARN string) (stackaws.Execution, error)
}

// sourcesOf returns the sources of a session.
func sourcesOf(s frame.Session) sources {
	collector := collect.New(s)
	collector.Toggles = collect.NewToggles()
	return sources{
		Collector: collector, records: s.Logs, executions: s.Executions(), topic: sns.NewFromConfig(s.AWS), trail: newTrail(),
		find: func(ctx context.Context) (deployment.Stack, time.Time, error) {
			return stackaws.FindStack(ctx, cloudformation.NewFromConfig(s.AWS), s.Stack.Name)
		},
	}
}

// again returns the sources for another look, and its instant: by AWS's clock if this machine's differs.
func (s sources) again(ctx context.Context, here func() time.Time) (sources, time.Time) {
	found, there, err := s.find(ctx)
	if s.lost = err; found.Status != "" {
		s.Stack.Status = found.Status
	}
	if err == nil {
		s.Stack = found
	}
	return s, frame.ClockOf(here(), there, io.Discard) // the session has warned already
}

// maxLive limits the units that EKS is asked about without --live, and that are listed one by one.
const maxLive = 30

// question says what to look at.
type question struct {
	filter.Filter
	live bool // ask EKS, however many units there are
}

// sourceOf returns where the sizes of a number of units come from.
func (q question) sourceOf(units int) health.Source {
	if units > maxLive && !q.live {
		return health.FromRecords
	}
	return health.FromEKS
}

// look reads the facts as of now with a fixed number of calls, and one more for each node group, pause, run that changed something,
// manual run without a record, and each of the few last runs that judged conditions. A later look makes the last ones only for what is
// new. Of many units, the sizes are taken from the records, which take no call for each node group. Unreadable parts are facts as well.
// An error means that no unit matches, or that ctx has ended.
func (s sources) look(ctx context.Context, now time.Time, q question) (health.Facts, error) {
	f := health.Facts{Stack: health.StackFacts{Stack: s.Stack, Error: collect.Why(s.lost)}}
	since := now.Add(-report.LookBack(f.Stack.Reconcile))
	var unknown error
	var all sync.WaitGroup
	all.Go(func() { f.Runs.Executions, f.Runs.Error = s.executionFacts(ctx, since) })
	runsRead := make(chan error, 1)
	all.Go(func() { runsRead <- s.trail.readRuns(ctx, s.records, since) })
	all.Go(func() {
		found, err := stackaws.Subscriptions(ctx, s.topic, s.Stack.AlertTopicARN)
		f.Subscriptions = collect.Fact(found, err, "", "sns:ListSubscriptionsByTopic", "NotFound", "NotFoundException")
	})
	all.Go(func() {
		f.System, unknown = s.System(ctx, now, q.Filter, func(held inventory.Checked, asked []*health.ClusterFacts) {
			f.Source = q.sourceOf(len(asked))
			all.Go(func() { s.readRecords(ctx, &f, <-runsRead, q.named(asked), asked, now) })
			if len(asked) > 0 {
				all.Go(func() { f.AppliedError = s.readApplied(ctx, asked) })
			}
			all.Go(func() { s.ReadToggles(ctx, held, asked) })
			if held.SettingsErr == nil && f.Source == health.FromEKS {
				s.Within(held.Global.Budget).ReadNodegroups(ctx, asked)
			}
		})
	})
	all.Wait()
	f.Runs.ReadingsError = s.readFailures(ctx, &f, now)
	s.trail.settle(f.Runs.Executions, f.Runs.Error == "" && len(f.Runs.Executions) < maxExecutions, now)
	if ctx.Err() != nil {
		return f, errors.New("cancelled; nothing changed")
	}
	return f, unknown
}

// named returns the names of the units that were asked for; nil means all.
func (q question) named(units []*health.ClusterFacts) []string {
	if q.IsEmpty() {
		return nil
	}
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name
	}
	return names
}

// readRecords adds what the recorded runs did to the units and, if they are the source, takes the sizes from there.
func (s sources) readRecords(ctx context.Context, f *health.Facts, err error, only []string, units []*health.ClusterFacts, now time.Time) {
	if f.Runs.RecordsError = collect.Why(err); err != nil {
		return
	}
	s.recordFacts(ctx, f, only, now)
	if f.Source == health.FromRecords {
		s.trail.observe(units)
	}
}

// readApplied reads the last applied sizes of clusters, and returns why they are unknown for all of them.
func (s sources) readApplied(ctx context.Context, asked []*health.ClusterFacts) string {
	names := make([]string, len(asked))
	for i, c := range asked {
		names[i] = c.Cluster
	}
	applied, err := s.records.AppliedTo(ctx, names)
	for _, c := range asked {
		c.Took = health.DurationsOf(applied[c.Cluster])
		c.Conditions.Remembered = applied[c.Cluster].Conditions[c.Name]
		c.Applied, c.AppliedError = applied[c.Cluster].Marks, collect.Why(applied[c.Cluster].Err)
	}
	return collect.Why(err)
}

// readFailures reads which readings of signals failed in the last runs of the units with an open window, and returns why that is
// unknown.
func (s sources) readFailures(ctx context.Context, f *health.Facts, now time.Time) string {
	var open []string
	for _, c := range f.Clusters {
		if f.Asked(c.Name) && c.Unusable == "" && len(c.Config.Timetable().Open(now)) > 0 {
			open = append(open, c.Name)
		}
	}
	if len(open) == 0 || f.Runs.RecordsError != "" || f.Source == health.FromRecords {
		return ""
	}
	failed, err := collect.FailedReadings(ctx, s.trail.recordsOf(s.records, f.Only), s.trail.records(), open)
	for i, c := range f.Clusters {
		f.Clusters[i].Conditions.Failed = failed[c.Name]
	}
	return collect.Why(err)
}

const (
	maxExecutions = 100 // one page
	maxManual     = 5   // manual runs whose input is read
)

// executionFacts lists executions and reads the input of recent manual ones that have no record (running, aborted or timed out).
func (s sources) executionFacts(ctx context.Context, since time.Time) ([]health.Execution, string) {
	listed, err := s.executions.List(ctx, since, false, maxExecutions)
	found := make([]health.Execution, len(listed))
	var all errgroup.Group
	all.SetLimit(collect.AtOnce)
	ended, asked := false, 0 // ended: a newer one ended by itself
	for i, x := range listed {
		found[i] = health.Execution{Name: x.Name, ARN: x.ARN, Status: string(x.Status), Started: x.Started, Ended: x.Ended, Redriven: x.Redriven}
		stopped := x.Status == stackaws.Aborted || x.Status == stackaws.TimedOut
		ended = ended || !stopped && x.Status != stackaws.Running
		if (x.Status == stackaws.Running || stopped && !ended) && strings.HasPrefix(x.Name, frame.ManualPrefix) && asked < maxManual {
			asked++
			all.Go(func() error {
				found[i].Input = s.inputOf(ctx, x.ARN)
				return nil
			})
		}
	}
	_ = all.Wait() // none of them fails
	return found, collect.Why(err)
}

// inputOf returns the input of an execution; nil if unreadable.
func (s sources) inputOf(ctx context.Context, arn string) *run.Input {
	x, err := s.executions.Describe(ctx, arn)
	var in run.Input
	if err != nil || json.Unmarshal(x.Input, &in) != nil {
		return nil
	}
	return &in
}
