package states

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
)

type startExecutionRequest struct {
	StateMachineArn *string `json:"stateMachineArn"`
	Name            *string `json:"name"`
	Input           *string `json:"input"`
}

type startExecutionAnswer struct {
	ExecutionArn string    `json:"executionArn"`
	StartDate    time.Time `json:"startDate"`
}

const (
	longestName  = 80
	longestInput = 256 << 10
)

func (s *Server) startExecution(c call, in startExecutionRequest) (any, error) {
	err := firstError(
		s.isMachine(c, in.StateMachineArn),
		sized("name", in.Name, 1, longestName),
		sized("input", in.Input, 0, longestInput),
	)
	if err != nil {
		return nil, err
	}
	var name string
	if in.Name != nil {
		name = *in.Name
	}
	var input json.RawMessage
	if in.Input != nil {
		if input = json.RawMessage(*in.Input); len(input) == 0 {
			return nil, refused(engine.CodeInvalidExecutionInput, "Invalid State Machine Execution Input: 'Invalid execution input.'")
		}
	}
	x, err := s.engine.StartExecution(name, input)
	if refusal, ok := errors.AsType[*engine.StartError](err); ok {
		return nil, notStarted(refusal, name)
	}
	if err != nil {
		return nil, err
	}
	return startExecutionAnswer{x.ARN, x.Describe().Started}, nil
}

// notStarted has the words of AWS.
func notStarted(refusal *engine.StartError, name string) error {
	switch refusal.Code {
	case engine.CodeInvalidName:
		return refused(refusal.Code, "Invalid Name: '%s'", name)
	case engine.CodeInvalidExecutionInput:
		return refused(refusal.Code, "Invalid State Machine Execution Input: '%s'", refusal.Message)
	}
	return refused(refusal.Code, "%s", refusal.Message)
}

type describeExecutionRequest struct {
	ExecutionArn *string `json:"executionArn"`
}

type describeExecutionAnswer struct {
	ExecutionArn        string        `json:"executionArn"`
	StateMachineArn     string        `json:"stateMachineArn"`
	MapRunArn           string        `json:"mapRunArn,omitempty"`
	Name                string        `json:"name"`
	Status              engine.Status `json:"status"`
	StartDate           time.Time     `json:"startDate"`
	StopDate            time.Time     `json:"stopDate"`
	Input               string        `json:"input"`
	InputDetails        includedData  `json:"inputDetails"`
	Output              *string       `json:"output,omitempty"`
	OutputDetails       *includedData `json:"outputDetails,omitempty"`
	Error               string        `json:"error,omitempty"`
	Cause               string        `json:"cause,omitempty"`
	RedriveCount        int           `json:"redriveCount"`
	RedriveDate         time.Time     `json:"redriveDate"`
	RedriveStatus       string        `json:"redriveStatus"`
	RedriveStatusReason string        `json:"redriveStatusReason,omitempty"`
}

type includedData struct {
	Included bool `json:"included"`
}

func (s *Server) describeExecution(c call, in describeExecutionRequest) (any, error) {
	x, err := s.execution(c, in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	d := x.Describe()
	answer := describeExecutionAnswer{
		ExecutionArn: x.ARN, StateMachineArn: s.machineOf(x), Name: x.Name, Status: d.Status,
		StartDate: d.Started, StopDate: d.Ended,
		Input: string(x.Input), InputDetails: includedData{true}, Error: d.Error, Cause: d.Cause,
		RedriveCount: d.Redrives, RedriveDate: d.Redriven, RedriveStatus: "REDRIVABLE",
	}
	if d.Status == engine.Succeeded {
		answer.Output, answer.OutputDetails = new(string(d.Output)), &includedData{true}
	}
	if m := x.MapRun(); m != nil {
		answer.MapRunArn, answer.RedriveStatus = m.ARN, "REDRIVABLE_BY_MAP_RUN"
	}
	if reason := s.whyNotRedrivable(d); reason != "" {
		answer.RedriveStatus, answer.RedriveStatusReason = "NOT_REDRIVABLE", reason
	}
	return answer, nil
}

type stopExecutionRequest struct {
	ExecutionArn *string `json:"executionArn"`
	Error        *string `json:"error"`
	Cause        *string `json:"cause"`
}

type stopExecutionAnswer struct {
	StopDate time.Time `json:"stopDate"`
}

const (
	longestError = 256
	longestCause = 32 << 10
)

// stopExecution answers once the execution has stopped; one that had ended before stays as it is.
func (s *Server) stopExecution(c call, in stopExecutionRequest) (any, error) {
	x, err := s.execution(c, in.ExecutionArn)
	err = firstError(err, sized("error", in.Error, 0, longestError), sized("cause", in.Cause, 0, longestCause))
	if err != nil {
		return nil, err
	}
	if err := x.StopWith(orEmpty(in.Error), orEmpty(in.Cause)); err != nil {
		return nil, err
	}
	if _, err := x.Wait(context.Background()); err != nil {
		return nil, err
	}
	return stopExecutionAnswer{x.Describe().Ended}, nil
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
