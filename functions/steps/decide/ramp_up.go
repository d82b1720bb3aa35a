package decide

import (
	"slices"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// isStep reports whether a wave begins a step of a scale-up.
func isStep(wave []scaling.Decision) bool {
	return slices.ContainsFunc(wave, func(d scaling.Decision) bool { return d.Step })
}

// nextStep returns when a wave may begin: rampUp.every after the step before; zero if it may begin now.
func (r *round) nextStep(wave []scaling.Decision) time.Time {
	if !isStep(wave) || r.task.StepAt.IsZero() {
		return time.Time{}
	}
	return r.task.StepAt.Add(time.Duration(r.view.unit.RampUp.Every))
}

// begin remembers what a wave takes down, and when a step begins. It counts without a blast radius too: one may be set during the run.
func (r *round) begin(wave []scaling.Decision) {
	r.task.Reserved += removed(wave)
	if isStep(wave) {
		r.task.Steps, r.task.StepAt = r.task.Steps+1, r.now
	}
}

// takeOver counts the last sign of a run that this one overtakes as the start of a step: it may have begun one then.
func (r *round) takeOver() {
	c := r.record.Claim
	if r.view.unit.RampUp.Nodes > 0 && c != nil && c.Order != r.me && c.EndedAt.IsZero() && r.task.StepAt.Before(c.RenewedAt) {
		r.task.StepAt = c.RenewedAt
	}
}

// maxSteps limits the steps of a run to what all node groups need from 0 nodes, and some more. An autoscaler that lowers a node
// group between two steps would otherwise keep the run going until its execution is full.
func (r *round) maxSteps() int {
	nodes := 0
	for _, most := range r.view.unit.MostNodes() {
		nodes += int(most)
	}
	each := r.view.unit.RampUp.Nodes
	return (nodes+each-1)/each + maxIdle
}
