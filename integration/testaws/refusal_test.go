package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/integration/simulation/asl/definition"
)

func refuse(code, message string) reply {
	text, err := json.Marshal(map[string]string{"__type": code, "message": message})
	if err != nil {
		panic(err) // texts can be written
	}
	return reply{code: http.StatusBadRequest, body: string(text)}
}

// refusal is how AWS refuses a request, in the words that were recorded of it or, for sizes, by its documentation; nil if it does not.
func (q request) refusal() *reply {
	code, message := q.refused()
	if message == "" {
		return nil
	}
	no := refuse(code, message)
	return &no
}

const validation = "ValidationException"

func (q request) refused() (code, message string) {
	compiled, err := definition.Compile(q.Definition)
	if err != nil {
		return "InvalidDefinition", err.Error()
	}
	state := find(compiled.States, q.StateName)
	switch {
	case state == nil:
		return validation, "State not found in definition"
	case len(q.Definition) > 1<<20 || len(q.Input) > 256<<10:
		return validation, "the definition or the input is too long"
	case !json.Valid([]byte(q.Input)):
		return "InvalidExecutionInput", "the input is no JSON"
	case q.Mock == nil:
		return q.refusedWithoutMock(state)
	}
	return q.refusedMock(state)
}

func (q request) refusedWithoutMock(state *definition.State) (code, message string) {
	switch {
	case state.Kind == "Map":
		return "InvalidDefinition", "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
	case state.Kind == "Task":
		return validation, "RoleArn must be specified when testing a Task state"
	case q.Context != "":
		return validation, "a context takes a mock"
	case q.StateConfiguration != nil:
		return validation, "a state configuration takes a mock"
	}
	return "", ""
}

func (q request) refusedMock(state *definition.State) (code, message string) {
	result := q.Mock.Result
	switch {
	case state.Kind != "Task" && state.Kind != "Map":
		return validation, fmt.Sprintf("State type '%s' is not supported when a mock is specified", state.Kind)
	case q.Mock.ErrorOutput != nil && result != "":
		return validation, "A test mock should have only one of the following fields: [result, errorOutput]."
	case q.Mock.ErrorOutput == nil && !json.Valid([]byte(result)):
		return validation, "Mocked result must be valid JSON"
	case len(result) > 256<<10:
		return validation, "the mocked result is too long"
	case state.Kind == "Map" && q.Mock.ErrorOutput == nil && !strings.HasPrefix(result, "["):
		return validation, "Mocked result must be an array."
	}
	return q.refusedContext()
}

// contextFields are all that a context may have.
var contextFields = map[string][]string{
	"Execution": {"Id", "Input", "Name", "RoleArn", "StartTime"}, "State": {"EnteredTime", "Name", "RetryCount"}, "StateMachine": {"Id", "Name"},
}

func (q request) refusedContext() (code, message string) {
	const invalid = "Invalid Context object provided: "
	var context map[string]map[string]json.RawMessage
	if err := json.Unmarshal([]byte(q.Context), &context); q.Context != "" && err != nil {
		return validation, invalid + err.Error()
	}
	for part, fields := range context {
		if part == "Map" {
			return validation, invalid + "'Map' field is not supported when mocking a Context object"
		}
		for field := range fields {
			if !slices.Contains(contextFields[part], field) {
				return validation, invalid + fmt.Sprintf("Field '%s' is not allowed", field)
			}
		}
	}
	return "", ""
}

func find(states *definition.States, name string) *definition.State {
	if s := states.ByName[name]; s != nil {
		return s
	}
	for _, s := range states.ByName {
		if s.Each != nil {
			if found := find(s.Each.States, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// TestTheStandInRefusesWhatAWSRefuses so that no test passes with a request that AWS would not take.
func TestTheStandInRefusesWhatAWSRefuses(t *testing.T) {
	t.Parallel()
	result := &mocked{Result: `[1]`}
	for name, test := range map[string]struct {
		change func(*request)
		want   string
	}{
		"nothing is wrong":                {func(*request) {}, ""},
		"a state that does not exist":     {func(q *request) { q.StateName = "Absent" }, "State not found in definition"},
		"an input that is no JSON":        {func(q *request) { q.Input = "{" }, "the input is no JSON"},
		"a Task without a mock":           {func(q *request) { q.StateName, q.Mock, q.Context = "Work", nil, "" }, "RoleArn must be specified when testing a Task state"},
		"a Map without a mock":            {func(q *request) { q.Mock, q.Context = nil, "" }, "TestState API does not support Map or Parallel states."},
		"a context without a mock":        {func(q *request) { q.StateName, q.Mock = "Good", nil }, "a context takes a mock"},
		"a mock of a Pass":                {func(q *request) { q.StateName = "Note" }, "State type 'Pass' is not supported when a mock is specified"},
		"a Map's result that is no array": {func(q *request) { q.Mock = &mocked{Result: `{}`} }, "Mocked result must be an array."},
		"a result that is no JSON":        {func(q *request) { q.Mock = &mocked{} }, "Mocked result must be valid JSON"},
		"a result and an error": {func(q *request) {
			q.Mock = &mocked{Result: `[1]`, ErrorOutput: &struct{ Error, Cause string }{"E", ""}}
		}, "A test mock should have only one of the following fields"},
		"the item of a Map in the context": {func(q *request) { q.Context = `{"Map":{"Item":{}}}` }, "'Map' field is not supported"},
		"another field in the context":     {func(q *request) { q.Context = `{"Execution":{"RedriveTime":"x"}}` }, "Field 'RedriveTime' is not allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := request{Definition: machineText, StateName: "Each", Input: `{"items":[7]}`, Mock: result, Context: `{"Execution":{"Id":"x"}}`}
			test.change(&q)
			if _, got := q.refused(); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("refused with %q; want %q", got, test.want)
			}
		})
	}
}
