package asl_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/sched"
)

const machineARN = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"

var midnight = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// outcome is what a Task comes to: a result, or an error, after some time.
type outcome struct {
	result string // JSON
	err    *asl.TaskError
	takes  time.Duration
}

func fails(name string) outcome { return outcome{err: &asl.TaskError{Name: name, Cause: "because"}} }

// script answers Tasks: for each state the outcomes one after the other, the last one for ever; without any, what it got.
type script map[string][]outcome

// player keeps how often each state was asked.
type player struct {
	script script
	asked  map[string]int
}

func (s script) play() *player { return &player{s, map[string]int{}} }

func (p *player) answer(state string, input json.RawMessage) (json.RawMessage, time.Duration, error) {
	if _, name, ok := strings.Cut(state, " "); ok { // behind the name of a test
		state = name
	}
	outcomes := p.script[state]
	if len(outcomes) == 0 {
		return input, 0, nil
	}
	o := outcomes[min(p.asked[state], len(outcomes)-1)]
	p.asked[state]++
	if o.err != nil {
		return nil, o.takes, o.err
	}
	return json.RawMessage(o.result), o.takes, nil
}

// interpreted is an execution that has ended, with its events in words.
type interpreted struct {
	asl.Result

	events   []string
	children []interpreted
}

// entered returns the entered states, including the children's.
func (r interpreted) entered() []string {
	all := slices.Clone(r.Path)
	for _, child := range r.children {
		all = append(all, child.entered()...)
	}
	return all
}

func compile(t testing.TB, text string) *definition.Machine {
	t.Helper()
	m, err := definition.Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// interpret runs one execution by virtual time.
func interpret(t testing.TB, m *definition.Machine, name string, seed uint64, s script, input string) interpreted {
	t.Helper()
	clock, play := sched.New(seed, midnight), s.play()
	events := map[*asl.Execution][]string{}
	runner := &asl.Runner{
		Machine: m, Scheduler: clock, StateMachineARN: machineARN,
		Do: func(_ *asl.Execution, state, _ string, input any) (json.RawMessage, error) {
			result, takes, err := play.answer(state, expression.TextOf(input))
			if takes > 0 {
				clock.Sleep(takes)
			}
			return result, err
		},
		Observe: func(x *asl.Execution, event engine.Event) { events[x] = append(events[x], event.String()) },
	}
	x, err := runner.Start(name, json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	if err := clock.Run(); err != nil {
		t.Fatal(err)
	}
	got := interpreted{Result: x.Result(), events: events[x]}
	for _, child := range x.Children() {
		got.children = append(got.children, interpreted{Result: child.Result(), events: events[child]})
	}
	return got
}

// took is how long the execution took by virtual time.
func (r interpreted) took() time.Duration { return r.Ended.Sub(r.Started) }

// summary is how it ended and the way it took.
func (r interpreted) summary() string {
	return fmt.Sprintf("%s %s %v", r.Status, r.Error, r.Path)
}

// answer is the output, or the error with its cause.
func (r interpreted) answer() string {
	if r.Status != engine.Succeeded {
		return r.Error + ": " + r.Cause
	}
	return string(r.Output)
}

const work = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"OutputPath":"$.Payload"`

func machine(states string) string { return `{"StartAt":"A","States":{` + states + `}}` }

// answers is what lambda:invoke answers for a function that returned payload.
func answers(payload string) outcome { return outcome{result: `{"Payload":` + payload + `}`} }

func TestAnErrorOfTheSimulationCannotBeCaught(t *testing.T) {
	clock := sched.New(1, midnight)
	runner := &asl.Runner{
		Machine:   compile(t, machine(`"A":{`+work+`,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Succeed"}`)),
		Scheduler: clock, StateMachineARN: machineARN,
		Do: func(*asl.Execution, string, string, any) (json.RawMessage, error) {
			return nil, errors.New("no such function")
		},
	}
	x, err := runner.Start("r1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := clock.Run(); err != nil {
		t.Fatal(err)
	}
	if r := x.Result(); r.Error != "States.Runtime" || r.Cause != "the handler of state A failed: no such function" {
		t.Errorf("ended with %s: %s", r.Error, r.Cause)
	}
}

func sorted(path []string) []string {
	path = slices.Clone(path)
	slices.Sort(path)
	return path
}
