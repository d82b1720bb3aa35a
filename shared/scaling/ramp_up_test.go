package scaling_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/scaling"
)

// inSteps is the rules of a run in steps of 5 nodes.
func inSteps() scaling.Rules {
	r := rules
	r.RampUp = scaling.RampUp{Nodes: 5, Every: "2m"}
	return r
}

// wide is limits with room for several steps.
var wide = scaling.Limits{MinSize: 0, MaxSize: 30}

// group returns a node group that is ACTIVE with a number of nodes and should have another.
func group(name string, from, to int32) scaling.Nodegroup {
	return scaling.Nodegroup{Name: name, Limits: wide, Target: scaling.Desired(to), Observed: active(sizes(0, 30, from))}
}

func TestAStepIsAPartOfTheScaleUp(t *testing.T) {
	t.Parallel()
	const reason = "it is time"
	with := func(n scaling.Nodegroup, change func(*scaling.Nodegroup)) scaling.Nodegroup {
		change(&n)
		return n
	}
	for _, row := range []struct {
		rule   string
		n      scaling.Nodegroup
		after  scaling.Sizes
		step   bool
		reason string
	}{
		{"the first step", group("web", 1, 12), sizes(0, 30, 6), true, reason + "; toward 12 (0..30) in steps of 5 nodes every 2m"},
		{"the step after it", group("web", 6, 12), sizes(0, 30, 11), true, reason + "; toward 12 (0..30) in steps of 5 nodes every 2m"},
		{"the last step", group("web", 11, 12), sizes(0, 30, 12), true, reason},
		{"a scale-up that is no larger than a step", group("web", 7, 12), sizes(0, 30, 12), true, reason},
		{"a scale-down has no steps", group("web", 30, 1), sizes(0, 30, 1), false, reason},
		{
			"minSize is at most the step's size, and maxSize is raised at once", with(group("web", 1, 0), func(n *scaling.Nodegroup) {
				n.Target = scaling.Target{MinSize: new(int32(10)), MaxSize: new(int32(20)), DesiredSize: new(int32(12))}
				n.Observed = active(sizes(0, 2, 1))
			}), sizes(6, 20, 6), true, reason + "; toward 12 (10..20) in steps of 5 nodes every 2m",
		},
		{
			"without a desired size, the steps go to minSize", with(group("web", 1, 0), func(n *scaling.Nodegroup) {
				n.Target = scaling.Target{MinSize: new(int32(8))}
			}), sizes(6, 30, 6), true, reason + "; toward (8..30) in steps of 5 nodes every 2m",
		},
		{
			"other bounds add no nodes", with(group("web", 12, 0), func(n *scaling.Nodegroup) {
				n.Target = scaling.Target{MinSize: new(int32(12))}
			}), sizes(12, 30, 12), false, reason,
		},
		{
			"a step that did not succeed is repeated first", with(group("web", 6, 12), func(n *scaling.Nodegroup) { n.Raised = true }),
			sizes(0, 30, 6), true, "repeats its last raise, which did not succeed (ACTIVE); " + reason + "; toward 12 (0..30) in steps of 5 nodes every 2m",
		},
		{
			"nothing of a failed raise is left", with(group("web", 0, 12), func(n *scaling.Nodegroup) { n.Raised = true }),
			sizes(0, 30, 5), true, reason + "; toward 12 (0..30) in steps of 5 nodes every 2m",
		},
		{
			"the limits outrank the steps", with(group("web", 0, 12), func(n *scaling.Nodegroup) { n.Limits.MinSize = 8 }),
			sizes(8, 30, 8), true, reason + "; toward 12 (8..30) in steps of 5 nodes every 2m",
		},
		{
			"a node group that does not exist fails at once", with(group("web", 0, 12), func(n *scaling.Nodegroup) {
				n.Observed = seen(scaling.Gone, "not found", nil)
			}), sizes(0, 30, 12), false, "the node group does not exist: not found",
		},
		{
			"an arrived one stays", with(group("web", 11, 12), func(n *scaling.Nodegroup) { n.Arrived = true }),
			sizes(0, 30, 12), false, "arrived in this run; " + reason,
		},
	} {
		d := scaling.Decide(wanted, inSteps(), []scaling.Nodegroup{row.n}).Decisions[0]
		if d.After != row.after || d.Step != row.step || d.Reason != row.reason || !d.Goal.Equal(row.n.Target.Goal(row.n.Limits)) {
			t.Errorf("%s: found %s for %s, step %t: %s; want %s, step %t: %s", row.rule, d.After, d.Goal, d.Step, d.Reason, row.after, row.step, row.reason)
		}
	}
}

