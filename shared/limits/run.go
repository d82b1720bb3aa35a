package limits

import (
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
)

// RunBytes returns the size of the largest state of a run over all units, in bytes: the final state with the input. In the
// worst case no unit could be recorded, and no signal could be read. The input names all units, or none if the names do not fit.
func RunBytes(c config.Config) int {
	names, results, rest := len(`[]`), 0, runBytes+readingBytes(c)
	result := len(jsonOf(run.UnitResult{Unit: "-", Outcome: run.Failed, Execution: exampleID}))
	for _, unit := range c.Units() {
		n := nameBytes(unit.Name)
		names, results = names+n, results+n+result-len(`"-"`)
	}
	if names <= MaxNamesBytes {
		return names + names + results + rest
	}
	return names + results + rest
}

// runBytes covers what does not grow with the number of units: the facts of the run in its state and input, its notes, and the
// changes of its triggers.
const runBytes = 4 << 10

// NamesBytes returns the size of names as a JSON list.
func NamesBytes(names []string) int {
	size := len(`[]`)
	for _, name := range names {
		size += nameBytes(name)
	}
	return size
}

// nameBytes returns the size of a unit's name in a JSON list, with its comma. JSON escapes nothing in it.
func nameBytes(name string) int { return len(name) + len(`"",`) }
