package integration_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// autoscaled has an autoscaler own big's desired size in the peak, within bounds.
var autoscaled = []string{"sleep:  {small: 1, big: 0}", "sleep:  {small: 0, big: 1}", "peak:   {small: 0, big: 3}", "peak:   {small: 0, big: {minSize: 1}}"}

// TestAnAutoscalersDesiredSizeIsLeftAlone whenever it moves it while the bounds change.
func TestAnAutoscalersDesiredSizeIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		operation string
		moves     time.Duration // after the transition
		desired   int32
	}{
		"between the look and the call":     {"UpdateNodegroupConfig", 5 * time.Second, 5},
		"between the decision and the look": {"DescribeNodegroup", 5 * time.Second, 5},
		"during the update":                 {"", 40 * time.Second, 5},
	} {
		t.Run(name, func(t *testing.T) {
			bothWays(t, tuesdayMorning, func(n *night) {
				if row.operation != "" {
					n.at(tuesdayMorning.Add(-time.Second), func() {
						n.EKS.Delay(row.operation, "production", "big", 1, 9*time.Second, 0)
					})
				}
				n.trigger("morning", tuesdayMorning)
				n.at(tuesdayMorning.Add(row.moves), func() {
					now, _ := n.EKS.Nodegroup(world.Region, "production", "big")
					now.Sizes.Desired = row.desired
					n.EKS.SetSizes(world.Region, "production", "big", now.Sizes)
				})
				n.reconcile("later", tuesdayMorning.Add(50*time.Minute))
				n.check(tuesdayMorning.Add(time.Hour), outcome{
					runs:  map[string]string{"morning": "succeeded", "later": "succeeded"},
					sizes: map[string]int32{"small": 0, "big": row.desired}, marks: []string{"big peak 1", "small peak 0"},
				})
				big, _ := n.EKS.Nodegroup(world.Region, "production", "big")
				if want := (eks.Sizes{Min: 1, Max: 5, Desired: row.desired}); big.Sizes != want {
					n.t.Errorf("big is %+v; want %+v", big.Sizes, want)
				}
			}, autoscaled...)
		})
	}
}

// TestBoundsThatForceADesiredSizeArriveWithWhateverTheAutoscalerMakesOfIt within them.
func TestBoundsThatForceADesiredSizeArriveWithWhateverTheAutoscalerMakesOfIt(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayMorning, append(autoscaled[:3:3], "peak:   {small: 0, big: {minSize: 2}}")...)
	n.trigger("morning", tuesdayMorning)
	n.at(tuesdayMorning.Add(40*time.Second), func() {
		n.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Min: 2, Max: 5, Desired: 4})
	})
	n.check(tuesdayMorning.Add(time.Hour), outcome{
		runs: map[string]string{"morning": "succeeded"}, sizes: map[string]int32{"small": 0, "big": 4}, marks: []string{"big peak 2", "small peak 0"},
	})
}

// TestOtherSizesThanRequestedFailAfterTwoLooks and one look is not enough.
func TestOtherSizesThanRequestedFailAfterTwoLooks(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		back   bool // the person has second thoughts 15 seconds after the update's end
		run    string
		alerts []string
	}{
		"for half a minute":     {false, "FAILED NodegroupNotAsAskedError", []string{"production/big was asked to be 3 (0..5)"}},
		"at the first one only": {true, "succeeded", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := nightAt(t, tuesdayMorning)
			n.trigger("morning", tuesdayMorning)
			n.at(tuesdayMorning.Add(40*time.Second), func() {
				n.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 1})
			})
			sizes := map[string]int32{"small": 1, "big": 1}
			if row.back {
				n.at(tuesdayMorning.Add(135*time.Second), func() {
					n.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 3})
				})
				sizes = peaking
			}
			n.check(tuesdayMorning.Add(time.Hour), outcome{runs: map[string]string{"morning": row.run}, sizes: sizes, alerts: row.alerts})
			if row.alerts != nil && !strings.Contains(n.Alerts()[0].Message, "CloudTrail") {
				t.Errorf("the alert says\n%s\nwant it to say where to see who did it", n.Alerts()[0].Message)
			}
		})
	}
}

// TestANodegroupThatDoesNotExistHoldsNothingBackWhenNoneOfItIsWanted and the dry run agrees.
func TestANodegroupThatDoesNotExistHoldsNothingBackWhenNoneOfItIsWanted(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.at(tuesdayNight, func() { n.start("dry", run.Input{DryRun: true}) })
		n.trigger("night", tuesdayNight.Add(time.Minute))
		n.reconcile("later", tuesdayNight.Add(50*time.Minute))
		n.check(tuesdayNight.Add(time.Hour), outcome{
			runs:  map[string]string{"dry": "planned", "night": "succeeded", "later": "succeeded"},
			sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"},
		})
		planned := map[string]run.NodegroupSummary{}
		for _, run := range []string{"dry", "night", "later"} {
			for _, g := range n.part(run).Nodegroups {
				if g.Nodegroup == "old" && !strings.Contains(g.Warning, "does not exist") {
					n.t.Errorf("run %s says of old: %+v; want a warning that it does not exist", run, g)
				}
				if run == "dry" {
					planned[g.Nodegroup] = g
				}
			}
		}
		if big := planned["big"]; big.Outcome != run.Planned || len(big.HeldBack) > 0 || planned["old"].Outcome != run.Unchanged {
			n.t.Errorf("the dry run says of big %+v and of old %+v; want big taken down and old left as it is", big, planned["old"])
		}
	}, "small: {minSize: 0, maxSize: 1}", "small: {minSize: 0, maxSize: 1}\n      old: {minSize: 0, maxSize: 3}",
		"sleep:  {small: 1, big: 0}", "sleep:  {small: 1, big: 0, old: 0}")
}

// TestADegradedNodegroupThatNoRunHasRaisedHoldsNothingBack night after night.
func TestADegradedNodegroupThatNoRunHasRaisedHoldsNothingBack(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	n.EKS.CreateNodegroup(world.Region, "production", "tools", eks.Sizes{Max: 2, Desired: 2})
	n.configure("small: {minSize: 0, maxSize: 1}", "small: {minSize: 0, maxSize: 1}\n      tools: {minSize: 0, maxSize: 2}",
		"big: 0}", "big: 0, tools: 2}", "big: 1}", "big: 1, tools: 2}", "big: 3}", "big: 3, tools: 2}")
	n.start("confirmed", run.Input{Trigger: "schedule"})
	n.until(tuesdayNight.Add(-time.Minute))
	n.EKS.SetStatus(world.Region, "production", "tools", "DEGRADED", eks.HealthIssue{Code: "Ec2LaunchTemplateNotFound", Message: "it is gone"})
	n.trigger("night", tuesdayNight)
	n.trigger("morning", tuesdayMorning)
	wednesday := tuesdayNight.AddDate(0, 0, 1)
	n.trigger("next-night", wednesday)
	n.reconcile("later", wednesday.Add(50*time.Minute))
	n.check(wednesday.Add(time.Hour), outcome{
		runs: map[string]string{
			"confirmed": "succeeded", "night": "succeeded", "morning": "succeeded", "next-night": "succeeded", "later": "succeeded",
		},
		sizes: asleep, marks: []string{"big sleep 0", "small sleep 1", "tools sleep 2"},
	})
	for _, g := range n.part("next-night").Nodegroups {
		if g.Nodegroup == "tools" && !strings.Contains(g.Warning, "DEGRADED") {
			t.Errorf("the run says of tools: %+v; want a warning that it is DEGRADED", g)
		}
	}
}
