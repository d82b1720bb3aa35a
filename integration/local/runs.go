package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/run"
)

// runs tracks which runs were reported, and which were started by a schedule; people started the others.
type runs struct {
	told      map[*engine.Execution]int // how many of its ends were reported; a redriven run ends again
	schedules map[*engine.Execution]string
}

func newRuns() *runs {
	return &runs{told: map[*engine.Execution]int{}, schedules: map[*engine.Execution]string{}}
}

// fired notes that a schedule has started a run.
func (r *runs) fired(x *engine.Execution, schedule string) { r.schedules[x] = schedule }

// ended returns the ended runs that were not reported yet, in the order of their ends, and marks them as reported.
func (r *runs) ended(all []*engine.Execution) []*engine.Execution {
	var ended []*engine.Execution
	for _, x := range all {
		d := x.Describe()
		if d.Status != engine.Running && r.told[x] <= d.Redrives {
			r.told[x] = d.Redrives + 1
			ended = append(ended, x)
		}
	}
	slices.SortStableFunc(ended, func(a, b *engine.Execution) int { return a.Describe().Ended.Compare(b.Describe().Ended) })
	return ended
}

// sentence describes who started a run, and its result.
func (r *runs) sentence(x *engine.Execution) string {
	by, d := byHand(x.Input), x.Describe()
	if schedule := r.schedules[x]; schedule != "" {
		by = "trigger " + schedule
	}
	again := ""
	if d.Redrives > 0 {
		again = ", redriven,"
	}
	sentence := fmt.Sprintf("%s: run %s%s %s", by, x.Name, again, strings.ToLower(strings.ReplaceAll(string(d.Status), "_", " ")))
	if came := cmp.Or(messageOf(d.Output), d.Cause); came != "" {
		sentence += ": " + came
	}
	return sentence
}

// byHand returns who started a run, and why, from its input.
func byHand(data json.RawMessage) string {
	var input run.Input
	_ = json.Unmarshal(data, &input) // an unreadable input is not reported; the run itself fails
	by := cmp.Or(input.Actor, "somebody")
	if input.Reason != "" {
		by += " (" + input.Reason + ")"
	}
	return by
}

// messageOf describes in a sentence what a run did.
func messageOf(output json.RawMessage) string {
	var run run.Summary
	_ = json.Unmarshal(output, &run) // a failed run has no output
	return run.Message
}
