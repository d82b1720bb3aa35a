package stackaws

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/shared/run"
)

// ExecutionsAPI is the part of Step Functions that [Executions] needs.
type ExecutionsAPI interface {
	ListExecutions(context.Context, *sfn.ListExecutionsInput, ...func(*sfn.Options)) (*sfn.ListExecutionsOutput, error)
	DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
	GetExecutionHistory(context.Context, *sfn.GetExecutionHistoryInput, ...func(*sfn.Options)) (*sfn.GetExecutionHistoryOutput, error)
	StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	RedriveExecution(context.Context, *sfn.RedriveExecutionInput, ...func(*sfn.Options)) (*sfn.RedriveExecutionOutput, error)
	DescribeMapRun(context.Context, *sfn.DescribeMapRunInput, ...func(*sfn.Options)) (*sfn.DescribeMapRunOutput, error)
}

// ErrNoExecution means that the state machine has no such execution. Step Functions keeps executions for 90 days.
var ErrNoExecution = errors.New("not found")

// Executions reads and starts the executions of one state machine.
type Executions struct {
	api     ExecutionsAPI
	machine string
}

// NewExecutions opens the executions of a state machine.
func NewExecutions(api ExecutionsAPI, stateMachineARN string) *Executions {
	return &Executions{api: api, machine: stateMachineARN}
}

// Status is the status of an execution, as Step Functions names it.
type Status string

// String returns the status for people, such as "timed out".
func (s Status) String() string {
	return strings.ToLower(strings.ReplaceAll(string(s), "_", " "))
}

// MarshalText returns the status in camelCase, such as "timedOut".
func (s Status) MarshalText() ([]byte, error) {
	if s == TimedOut {
		return []byte("timedOut"), nil
	}
	return []byte(strings.ToLower(string(s))), nil
}

// UnmarshalText reads what MarshalText has written.
func (s *Status) UnmarshalText(text []byte) error {
	*s = Status(strings.ToUpper(string(text)))
	if string(text) == "timedOut" {
		*s = TimedOut
	}
	return nil
}

// The statuses.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Summary is one execution, without its steps.
type Summary struct {
	Name, ARN    string
	Status       Status
	Started      time.Time
	Ended        time.Time // zero while it runs
	Redriven     time.Time // the last time; zero if it never was
	RedriveCount int
}

// Execution is one execution with its input and its end.
type Execution struct {
	Summary
	Input json.RawMessage
	// Error explains why it failed, timed out or was aborted; nil if Step Functions gives no reason.
	Error *run.StepError
	// NotRedrivable is Step Functions' reason to refuse a redrive; empty if it would accept one.
	NotRedrivable string
}

// ARN returns the ARN of the execution with a name. An ARN stays as it is.
func (r *Executions) ARN(nameOrARN string) string {
	if strings.HasPrefix(nameOrARN, "arn:") {
		return nameOrARN
	}
	return r.prefix() + nameOrARN
}

// prefix starts the ARNs of all executions.
func (r *Executions) prefix() string {
	return strings.Replace(r.machine, ":stateMachine:", ":execution:", 1) + ":"
}

// Start starts an execution. It is idempotent while the execution runs; after that the error is [types.ExecutionAlreadyExists].
func (r *Executions) Start(ctx context.Context, name string, in run.Input) (Summary, error) {
	data, err := json.Marshal(in)
	if err != nil {
		return Summary{}, err
	}
	text := string(data)
	out, err := r.api.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &r.machine, Name: &name, Input: &text})
	if err != nil {
		return Summary{}, fmt.Errorf("starting run %s: %w", name, err)
	}
	return Summary{Name: name, ARN: cmp.Or(aws.ToString(out.ExecutionArn), r.ARN(name)), Status: Running, Started: instant(out.StartDate)}, nil
}

// has reports whether an execution belongs to the state machine, as a run or a unit.
func (r *Executions) has(arn string) bool {
	ofUnits := strings.TrimSuffix(r.prefix(), ":") + "/" + run.UnitLabel + ":"
	return strings.HasPrefix(arn, r.prefix()) || strings.HasPrefix(arn, ofUnits)
}

// Describe reads one execution by its name or ARN; a unit's by its ARN. The error is [ErrNoExecution] if this state machine has no such
// execution.
func (r *Executions) Describe(ctx context.Context, nameOrARN string) (Execution, error) {
	arn := r.ARN(nameOrARN)
	if !r.has(arn) {
		return Execution{}, fmt.Errorf("run %s %w in state machine %s", nameOrARN, ErrNoExecution, nameOf(r.machine))
	}
	out, err := r.api.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if isUnknownExecution(err) {
		return Execution{}, fmt.Errorf("run %s %w", nameOrARN, ErrNoExecution)
	}
	if err != nil {
		return Execution{}, fmt.Errorf("reading run %s: %w", nameOrARN, err)
	}
	e := Execution{Input: json.RawMessage(aws.ToString(out.Input)), Summary: summaryOf(types.ExecutionListItem{
		Name: out.Name, ExecutionArn: out.ExecutionArn, Status: out.Status, StartDate: out.StartDate, StopDate: out.StopDate,
		RedriveDate: out.RedriveDate, RedriveCount: out.RedriveCount,
	})}
	e.Name, e.ARN = cmp.Or(e.Name, nameOf(arn)), cmp.Or(e.ARN, arn)
	if out.RedriveStatus == types.ExecutionRedriveStatusNotRedrivable {
		e.NotRedrivable = aws.ToString(out.RedriveStatusReason)
	}
	e.Error = stepError(out.Error, out.Cause)
	return e, nil
}

// Redrive continues an execution that did not succeed from the step in which it ended.
func (r *Executions) Redrive(ctx context.Context, e Execution) error {
	if _, err := r.api.RedriveExecution(ctx, &sfn.RedriveExecutionInput{ExecutionArn: &e.ARN}); err != nil {
		return fmt.Errorf("redriving run %s: %w", e.Name, err)
	}
	return nil
}

func isUnknownExecution(err error) bool {
	_, missing := errors.AsType[*types.ExecutionDoesNotExist](err)
	_, invalid := errors.AsType[*types.InvalidArn](err)
	return missing || invalid
}

func instant(t *time.Time) time.Time { return aws.ToTime(t).UTC() }

// stepError returns an error as Step Functions reports it; nil if there is none.
func stepError(name, cause *string) *run.StepError {
	if aws.ToString(name) == "" && aws.ToString(cause) == "" {
		return nil
	}
	return &run.StepError{Error: aws.ToString(name), Cause: aws.ToString(cause)}
}

func nameOf(arn string) string {
	return arn[strings.LastIndex(arn, ":")+1:]
}
