package replay

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/integration/trace"
)

// compare compares an engine's executions with the trace. Items' executions correspond by index.
func (r *replay) compare(ran []trace.Execution) {
	for _, x := range ran {
		r.called(x.Name, r.find(x.Of))
	}
	if len(ran) != len(r.recorded) {
		_ = r.differ("%s: %d executions; the trace has %d", r.recorded[0].Name, len(ran), len(r.recorded))
	}
	seen := map[*trace.Execution]bool{}
	for _, x := range ran {
		want := r.find(x.Of)
		if want == nil || seen[want] {
			_ = r.differ("%s: item %d of %s has one execution too many", r.recorded[0].Name, x.Of.Index, x.Of.State)
			continue
		}
		seen[want] = true
		r.compareExecution(want, x)
	}
	for i := range r.recorded {
		want := &r.recorded[i]
		if !seen[want] {
			_ = r.differ("%s: was not run", want.Name)
		}
		for j := range want.Tasks {
			if task := &want.Tasks[j]; !r.used[task] {
				_ = r.differ("%s: Task %s, attempt %d, was not asked for", want.Name, task.State, task.Attempt)
			}
		}
	}
}

func (r *replay) compareExecution(want *trace.Execution, got trace.Execution) {
	if got.Status != want.Status {
		_ = r.differ("%s: ended %s; the trace has %s", want.Name, got.Status, want.Status)
	}
	r.compareText(want.Name, "input", got.Input, want.Input)
	r.compareEnd(want.Name, ending{got.Output, got.Error, got.Cause}, ending{want.Output, want.Error, want.Cause})
	ours, theirs := byIteration(want.Path), byIteration(got.Path)
	for _, place := range slices.Sorted(maps.Keys(ours)) {
		r.comparePath(want.Name+place, theirs[place], ours[place])
		delete(theirs, place)
	}
	for _, place := range slices.Sorted(maps.Keys(theirs)) {
		_ = r.differ("%s: was run; the trace has no such iteration", want.Name+place)
	}
}

// byIteration splits a path by the iterations of inline Maps, because iterations may interleave in any way.
func byIteration(path []trace.Visit) map[string][]trace.Visit {
	iterations := map[string][]trace.Visit{}
	for _, visit := range path {
		place := ""
		if len(visit.Iteration) > 0 {
			place = fmt.Sprint(visit.Iteration)
		}
		iterations[place] = append(iterations[place], visit)
	}
	return iterations
}

// comparePath compares the states up to the first different one: everything after it differs anyway.
func (r *replay) comparePath(where string, got, want []trace.Visit) {
	for i := range min(len(got), len(want)) {
		if got[i].State != want[i].State {
			_ = r.differ("%s: state %d of the path is %s; the trace has %s", where, i+1, got[i].State, want[i].State)
			return
		}
		state := fmt.Sprintf("%s: %s, state %d of the path", where, want[i].State, i+1)
		r.compareText(state, "input", got[i].Input, want[i].Input)
		r.compareEnd(state, ending{got[i].Output, got[i].Error, got[i].Cause}, ending{want[i].Output, want[i].Error, want[i].Cause})
	}
	if len(got) != len(want) {
		_ = r.differ("%s: the path is %v; the trace has %v", where, names(got), names(want))
	}
}

func names(path []trace.Visit) []string {
	all := make([]string, len(path))
	for i := range path {
		all[i] = path[i].State
	}
	return all
}

// ending is the result of a state or an execution.
type ending struct {
	output       json.RawMessage
	error, cause string
}

func (r *replay) compareEnd(where string, got, want ending) {
	r.compareText(where, "output", got.output, want.output)
	if got.error != want.error {
		_ = r.differ("%s: the error is %q; the trace has %q", where, got.error, want.error)
	}
	// Every engine words errors in a definition differently.
	if cause := string(r.named(json.RawMessage(got.cause))); cause != want.cause && !strings.HasPrefix(want.error, "States.") {
		_ = r.differ("%s: the cause is %q; the trace has %q", where, cause, want.cause)
	}
}

func (r *replay) compareText(where, what string, got, want json.RawMessage) {
	if got = r.named(got); !same(got, want) {
		_ = r.differ("%s: the %s is %s; the trace has %s", where, what, text(got), text(want))
	}
}

func text(v json.RawMessage) string {
	if len(v) == 0 {
		return "missing"
	}
	return string(v)
}
