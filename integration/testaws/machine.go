package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/trace"
)

// machine holds a trace's definition, by state.
type machine struct {
	trace  trace.Trace
	states map[string]*definition.State
	texts  map[string]string // the source of each state
}

func machineOf(t trace.Trace) (machine, error) {
	m := machine{trace: t, states: map[string]*definition.State{}, texts: map[string]string{}}
	compiled, err := definition.Compile(t.Definition)
	if err != nil {
		return m, err
	}
	m.add(compiled.States)
	return m, m.read(json.RawMessage(t.Definition))
}

func (m machine) add(all *definition.States) {
	for name, state := range all.ByName {
		m.states[name] = state
		if state.Each != nil {
			m.add(state.Each.States)
		}
	}
}

func (m machine) read(states json.RawMessage) error {
	var level struct{ States map[string]json.RawMessage }
	if err := json.Unmarshal(states, &level); err != nil {
		return err
	}
	for name, text := range level.States {
		m.texts[name] = string(text)
		var state struct{ ItemProcessor json.RawMessage }
		if err := json.Unmarshal(text, &state); err != nil {
			return err
		}
		if state.ItemProcessor != nil {
			if err := m.read(state.ItemProcessor); err != nil {
				return err
			}
		}
	}
	return nil
}

// itemsOf returns the inputs of a Map's items; nil if the trace does not have all of them.
func (m machine) itemsOf(x trace.Execution, visit int) json.RawMessage {
	var results, inputs []json.RawMessage
	if err := json.Unmarshal(x.Path[visit].Result, &results); err != nil {
		return nil
	}
	for _, child := range m.trace.Executions {
		if child.Of != nil && child.Of.Execution == x.Name && child.Of.State == x.Path[visit].State {
			inputs = append(inputs, child.Input)
		}
	}
	if m.states[x.Path[visit].State].Each.Run == nil {
		inputs = iterationsOf(x.Path, visit)
	}
	if len(inputs) != len(results) {
		return nil
	}
	text, err := json.Marshal(inputs)
	if err != nil {
		panic(err) // the inputs were read as JSON
	}
	return text
}

// iterationsOf returns the inputs of an inline Map's iterations, from their first states.
func iterationsOf(path []trace.Visit, visit int) []json.RawMessage {
	around := path[visit].Iteration
	begun := map[int]json.RawMessage{}
	for _, v := range path[visit+1:] {
		if slices.Equal(v.Iteration, around) {
			break // what follows the Map
		}
		if n := len(around); len(v.Iteration) == n+1 && slices.Equal(v.Iteration[:n], around) && begun[v.Iteration[n]] == nil {
			begun[v.Iteration[n]] = v.Input
		}
	}
	inputs := make([]json.RawMessage, 0, len(begun))
	for _, i := range slices.Sorted(maps.Keys(begun)) {
		inputs = append(inputs, begun[i])
	}
	return inputs
}

// contextOf returns the context object of a recorded state.
func contextOf(t trace.Trace, x trace.Execution, v trace.Visit) *string {
	type named struct{ Id, Name string } //nolint:revive,staticcheck // as the context object has it
	text, err := json.Marshal(map[string]any{
		"Execution":    map[string]any{"Id": x.ARN, "Name": x.Name, "StartTime": x.StartTime, "Input": x.Input},
		"State":        map[string]any{"Name": v.State, "EnteredTime": x.StartTime},
		"StateMachine": named{t.StateMachine, t.StateMachine[strings.LastIndex(t.StateMachine, ":")+1:]},
	})
	if err != nil {
		panic(err) // the input was read as JSON
	}
	return new(string(text))
}
