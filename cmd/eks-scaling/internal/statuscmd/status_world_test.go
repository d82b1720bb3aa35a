package statuscmd

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect/collecttest"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// afternoon is when the system is looked at: 11:00 in São Paulo and 15:00 in Berlin, two hours after ana has configured it.
var afternoon = clitest.Monday.Add(2 * time.Hour)

// system is all that a look reads, in memory. Nothing is wrong with it until a test changes it.
type system struct {
	*collecttest.World
	awsNow  time.Time // by AWS's clock when the stack is looked for again; zero if it does not say
	applied map[string]map[string]scaling.Application
	// brokenUnits are the clusters whose unit is invalid.
	brokenUnits   map[string]error
	executions    []stackaws.Summary
	subscriptions []snstypes.Subscription
	inputs        map[string]json.RawMessage // by the ARN
	done          []run.Record
	units         map[string][]run.UnitRecord // by the name of the run
}

// calmSystem is the rich configuration with everything as it should be.
func calmSystem(t *testing.T) *system {
	t.Helper()
	s := &system{World: collecttest.New(t, afternoon)}
	s.subscriptions = []snstypes.Subscription{{Protocol: new("email"), Endpoint: new("ops@example.com"), SubscriptionArn: new("arn:aws:sns:sa-east-1:123456789012:eks-scaling-alerts:1")}}
	one, none, since := int32(1), int32(0), time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)
	application := func(high int32, desired *int32) scaling.Application {
		return scaling.Application{Profile: "normal", Goal: scaling.Goal{MaxSize: high, DesiredSize: desired}, At: since, TakenAt: since}
	}
	s.applied = map[string]map[string]scaling.Application{"production": {"big": application(5, &one), "small": application(1, &none)}}
	for i, name := range []string{"run-1323", "run-1223", "run-1123"} {
		s.ran(name, stackaws.Succeeded, 37*time.Minute+time.Duration(i)*time.Hour, "reconcile", "0 scaled, 3 unchanged")
	}
	return s
}

// healthySystem is a calm system without a paused cluster.
func healthySystem(t *testing.T) *system {
	t.Helper()
	s := calmSystem(t)
	delete(s.Items, "cluster/paused")
	return s
}

// ran adds a run that began so long ago, and its record.
func (s *system) ran(name string, status stackaws.Status, ago time.Duration, trigger, message string) {
	x := stackaws.Summary{Name: name, ARN: "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:" + name, Status: status, Started: afternoon.Add(-ago)}
	x.Ended = x.Started.Add(41 * time.Second)
	s.executions = append(s.executions, x)
	slices.SortFunc(s.executions, func(a, b stackaws.Summary) int { return b.Started.Compare(a.Started) })
	if message != "" {
		s.done = append(s.done, run.Record{
			Summary: run.Summary{Outcome: map[stackaws.Status]run.Outcome{stackaws.Succeeded: run.Unchanged, stackaws.Failed: run.Failed}[status], Message: message}, Execution: run.Execution{Name: name},
			Run: run.Run{Trigger: trigger, TakenAt: x.Started},
		})
	}
}

// did records what a run did to a unit.
func (s *system) did(r *run.Record, unit run.ClusterSummary) {
	if r.Units == nil {
		r.Units = map[run.Outcome]int{}
	}
	r.Units[unit.Outcome]++
	if r.Changes == nil {
		r.Changes = new(int)
	}
	*r.Changes += len(unit.Nodegroups)
	if s.units == nil {
		s.units = map[string][]run.UnitRecord{}
	}
	name := r.Execution.Name
	s.units[name] = append(s.units[name], run.UnitRecord{ClusterSummary: unit})
}

// letters sets how many messages are in the dead-letter queue.
func (s *system) letters(n string) {
	s.Letters = map[string]string{"ApproximateNumberOfMessages": n, "ApproximateNumberOfMessagesNotVisible": "0"}
}

func (s *system) sources() sources {
	collector := s.Collector()
	collector.Toggles = collect.NewToggles()
	return sources{Collector: collector, find: s.find, records: s, executions: s, topic: s, trail: newTrail()}
}

func (s *system) find(context.Context) (deployment.Stack, time.Time, error) {
	err := s.Call("DescribeStacks")
	return s.Stack, s.awsNow, err
}

func (s *system) AppliedTo(_ context.Context, clusters []string) (map[string]tables.Applied, error) {
	applied := map[string]tables.Applied{}
	for cluster, marks := range s.applied {
		applied[cluster] = tables.Applied{Marks: marks}
	}
	for cluster, err := range s.brokenUnits {
		applied[cluster] = tables.Applied{Err: err}
	}
	return applied, s.Call("AppliedTo", clusters)
}

func (s *system) Runs(_ context.Context, since time.Time) ([]run.Record, error) {
	began := map[string]time.Time{}
	for _, r := range s.done {
		began[r.Execution.Name] = r.Run.TakenAt
	}
	for _, x := range s.executions {
		began[x.Name] = x.Started
	}
	done := slices.DeleteFunc(slices.Clone(s.done), func(r run.Record) bool { return began[r.Execution.Name].Before(since) })
	return done, s.Call("Runs", since.Format("01-02T15:04:05"))
}

func (s *system) UnitRecords(_ context.Context, name string) ([]run.UnitRecord, error) {
	return s.units[name], s.Call("UnitRecords", name)
}

func (s *system) UnitRecordsOf(_ context.Context, runs []run.Run, units []string) (map[string][]run.UnitRecord, error) {
	found := map[string][]run.UnitRecord{}
	for _, r := range runs {
		name := r.Execution.Name
		found[name] = slices.DeleteFunc(slices.Clone(s.units[name]), func(u run.UnitRecord) bool { return !slices.Contains(units, u.Cluster) })
	}
	return found, s.Call("UnitRecordsOf", len(runs), len(units))
}

func (s *system) List(_ context.Context, since time.Time, failed bool, limit int) ([]stackaws.Summary, error) {
	return s.executions, s.Call("ListExecutions", since.Format(time.DateOnly), "failed", failed, limit)
}

// ListSubscriptionsByTopic returns the subscriptions of the alert topic.
func (s *system) ListSubscriptionsByTopic(context.Context, *sns.ListSubscriptionsByTopicInput, ...func(*sns.Options)) (*sns.ListSubscriptionsByTopicOutput, error) {
	return &sns.ListSubscriptionsByTopicOutput{Subscriptions: s.subscriptions}, s.Call("ListSubscriptionsByTopic")
}

func (s *system) Describe(_ context.Context, arn string) (stackaws.Execution, error) {
	return stackaws.Execution{Input: s.inputs[arn]}, s.Call("DescribeExecution", arn)
}

func (s *system) looks(t *testing.T, only ...string) report.Report {
	t.Helper()
	return report.Examine(s.facts(t, afternoon, only...), afternoon)
}

func (s *system) facts(t *testing.T, now time.Time, only ...string) health.Facts {
	t.Helper()
	facts, err := s.sources().look(t.Context(), now, question{Filter: filter.Filter{Clusters: only}})
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

func shows(t *testing.T, r report.Report, width int) string {
	t.Helper()
	var text screenText
	if err := screenOf(r, width, view{all: true}).Print(&text, false); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

type screenText []byte

func (s *screenText) Write(data []byte) (int, error) {
	*s = append(*s, data...)
	return len(data), nil
}
