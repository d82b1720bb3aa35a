package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/trace"
)

// question is what a state makes of an input and of what its service answers.
type question struct {
	trace, execution, state string
	attempt                 int // of a Task; otherwise 0
	input                   *sfn.TestStateInput
	want                    answer

	differences []string
}

// answer is what TestState is to say.
type answer struct {
	status             types.TestExecutionStatus
	next, error, cause string
	output             json.RawMessage // nil if there is none
	sent               json.RawMessage // to the service; nil is not compared
}

func (q *question) String() string {
	text := fmt.Sprintf("%s: execution %s: %s", q.trace, q.execution, q.state)
	if q.attempt > 0 {
		text += fmt.Sprintf(" (attempt %d)", q.attempt)
	}
	return text
}

// questionsOf are those about all states of the traces, each once, and the states that cannot be asked about, with the reason.
func questionsOf(traces []trace.Trace) (asked []*question, left []string, err error) {
	known := map[string]bool{}
	for _, t := range traces {
		m, err := machineOf(t)
		if err != nil {
			return nil, nil, fmt.Errorf("trace %s: %w", t.Name, err)
		}
		for _, x := range t.Executions {
			for i := range x.Path {
				about, reason := m.ask(x, i)
				if line := x.Path[i].State + ": " + reason; reason != "" && !slices.Contains(left, line) {
					left = append(left, line)
				}
				for _, q := range about {
					if key := keyOf(q); !known[key] {
						known[key] = true
						asked = append(asked, q)
					}
				}
			}
		}
	}
	return asked, left, nil
}

func keyOf(q *question) string {
	text, err := json.Marshal(q.input)
	if err != nil {
		panic(err) // a request is plain data
	}
	return string(text)
}

// ask makes the questions about a visit: one for each attempt of a Task, one for any other state. Without any, it says why.
func (m machine) ask(x trace.Execution, visit int) (questions []*question, reason string) {
	v := x.Path[visit]
	if v.Error == "" && v.Output == nil {
		return nil, "the execution ended in it"
	}
	switch v.Type {
	case "Task":
		return m.askTask(x, visit), ""
	case "Map":
		if v.Error == "" && v.Result == nil {
			return nil, "the trace does not have the result of every item"
		}
		q := m.question(x, v)
		q.input.Mock, q.input.Context = mock(v.Result, v.Error, v.Cause), contextOf(m.trace, x, v)
		if v.Error != "" {
			q.input.StateConfiguration = &types.TestStateConfiguration{ErrorCausedByState: causeOf(x, visit)}
		}
		return []*question{q}, ""
	}
	if strings.Contains(m.texts[v.State], "$$.") {
		return nil, "it reads the context object, which TestState takes only for states with a mocked result"
	}
	return []*question{m.question(x, v)}, ""
}

func (m machine) question(x trace.Execution, v trace.Visit) *question {
	q := &question{trace: m.trace.Name, execution: x.Name, state: v.State}
	q.input = &sfn.TestStateInput{
		Definition: &m.trace.Definition, StateName: aws.String(v.State), Input: aws.String(string(v.Input)), InspectionLevel: types.InspectionLevelDebug,
	}
	q.want = answer{status: types.TestExecutionStatusSucceeded, next: v.Next, error: v.Error, cause: v.Cause, output: v.Output}
	switch {
	case v.Error != "" && v.Output != nil:
		q.want.status = types.TestExecutionStatusCaughtError
	case v.Error != "":
		q.want.status = types.TestExecutionStatusFailed
	}
	return q
}

// askTask asks about every attempt: whether it is retried, caught, or good.
func (m machine) askTask(x trace.Execution, visit int) []*question {
	var all []*question
	v := x.Path[visit]
	tasks := slices.DeleteFunc(slices.Clone(x.Tasks), func(t trace.Task) bool { return t.Visit != visit })
	used := make([]int64, len(m.states[v.State].Retry))
	for i, t := range tasks {
		q := m.question(x, v)
		q.attempt, q.want.sent = t.Attempt, t.Input
		q.input.Mock, q.input.Context = mock(t.Result, t.Error, t.Cause), contextOf(m.trace, x, v)
		if i < len(tasks)-1 {
			q.want = answer{status: types.TestExecutionStatusRetriable, error: t.Error, cause: t.Cause, sent: t.Input}
		}
		if t.Error != "" && len(used) > 0 {
			retrier, _ := m.states[v.State].RetrierFor(&expression.Failure{Name: t.Error}, used)
			q.input.StateConfiguration = &types.TestStateConfiguration{RetrierRetryCount: aws.Int32(int32(used[retrier]))}
			used[retrier]++
		}
		all = append(all, q)
	}
	return all
}

func mock(result json.RawMessage, name, cause string) *types.MockInput {
	if name != "" {
		return &types.MockInput{ErrorOutput: &types.MockErrorOutput{Error: &name, Cause: &cause}}
	}
	return &types.MockInput{Result: aws.String(string(result))}
}

// causeOf is the state in a Map that the Map has failed by: the last one that failed inside of it.
func causeOf(x trace.Execution, visit int) *string {
	around := len(x.Path[visit].Iteration)
	for _, v := range slices.Backward(x.Path[visit+1:]) {
		if v.Error != "" && v.Output == nil && len(v.Iteration) > around {
			return aws.String(v.State)
		}
	}
	return nil
}
