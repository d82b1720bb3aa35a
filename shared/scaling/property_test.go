package scaling_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/shared/scaling"

	"pgregory.net/rapid"
)

// drawTarget draws limits, and a target that a checked configuration could hold for them.
func drawTarget(t *rapid.T) (scaling.Limits, scaling.Target) {
	high := rapid.Int32Range(1, 20).Draw(t, "limit max")
	limits := scaling.Limits{MinSize: rapid.Int32Range(0, high).Draw(t, "limit min"), MaxSize: high}
	upper := rapid.Int32Range(max(1, limits.MinSize), limits.MaxSize).Draw(t, "max")
	lower := rapid.Int32Range(limits.MinSize, upper).Draw(t, "min")
	target := scaling.Target{}
	if rapid.Bool().Draw(t, "has min") {
		target.MinSize = &lower
	}
	if rapid.Bool().Draw(t, "has max") {
		target.MaxSize = &upper
	}
	if rapid.Bool().Draw(t, "has desired") {
		g := target.Goal(limits)
		target.DesiredSize = new(rapid.Int32Range(g.MinSize, g.MaxSize).Draw(t, "desired"))
	}
	return limits, target
}

// drawObserved draws a look at a node group: in any condition, within its limits or not.
func drawObserved(t *rapid.T) scaling.Observed {
	c := rapid.SampledFrom([]scaling.Condition{
		scaling.Active, scaling.Active, scaling.Active, scaling.Degraded, scaling.Updating, scaling.Broken, scaling.Gone, scaling.Unreadable,
	}).Draw(t, "condition")
	if c == scaling.Broken || c == scaling.Gone || c == scaling.Unreadable {
		return seen(c, "no sizes", nil)
	}
	high := rapid.Int32Range(1, 25).Draw(t, "current max")
	low := rapid.Int32Range(0, high).Draw(t, "current min")
	return seen(c, "some sizes", new(sizes(low, high, rapid.Int32Range(low, high).Draw(t, "current desired"))))
}

// drawNodegroup draws a node group in any state, applied before or not, relied on or not.
func drawNodegroup(t *rapid.T, name string) scaling.Nodegroup {
	n := scaling.Nodegroup{Name: name, Observed: drawObserved(t), Raised: rapid.Bool().Draw(t, "raised")}
	n.Limits, n.Target = drawTarget(t)
	if rapid.Bool().Draw(t, "has an earlier size") {
		n.Earlier = new(rapid.Int32Range(0, 20).Draw(t, "earlier"))
	}
	if rapid.Bool().Draw(t, "applied") {
		n.Applied = &scaling.Application{
			Profile: rapid.SampledFrom([]string{"peak", "sleep"}).Draw(t, "applied profile"), Period: "tuesday-peak", Goal: n.Target.Goal(n.Limits),
			At: since.Add(time.Duration(rapid.IntRange(-1, 20).Draw(t, "applied minutes in")) * time.Minute),
		}
	}
	return n
}

func drawCase(t *rapid.T) (scaling.Wanted, scaling.Rules, []scaling.Nodegroup) {
	w := wanted
	if w.Source = rapid.SampledFrom([]scaling.Source{scaling.FromPeriod, scaling.FromPerson}).Draw(t, "source"); w.Source == scaling.FromPerson {
		w.Period = ""
	}
	r := scaling.Rules{
		At: now, Force: rapid.Bool().Draw(t, "force"),
		Enforce: rapid.SampledFrom([]scaling.Enforce{scaling.OnTransition, scaling.Always}).Draw(t, "enforce"),
		RampUp:  scaling.RampUp{Nodes: rapid.SampledFrom([]int32{0, 1, 5}).Draw(t, "nodes of a step"), Every: "2m"},
	}
	nodegroups := make([]scaling.Nodegroup, rapid.IntRange(0, 6).Draw(t, "node groups"))
	for i := range nodegroups {
		nodegroups[i] = drawNodegroup(t, fmt.Sprintf("group-%d", i))
	}
	return w, r, nodegroups
}

func TestPlanNeverLeavesTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, wave := range scaling.Decide(drawCase(t)).Waves {
			for _, d := range wave {
				if d.Action == scaling.Await {
					continue // it is waited for, and nothing is asked of it
				}
				if err := d.Limits.Check(d.After); err != nil {
					t.Errorf("%s: %v", d.Nodegroup, err)
				}
			}
		}
	})
}

