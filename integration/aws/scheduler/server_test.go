package scheduler_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/scheduler"
)

const (
	region  = "sa-east-1"
	scaling = "scaling" // the group
	target  = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"
	role    = "arn:aws:iam::123456789012:role/scheduler"
	queue   = "arn:aws:sqs:sa-east-1:123456789012:undelivered"
)

// world is a server with the group scaling, whose clock stands until a test sets it, and a client that never retries.
type world struct {
	*scheduler.Server
	t      *testing.T
	client *awsscheduler.Client
	clock  *clock
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

var beginning = time.Date(2026, 11, 23, 12, 0, 0, 250_000_000, time.UTC)

func start(t *testing.T) world {
	t.Helper()
	c := &clock{at: beginning}
	s, err := scheduler.Start(c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.CreateGroup(scaling)
	return world{s, t, client(s, "tester"), c}
}

func client(s *scheduler.Server, principal string) *awsscheduler.Client {
	return awsscheduler.New(awsscheduler.Options{
		Region: region, BaseEndpoint: aws.String(s.URL()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(principal, "secret", ""),
	})
}

// night is a request with everything that the product sends.
func night() *awsscheduler.CreateScheduleInput {
	return &awsscheduler.CreateScheduleInput{
		Name: aws.String("night"), GroupName: aws.String(scaling), ScheduleExpression: aws.String("cron(0 1 ? * MON-FRI *)"),
		ScheduleExpressionTimezone: aws.String("America/Sao_Paulo"), Description: aws.String("night begins"),
		State: types.ScheduleStateDisabled, ActionAfterCompletion: types.ActionAfterCompletionDelete,
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeFlexible, MaximumWindowInMinutes: aws.Int32(5)},
		Target: &types.Target{
			Arn: aws.String(target), RoleArn: aws.String(role), Input: aws.String(`{"a": 1}`),
			DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(queue)},
			RetryPolicy:      &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(600), MaximumRetryAttempts: aws.Int32(0)},
		},
	}
}

// stored is what night creates.
func stored() scheduler.Schedule {
	return scheduler.Schedule{
		Name: "night", Group: scaling, Expression: "cron(0 1 ? * MON-FRI *)", Timezone: "America/Sao_Paulo", Description: "night begins",
		State: "DISABLED", Input: `{"a": 1}`, TargetArn: target, RoleArn: role, DeadLetterArn: queue, MaximumEventAgeInSeconds: 600,
		ActionAfterCompletion: "DELETE", FlexibleMode: "FLEXIBLE", MaximumWindowInMinutes: 5,
	}
}

// plain is a request with nothing but what is required.
func plain(name, expression string) *awsscheduler.CreateScheduleInput {
	return &awsscheduler.CreateScheduleInput{
		Name: aws.String(name), GroupName: aws.String(scaling), ScheduleExpression: aws.String(expression),
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		Target:             &types.Target{Arn: aws.String(target), RoleArn: aws.String(role)},
	}
}

// defaults is what plain creates.
func defaults(name, expression string) scheduler.Schedule {
	return scheduler.Schedule{
		Name: name, Group: scaling, Expression: expression, Timezone: "UTC", State: "ENABLED", TargetArn: target, RoleArn: role,
		MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185, ActionAfterCompletion: "NONE", FlexibleMode: "OFF",
	}
}

func update(in *awsscheduler.CreateScheduleInput) *awsscheduler.UpdateScheduleInput {
	return &awsscheduler.UpdateScheduleInput{
		Name: in.Name, GroupName: in.GroupName, ScheduleExpression: in.ScheduleExpression, FlexibleTimeWindow: in.FlexibleTimeWindow,
		Target: in.Target, ScheduleExpressionTimezone: in.ScheduleExpressionTimezone, Description: in.Description, State: in.State,
		ActionAfterCompletion: in.ActionAfterCompletion, StartDate: in.StartDate,
	}
}

func (w world) create(in *awsscheduler.CreateScheduleInput) error {
	_, err := w.client.CreateSchedule(w.t.Context(), in)
	return err
}

func (w world) mustCreate(in *awsscheduler.CreateScheduleInput) {
	w.t.Helper()
	if err := w.create(in); err != nil {
		w.t.Fatal(err)
	}
}

func (w world) delete(name string) error {
	_, err := w.client.DeleteSchedule(w.t.Context(), &awsscheduler.DeleteScheduleInput{Name: &name, GroupName: aws.String(scaling)})
	return err
}

func (w world) get(name string) (*awsscheduler.GetScheduleOutput, error) {
	return w.client.GetSchedule(w.t.Context(), &awsscheduler.GetScheduleInput{Name: &name, GroupName: aws.String(scaling)})
}

// holds checks what the group scaling holds.
func (w world) holds(want ...scheduler.Schedule) {
	w.t.Helper()
	if diff := cmp.Diff(append([]scheduler.Schedule{}, want...), w.Schedules(scaling)); diff != "" {
		w.t.Errorf("the group (-want +got):\n%s", diff)
	}
}

func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

// calls are the calls as "operation group/name status error".
func (w world) calls() []string {
	var calls []string
	for _, c := range w.Calls() {
		calls = append(calls, strings.TrimSpace(fmt.Sprintf("%s %s/%s %d %s", c.Operation, c.Group, c.Name, c.Status, c.ErrorType)))
	}
	return calls
}

func (w world) called(want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.calls()); diff != "" {
		w.t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestAnUnsignedCallIsRefused(t *testing.T) {
	w := start(t)
	response, err := http.Get(w.URL() + "/schedules")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusForbidden || response.Header.Get("X-Amzn-ErrorType") != "MissingAuthenticationTokenException" {
		t.Error(response.Status)
	}
}

func TestAnUnknownOperationIsRefused(t *testing.T) {
	w := start(t)
	if _, err := w.client.ListScheduleGroups(t.Context(), &awsscheduler.ListScheduleGroupsInput{}); code(err) != "UnknownOperationException" {
		t.Error(err)
	}
	w.called("GET /schedule-groups / 404 UnknownOperationException")
}

func TestNothingAnswersAfterClose(t *testing.T) {
	w := start(t)
	w.Close()
	w.Close()
	if err := w.create(night()); err == nil {
		t.Error("it still answers")
	}
}

func TestConcurrentCreatesOfOneNameSucceedOnce(t *testing.T) {
	w := start(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { _ = w.create(night()); w.Schedules(scaling) })
	}
	all.Wait()
	created := 0
	for _, c := range w.Calls() {
		if c.Status == http.StatusOK {
			created++
		}
	}
	if len(w.Calls()) != 20 || created != 1 {
		t.Errorf("%d calls, %d created", len(w.Calls()), created)
	}
}
