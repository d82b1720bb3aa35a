package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/functions/step"
	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

const (
	groupName   = "eks-scaling"
	eventsGroup = "eks-scaling-events"
)

// TestMain checks properties with fewer cases by default: each makes dozens of calls.
func TestMain(m *testing.M) {
	flag.Parse()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("30"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var now = time.Date(2026, 11, 23, 12, 0, 20, 0, time.UTC)

// configured is a store that a test may write to at any time.
type configured struct {
	mu       sync.Mutex
	snapshot inventory.Snapshot
	err      error
	readings int
	before   func(reading int) // told of every reading, from 1 on
}

func (c *configured) Read(context.Context) (inventory.Snapshot, error) {
	c.mu.Lock()
	c.readings++
	n := c.readings
	c.mu.Unlock()
	if c.before != nil {
		c.before(n)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.snapshot, c.err
}

func (c *configured) write(s inventory.Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.snapshot = s
}

// snapshot is a configuration in UTC with the given clusters.
func snapshot(clusters ...inventory.Item) inventory.Snapshot {
	return inventory.Snapshot{
		Settings: &inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(`{"paused": false, "timezone": "UTC"}`)},
		Clusters: clusters,
	}
}

// cluster has one period for each of the full hours, which ends at noon.
func cluster(name string, hours ...int) inventory.Item {
	var periods []string
	for _, hour := range hours {
		periods = append(periods, fmt.Sprintf(`{"name": "p%d", "profile": "high", "days": ["mon"], "from": "%02d:00", "to": "12:00"}`, hour, hour))
	}
	spec := fmt.Sprintf(`{"name": %q, "region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}}, `+
		`"profiles": {"low": {"big": 1}, "high": {"big": 3}}, "schedule": {"default": "low", "periods": [%s]}}`, name, strings.Join(periods, ", "))
	return inventory.Item{Kind: inventory.KindCluster, Name: name, Spec: json.RawMessage(spec)}
}

func override(cluster string, from, until time.Time) inventory.Item {
	spec := fmt.Sprintf(`{"name": "o", "cluster": %q, "profile": "high", "from": %q, "until": %q, "reason": "test"}`,
		cluster, from.Format(time.RFC3339), until.Format(time.RFC3339))
	return inventory.Item{Kind: inventory.KindOverride, Cluster: cluster, Name: "o", Spec: json.RawMessage(spec)}
}

// tb is a test, or one case of a property.
type tb interface {
	rapid.TB
	Cleanup(func())
}

// world is EventBridge Scheduler with the group, and a configuration.
type world struct {
	*schedulerlocal.Server
	t      tb
	store  *configured
	region string // of the hub, if it takes no other
	log    bytes.Buffer
	passed atomic.Int64 // nanoseconds since now, by everybody's clock

	undelivered int   // messages in the dead-letter queue
	uncounted   error // the error of counting them
}

func start(t tb, s inventory.Snapshot) *world {
	t.Helper()
	w := &world{t: t, store: &configured{snapshot: s}}
	server, err := schedulerlocal.Start(w.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	w.Server = server
	w.CreateGroup(groupName)
	w.CreateGroup(eventsGroup)
	return w
}

func (w *world) now() time.Time {
	return now.Add(time.Duration(w.passed.Load()))
}

// pass sets the clocks to the given time after now.
func (w *world) pass(d time.Duration) {
	w.passed.Store(int64(d))
}

// handler is one invocation's; calls are made in the given name.
func (w *world) handler(name string, s store) handler {
	client := awsscheduler.New(awsscheduler.Options{
		Region: "sa-east-1", BaseEndpoint: aws.String(w.URL()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(name, "secret", ""),
	})
	target := scheduler.Target{
		Partition: "aws", StateMachineARN: "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",
		RoleARN: "arn:aws:iam::123456789012:role/scheduler", DeadLetterARN: "arn:aws:sqs:sa-east-1:123456789012:undelivered",
	}
	group := scheduler.NewGroup(client, groupName, target)
	announced := scheduler.NewAnnouncements(client, eventsGroup, "arn:aws:events:sa-east-1:123456789012:event-bus/default", target)
	oneAtATime := scheduler.Limits{PerSecond: 1000, Burst: 1000, AtOnce: 1, Clock: clock{w}}
	return handler{undelivered: w, store: s, region: w.region, now: w.now, group: group.Within(oneAtATime), announced: announced}
}

// Messages returns how many messages the dead-letter queue has.
func (w *world) Messages(context.Context) (int, error) { return w.undelivered, w.uncounted }

// clock is a world's clock. Its waits end at once.
type clock struct{ *world }

func (c clock) Now() time.Time                               { return c.now() }
func (c clock) Until(ctx context.Context, _ time.Time) error { return ctx.Err() }

// What the function is started with.
const (
	fromStream = `{"Records": [{"eventID": "c4ca4238a0b923820dcc509a6f75849b", "eventName": "MODIFY", "eventVersion": "1.1",
		"eventSource": "aws:dynamodb", "awsRegion": "sa-east-1", "dynamodb": {"ApproximateCreationDateTime": 1795435219,
		"Keys": {"kind": {"S": "cluster"}, "name": {"S": "production"}}, "SequenceNumber": "4421584500000000017450439091",
		"SizeBytes": 26, "StreamViewType": "KEYS_ONLY"},
		"eventSourceARN": "arn:aws:dynamodb:sa-east-1:123456789012:table/eks-scaling-config/stream/2026-11-23T00:00:00.000"}]}`
	fromDeployment = `{"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": "CloudFormation Stack Status Change",
		"source": "aws.cloudformation", "account": "123456789012", "time": "2026-11-23T12:00:18Z", "region": "sa-east-1",
		"resources": ["arn:aws:cloudformation:sa-east-1:123456789012:stack/EksScaling/1"],
		"detail": {"stack-id": "arn:aws:cloudformation:sa-east-1:123456789012:stack/EksScaling/1", "client-request-token": "",
		"status-details": {"status": "UPDATE_COMPLETE", "status-reason": ""}}}`
	fromRun = `{"execution": {"arn": "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:run-1", "name": "run-1"}}`
)

// invoke is one invocation, as Lambda makes it.
func (w *world) invoke(payload string) (run.SyncTriggersResult, error) {
	log := slog.New(slog.NewJSONHandler(&w.log, nil))
	out, err := step.Run(context.Background(), log, w.handler("product", w.store).handle, json.RawMessage(payload))
	result, _ := out.(run.SyncTriggersResult)
	return result, err
}

// does invokes the function, which must succeed with the given result.
func (w *world) does(payload string, want run.SyncTriggersResult) {
	w.t.Helper()
	got, err := w.invoke(payload)
	if err != nil {
		w.t.Fatal(err)
	}
	if got != want {
		w.t.Errorf("the result is %+v; want %+v", got, want)
	}
}

// fails invokes the function, which must fail by the given name, with the given words.
func (w *world) fails(payload string, name run.ErrorName, words string) {
	w.t.Helper()
	_, err := w.invoke(payload)
	named, ok := errors.AsType[messages.InvokeResponse_Error](err)
	if !ok || named.Type != string(name) || !strings.Contains(named.Message, words) {
		w.t.Errorf("%v; want %s with %q", err, name, words)
	}
}

// holds checks what the group holds: the names, without their fingerprints, and the expressions.
func (w *world) holds(want ...string) {
	w.t.Helper()
	var got []string
	for _, s := range w.Schedules(groupName) {
		got = append(got, triggers.WithoutFingerprint(s.Name)+" "+s.Expression)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("the group (-want +got):\n%s", diff)
	}
}

// stray is a schedule that no configuration wants.
func stray(name string) schedulerlocal.Schedule {
	return schedulerlocal.Schedule{
		Name: name, Group: groupName, Expression: "rate(1 hour)", RoleArn: "arn:aws:iam::123456789012:role/theirs",
		TargetArn: "arn:aws:lambda:sa-east-1:123456789012:function:theirs",
	}
}

// count returns how often an operation was called.
func (w *world) count(operation string) int {
	return len(slices.DeleteFunc(w.Calls(), func(c schedulerlocal.Call) bool { return c.Operation != operation || c.Group != groupName }))
}

// scheduleOf returns the name of a trigger's schedule.
func (w *world) scheduleOf(trigger string) string {
	w.t.Helper()
	for _, s := range w.Schedules(groupName) {
		if triggers.WithoutFingerprint(s.Name) == trigger {
			return s.Name
		}
	}
	w.t.Fatalf("there is no schedule of trigger %s", trigger)
	return ""
}
