package states

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// states holds the part of a definition that the history needs.
type states struct {
	States map[string]struct {
		Type, Resource          string
		TimeoutSeconds          int
		ItemProcessor, Iterator *states
		Branches                []*states
	}
}

// taskStep holds the details that the history repeats for every attempt of a Task state.
type taskStep struct {
	resource, resourceType string // as "invoke" and "lambda"
	timeoutSeconds         int    // 0 when there is none
}

// taskSteps returns the Task states of a definition, including those inside Maps and Parallels.
func taskSteps(definition string) (map[string]taskStep, error) {
	var all states
	if err := json.Unmarshal([]byte(definition), &all); err != nil {
		return nil, err
	}
	steps := map[string]taskStep{}
	return steps, all.collect(steps)
}

func (s *states) collect(steps map[string]taskStep) error {
	if s == nil {
		return nil
	}
	for name, state := range s.States {
		if state.Type == "Task" {
			step, ok := integration(state.Resource)
			if !ok {
				return fmt.Errorf("state %s: found the resource %q; want a service integration, as arn:aws:states:::lambda:invoke", name, state.Resource)
			}
			step.timeoutSeconds = state.TimeoutSeconds
			steps[name] = step
		}
		for _, inner := range append(state.Branches, state.ItemProcessor, state.Iterator) {
			if err := inner.collect(steps); err != nil {
				return err
			}
		}
	}
	return nil
}

// integration reads a resource such as arn:aws:states:::SERVICE:RESOURCE or arn:aws:states:::aws-sdk:SERVICE:RESOURCE.
func integration(arn string) (taskStep, bool) {
	_, text, ok := strings.Cut(arn, ":states:::")
	text, isSDK := strings.CutPrefix(text, "aws-sdk:")
	service, resource, isPair := strings.Cut(text, ":")
	if isSDK {
		service = "aws-sdk:" + service
	}
	return taskStep{resource: resource, resourceType: service}, ok && isPair
}

type describeStateMachineRequest struct {
	StateMachineArn *string `json:"stateMachineArn"`
}

type stateMachineAnswer struct {
	StateMachineArn string    `json:"stateMachineArn"`
	Name            string    `json:"name"`
	Status          string    `json:"status"`
	Definition      string    `json:"definition"`
	RoleArn         string    `json:"roleArn"`
	Type            string    `json:"type"`
	CreationDate    time.Time `json:"creationDate"`
}

// describeStateMachine omits logs and tracing, which do not exist here.
func (s *Server) describeStateMachine(c call, in describeStateMachineRequest) (any, error) {
	if err := s.isMachine(c, in.StateMachineArn); err != nil {
		return nil, err
	}
	definition, _ := s.current()
	return stateMachineAnswer{
		StateMachineArn: s.machine.text, Name: s.machine.name, Status: "ACTIVE", Definition: definition, RoleArn: s.role,
		Type: "STANDARD", CreationDate: s.created,
	}, nil
}

type listStateMachinesRequest struct {
	MaxResults int     `json:"maxResults"`
	NextToken  *string `json:"nextToken"`
}

type listStateMachinesAnswer struct {
	StateMachines []stateMachineItem `json:"stateMachines"`
}

type stateMachineItem struct {
	StateMachineArn string    `json:"stateMachineArn"`
	Name            string    `json:"name"`
	Type            string    `json:"type"`
	CreationDate    time.Time `json:"creationDate"`
}

// listStateMachines never has a second page, so every token is invalid.
func (s *Server) listStateMachines(c call, in listStateMachinesRequest) (any, error) {
	if _, err := pageSize(in.MaxResults); err != nil {
		return nil, err
	}
	if in.NextToken != nil {
		return nil, invalidToken()
	}
	answer := listStateMachinesAnswer{StateMachines: []stateMachineItem{}}
	if c.Region == s.machine.region {
		answer.StateMachines = append(answer.StateMachines, stateMachineItem{s.machine.text, s.machine.name, "STANDARD", s.created})
	}
	return answer, nil
}
