package integration_test

import (
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// tuesdayMorning is when the peak begins: big goes from 0 to 3 first, then small from 1 to 0.
var tuesdayMorning = tuesday("06:30:00")

// peaking are the sizes of the peak.
var peaking = map[string]int32{"small": 0, "big": 3}

// TestASlowEKSNeverCarriesTheNightIntoTheMorning has a late run of the night at its scale-down when the morning comes.
func TestASlowEKSNeverCarriesTheNightIntoTheMorning(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]struct {
		operation, nodegroup string
		after                int // the number of calls that are not slow
		arrives, answered    time.Duration
	}{
		"the look of the decision is slow":      {"DescribeNodegroup", "big", 0, 20 * time.Second, 0},
		"the look before the call is slow":      {"DescribeNodegroup", "big", 1, 20 * time.Second, 0},
		"the look at what is relied on is slow": {"DescribeNodegroup", "small", 2, 20 * time.Second, 0},
		"the call arrives in the morning":       {"UpdateNodegroupConfig", "big", 0, 28 * time.Second, 0},
		"the answer comes in the morning":       {"UpdateNodegroupConfig", "big", 0, 0, 28 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bothWays(t, tuesdayNight, func(n *night) {
				n.until(tuesdayMorning.Add(-146 * time.Second))
				n.start("late", run.Input{Trigger: "schedule", Due: tuesdayNight})
				// Small arrives after 120 seconds, and then big is to be taken down.
				n.at(tuesdayMorning.Add(-27*time.Second), func() {
					if slow.after > 0 {
						n.EKS.Delay(slow.operation, "production", slow.nodegroup, slow.after, 0, 0)
					}
					n.EKS.Delay(slow.operation, "production", slow.nodegroup, 1, slow.arrives, slow.answered)
				})
				n.trigger("morning", tuesdayMorning)
				n.reconcile("later", tuesdayMorning.Add(50*time.Minute))
				n.check(tuesdayMorning.Add(time.Hour), outcome{
					runs:  map[string]string{"late": "overtaken", "morning": "succeeded", "later": "succeeded"},
					sizes: peaking, marks: []string{"big peak 3", "small peak 0"},
				})
			})
		})
	}
}

// TestAScaleThatDiesAfterItsCallMakesTheSameCallAgain and so learns that EKS has failed it.
func TestAScaleThatDiesAfterItsCallMakesTheSameCallAgain(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]eks.Behaviour{
		"sizes shown at once, taken back on failure":  {},
		"sizes shown at once, kept on failure":        {FailureKeepsSizes: true},
		"sizes shown at the end, never on failure":    {SizesShownAtEnd: true},
		"sizes shown at the end, also after failures": {SizesShownAtEnd: true, FailureKeepsSizes: true},
	} {
		for how, die := range map[string]func(*night){
			"its answer is lost": func(n *night) {
				if err := n.Lambda.KillNext("eks-scaling-scale", lambda.AfterHandler); err != nil {
					n.t.Fatal(err)
				}
			},
			"it never hears from EKS": func(n *night) {
				n.EKS.Delay("UpdateNodegroupConfig", "production", "small", 1, 0, 10*time.Minute)
			},
		} {
			t.Run(name+"; "+how, func(t *testing.T) {
				t.Parallel()
				n := nightAt(t, tuesdayNight)
				n.behave(b)
				die(n)
				n.EKS.FailUpdate(world.Region, "production", "small", "AsgInstanceLaunchFailures", "no capacity")
				n.trigger("night", tuesdayNight)
				n.keeps(tuesdayNight.Add(49 * time.Minute))
				n.reconcile("later", tuesdayNight.Add(50*time.Minute))
				n.check(tuesdayNight.Add(time.Hour), outcome{
					runs:  map[string]string{"night": "FAILED NodegroupFailedError", "later": "succeeded"},
					sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"}, alerts: []string{"no capacity"},
				})
			})
		}
	}
}

// TestABusyNodegroupIsWaitedForUntilWaitTimeout as another scale-down may take a quarter of an hour.
func TestABusyNodegroupIsWaitedForUntilWaitTimeout(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		busy   time.Duration
		run    string
		sizes  map[string]int32
		alerts []string
	}{
		"12 minutes": {12 * time.Minute, "succeeded", peaking, nil},
		"25 minutes": {25 * time.Minute, "FAILED NodegroupBusyError", asleep, []string{"was busy for 20m0s"}},
	} {
		t.Run(name, func(t *testing.T) {
			bothWays(t, tuesdayMorning, func(n *night) {
				n.EKS.UpdateTakes(world.Region, "production", "big", row.busy)
				n.at(tuesdayMorning.Add(-time.Second), func() {
					n.EKS.ForeignUpdate(world.Region, "production", "big", 1)
					n.EKS.UpdateTakes(world.Region, "production", "big", 0)
				})
				n.trigger("morning", tuesdayMorning)
				n.check(tuesdayMorning.Add(40*time.Minute), outcome{
					runs: map[string]string{"morning": row.run}, sizes: row.sizes, alerts: row.alerts,
				})
				for _, e := range world.Events(n.runs["morning"]) {
					if e.Type == engine.StateRetried {
						n.t.Errorf("%s was retried; want busy to be no failure", e.State)
					}
				}
			})
		})
	}
}

// TestATriggerThatIsAheadOfTheClockDecidesForItsOwnTime as the clocks of AWS differ a little.
func TestATriggerThatIsAheadOfTheClockDecidesForItsOwnTime(t *testing.T) {
	bothWays(t, tuesdayMorning, func(n *night) {
		n.at(tuesdayMorning.Add(-300*time.Millisecond), func() {
			n.start("morning", run.Input{Trigger: "schedule", Due: tuesdayMorning})
		})
		n.check(tuesdayMorning.Add(40*time.Minute), outcome{
			runs: map[string]string{"morning": "succeeded"}, sizes: peaking, marks: []string{"big peak 3", "small peak 0"},
		})
	})
}
