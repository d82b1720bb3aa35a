package limits_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
	"eks-scaling-automation/shared/triggers"
)

// fleet returns the given number of clusters with names of the given length.
func fleet(t *testing.T, n, length int) (c config.Config, names []string) {
	t.Helper()
	c = document(t, shape{nodegroups: 1})
	one := c.Clusters[0]
	c.Clusters = nil
	for i := range n {
		names = append(names, fmt.Sprintf("%0*d", length, i))
		one.Name = names[i]
		spec, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		named, err := config.ParseCluster(spec, config.Settings{Timezone: "UTC"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		c.Clusters = append(c.Clusters, named)
	}
	return c, names
}

// end returns the final payload of a trigger's run over the clusters, if no unit could be recorded.
func end(names []string) run.Task {
	const id = "00000000-0000-0000-0000-000000000000"
	execution := run.Execution{ARN: "arn:aws:states:ap-southeast-1:123456789012:execution:eks-scaling:" + id, Name: id}
	trigger := triggers.Changed(now, names)
	trigger.Input.Reason = strings.Repeat("r", 450)
	input, err := json.Marshal(trigger.Input)
	if err != nil {
		panic(err)
	}
	task := run.Task{Execution: execution, StartTime: now, Input: input}
	task.State.Run = run.Run{Execution: execution, Trigger: trigger.Input.Trigger, Actor: trigger.Input.Actor, Reason: trigger.Input.Reason, TakenAt: now, Due: now}
	task.State.Units, task.State.Concurrency = names, 1000
	for range 11 {
		task.State.Notes = append(task.State.Notes, "cluster "+strings.Repeat("n", 100)+" is no longer configured")
	}
	task.State.Triggers = &run.SyncTriggersResult{Planned: 5000, Created: 5000, Updated: 5000, Deleted: 5000}
	for _, name := range names {
		result, err := json.Marshal(run.UnitResult{Unit: name, Outcome: run.Failed, Execution: id})
		if err != nil {
			panic(err)
		}
		task.State.Results = append(task.State.Results, result)
	}
	return task
}

// TestTheStateOfARunHasRoomForAllUnits in the worst case, computed from its payloads: 1,000 clusters with names of 60 characters fit, and
// 721 with the longest that EKS takes.
func TestTheStateOfARunHasRoomForAllUnits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		clusters, length int
		fits             bool
	}{
		{1000, 7, true}, {1000, 26, true}, {1000, 60, true}, {1000, 61, false}, {721, 100, true}, {722, 100, false}, {1000, 100, false}, {9, 1, true},
	} {
		c, names := fleet(t, row.clusters, row.length)
		text, err := json.Marshal(end(names))
		if err != nil {
			t.Fatal(err)
		}
		computed := limits.RunBytes(c)
		if spare := computed - len(text); spare < 0 || spare > 2<<10 {
			t.Errorf("%+v: the state has %d bytes; computed %d", row, len(text), computed)
		}
		if row.fits != (computed <= limits.MaxStateBytes) {
			t.Errorf("%+v: %d bytes of %d", row, computed, limits.MaxStateBytes)
		}
		found := limits.Runs(c, now)
		if row.fits != (len(found) == 0) {
			t.Errorf("%+v: found %v", row, found)
		}
	}
}

// TestTheStateOfARunHasRoomForTheReadings of as many signals as a configuration may have, with names as long as they may be.
func TestTheStateOfARunHasRoomForTheReadings(t *testing.T) {
	t.Parallel()
	c, names := fleet(t, 9, 20)
	without := limits.RunBytes(c)
	c.Signals = map[string]config.Signal{}
	task := end(names)
	task.State.Signals, task.State.Readings = true, signal.Readings{}
	for i := range 50 {
		name := fmt.Sprintf("%0100d", i)
		c.Signals[name] = config.Signal{Alarm: "backlog"}
		task.State.Readings[name] = signal.Reading{At: now.Add(123 * time.Millisecond), Error: strings.Repeat("x", signal.MaxError)}
	}
	text, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	computed := limits.RunBytes(c)
	if spare := computed - len(text); spare < 0 || spare > 2<<10 {
		t.Errorf("the state has %d bytes; computed %d", len(text), computed)
	}
	if more := computed - without; more < 15_000 || more > 20_000 {
		t.Errorf("the readings take %d bytes", more)
	}
}

// TestTheStateOfAUnitHasRoomForItsReadings and not for those of other units, which decide leaves out.
func TestTheStateOfAUnitHasRoomForItsReadings(t *testing.T) {
	t.Parallel()
	unit := document(t, shape{nodegroups: 3}).Units()[0]
	before := limits.UnitBytes(unit, now)
	unit.Signals = map[string]config.Signal{"queue": {Alarm: "backlog"}, "other": {Alarm: "other"}}
	if after := limits.UnitBytes(unit, now); after != before {
		t.Errorf("signals that it does not use take %d bytes", after-before)
	}
	unit.Schedule.Periods = []schedule.Period{{Name: "busy", When: &schedule.Condition{Signal: "queue"}}}
	if more := limits.UnitBytes(unit, now) - before; more < signal.MaxError {
		t.Errorf("a reading takes %d bytes; want at least %d", more, signal.MaxError)
	}
}

func TestNamesThatDoNotFitAreRefusedWithARemedy(t *testing.T) {
	t.Parallel()
	c, _ := fleet(t, 1000, 61)
	const want = "the names and results of 1000 clusters need 211098 bytes of a run's state, more than 209715: " + limits.AnotherStack
	if found := limits.Runs(c, now); len(found) != 1 || found[0].Path != "clusters" || found[0].String() != want {
		t.Errorf("found %v; want %s", found, want)
	}
}

// TestTimeOfARunCoversTheWorstOrder: a long unit that begins last is added to all that was before it.
func TestTimeOfARunCoversTheWorstOrder(t *testing.T) {
	t.Parallel()
	c := document(t, append(many(20, shape{nodegroups: 1, timeout: "30m"}), shape{nodegroups: 3, timeout: "1h", concurrency: 1})...)
	for atOnce, want := range map[int]time.Duration{1: 13 * time.Hour, 2: 8 * time.Hour, 10: 4 * time.Hour, 21: 3 * time.Hour} {
		if got := limits.RunTime(c.Units(), atOnce).Truncate(time.Second); got != want {
			t.Errorf("%d at a time: found %s; want %s", atOnce, got, want)
		}
	}
}
