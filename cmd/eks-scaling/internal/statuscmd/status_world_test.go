package statuscmd

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/triggers"
)

// afternoon is when the system is looked at: 11:00 in São Paulo and 15:00 in Berlin, two hours after ana has configured it.
var afternoon = clitest.Monday.Add(2 * time.Hour)

// system is all that a look asks, in memory. Nothing is wrong with it until a test changes it.
type system struct {
	*clitest.Memory
	stack   deployment.Stack
	awsNow  time.Time                   // by AWS's clock when the stack is looked for again; zero if it does not say
	groups  map[string]nodegroups.State // by cluster and node group
	applied map[string]map[string]scaling.Application
	// brokenUnits are the clusters whose unit is invalid.
	brokenUnits map[string]error
	executions  []stackaws.Summary
	inputs      map[string]json.RawMessage // by the ARN
	done        []run.Record
	boundaries  []scheduler.Listed
	reconcile   []scheduler.Listed
	alarms      []cwtypes.MetricAlarm
	moreAlarms  []cwtypes.MetricAlarm // on a second page
	letters     string
	refused     map[string]error // by the call, as in asked

	guard sync.Mutex
	asked []string // every call, such as "describe production/big"
	meet  func(call string)
}

// calmSystem is the rich configuration with everything as it should be.
func calmSystem(t *testing.T) *system {
	t.Helper()
	sizes := func(low, high, desired int32) nodegroups.State {
		return nodegroups.State{Status: nodegroups.Active, Sizes: scaling.Sizes{MinSize: low, MaxSize: high, DesiredSize: desired}}
	}
	s := &system{
		Memory: clitest.Filled(t),
		stack: deployment.Stack{
			Name: "EksScaling", Region: "sa-east-1", Account: "123456789012", Status: "UPDATE_COMPLETE", Reconcile: "cron(23 * ? * * *)",
			ReconcileGroup: "eks-scaling", BoundariesGroup: "eks-scaling-boundaries", DeadLetterURL: "https://sqs.sa-east-1.amazonaws.com/123456789012/eks-scaling-undelivered",
		},
		groups: map[string]nodegroups.State{
			"production/big": sizes(0, 5, 1), "production/small": sizes(0, 1, 0), "berlin/web": sizes(4, 10, 6), "paused/only": sizes(0, 3, 0),
		},
		reconcile: []scheduler.Listed{{Name: "reconcile", Enabled: true}},
		letters:   "0",
	}
	one, none, since := int32(1), int32(0), time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)
	application := func(high int32, desired *int32) scaling.Application {
		return scaling.Application{Profile: "normal", Goal: scaling.Goal{MaxSize: high, DesiredSize: desired}, At: since, TakenAt: since}
	}
	s.applied = map[string]map[string]scaling.Application{"production": {"big": application(5, &one), "small": application(1, &none)}}
	for i, name := range []string{"run-1323", "run-1223", "run-1123"} {
		s.ran(name, stackaws.Succeeded, 37*time.Minute+time.Duration(i)*time.Hour, "reconcile", "0 scaled, 3 left as they are")
	}
	snapshot, _ := s.Memory.Read(t.Context())
	clusters := inventory.Check(snapshot, afternoon).Runnable
	for _, p := range triggers.Plan(clusters, afternoon) {
		s.boundaries = append(s.boundaries, scheduler.Listed{Name: p.Name, Enabled: true})
	}
	for _, name := range deployment.AlarmNames() {
		s.alarms = append(s.alarms, cwtypes.MetricAlarm{AlarmName: &name, StateValue: cwtypes.StateValueOk, ActionsEnabled: new(true)})
	}
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

// call takes down a call, lets the others come, and fails it if it is to.
func (s *system) call(what string) error {
	s.guard.Lock()
	s.asked = append(s.asked, what)
	meet := s.meet
	s.guard.Unlock()
	if meet != nil {
		meet(what)
	}
	return s.refused[what]
}

func (s *system) sources() sources {
	return sources{
		known: s.stack, find: s.find, config: s, records: s, executions: s, boundaries: listed{s, "boundaries", &s.boundaries},
		reconcile: listed{s, "reconcile", &s.reconcile}, alarms: s, queue: s, nodegroups: described{s},
	}
}

