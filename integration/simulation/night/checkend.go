package night

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// sizes returns a node group's sizes in EKS; false if it does not exist.
func (n *night) sizes(name string) (eksmodel.Sizes, bool) {
	state, found := n.eks.State(ref(name))
	if state.Status == types.NodegroupStatusDeleting {
		return eksmodel.Sizes{}, false
	}
	return state.Sizes, found
}

// status returns a node group's status in EKS; empty if it does not exist.
func (n *night) status(name string) types.NodegroupStatus {
	state, _ := n.eks.State(ref(name))
	return state.Status
}

// recorded returns the records of runs, by name.
func (n *night) recorded() map[string]run.Record {
	stored, err := tables.NewLogs(n.db, deployment.LogsTable).Runs(context.Background(), evening.Add(-time.Hour))
	if err != nil {
		n.violate("the records cannot be read: %v", err)
	}
	all := map[string]run.Record{}
	for _, r := range stored {
		all[r.Execution.Name] = r
	}
	return all
}

// checkRecords checks the end and the record of every run, and the alert of every failed one.
func (n *night) checkRecords() {
	recorded := n.recorded()
	for _, r := range n.runs {
		result := r.Result()
		record, ok := recorded[r.Name]
		switch {
		case r.aborted, !ok && r.unheardDryRun():
		case result.Status != engine.Failed && result.Status != engine.Succeeded:
			n.violate("run %s ended as %s", r.Name, result.Status)
		case !ok && r.unheard == 0:
			n.violate("run %s has no record, though nothing kept it from being written", r.Name)
		case !ok && result.Status == engine.Succeeded:
			n.violate("run %s is green and has no record", r.Name)
		case ok:
			n.checkRecord(r, record, result)
			n.checkUnits(r, record)
		}
		n.checkAlert(r, result)
	}
}

// unheardDryRun reports whether a dry run's record may be missing: it alerts nobody.
func (r *started) unheardDryRun() bool { return r.input.DryRun && r.unheard > 0 }

func (n *night) checkAlert(r *started, result asl.Result) {
	switch told := len(n.alerts[r.Name]) > 0; {
	case result.Status == engine.Failed && !told:
		n.violate("run %s failed, and nobody was told: %s", r.Name, result.Cause)
	case result.Status == engine.Succeeded && told:
		n.violate("run %s succeeded, and people were told of a failure", r.Name)
	}
}

// checkRecord compares a record with how its run ended.
func (n *night) checkRecord(r *started, record run.Record, result asl.Result) {
	failed := result.Status == engine.Failed
	switch {
	case r.input.DryRun && failed:
		n.violate("dry run %s failed: %s", r.Name, record.Message)
	case record.Outcome == run.Failed && !failed:
		n.violate("run %s is green, and its record says that it failed: %s", r.Name, record.Message)
	case record.Outcome == run.Overtaken && failed && r.unheard == 0:
		n.violate("run %s was overtaken and is red", r.Name)
	}
}

// checkHeldBack requires a scale-down that was held back to fail and to name the cause.
func (n *night) checkHeldBack(r string, outcome run.Outcome, g run.NodegroupSummary) {
	if g.Action == scaling.ScaleDown && len(g.HeldBack) > 0 && g.Outcome == run.Skipped && outcome == run.Succeeded {
		n.violate("run %s held %s back and is green", r, g.Nodegroup)
	}
	if g.Outcome == run.Failed && strings.Contains(g.Error, "held back") && !n.namesWhat(g.Error) {
		n.violate("run %s held %s back and does not say by what: %s", r, g.Nodegroup, g.Error)
	}
}

// namesWhat reports whether a message about a held-back scale-down names a node group after its colon.
func (n *night) namesWhat(message string) bool {
	_, why, _ := strings.Cut(message, "held back: ")
	for name := range n.place.limits {
		if strings.HasPrefix(why, name+" ") {
			return true
		}
	}
	return false
}

// checkQuiet checks the final state: everything is in sync, or changed by others, or people were alerted.
func (n *night) checkQuiet() {
	last := n.runs[len(n.runs)-1]
	result := last.Result()
	lacking, refused := map[string]bool{}, n.refused(last) // the units that may have failed; they stop no other one
	if result.Status == engine.Failed && len(n.alerts[last.Name]) > 0 {
		if lacking = n.lackNodes(last); len(lacking)+len(refused) == 0 {
			n.violate("nothing is broken any more, and the last run is red: %s", result.Cause)
		}
	} else if err := json.Unmarshal(result.Output, &run.Summary{}); err != nil {
		n.violate("the last run ended as %s without a summary", result.Status)
		return
	}
	for name, wanted := range n.wantedAtEnd(last) {
		began := n.lastBegan(name)
		switch sizes, exists := n.sizes(name); {
		case exists && sizes.Desired == wanted, !exists && wanted == 0, n.leftToOthers(name, began), lacking[n.place.unitOf(name)]:
		case refused[n.place.unitOf(name)] && sizes.Desired >= wanted:
		default:
			n.violate("all is quiet, the last run is green, and %s is %s (exists: %t); wanted is %d", name, sizes, exists, wanted)
		}
	}
}

// leftToOthers reports whether an autoscaler or a person has the last word on a node group.
func (n *night) leftToOthers(name string, began time.Time) bool {
	return name == n.place.autoscaled || n.touched(name, began) && n.place.enforceOf(name) == "" || n.heldSince(name, began)
}

// lastBegan returns when the last transition of a node group began at the earliest: ahead of it if that raised the node group, or when
// a condition was turned on that lasts.
func (n *night) lastBegan(nodegroup string) time.Time {
	t := n.place.transitions[len(n.place.transitions)-1]
	began := t.at()
	if lead, raised := n.place.leads(t)[nodegroup]; raised {
		began = lead
	}
	for _, b := range n.signals.beliefs[n.place.unitOf(nodegroup)] {
		if b.on && b.since.Before(began) {
			began = b.since
		}
	}
	return began
}

// heldSince reports whether a person has started a run for a profile since an instant. It holds until the next transition.
func (n *night) heldSince(nodegroup string, began time.Time) bool {
	return slices.ContainsFunc(n.runs, func(r *started) bool {
		covers := r.input.Nodegroups == nil || slices.Contains(r.input.Nodegroups, nodegroup)
		return covers && r.input.Profile != "" && !r.input.DryRun && !r.at.Before(began)
	})
}

// lackNodes returns the units with a missing node group, or with one that lost nodes to others. Their scale-downs are held back.
func (n *night) lackNodes(last *started) map[string]bool {
	units := map[string]bool{}
	for name, wanted := range n.wantedAtEnd(last) {
		began := n.lastBegan(name)
		sizes, exists := n.sizes(name)
		if !exists && wanted > 0 || exists && sizes.Desired < wanted && n.touched(name, began) {
			units[n.place.unitOf(name)] = true
		}
	}
	return units
}

// touched reports whether others did something to the node group since an instant.
func (n *night) touched(nodegroup string, since time.Time) bool {
	return slices.ContainsFunc(n.hand, func(t touch) bool { return t.nodegroup == nodegroup && !t.at.Before(since) })
}
