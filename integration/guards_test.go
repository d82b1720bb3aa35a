package integration_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// asleep are the sizes of the night.
var asleep = map[string]int32{"small": 1, "big": 0}

// keeps wants big to have its node at an instant.
func (n *night) keeps(when time.Time) {
	n.at(when, func() {
		n.t.Helper()
		if got := desired(n.World)["big"]; got != 1 {
			n.t.Errorf("at %s big is at %d; want it to stay at 1\n%s", when, got, n.story())
		}
	})
}

// TestAScaleDownWaitsForAnUpdateThatNeverEnds in this run and in those after it.
func TestAScaleDownWaitsForAnUpdateThatNeverEnds(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.EKS.HangUpdate(world.Region, "production", "small")
		n.trigger("night", tuesdayNight)
		n.reconcile("later", tuesdayNight.Add(30*time.Minute))
		n.check(tuesdayNight.Add(time.Hour), outcome{
			runs:  map[string]string{"night": "FAILED NodegroupTimeoutError", "later": "FAILED NodegroupBusyError"},
			sizes: map[string]int32{"small": n.shown(1), "big": 1}, marks: []string{"big normal 1"},
			alerts: []string{"did not become active within 20m0s", "held back: small is updating"},
		})
	})
}

// shown is the desired size that EKS shows of an update that has not ended well.
func (n *night) shown(asked int32) int32 {
	if n.behaviour.SizesShownAtEnd != n.behaviour.FailureKeepsSizes {
		return 0
	}
	return asked
}

// TestAScaleDownWaitsForANodegroupThatIsNotActive although it has the desired sizes.
func TestAScaleDownWaitsForANodegroupThatIsNotActive(t *testing.T) {
	t.Parallel()
	for status, row := range map[string]struct{ class, why string }{
		"CREATING":      {"NodegroupBusyError", "small is updating: CREATING"},
		"DELETING":      {"NodegroupFailedError", "small does not exist"},
		"CREATE_FAILED": {"NodegroupFailedError", "small is broken: CREATE_FAILED"},
		"DELETE_FAILED": {"NodegroupFailedError", "small is broken: DELETE_FAILED"},
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			n := nightAt(t, tuesdayNight)
			n.EKS.SetSizes(world.Region, "production", "small", eks.Sizes{Max: 1, Desired: 1})
			n.EKS.SetStatus(world.Region, "production", "small", status)
			n.trigger("night", tuesdayNight)
			n.keeps(tuesdayNight.Add(45 * time.Minute))
			n.at(tuesdayNight.Add(45*time.Minute), func() { n.EKS.SetStatus(world.Region, "production", "small", "ACTIVE") })
			n.reconcile("recovered", tuesdayNight.Add(50*time.Minute))
			n.check(tuesdayNight.Add(time.Hour), outcome{
				runs:  map[string]string{"night": "FAILED " + row.class, "recovered": "succeeded"},
				sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"}, alerts: []string{"held back: " + row.why},
			})
		})
	}
}

// TestAScaleDownWaitsForWhatAPersonHasTaken although it was there when its own activation began: an override ends, which is
// about another node group.
func TestAScaleDownWaitsForWhatAPersonHasTaken(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	n.trigger("night", tuesdayNight)
	later := tuesdayNight.Add(time.Hour)
	n.at(later, func() {
		n.override("big=2", "big") // for three hours
		n.start("override", run.Input{Trigger: "changed"})
	})
	n.at(later.Add(time.Hour), func() { n.EKS.SetSizes(world.Region, "production", "small", eks.Sizes{Max: 1}) })
	n.trigger("end", later.Add(3*time.Hour))
	n.check(later.Add(4*time.Hour), outcome{
		runs:  map[string]string{"night": "succeeded", "override": "succeeded", "end": "FAILED HeldBackError"},
		sizes: map[string]int32{"small": 0, "big": 2}, alerts: []string{"held back: small has 0 of 1 nodes"},
	})
}

