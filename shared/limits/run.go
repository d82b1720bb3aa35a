package limits

import (
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
)

// RunBytes is how many bytes the largest state of a run over all clusters has: that at its end, with its input. In the worst case none of
// them could be put on record. The input names all, or none if their names do not fit.
func RunBytes(c config.Config) int {
	names, results := len(`[]`), 0
	result := len(jsonOf(run.UnitResult{Unit: "-", Outcome: run.Failed, Execution: exampleID}))
	for _, cluster := range c.Clusters {
		n := nameBytes(cluster.Name)
		names, results = names+n, results+n+result-len(`"-"`)
	}
	if names <= MostNamesBytes {
		return names + names + results + runBytes
	}
	return names + results + runBytes
}

// runBytes is for all that does not grow with the number of clusters: the facts of the run, in its state and its input, its notes and
// the changes of its triggers.
const runBytes = 4 << 10

// NamesBytes is how many bytes names have as a list in JSON.
func NamesBytes(names []string) int {
	size := len(`[]`)
	for _, name := range names {
		size += nameBytes(name)
	}
	return size
}

// nameBytes is what the name of a cluster has in a list, with its comma. JSON escapes nothing of it.
func nameBytes(name string) int { return len(name) + len(`"",`) }