// plannedWaves returns the waves of a plan, such as "a 0->5, b 0->2 | c 9->0".
func plannedWaves(p scaling.Plan) string {
	var waves []string
	for _, wave := range p.Waves {
		var changes []string
		for _, d := range wave {
			changes = append(changes, fmt.Sprintf("%s %d->%d", d.Nodegroup, d.Before.DesiredSize, d.After.DesiredSize))
		}
		waves = append(waves, strings.Join(changes, ", "))
	}
	return strings.Join(waves, " | ")
}

func TestNodegroupsShareAStepInTheOrderOfTheirNames(t *testing.T) {
	t.Parallel()
	busy := group("a", 1, 6)
	busy.Observed.Condition = scaling.Updating
	raised, failed := busy, group("a", 3, 6)
	raised.Raised, failed.Raised = true, true
	for _, row := range []struct {
		rule   string
		groups []scaling.Nodegroup
		want   string
	}{
		{"the first one takes all", []scaling.Nodegroup{group("b", 0, 9), group("a", 0, 9)}, "a 0->5 | b 0->9"},
		{"what is left goes to the next one", []scaling.Nodegroup{group("a", 0, 3), group("b", 0, 9), group("c", 0, 1)}, "a 0->3, b 0->2 | c 0->1"},
		{"scale-downs come last", []scaling.Nodegroup{group("a", 9, 0), group("b", 0, 9), group("c", 0, 9)}, "b 0->5 | c 0->9 | a 9->0"},
		{"another update takes no share", []scaling.Nodegroup{busy, group("b", 0, 9)}, "a 1->6, b 0->5"},
		{"a raise in progress is the step before", []scaling.Nodegroup{raised, group("b", 0, 9)}, "a 1->6 | b 0->9"},
		{"a step that is repeated takes no share", []scaling.Nodegroup{failed, group("b", 0, 9)}, "a 3->3, b 0->5"},
	} {
		plan := scaling.Decide(wanted, inSteps(), row.groups)
		if got := plannedWaves(plan); got != row.want {
			t.Errorf("%s: found %s; want %s", row.rule, got, row.want)
		}
		for _, wave := range plan.Waves[1:] {
			want := fmt.Sprintf("it is time; toward %s in steps of 5 nodes every 2m; waits for its turn", wave[0].Goal)
			if d := wave[0]; d.Action == scaling.ScaleUp && d.Reason != want {
				t.Errorf("%s: the reason of %s is %q", row.rule, d.Nodegroup, d.Reason)
			}
		}
	}
}

// TestARaiseThatThisRunGaveUpHoldsNoStepBack: nobody would wait for it.
func TestARaiseThatThisRunGaveUpHoldsNoStepBack(t *testing.T) {
	t.Parallel()
	n := group("a", 1, 6)
	n.Observed.Condition, n.Raised, n.Failed = scaling.Updating, true, true
	if got := plannedWaves(scaling.Decide(wanted, inSteps(), []scaling.Nodegroup{n, group("b", 0, 9)})); got != "b 0->5" {
		t.Errorf("found %s; want b", got)
	}
}