func (s *system) find(context.Context) (deployment.Stack, time.Time, error) {
	err := s.call("stack")
	return s.stack, s.awsNow, err
}

func (s *system) Read(ctx context.Context) (inventory.Snapshot, error) {
	if err := s.call("config"); err != nil {
		return inventory.Snapshot{}, err
	}
	return s.Memory.Read(ctx)
}

func (s *system) ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error) {
	if err := s.call("history " + kind + "/" + name); err != nil {
		return nil, err
	}
	return s.Memory.ConfigChanges(ctx, kind, name)
}

func (s *system) AppliedTo(_ context.Context, clusters []string) (map[string]tables.Applied, error) {
	applied := map[string]tables.Applied{}
	for cluster, marks := range s.applied {
		applied[cluster] = tables.Applied{Marks: marks}
	}
	for cluster, err := range s.brokenUnits {
		applied[cluster] = tables.Applied{Err: err}
	}
	return applied, s.call(fmt.Sprint("applied ", clusters))
}

func (s *system) Runs(_ context.Context, since time.Time) ([]run.Record, error) {
	return s.done, s.call("records since " + since.Format(time.DateOnly))
}

func (s *system) List(_ context.Context, since time.Time, failed bool, limit int) ([]stackaws.Summary, error) {
	return s.executions, s.call(fmt.Sprintf("executions since %s, failed only: %t, %d", since.Format(time.DateOnly), failed, limit))
}

func (s *system) Describe(_ context.Context, arn string) (stackaws.Execution, error) {
	return stackaws.Execution{Input: s.inputs[arn]}, s.call("input " + arn)
}

// listed is a group of schedules.
type listed struct {
	*system
	name  string
	group *[]scheduler.Listed
}

func (l listed) List(context.Context) ([]scheduler.Listed, error) {
	return *l.group, l.call("schedules " + l.name)
}

func (s *system) DescribeAlarms(_ context.Context, in *cloudwatch.DescribeAlarmsInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	if in.NextToken != nil {
		return &cloudwatch.DescribeAlarmsOutput{MetricAlarms: s.moreAlarms}, nil
	}
	out := &cloudwatch.DescribeAlarmsOutput{MetricAlarms: s.alarms}
	if s.moreAlarms != nil {
		out.NextToken = new("more")
	}
	return out, s.call("alarms " + *in.AlarmNamePrefix)
}

func (s *system) GetQueueAttributes(_ context.Context, in *sqs.GetQueueAttributesInput, _ ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	err := s.call("queue " + *in.QueueUrl)
	attributes := map[string]string{"ApproximateNumberOfMessages": s.letters, "ApproximateNumberOfMessagesNotVisible": "0"}
	return &sqs.GetQueueAttributesOutput{Attributes: attributes}, err
}

// described is EKS.
type described struct{ *system }

func (s described) Describe(_ context.Context, p nodegroups.Place, name string) (nodegroups.State, error) {
	what := p.Cluster + "/" + name
	if err := s.call("describe " + p.Region + " " + what); err != nil {
		return nodegroups.State{}, err
	}
	state, ok := s.groups[what]
	if !ok {
		return state, &smithy.GenericAPIError{Code: "ResourceNotFoundException", Message: "No node group found for name: " + name + "."}
	}
	return state, nil
}

// looks takes a look at a system in the afternoon.
func (s *system) looks(t *testing.T, only ...string) report.Report {
	t.Helper()
	return report.Examine(s.facts(t, afternoon, only...), afternoon)
}

// facts are what a look at an instant finds.
func (s *system) facts(t *testing.T, now time.Time, only ...string) health.Facts {
	t.Helper()
	facts, err := s.sources().look(t.Context(), now, only)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// shows is the screen of a report.
func shows(t *testing.T, r report.Report, width int) string {
	t.Helper()
	var text screenText
	if err := screenOf(r, width).Print(&text, false); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

type screenText []byte

func (s *screenText) Write(data []byte) (int, error) {
	*s = append(*s, data...)
	return len(data), nil
}
