// Package collecttest fakes AWS in memory, to test commands that inspect the deployed system.
package collecttest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/shared/aws/nodegroups"
	sharedscheduler "eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
)

// Stack is the deployed stack.
var Stack = deployment.Stack{
	Name: "EksScaling", Status: "UPDATE_COMPLETE", Partition: "aws", Region: "sa-east-1", Account: "123456789012",
	ConfigTable: deployment.ConfigTable, LogsTable: deployment.LogsTable,
	StateMachineARN: "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",
	AlertTopicARN:   "arn:aws:sns:sa-east-1:123456789012:eks-scaling-alerts",
	ChatTopicARN:    "arn:aws:sns:sa-east-1:123456789012:eks-scaling-chat",
	EventBusARN:     "arn:aws:events:sa-east-1:123456789012:event-bus/default",
	ReconcileGroup:  "eks-scaling", TriggersGroup: "eks-scaling-triggers", Reconcile: "cron(23 * ? * * *)",
	SchedulerRoleARN: "arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443",
	DeadLetterURL:    "https://sqs.sa-east-1.amazonaws.com/123456789012/eks-scaling-undelivered",
	DeadLetterARN:    "arn:aws:sqs:sa-east-1:123456789012:eks-scaling-undelivered",
}

// World is what a [collect.Collector] reads. It is healthy until a test changes it.
type World struct {
	*clitest.Memory // the tables
	Stack           deployment.Stack
	Letters         map[string]string // the attributes of the dead-letter queue
	Alarms          []cwtypes.MetricAlarm
	MoreAlarms      []cwtypes.MetricAlarm                   // on a second page
	Schedules       map[string]*scheduler.GetScheduleOutput // by group/name, without fingerprints
	Groups          map[string]*ekstypes.Nodegroup          // by cluster/name
	// Failing holds the errors of calls, by operation, or by call as in Calls.
	Failing map[string]error
	// Meet is called with each call before it is answered.
	Meet func(call string)

	mu    sync.Mutex
	calls []string
}

// New returns a healthy world with the rich configuration, as of an instant.
func New(t *testing.T, now time.Time) *World {
	t.Helper()
	w := &World{
		Memory: clitest.Filled(t), Stack: Stack,
		Letters: map[string]string{"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"},
		Groups:  map[string]*ekstypes.Nodegroup{}, Failing: map[string]error{},
	}
	for _, name := range deployment.AlarmNames() {
		w.Alarms = append(w.Alarms, cwtypes.MetricAlarm{AlarmName: &name, StateValue: cwtypes.StateValueOk, ActionsEnabled: aws.Bool(true)})
	}
	w.Size("production/small", 0, 1, 0)
	w.Size("production/big", 0, 5, 1)
	w.Size("berlin/web", 4, 10, 6)
	w.Size("paused/only", 0, 3, 0)
	w.Sync(t, now)
	return w
}

// Size sets a node group's sizes. It is ACTIVE.
func (w *World) Size(group string, low, high, desired int32) {
	w.Groups[group] = &ekstypes.Nodegroup{
		Status: ekstypes.NodegroupStatusActive, ScalingConfig: &ekstypes.NodegroupScalingConfig{MinSize: &low, MaxSize: &high, DesiredSize: &desired},
	}
}

// Sync replaces all schedules with the ones planned at an instant.
func (w *World) Sync(t *testing.T, now time.Time) {
	t.Helper()
	w.Schedules = map[string]*scheduler.GetScheduleOutput{}
	snapshot, err := w.Memory.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := w.Stack
	for name, plan := range map[string][]triggers.Trigger{
		s.TriggersGroup: triggers.Plan(inventory.Check(snapshot, now).Runnable, now), s.ReconcileGroup: {triggers.Reconcile(s.Reconcile)},
	} {
		group := sharedscheduler.NewGroup(schedules{World: w}, name, sharedscheduler.Target{
			Partition: s.Partition, StateMachineARN: s.StateMachineARN, RoleARN: s.SchedulerRoleARN, DeadLetterARN: s.DeadLetterARN,
		})
		if _, err := group.Sync(t.Context(), plan, now); err != nil {
			t.Fatal(err)
		}
	}
	w.Forget()
}

// Collector returns a collector that reads the world.
func (w *World) Collector() collect.Collector {
	return collect.Collector{
		Stack: w.Stack, Config: w, History: w, Alarms: w, Queue: w, Schedules: schedules{World: w},
		Nodegroups: nodegroups.Over(func(p nodegroups.Place) nodegroups.API { return groups{World: w, region: p.Region} }),
	}
}

// Calls returns the calls so far, such as "DescribeNodegroup sa-east-1 production/big", unordered.
func (w *World) Calls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string{}, w.calls...)
}

// Forget forgets the calls so far.
func (w *World) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = nil
}

// Call notes a call, and returns its error.
func (w *World) Call(operation string, about ...any) error {
	call := strings.TrimSuffix(fmt.Sprintln(append([]any{operation}, about...)...), "\n")
	w.mu.Lock()
	w.calls = append(w.calls, call)
	w.mu.Unlock()
	if w.Meet != nil {
		w.Meet(call)
	}
	if err := w.Failing[call]; err != nil {
		return err
	}
	return w.Failing[operation]
}

// Refusal returns an error as the SDK does.
func Refusal(service, operation, code, message string) error {
	return &smithy.OperationError{ServiceID: service, OperationName: operation, Err: &smithy.GenericAPIError{Code: code, Message: message}}
}
