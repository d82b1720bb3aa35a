package scaling

import (
	"cmp"
	"fmt"
	"slices"

	"eks-scaling-automation/shared/english"
)

// RampUp makes scale-ups go in steps. The zero value has none.
type RampUp struct {
	Nodes int32  // that one step adds at most, in total
	Every string // the least time between the starts of two steps, in words; the run waits for it
}

// words describes the steps.
func (r RampUp) words() string {
	return fmt.Sprintf("in steps of %s every %s", english.Count(int(r.Nodes), "node"), r.Every)
}

// begin limits the scale-ups to the next step. The node groups take their share in the order of their names. It returns the names
// of those that wait, because nothing is left for them.
func (r RampUp) begin(nodegroups []Nodegroup, decided []Decision) (waiting []string) {
	if r.Nodes == 0 {
		return nil
	}
	left := r.Nodes
	if stepInProgress(nodegroups, decided) {
		left = 0
	}
	for _, i := range inOrder(nodegroups) {
		n, d := nodegroups[i], &decided[i]
		if d.adds() == 0 {
			continue
		}
		d.Step = true
		to := d.Before.DesiredSize
		switch {
		case n.Raised && to > 0:
			d.Reason = fmt.Sprintf("repeats its last raise, which did not succeed (%s); %s", n.Observed.Detail, d.Reason)
		case left <= 0:
			waiting = append(waiting, n.Name)
			d.Reason = fmt.Sprintf("%s; toward %s %s; waits for its turn", d.Reason, d.Goal, r.words())
			continue
		default:
			to += min(left, d.adds())
		}
		// The limits outrank the steps: a node group below them comes back in one step.
		left -= d.stepTo(max(to, d.Limits.MinSize), r)
	}
	return waiting
}

// stepInProgress reports whether a raise is still in progress that this run can wait for. The next step begins after it.
func stepInProgress(nodegroups []Nodegroup, decided []Decision) bool {
	for i, n := range nodegroups {
		if n.Raised && n.Observed.Condition == Updating && decided[i].Action == Await {
			return true
		}
	}
	return false
}

// inOrder returns the indices of the node groups in the order of their names.
func inOrder(nodegroups []Nodegroup) []int {
	order := make([]int, len(nodegroups))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(nodegroups[a].Name, nodegroups[b].Name) })
	return order
}

// adds returns how many nodes a scale-up adds; 0 if its sizes are unknown.
func (d Decision) adds() int32 {
	if d.Action != ScaleUp || d.Before == nil {
		return 0
	}
	return max(0, d.After.DesiredSize-d.Before.DesiredSize)
}

// Removes returns how many nodes a scale-down takes down; 0 if it lowers only the bounds.
func (d Decision) Removes() int {
	if d.Action != ScaleDown || d.Before == nil {
		return 0
	}
	return int(max(0, d.Before.DesiredSize-d.After.DesiredSize))
}

// stepTo limits a scale-up to a desired size on the way to its goal. It returns how many nodes the step adds.
func (d *Decision) stepTo(desired int32, r RampUp) int32 {
	if d.After.DesiredSize = desired; desired < d.Goal.Wanted() {
		d.After.MinSize = min(d.After.MinSize, desired)
		d.Reason = fmt.Sprintf("%s; toward %s %s", d.Reason, d.Goal, r.words())
	}
	return d.adds()
}

// Met reports whether a change that ended with these sizes has reached the goal: its bounds, and at least its nodes. An autoscaler
// may have added more. A step ends below.
func (g Goal) Met(s Sizes) bool {
	return s.MinSize == g.MinSize && s.MaxSize == g.MaxSize && s.DesiredSize >= g.Wanted()
}
