package integration_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// TestWhatIsConfiguredDuringARunCountsAtOnce in the run that is under way.
func TestWhatIsConfiguredDuringARunCountsAtOnce(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		changes []string
		run     string
		sizes   map[string]int32
	}{
		"all is paused": {
			[]string{"paused: false", "paused: true"}, "skipped", map[string]int32{"small": 1, "big": 1},
		},
		"the cluster is paused": {
			[]string{"name: production", "paused: true\n    name: production"}, "skipped", map[string]int32{"small": 1, "big": 1},
		},
		"a limit that forbids to take the last one": {
			[]string{"big:   {minSize: 0, maxSize: 5}", "big:   {minSize: 1, maxSize: 5}", "big: 0}", "big: 1}"},
			"succeeded",
			map[string]int32{"small": 1, "big": 1},
		},
		"other sizes": {
			[]string{"sleep:  {small: 1, big: 0}", "sleep:  {small: 1, big: 2}"}, "succeeded", map[string]int32{"small": 1, "big": 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := nightAt(t, tuesdayNight)
			n.trigger("night", tuesdayNight)
			n.at(tuesdayNight.Add(40*time.Second), func() { n.configure(row.changes...) })
			n.check(tuesdayNight.Add(time.Hour), outcome{runs: map[string]string{"night": row.run}, sizes: row.sizes})
		})
	}
}

// TestALimitThatIsLoweredBetweenTheDecisionAndTheCallIsKept because the call's decision is made again.
func TestALimitThatIsLoweredBetweenTheDecisionAndTheCallIsKept(t *testing.T) {
	bothWays(t, tuesdayMorning, func(n *night) {
		n.at(tuesdayMorning.Add(-time.Second), func() {
			n.EKS.Delay("DescribeNodegroup", "production", "big", 3, 8*time.Second, 0) // twice for decide, once for scale
		})
		n.trigger("morning", tuesdayMorning)
		n.at(tuesdayMorning.Add(20*time.Second), func() {
			n.configure("maxSize: 5", "maxSize: 2", "big: 3}", "big: 2}")
		})
		n.check(tuesdayMorning.Add(time.Hour), outcome{
			runs: map[string]string{"morning": "succeeded"}, sizes: map[string]int32{"small": 0, "big": 2}, marks: []string{"big peak 2", "small peak 0"},
		})
		if made := accepted(n.World); slices.Contains(made, "big 3") {
			n.t.Errorf("a call went beyond the limit that had been lowered before: %v", made)
		}
	})
}

// TestAManualRunHoldsUntilTheNextTransition so no reconcile run undoes it.
func TestAManualRunHoldsUntilTheNextTransition(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.trigger("night", tuesdayNight)
		n.at(tuesdayNight.Add(30*time.Minute), func() { n.start("manual", byAna("peak")) })
		n.reconcile("held", tuesdayNight.Add(50*time.Minute))
		n.at(tuesdayNight.Add(80*time.Minute), func() {
			if got := desired(n.World); got["big"] != 3 || got["small"] != 0 {
				n.t.Errorf("after the reconcile run the sizes are %v; want the manual run's", got)
			}
		})
		n.trigger("morning", tuesdayMorning)
		n.trigger("noon", tuesday("11:30:00"))
		n.check(tuesday("12:00:00"), outcome{
			runs: map[string]string{
				"night": "succeeded", "manual": "succeeded", "held": "succeeded", "morning": "succeeded", "noon": "succeeded",
			},
			sizes: normal, marks: []string{"big normal 1", "small normal 0"},
		})
	})
}

// TestAMarkThatCannotBeWrittenCostsNoRecord and a later run writes it.
func TestAMarkThatCannotBeWrittenCostsNoRecord(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	n.trigger("night", tuesdayNight)
	n.at(tuesdayNight.Add(40*time.Second), func() {
		if err := n.Lambda.FailNext("eks-scaling-decide", 5, lambda.ServiceException()); err != nil {
			n.t.Error(err)
		}
	})
	n.at(tuesdayNight.Add(19*time.Minute), func() {
		want := []string{"production/small succeeded", "run failed Lambda.ServiceException", "run succeeded"}
		if got := records(n.t, n.World); !slices.Equal(got, want) {
			n.t.Errorf("recorded are %v; want %v", got, want)
		}
	})
	n.reconcile("later", tuesdayNight.Add(20*time.Minute))
	n.check(tuesdayNight.Add(time.Hour), outcome{
		runs:  map[string]string{"night": "FAILED Lambda.ServiceException", "later": "succeeded"},
		sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"}, alerts: []string{"Lambda.ServiceException"},
	})
}

// TestADryRunListsWhatIsHeldBackAsSuch and in which waves the rest would be scaled.
func TestADryRunListsWhatIsHeldBackAsSuch(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		status, message string
		held            []string
	}{
		"all goes well":     {"ACTIVE", "2 to scale", nil},
		"small cannot come": {"CREATE_FAILED", "", []string{"small is broken: CREATE_FAILED (1 needed)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := nightAt(t, tuesdayNight)
			n.EKS.SetStatus(world.Region, "production", "small", row.status)
			n.until(tuesdayNight)
			n.start("dry", run.Input{DryRun: true})
			n.check(tuesdayNight.Add(time.Minute), outcome{runs: map[string]string{"dry": "planned"}, sizes: normal})
			if got := n.summary("dry"); !strings.Contains(got.Message, row.message) {
				t.Errorf("the run says %q; want it to say %q", got.Message, row.message)
			}
			for _, g := range n.part("dry").Nodegroups {
				if g.Nodegroup == "big" && !slices.Equal(g.HeldBack, row.held) {
					t.Errorf("big is held back by %q; want %q", g.HeldBack, row.held)
				}
			}
			if waves := n.expected("dry"); row.held == nil && waves != `[["small"],["big"]]` {
				t.Errorf("the waves are %s; want small first", waves)
			}
		})
	}
}

// expected are the waves that a dry run foresees, as the definition's state has them.
func (n *night) expected(run string) string {
	for _, e := range world.Events(n.runs[run]) {
		if e.Type == engine.TaskSucceeded && e.State == "Decide" {
			_, after, _ := strings.Cut(string(e.Output), `"expected":`)
			waves, _, _ := strings.Cut(after, `]]`)
			return waves + "]]"
		}
	}
	return ""
}