// TestAScaleDownWaitsForWhatWasLostAfterItHadArrived because big failed in the first run, and small was lost before the next.
func TestAScaleDownWaitsForWhatWasLostAfterItHadArrived(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		lose, recover func(*night)
		why           string
	}{
		"DEGRADED": {
			func(n *night) {
				n.EKS.SetStatus(world.Region, "production", "small", "DEGRADED", eks.HealthIssue{Code: "AsgInstanceLaunchFailures", Message: "no capacity"})
			},
			func(n *night) { n.EKS.SetStatus(world.Region, "production", "small", "ACTIVE") },
			"small is degraded: DEGRADED",
		},
		"unreadable": {
			func(n *night) {
				n.EKS.SetAuthorize(func(c eks.Call) error {
					if c.Operation == "DescribeNodegroup" && c.Nodegroup == "small" {
						return errDenied
					}
					return nil
				})
			},
			func(n *night) { n.EKS.SetAuthorize(nil) },
			"small is unreadable: ",
		},
		"deleted": {
			func(n *night) { n.EKS.RemoveNodegroup(world.Region, "production", "small") },
			func(n *night) {
				n.EKS.CreateNodegroup(world.Region, "production", "small", eks.Sizes{Max: 1, Desired: 1})
			},
			"small does not exist",
		},
		"set to 0 by a person": {
			func(n *night) { n.EKS.SetSizes(world.Region, "production", "small", eks.Sizes{Max: 1}) },
			func(n *night) {
				n.EKS.SetSizes(world.Region, "production", "small", eks.Sizes{Max: 1, Desired: 1})
			},
			"small has 0 of 1 nodes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			bothWays(t, tuesdayNight, func(n *night) {
				n.EKS.Fail("UpdateNodegroupConfig", "production", "big", 1, eks.Failure{
					Status: 403, Type: "AccessDeniedException", Message: "not authorized to perform eks:UpdateNodegroupConfig",
				})
				n.trigger("night", tuesdayNight)
				n.at(tuesdayNight.Add(10*time.Minute), func() { row.lose(n) })
				n.reconcile("later", tuesdayNight.Add(20*time.Minute))
				n.keeps(tuesdayNight.Add(40 * time.Minute))
				n.at(tuesdayNight.Add(45*time.Minute), func() { row.recover(n) })
				n.reconcile("recovered", tuesdayNight.Add(50*time.Minute))
				n.check(tuesdayNight.Add(time.Hour), outcome{
					runs: map[string]string{
						"night": "FAILED AccessDeniedError", "later": "FAILED HeldBackError", "recovered": "succeeded",
					},
					sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"},
					alerts: []string{"not authorized", row.why},
				})
			})
		})
	}
}

// TestWhatAPersonTakesBackDuringItsUpdateHasNotArrived so that big stays until another run has raised small again.
func TestWhatAPersonTakesBackDuringItsUpdateHasNotArrived(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	n.trigger("night", tuesdayNight)
	n.at(tuesdayNight.Add(40*time.Second), func() {
		n.EKS.SetSizes(world.Region, "production", "small", eks.Sizes{Max: 1})
	})
	n.keeps(tuesdayNight.Add(49 * time.Minute))
	n.reconcile("later", tuesdayNight.Add(50*time.Minute))
	n.check(tuesdayNight.Add(time.Hour), outcome{
		runs:  map[string]string{"night": "FAILED NodegroupNotAsAskedError", "later": "succeeded"},
		sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"},
		alerts: []string{"NodegroupNotAsAskedError"},
	})
}

// TestNodeGroupsThatAreLoweredTogetherDoNotFailEachOther in the first run of a unit, in which each is relied on: none was confirmed before.
func TestNodeGroupsThatAreLoweredTogetherDoNotFailEachOther(t *testing.T) {
	t.Parallel()
	w := beginAt(t, tuesday("07:00:00"), "small: {minSize: 0, maxSize: 1}", "small: {minSize: 0, maxSize: 5}", "peak:   {small: 0, big: 3}", "peak:   {small: 1, big: 1}")
	w.EKS.SetSizes(world.Region, "production", "small", eks.Sizes{Max: 5, Desired: 3})
	w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 3})
	w.EKS.UpdatesTake(time.Minute)
	result := runWorld(t, w, "peak", run.Input{Trigger: "schedule"})
	if diff := cmp.Diff(map[string]int32{"small": 1, "big": 1}, desired(w)); diff != "" || result.Status != engine.Succeeded {
		t.Errorf("%s: %s; sizes (-want +got):\n%s", result.Status, result.Cause, diff)
	}
}
