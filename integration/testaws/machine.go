package main

import (
	"encoding/json"
	"strings"

	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/trace"
)

// machine is the definition of a trace, by its states.
type machine struct {
	trace  trace.Trace
	states map[string]*definition.State
	texts  map[string]string // each state as the definition has it
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

// contextOf is the context object of a state that was recorded.
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
