package replay

import (
	"encoding/json"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/sched"
	"eks-scaling-automation/integration/trace"
)

// Interpreter is the engine of package asl. It shares no code with the engine that records traces.
type Interpreter struct{}

// Run implements [Engine].
func (Interpreter) Run(s Start, answer Answer) ([]trace.Execution, error) {
	machine, err := definition.Compile(s.Definition)
	if err != nil {
		return nil, err
	}
	scheduler := sched.New(1, s.Time)
	events := map[*asl.Execution][]engine.Event{}
	runner := asl.Runner{
		Machine: machine, Scheduler: scheduler, StateMachineARN: s.StateMachineARN, Payloads: true,
		Observe: func(x *asl.Execution, e engine.Event) { events[x] = append(events[x], e) },
		Do: func(x *asl.Execution, state, _ string, input any) (json.RawMessage, error) {
			text, err := json.Marshal(input)
			if err != nil {
				return nil, err
			}
			return answer(Task{Execution: x.Name, Of: itemOf(x), State: state, Input: text})
		},
	}
	root, err := runner.Start(s.Name, s.Input)
	if err != nil {
		return nil, err
	}
	if err := scheduler.Run(); err != nil {
		return nil, err
	}
	all := make([]trace.Execution, 0, 1+len(root.Children()))
	for _, x := range append([]*asl.Execution{root}, root.Children()...) {
		result := x.Result()
		all = append(all, trace.Record(trace.Execution{
			Name: x.Name, ARN: x.ARN, Of: itemOf(x), StartTime: result.Started.UTC().Format(trace.TimeFormat), Input: x.Input,
			Status: result.Status, Output: result.Output, Error: result.Error, Cause: result.Cause,
		}, events[x], nil))
	}
	return all, nil
}

func itemOf(x *asl.Execution) *trace.Item {
	if x.Parent == nil {
		return nil
	}
	return &trace.Item{Execution: x.Parent.Name, State: x.State, Index: x.Index}
}
