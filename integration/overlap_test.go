package integration_test

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/run"
)

// TestTheNewestDecisionWins has a person, or an override, want something else while the night's first wave waits.
func TestTheNewestDecisionWins(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		meanwhile func(*night)
		want      outcome
	}{
		"a manual run overtakes": {
			func(n *night) {
				n.start("manual", run.Input{Trigger: "manual", Actor: "ana", Reason: "a launch", Profile: "normal"})
			},
			outcome{
				runs: map[string]string{"night": "overtaken", "manual": "succeeded", "later": "succeeded"}, sizes: normal,
				marks: []string{"big sleep 0, held at normal 1 by manual", "small sleep 1, held at normal 0 by manual"},
			},
		},
		"a run after an override overtakes": {
			func(n *night) {
				n.override("normal")
				n.start("manual", run.Input{Trigger: "changed"})
			},
			outcome{
				runs: map[string]string{"night": "overtaken", "manual": "succeeded", "later": "succeeded"}, sizes: normal,
			},
		},
		"an override that no run follows counts from the next round": {
			func(n *night) { n.override("normal") },
			outcome{runs: map[string]string{"night": "succeeded", "later": "succeeded"}, sizes: normal},
		},
		"an override that wants more of what is to be taken down": {
			func(n *night) { n.override("big=4", "big") },
			outcome{
				runs: map[string]string{"night": "succeeded", "later": "succeeded"}, sizes: map[string]int32{"small": 1, "big": 4},
			},
		},
		"a run after an override that wants more": {
			func(n *night) {
				n.override("big=4", "big")
				n.start("manual", run.Input{Trigger: "changed"})
			},
			outcome{
				runs:  map[string]string{"night": "overtaken", "manual": "succeeded", "later": "succeeded"},
				sizes: map[string]int32{"small": 1, "big": 4},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			bothWays(t, tuesdayNight, func(n *night) {
				n.trigger("night", tuesdayNight)
				n.at(tuesdayNight.Add(40*time.Second), func() { row.meanwhile(n) })
				n.reconcile("later", tuesdayNight.Add(50*time.Minute))
				n.check(tuesdayNight.Add(time.Hour), row.want)
			})
		})
	}
}

// TestACallOfAnOvertakenRunDoesNotStay: the night is as it should be, a person's run takes small down, and a newer run wants
// small again while that update is under way.
func TestACallOfAnOvertakenRunDoesNotStay(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.trigger("night", tuesdayNight)
		later := tuesdayNight.Add(time.Hour)
		n.at(later, func() {
			n.EKS.UpdatesTake(5 * time.Minute)
			n.start("manual", run.Input{Trigger: "manual", Actor: "ana", Reason: "a launch", Profile: "normal"})
		})
		n.at(later.Add(9*time.Minute), func() { n.start("newer", run.Input{Trigger: "changed"}) })
		n.check(later.Add(time.Hour), outcome{
			runs:  map[string]string{"night": "succeeded", "manual": "overtaken", "newer": "succeeded"},
			sizes: map[string]int32{"small": 1, "big": 1}, marks: []string{"big sleep 0, held at normal 1 by manual", "small sleep 1"},
		})
	})
}
