package limits

import (
	"encoding/json"
	"fmt"
	"sync"

	"eks-scaling-automation/statemachine"
)

// Events that a state adds to the history, by AWS's count.
var stateEvents = map[string]int{
	"Choice": 2, // entered, exited
	"Wait":   2,
	"Pass":   2,
	"Task":   5, // entered, scheduled, started, succeeded, exited
	"Map":    4, // entered, started, succeeded, exited; its iterations have their own
}

// An execution begins and ends, and so does an iteration of an inline Map.
const scopeEvents = 2

// costs holds the events of each part of a unit's history, counted in the deployed definition.
type costs struct {
	unit     int // in which nothing changes
	wait     int // of the unit, for another run
	wave     int // without its changes
	change   int // without checks
	look     int // a check of an update
	busyLook int // a check of a node group that another update keeps busy
}

var history = sync.OnceValue(func() costs {
	var whole scope
	if err := json.Unmarshal([]byte(statemachine.Definition), &whole); err != nil {
		panic(err) // it is part of the program
	}
	unit := whole.States["ForEachUnit"].ItemProcessor
	change := unit.States["ScaleWave"].ItemProcessor
	return costs{
		unit:     scopeEvents + unit.walk(unit.StartAt, "", "done"),
		wait:     unit.walk("Decide", "Decide", "wait"),
		wave:     unit.walk("Decide", "Decide", "scale"),
		change:   scopeEvents + change.walk(change.StartAt, "", "ended"),
		look:     change.walk("WaitBeforeCheck", "WaitBeforeCheck", "pending"),
		busyLook: change.walk("WaitBeforeScale", "WaitBeforeScale", "busy"),
	}
})

// scope is one set of states in a definition: the machine's, or a Map's for each item.
type scope struct {
	StartAt string
	States  map[string]state
}

type state struct {
	Type, Next, Default string
	Choices             []struct{ Next, StringEquals string }
	ItemProcessor       *scope
}

// walk counts the events from one state until another, or to the end if that is empty. A Choice follows the answer.
func (s scope) walk(from, until, answer string) int {
	events := 0
	for at, steps := from, 0; ; steps++ {
		now, known := s.States[at]
		cost, counted := stateEvents[now.Type]
		if !known || !counted || steps > len(s.States) {
			panic(fmt.Sprintf("limits: the definition does not lead from %s to %q: lost at %q", from, until, at))
		}
		events += cost
		if at = now.follow(answer); at == until {
			return events
		}
	}
}

// follow returns the next state; empty at the end.
func (s state) follow(answer string) string {
	for _, c := range s.Choices {
		if c.StringEquals == answer {
			return c.Next
		}
	}
	if s.Type == "Choice" {
		return s.Default
	}
	return s.Next
}
