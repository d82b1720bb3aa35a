package integration_test

import (
	"testing"
	"time"

	"eks-scaling-automation/statemachine"
)

// TestARunThatCrossesATransitionGoesOnForTheTimeAfterIt without any other run.
func TestARunThatCrossesATransitionGoesOnForTheTimeAfterIt(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.until(tuesdayMorning.Add(-time.Minute))
		n.start("crossing", statemachine.Input{Trigger: "schedule", Due: tuesdayNight})
		n.check(tuesdayMorning.Add(time.Hour), outcome{
			runs: map[string]string{"crossing": "succeeded"}, sizes: peaking, marks: []string{"big peak 3", "small peak 0"},
		})
	})
}
