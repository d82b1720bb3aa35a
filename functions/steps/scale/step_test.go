package scale

import (
	"testing"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// TestAStepFitsTheSizeItWasDecidedFrom: from any other it would add too many nodes, or take some away.
func TestAStepFitsTheSizeItWasDecidedFrom(t *testing.T) {
	t.Parallel()
	step := with(to(scaling.ScaleUp, 1, 5), func(c *run.ChangeTask) { c.Decision.After, c.Decision.Step = sizes(3), true })
	last := with(to(scaling.ScaleUp, 3, 5), func(c *run.ChangeTask) { c.Decision.Step = true })
	again := with(step, func(c *run.ChangeTask) { c.Decision.Before = new(sizes(3)) })
	step.Guards = []scaling.Guard{{Nodegroup: "small", AtLeast: 1}}
	announced := func(w *world) {
		w.record.Intents = map[string]claim.Intent{"big-1-r0": {Nodegroup: "big", Order: step.Run.Order(), Round: step.Round}}
	}
	unproven := func(w *world) { w.record.Raised = map[string]claim.Order{"big": "an earlier run"} }
	degraded := func(w *world) {
		w.groups["big"] = nodegroups.State{Sizes: w.groups["big"].Sizes, Status: "DEGRADED", Health: []string{"no capacity"}}
	}
	for _, row := range []struct {
		rule    string
		now     int32
		set     func(*world)
		task    run.ChangeTask
		want    string
		desired int32 // asked of EKS
	}{
		{"from that size", 1, nil, step, "pending", 3},
		{"not from fewer nodes, as it would add too many", 0, nil, step, "ended returned: its desired size has changed to 0 (0..5)", 0},
		{"not from more, as the next step begins there", 2, nil, step, "ended returned: its desired size has changed to 2 (0..5)", 0},
		{"not from more than its own, whatever the guards", 4, nil, step, "ended returned: its desired size has changed to 4 (0..5)", 0},
		{"not from its own, as nobody has asked for that", 3, nil, step, "ended returned: its desired size has changed to 3 (0..5)", 0},
		{"from its own, if an earlier invocation has made the call", 3, announced, step, "pending", 3},
		{"or if EKS went back to the size before", 1, announced, step, "pending", 3},
		{"the last one too", 0, nil, last, "ended returned: its desired size has changed to 0 (0..5)", 0},
		{"at the goal, it is decided again", 5, nil, last, "ended returned: its desired size has changed to 5 (0..5)", 0},
		{"one that is repeated asks for the same sizes", 3, unproven, again, "pending", 3},
		{"but not while it is DEGRADED: the request would not bring the capacity", 3, func(w *world) { unproven(w); degraded(w) }, again, "NodegroupDegradedError", 0},
		{"from a DEGRADED one with another size", 1, degraded, step, "pending", 3},
	} {
		w := at(row.now)
		if row.set != nil {
			row.set(w)
		}
		got := described(w.handle(t, row.task))
		var desired int32
		for _, asked := range w.asked {
			desired = asked.To.DesiredSize
		}
		if got != row.want || desired != row.desired {
			t.Errorf("%s: %s, asked for %d; want %s and %d", row.rule, got, desired, row.want, row.desired)
		}
	}
}