// A node group that could not be read counts as brought up: it may fail, and then nothing may have been taken down.
func TestPlanScalesUpBeforeItScalesDown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		takenDown := ""
		for _, wave := range scaling.Decide(drawCase(t)).Waves {
			for _, d := range wave {
				if d.Action == scaling.ScaleDown {
					takenDown = d.Nodegroup
				}
			}
			for _, d := range wave {
				raises := d.Before == nil || d.After.DesiredSize > d.Before.DesiredSize
				if takenDown != "" && (raises || d.Action != scaling.ScaleDown) {
					t.Errorf("%s is brought up with or after %s, which is taken down", d.Nodegroup, takenDown)
				}
			}
		}
	})
}

// A scale-down is held back exactly while a guard is violated that no first wave can still fulfil.
func TestAScaleDownOfTheFirstWaveHasItsGuardsOrIsHeldBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, r, nodegroups := drawCase(t)
		plan := scaling.Decide(w, r, nodegroups)
		if len(plan.Waves) == 0 || plan.Waves[0][0].Action != scaling.ScaleDown {
			return
		}
		for _, d := range plan.Waves[0] {
			var violated []string
			for _, g := range plan.Guards {
				i := slices.IndexFunc(nodegroups, func(n scaling.Nodegroup) bool { return n.Name == g.Nodegroup })
				why := g.Violation(nodegroups[i].Observed, nodegroups[i].Raised && d.MayEmpty())
				if why != "" && g.Nodegroup != d.Nodegroup {
					violated = append(violated, why)
				}
			}
			if !slices.Equal(violated, d.HeldBack) {
				t.Errorf("%s is held back by %q; violated are %q", d.Nodegroup, d.HeldBack, violated)
			}
		}
	})
}

func TestPlanHoldsEveryDecisionOnceAndTheChangesInWaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, r, nodegroups := drawCase(t)
		plan := scaling.Decide(w, r, nodegroups)
		inWave := map[string]int{}
		for _, wave := range plan.Waves {
			if len(wave) == 0 {
				t.Error("a wave is empty")
			}
			for _, d := range wave {
				inWave[d.Nodegroup]++
			}
		}
		for i, d := range plan.Decisions {
			want := 1
			if d.Action == scaling.Keep {
				want = 0
			}
			if d.Nodegroup != nodegroups[i].Name || d.Reason == "" || inWave[d.Nodegroup] != want {
				t.Errorf("decision %d: %+v, in %d waves", i, d, inWave[d.Nodegroup])
			}
		}
	})
}

// A plan that was carried out leaves nothing to do: neither at once nor, when periods are applied once, after somebody
// else has changed the sizes.
func TestDecidingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, r, nodegroups := drawCase(t)
		r.RampUp = scaling.RampUp{} // a step leaves something to do
		for i, d := range scaling.Decide(w, r, nodegroups).Decisions {
			n := &nodegroups[i]
			if n.Observed.Condition == scaling.Gone && d.Action == scaling.Keep {
				continue // it does not come back by itself
			}
			n.Observed, n.Raised = active(d.After), false
			if d.Apply != nil {
				n.Applied = d.Apply
			}
		}
		r.At = r.At.Add(time.Hour)
		if again := scaling.Decide(w, r, nodegroups); len(again.Waves) > 0 {
			t.Fatalf("deciding again wants %+v", again.Waves)
		}
		if w.Source == scaling.FromPerson || r.Force || r.Enforce == scaling.Always {
			return
		}
		drift(t, nodegroups)
		if again := scaling.Decide(w, r, nodegroups); len(again.Waves) > 0 {
			t.Errorf("what others did is not left alone: %+v", again.Waves)
		}
	})
}

// drift has others change the sizes of all node groups but those that are gone: they were never applied.
func drift(t *rapid.T, nodegroups []scaling.Nodegroup) {
	for i := range nodegroups {
		if nodegroups[i].Observed.Condition != scaling.Gone {
			nodegroups[i].Observed = active(sizes(0, 30, rapid.Int32Range(0, 30).Draw(t, "drifted to")))
		}
	}
}
