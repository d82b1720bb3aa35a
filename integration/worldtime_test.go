package integration_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
	"eks-scaling-automation/shared/run"
)

// beginAt brings up a configured world with the reference cluster, at rest, whose virtual clock begins at an instant.
func beginAt(t *testing.T, at time.Time, changes ...string) *world.World {
	t.Helper()
	w := beginWith(t, world.Options{Binaries: binaries, Log: t.Output(), Now: time.Now, Clock: clock.Virtual(at)})
	apply(t, w, changes...)
	return w
}

// TestARunTakesItsTimeByTheWorldsClock has two updates of 20 minutes each, one after the other.
func TestARunTakesItsTimeByTheWorldsClock(t *testing.T) {
	t.Parallel()
	began := tuesday("01:00:00")
	w := beginAt(t, began)
	w.EKS.UpdatesTake(19 * time.Minute)
	var seen []string
	see := func() {
		small, _ := w.EKS.Nodegroup(world.Region, "production", "small")
		big, _ := w.EKS.Nodegroup(world.Region, "production", "big")
		seen = append(seen, fmt.Sprintf("%s small %s big %s", w.Now().Sub(began), small.Status, big.Status))
	}
	for _, minutes := range []time.Duration{10, 30} {
		w.At(began.Add(minutes*time.Minute), see)
	}
	result := runWorld(t, w, "night", run.Input{Trigger: "schedule"})
	if result.Status != engine.Succeeded {
		t.Fatalf("%s: %s: %s", result.Status, result.Error, result.Cause)
	}
	if diff := cmp.Diff([]string{"10m0s small UPDATING big ACTIVE", "30m0s small ACTIVE big UPDATING"}, seen); diff != "" {
		t.Errorf("node groups (-want +got):\n%s", diff)
	}
	if took := w.Now().Sub(began); took < 38*time.Minute || took > 44*time.Minute {
		t.Errorf("the run took %v by the world's clock; want a little more than 38 minutes", took)
	}
	if diff := cmp.Diff(map[string]int32{"small": 1, "big": 0}, desired(w)); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
}

// TestACallOfAFunctionTakesItsTimeByTheWorldsClock has Scale look at 06:29:59 and be answered after 06:30.
func TestACallOfAFunctionTakesItsTimeByTheWorldsClock(t *testing.T) {
	t.Parallel()
	w := beginAt(t, tuesday("02:00:00"))
	w.EKS.Delay("UpdateNodegroupConfig", "production", "small", 1, 0, 7*time.Second)
	slow := w.Now()
	runWorld(t, w, "night", run.Input{Trigger: "schedule"})
	var asked []time.Duration
	for _, x := range w.Engine.Executions() {
		for _, e := range world.Events(x) {
			if e.State == "Scale" && (e.Type == engine.TaskScheduled || e.Type == engine.TaskSucceeded) {
				asked = append(asked, e.At.Sub(slow).Truncate(time.Second))
			}
		}
	}
	if len(asked) < 2 || asked[1]-asked[0] != 7*time.Second {
		t.Errorf("Scale was asked and answered after %v; want 7 seconds between the first two", asked)
	}
}

// TestAFunctionThatIsTooSlowByTheWorldsClockIsKilled has EKS answer later than the function may take.
func TestAFunctionThatIsTooSlowByTheWorldsClockIsKilled(t *testing.T) {
	t.Parallel()
	w := beginAt(t, tuesday("07:00:00"))
	w.EKS.Delay("DescribeNodegroup", "production", "big", 1, 10*time.Minute, 0)
	result := runWorld(t, w, "peak", run.Input{Trigger: "schedule"})
	if result.Status != engine.Succeeded {
		t.Errorf("%s: %s: %s", result.Status, result.Error, result.Cause)
	}
	var timedOut int
	for _, e := range result.Events {
		if e.Type == engine.TaskFailed && e.Error == "Sandbox.Timedout" || e.Type == engine.TaskTimedOut {
			timedOut++
		}
	}
	if timedOut != 1 {
		t.Errorf("%d Tasks were too slow; want 1", timedOut)
	}
}