// TestAScaleDownWaitsForTheWholeGoal, not for a step.
func TestAScaleDownWaitsForTheWholeGoal(t *testing.T) {
	t.Parallel()
	failed, unproven := group("up", 6, 12), group("up", 6, 12)
	failed.Failed = true
	unproven.Raised, unproven.Observed.Condition, unproven.Observed.Detail = true, scaling.Degraded, "no capacity"
	for rule, row := range map[string]struct {
		up   scaling.Nodegroup
		want []string
	}{
		"its steps are still to come":                 {group("up", 6, 12), nil},
		"it failed in this run":                       {failed, []string{"up has 6 of 12 nodes"}},
		"its last step failed, and the next will too": {unproven, []string{"up is degraded: no capacity (12 needed)"}},
	} {
		waves := scaling.Decide(wanted, inSteps(), []scaling.Nodegroup{row.up, group("down", 9, 0)}).Waves
		if diff := cmp.Diff(row.want, waves[len(waves)-1][0].HeldBack); diff != "" {
			t.Errorf("%s: held back by (-want +got):\n%s", rule, diff)
		}
	}
}

func TestAGoalIsMet(t *testing.T) {
	t.Parallel()
	least := scaling.Goal{MinSize: 8, MaxSize: 30}
	for _, row := range []struct {
		rule  string
		goal  scaling.Goal
		sizes scaling.Sizes
		want  bool
	}{
		{"with its sizes", goal(0, 30, 12), sizes(0, 30, 12), true},
		{"with more, for an autoscaler", goal(0, 30, 12), sizes(0, 30, 15), true},
		{"not by a step", goal(0, 30, 12), sizes(0, 30, 6), false},
		{"not with the bounds of a step", goal(12, 30, 12), sizes(6, 30, 15), false},
		{"without a desired size, by minSize", least, sizes(8, 30, 8), true},
		{"without a desired size, not by a step", least, sizes(6, 30, 6), false},
	} {
		if got := row.goal.Met(row.sizes); got != row.want {
			t.Errorf("%s: found %t", row.rule, got)
		}
	}
}

// TestStepsReachTheGoals, each with no more nodes than it may add, however the sizes were at first.
func TestStepsReachTheGoals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, r, nodegroups := drawCase(t)
		r.Force, r.RampUp = true, scaling.RampUp{Nodes: rapid.Int32Range(1, 8).Draw(t, "nodes"), Every: "2m"}
		var missing, below int32
		for i := range nodegroups {
			n := &nodegroups[i]
			n.Raised = false
			n.Observed = active(sizes(0, 30, rapid.Int32Range(0, 25).Draw(t, "from")))
			missing += max(0, n.Target.Goal(n.Limits).Wanted()-n.Observed.Sizes.DesiredSize)
			if n.Observed.Sizes.DesiredSize < n.Limits.MinSize {
				below++
			}
		}
		for steps := int32(0); ; steps++ {
			plan := scaling.Decide(w, r, nodegroups)
			added, outranked := followFirstWave(plan, nodegroups)
			if added > r.RampUp.Nodes && outranked == 0 {
				t.Fatalf("a step adds %d nodes; want at most %d", added, r.RampUp.Nodes)
			}
			if len(plan.Waves) == 0 {
				break
			}
			if most := (missing+r.RampUp.Nodes-1)/r.RampUp.Nodes + below + 2; steps > most {
				t.Fatalf("%d waves for %d nodes", steps, missing)
			}
		}
		for _, n := range nodegroups {
			if !n.Target.Goal(n.Limits).Reached(*n.Observed.Sizes) {
				t.Errorf("%s ends with %s; want %s", n.Name, n.Observed.Sizes, n.Target.Goal(n.Limits))
			}
		}
	})
}

// followFirstWave makes the changes of a plan's first wave, and returns the nodes it adds, and how many node groups were below their minimum,
// which outranks the size of a step.
func followFirstWave(plan scaling.Plan, nodegroups []scaling.Nodegroup) (added, outranked int32) {
	for _, d := range slices.Concat(plan.Waves[:min(1, len(plan.Waves))]...) {
		i := slices.IndexFunc(nodegroups, func(n scaling.Nodegroup) bool { return n.Name == d.Nodegroup })
		added += max(0, d.After.DesiredSize-d.Before.DesiredSize)
		if d.Before.DesiredSize < d.Limits.MinSize {
			outranked++
		}
		nodegroups[i].Observed = active(d.After)
	}
	return added, outranked
}
