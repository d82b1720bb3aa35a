package stackaws

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/shared/run"
)

// Reader is what is needed of Step Functions to look.
type Reader interface {
	ListExecutions(context.Context, *sfn.ListExecutionsInput, ...func(*sfn.Options)) (*sfn.ListExecutionsOutput, error)
	DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
	GetExecutionHistory(context.Context, *sfn.GetExecutionHistoryInput, ...func(*sfn.Options)) (*sfn.GetExecutionHistoryOutput, error)
}

// ExecutionsAPI is the part of Step Functions that is needed.
type ExecutionsAPI interface {
	Reader
	StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	RedriveExecution(context.Context, *sfn.RedriveExecutionInput, ...func(*sfn.Options)) (*sfn.RedriveExecutionOutput, error)
}

// ErrNoExecution says that there is no such execution of the state machine, or not any more: Step Functions keeps them for 90
// days.
var ErrNoExecution = errors.New("there is no such execution")

// Executions are the executions of one state machine.
type Executions struct {
	api     ExecutionsAPI
	machine string
}

// NewExecutions opens the executions of a state machine.
func NewExecutions(api ExecutionsAPI, stateMachineARN string) *Executions {
	return &Executions{api: api, machine: stateMachineARN}
}

// Status is how an execution stands, in the words of Step Functions.
type Status string

// The statuses.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Summary is one execution, without what it did.
type Summary struct {
	Name, ARN    string
	Status       Status
	Started      time.Time
	Ended        time.Time // zero while it runs
	Redriven     time.Time // the last time; zero if it never was
	RedriveCount int
}

// Execution is one execution with what went in, and how it ended.
type Execution struct {
	Summary
	Input json.RawMessage
	// Error is why it failed, timed out or was aborted, as far as Step Functions says; else nil.
	Error *run.StepError
	// NotRedrivable is why Step Functions would refuse to redrive it; empty if it would not, or does not say.
	NotRedrivable string
}

// ARN is that of the execution with a name. An ARN stays as it is.
func (r *Executions) ARN(nameOrARN string) string {
	if strings.HasPrefix(nameOrARN, "arn:") {
		return nameOrARN
	}
	return r.prefix() + nameOrARN
}

// prefix is what the ARNs of all executions begin with.
func (r *Executions) prefix() string {
	return strings.Replace(r.machine, ":stateMachine:", ":execution:", 1) + ":"
}

// Start starts an execution. Starting one of the same name and input again changes nothing while it runs; after that the error
// is a [types.ExecutionAlreadyExists].
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
	return Summary{Name: name, ARN: cmp.Or(orEmpty(out.ExecutionArn), r.ARN(name)), Status: Running, Started: instant(out.StartDate)}, nil
}

// Describe reads one execution by its name or ARN. The error is [ErrNotFound] if this state machine has none of that name.
func (r *Executions) Describe(ctx context.Context, nameOrARN string) (Execution, error) {
	arn := r.ARN(nameOrARN)
	if !strings.HasPrefix(arn, r.prefix()) {
		return Execution{}, fmt.Errorf("looking for run %s: %w of %s", nameOrARN, ErrNoExecution, r.machine)
	}
	out, err := r.api.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if isUnknownExecution(err) {
		return Execution{}, fmt.Errorf("looking for run %s: %w", nameOrARN, ErrNoExecution)
	}
	if err != nil {
		return Execution{}, fmt.Errorf("looking for run %s: %w", nameOrARN, err)
	}
	e := Execution{Input: json.RawMessage(orEmpty(out.Input))}
	e.Name, e.ARN, e.Status = cmp.Or(orEmpty(out.Name), nameOf(arn)), cmp.Or(orEmpty(out.ExecutionArn), arn), Status(out.Status)
	e.Started, e.Ended, e.Redriven = instant(out.StartDate), instant(out.StopDate), instant(out.RedriveDate)
	if out.RedriveCount != nil {
		e.RedriveCount = int(*out.RedriveCount)
	}
	if out.RedriveStatus == types.ExecutionRedriveStatusNotRedrivable {
		e.NotRedrivable = orEmpty(out.RedriveStatusReason)
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

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// stepError is an error as Step Functions reports it; nil if there is none.
func stepError(name, cause *string) *run.StepError {
	if orEmpty(name) == "" && orEmpty(cause) == "" {
		return nil
	}
	return &run.StepError{Error: orEmpty(name), Cause: orEmpty(cause)}
}

// nameOf is the name of an execution.
func nameOf(arn string) string {
	return arn[strings.LastIndex(arn, ":")+1:]
}
