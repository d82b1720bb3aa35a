package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/trace"
)

// question is one test of a state, with an input and a service's answer.
type question struct {
	trace, execution, state string
	attempt                 int // of a Task; otherwise 0
	input                   *sfn.TestStateInput
	want                    answer

	differences []string
	missing     []string // parts that the answer lacks, so that they were not compared
}

// answer is TestState's expected answer.
type answer struct {
	status             types.TestExecutionStatus
	next, error, cause string
	output             json.RawMessage // nil if there is none
	sent               json.RawMessage // to the service; nil means not compared
	items              json.RawMessage // their inputs; nil means not compared
}

func (q *question) String() string {
	text := fmt.Sprintf("%s: execution %s: %s", q.trace, q.execution, q.state)
	if q.attempt > 0 {
		text += fmt.Sprintf(" (attempt %d)", q.attempt)
	}
	return text
}

// left lists states that cannot be tested.
type left struct {
	why    string
	states int
}

// questionsOf returns the distinct questions about all states of the traces, and the states that cannot be tested.
func questionsOf(traces []trace.Trace) (asked []*question, not []*left, err error) {
	known := map[string]bool{}
	reasons := map[string]*left{}
	for _, t := range traces {
		m, err := machineOf(t)
		if err != nil {
			return nil, nil, fmt.Errorf("trace %s: %w", t.Name, err)
		}
		for _, x := range t.Executions {
			for i, v := range x.Path {
				about, reason := m.ask(x, i)
				why := v.State + ": " + reason
				if key := why + string(v.Input); reason != "" && !known[key] {
					known[key] = true
					if reasons[why] == nil {
						reasons[why] = &left{why: why}
						not = append(not, reasons[why])
					}
					reasons[why].states++
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
	return asked, not, nil
}

func keyOf(q *question) string {
	text, err := json.Marshal(q.input)
	if err != nil {
		panic(err) // a request is plain data
	}
	return string(text)
}

// longestTest is TestState's time limit.
const longestTest = 5 * time.Minute

// ask returns the questions about a visit: one for each attempt of a Task, one for any other state. The reason explains a missing
// question.
func (m machine) ask(x trace.Execution, visit int) (questions []*question, reason string) {
	v := x.Path[visit]
	if v.Type == "Task" {
		return m.askTask(x, visit)
	}
	switch {
	case v.Error == "" && v.Output == nil:
		return nil, "the execution ended in it"
	case v.Type == "Map":
		return m.askMap(x, visit)
	case strings.Contains(m.texts[v.State], "$$."):
		return nil, "it reads the context object, which TestState takes only for states with a mocked result"
	case v.Type == "Wait" && m.waits(v) >= longestTest:
		return nil, "it waits for longer than TestState runs"
	}
	return []*question{m.question(x, v)}, ""
}

// waits returns the duration of a Wait.
func (m machine) waits(v trace.Visit) time.Duration {
	input, err := expression.Decode(v.Input)
	if err != nil {
		return 0
	}
	value, fail := m.states[v.State].Seconds.Value(expression.Scope{Input: input, State: v.State})
	if fail != nil {
		return 0
	}
	seconds, _ := expression.Integer(value)
	return time.Duration(seconds) * time.Second
}

func (m machine) askMap(x trace.Execution, visit int) (questions []*question, reason string) {
	v := x.Path[visit]
	if v.Error == "" && v.Result == nil {
		return nil, "the trace does not have the result of every item"
	}
	q := m.question(x, v)
	q.input.Mock, q.input.Context = mock(v.Result, v.Error, v.Cause), contextOf(m.trace, x, v)
	if cause := causeOf(x, visit); v.Error != "" && cause != nil {
		q.input.StateConfiguration = &types.TestStateConfiguration{ErrorCausedByState: cause}
	}
	if v.Error == "" && m.states[v.State].Each.Selector != nil {
		q.want.items = m.itemsOf(x, visit)
	}
	return []*question{q}, ""
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

// askTask returns a question for every attempt: whether it is retried, caught or succeeds.
func (m machine) askTask(x trace.Execution, visit int) (questions []*question, reason string) {
	v := x.Path[visit]
	tasks := slices.DeleteFunc(slices.Clone(x.Tasks), func(t trace.Task) bool { return t.Visit != visit })
	if len(tasks) == 0 {
		return nil, "its service was not called"
	}
	used := map[int]int32{}
	for i, t := range tasks {
		if t.Error == "" && t.Result == nil {
			reason = "the execution ended before its service answered"
			break
		}
		q := m.question(x, v)
		q.attempt, q.want.sent = t.Attempt, t.Input
		q.input.Mock, q.input.Context = mock(t.Result, t.Error, t.Cause), contextOf(m.trace, x, v)
		if i < len(tasks)-1 {
			q.want = answer{status: types.TestExecutionStatusRetriable, error: t.Error, cause: t.Cause, sent: t.Input}
		}
		if retrier, ok := m.retrier(v.State, t.Error); ok {
			q.input.StateConfiguration = &types.TestStateConfiguration{RetrierRetryCount: aws.Int32(used[retrier])}
			used[retrier]++
		}
		questions = append(questions, q)
	}
	return questions, reason
}

// retrier returns the index of the state's retrier that matches an error.
func (m machine) retrier(state, name string) (int, bool) {
	if name == "" {
		return 0, false
	}
	s := m.states[state]
	return s.RetrierFor(&expression.Failure{Name: name}, make([]int64, len(s.Retry)))
}

func mock(result json.RawMessage, name, cause string) *types.MockInput {
	if name != "" {
		return &types.MockInput{ErrorOutput: &types.MockErrorOutput{Error: &name, Cause: &cause}}
	}
	return &types.MockInput{Result: aws.String(string(result))}
}

// causeOf returns the state that failed a Map: the last one that failed inside it.
func causeOf(x trace.Execution, visit int) *string {
	around := len(x.Path[visit].Iteration)
	for _, v := range slices.Backward(x.Path[visit+1:]) {
		if v.Error != "" && v.Output == nil && len(v.Iteration) > around {
			return aws.String(v.State)
		}
	}
	return nil
}
