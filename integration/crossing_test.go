package integration_test

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/run"
)

// TestARunThatCrossesATransitionContinuesForTheTimeAfterIt without any other run.
func TestARunThatCrossesATransitionContinuesForTheTimeAfterIt(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.until(tuesdayMorning.Add(-time.Minute))
		n.start("crossing", run.Input{Trigger: "schedule", Due: tuesdayNight})
		n.check(tuesdayMorning.Add(time.Hour), outcome{
			runs: map[string]string{"crossing": "succeeded"}, sizes: peaking, marks: []string{"big peak 3", "small peak 0"},
		})
	})
}

// TestAManualRunThatCrossesATransitionHoldsNothingAfterIt: what a person asked for before it ends with it.
func TestAManualRunThatCrossesATransitionHoldsNothingAfterIt(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.trigger("night", tuesdayNight)
		n.until(tuesdayMorning.Add(-3 * time.Minute))
		n.EKS.UpdatesTake(5 * time.Minute)
		n.start("manual", run.Input{Trigger: "manual", Actor: "ana", Reason: "a launch", Profile: "normal"})
		n.reconcile("later", tuesdayMorning.Add(20*time.Minute))
		n.check(tuesdayMorning.Add(time.Hour), outcome{
			runs:  map[string]string{"night": "succeeded", "manual": "succeeded", "later": "succeeded"},
			sizes: peaking, marks: []string{"big peak 3", "small peak 0"},
		})
	})
}
