package limits_test

import (
	"encoding/json"
	"testing"
	"time"

	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/pace"
	"eks-scaling-automation/statemachine"
)

// states returns the states of the definition and its Maps, with their next states.
type states map[string]struct {
	Type, Next, Default string
	Choices             []struct{ StringEquals, Next string }
	ItemProcessor       struct {
		StartAt string
		States  states
	}
}

// eventsOf counts what the states on a way add to a history. It goes from state to state and fails where none leads on.
func eventsOf(t *testing.T, in states, way ...string) int {
	t.Helper()
	events := 0
	for i, name := range way {
		s, known := in[name]
		if !known {
			t.Fatalf("the definition has no state %q", name)
		}
		next := map[string]bool{s.Next: true, s.Default: true}
		for _, c := range s.Choices {
			next[c.Next] = true
		}
		if i+1 < len(way) && !next[way[i+1]] {
			t.Fatalf("%s does not lead to %s", name, way[i+1])
		}
		events += map[string]int{"Task": 5, "Map": 4, "Choice": 2, "Wait": 2, "Pass": 2}[s.Type]
	}
	return events
}

// TestEventsOfAUnitMatchTheDefinition goes the ways of a unit state by state, in a history of its own or as an
// iteration: both begin and end.
func TestEventsOfAUnitMatchTheDefinition(t *testing.T) {
	t.Parallel()
	var definition struct{ States states }
	if err := json.Unmarshal([]byte(statemachine.Definition), &definition); err != nil {
		t.Fatal(err)
	}
	unit := definition.States["ForEachUnit"].ItemProcessor.States
	change := unit["ScaleWave"].ItemProcessor.States
	way := []string{"Decide", "Next?"}
	for end := unit["Next?"].Default; end != ""; end = unit[end].Next {
		way = append(way, end)
	}
	idle := 2 + eventsOf(t, unit, way...)
	for _, row := range []struct {
		rule   string
		course limits.Course
		want   int
	}{
		{"nothing changes", limits.Course{}, idle},
		{"a wait", limits.Course{Waits: 1}, idle + eventsOf(t, unit, "Decide", "Next?", "WaitBeforeDecide")},
		{"a wave", limits.Course{Waves: 1}, idle + eventsOf(t, unit, "Decide", "Next?", "ScaleWave")},
		{"a change", limits.Course{Changes: 1}, idle + 2 + eventsOf(t, change, "Scale", "Called?", "Audit")},
		{"a look", limits.Course{Looks: 1}, idle + eventsOf(t, change, "WaitBeforeCheck", "WaitForNodegroupActive", "Active?")},
		{"a look when busy", limits.Course{BusyLooks: 1}, idle + eventsOf(t, change, "WaitBeforeScale", "Scale", "Called?")},
	} {
		if got := row.course.Events(); got != row.want {
			t.Errorf("%s: found %d events; want %d", row.rule, got, row.want)
		}
	}
}

// TestNoUnitOfFortyNodegroupsComesNearTheQuota tries every duration of updates up to an hour.
func TestNoUnitOfFortyNodegroupsComesNearTheQuota(t *testing.T) {
	t.Parallel()
	const nodegroups = 40
	most := 0
	for takes := time.Duration(0); takes <= time.Hour; takes += time.Second {
		course := limits.Course{Waves: 3, Changes: 2 * nodegroups, Looks: nodegroups * pace.Looks(takes)}
		most = max(most, course.Events())
	}
	c := document(t, shape{nodegroups: nodegroups, timeout: "1h", concurrency: nodegroups}).Units()[0]
	if computed := limits.UnitEvents(c); computed != most || most > limits.MaxUnitEvents {
		t.Errorf("found %d events, computed %d; want at most %d of %d", most, computed, limits.MaxUnitEvents, limits.HistoryEvents)
	}
}

// TestTheRestOfAHistoryIsForNodegroupsThatAreBusyFirst: all 40 for 25 minutes, or half of them for an hour.
func TestTheRestOfAHistoryIsForNodegroupsThatAreBusyFirst(t *testing.T) {
	t.Parallel()
	c := document(t, shape{nodegroups: 40, timeout: "1h", concurrency: 40}).Units()[0]
	for busy, nodegroups := range map[time.Duration]int{25 * time.Minute: 40, time.Hour: 20} {
		course := limits.UnitCourse(c)
		course.BusyLooks = nodegroups * pace.BusyLooks(busy)
		if n := course.Events(); n >= limits.HistoryEvents {
			t.Errorf("%d node groups busy for %s: %d events; want less than %d", nodegroups, busy, n, limits.HistoryEvents)
		}
	}
}
