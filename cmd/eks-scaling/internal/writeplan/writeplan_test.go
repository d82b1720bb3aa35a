package writeplan_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/inventory"
)

func TestWhatFitsIsOneTransaction(t *testing.T) {
	t.Parallel()
	got, err := plan(t, shape{}.empty(), shape{clusters: many(99, cluster{})})
	if err != nil || strings.Contains(got, ";") {
		t.Errorf("99 clusters and the settings: found %q and %v; want one step", got, err)
	}
	same := shape{}.empty().stored(t)
	if made, err := difference(same, nil).Plan(); err != nil || len(made.Steps) > 0 {
		t.Errorf("found %v and %v; want no step for no change", made, err)
	}
}

// empty is a shape of one cluster, as a document has at least one.
func (s shape) empty() shape {
	s.clusters = map[string]cluster{"a-first": {}}
	return s
}

// TestOrder changes 120 clusters c0, c1 and so on beside one part that is interesting. The filler is left out of the plan.
func TestOrder(t *testing.T) {
	t.Parallel()
	const xmas, easter, moscow = "2026-12-25", "2027-03-28", "Europe/Moscow"
	before, after := cluster{size: 1, zone: "UTC"}, cluster{size: 2, zone: "UTC"}
	for _, row := range []struct {
		rule     string
		from, to shape
		want     string
	}{
		{
			"a new calendar before the cluster that uses it",
			shape{clusters: map[string]cluster{"a": {}}},
			shape{clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": xmas}},
			"+k; ~a",
		},
		{
			"a calendar goes after the cluster that used it",
			shape{clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": xmas}},
			shape{clusters: map[string]cluster{"a": {}}},
			"~a; -k",
		},
		{
			"a calendar changes without its clusters",
			shape{clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": xmas}},
			shape{clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": easter}},
			"~k",
		},
		{
			"a calendar changes together with a cluster that uses it",
			shape{clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": xmas}},
			shape{clusters: map[string]cluster{"a": {calendar: "k", size: 3}}, calendars: map[string]string{"k": easter}},
			"~k ~a",
		},
		{
			"even while scaling is paused, as somebody may resume it",
			shape{off: true, clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": xmas}},
			shape{off: true, clusters: map[string]cluster{"a": {calendar: "k", size: 3}}, calendars: map[string]string{"k": easter}},
			"~k ~a",
		},
		{
			"a cluster that stops using a calendar comes before its change, and one that begins comes after",
			shape{clusters: map[string]cluster{"a": {}, "b": {calendar: "k"}}, calendars: map[string]string{"k": xmas}},
			shape{clusters: map[string]cluster{"a": {calendar: "k"}, "b": {}}, calendars: map[string]string{"k": easter}},
			"~b; ~k; ~a",
		},
		{
			"two clusters that swap changed calendars are one step with them",
			shape{clusters: map[string]cluster{"a": {calendar: "k"}, "b": {calendar: "l"}}, calendars: map[string]string{"k": xmas, "l": xmas}},
			shape{clusters: map[string]cluster{"a": {calendar: "l"}, "b": {calendar: "k"}}, calendars: map[string]string{"k": easter, "l": easter}},
			"~k ~l ~a ~b",
		},
		{
			"the zone changes together with a cluster that takes it",
			shape{clusters: map[string]cluster{"a": {}, "b": {}}},
			shape{zone: moscow, clusters: map[string]cluster{"a": {size: 3}, "b": {}}},
			"~a ~global",
		},
		{
			"a calendar and the zone change together for a cluster that stays as it is",
			shape{clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": xmas}},
			shape{zone: moscow, clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": easter}},
			"~k ~global",
		},
		{
			"a cluster gets a zone of its own before the settings move",
			shape{clusters: map[string]cluster{"a": {}}},
			shape{zone: moscow, clusters: map[string]cluster{"a": {zone: "UTC"}}},
			"~a; ~global",
		},
		{
			"a new signal before the cluster that uses it",
			shape{clusters: map[string]cluster{"a": {zone: "UTC"}}},
			shape{clusters: map[string]cluster{"a": {zone: "UTC", signal: "s"}}, signals: map[string]string{"s": "alarm: x"}},
			"~global; ~a",
		},
		{
			"a signal goes after the cluster that used it",
			shape{clusters: map[string]cluster{"a": {signal: "s"}}, signals: map[string]string{"s": "alarm: x"}},
			shape{clusters: map[string]cluster{"a": {}}},
			"~a; ~global",
		},
		{
			"a signal changes together with a changed cluster that uses it, and without one that does not",
			shape{clusters: map[string]cluster{"a": {signal: "s"}, "b": {signal: "r"}}, signals: map[string]string{"r": "alarm: x", "s": "alarm: x"}},
			shape{clusters: map[string]cluster{"a": {signal: "s", size: 3}, "b": {signal: "r", size: 3}}, signals: map[string]string{"r": "alarm: x", "s": "alarm: y"}},
			"~a ~global; ~b",
		},
		{
			"a cluster goes with its overrides",
			shape{clusters: map[string]cluster{"a": {overrides: 2}, "b": {}}},
			shape{clusters: map[string]cluster{"b": {}}},
			"-o1-a -o0-a -a",
		},
		{
			"an override that moves is one step with both clusters",
			shape{clusters: map[string]cluster{"a": {}, "b": {}}, moved: map[string][]string{"m": {"a"}}},
			shape{clusters: map[string]cluster{"a": {size: 3}, "b": {}}, moved: map[string][]string{"m": {"b"}}},
			"~a +m -m",
		},
	} {
		maps.Copy(row.from.clusters, many(120, before))
		maps.Copy(row.to.clusters, many(120, after))
		got, err := plan(t, row.from, row.to)
		if got = withoutFiller(got, 120); err != nil || got != row.want {
			t.Errorf("%s: found %q and %v; want %q", row.rule, got, err, row.want)
		}
	}
}

// withoutFiller leaves the steps out that change a cluster of [many] alone.
func withoutFiller(plan string, n int) string {
	for i := range n {
		plan = strings.Replace(plan+"; ", fmt.Sprintf("~c%d; ", i), "", 1)
		plan = strings.TrimSuffix(plan, "; ")
	}
	return plan
}

// TestThePauseIsWrittenWhereItIsSafest: nothing is scaled by half of a change.
func TestThePauseIsWrittenWhereItIsSafest(t *testing.T) {
	t.Parallel()
	on := func(size int) shape {
		return shape{zone: "UTC", calendars: map[string]string{"k": "2026-12-25"}, clusters: many(120, cluster{size: size, calendar: "k"})}
	}
	off := func(size int) shape { s := on(size); s.off = true; return s }
	moved := func(s shape) shape { s.calendars = map[string]string{"k": "2026-12-26"}; return s }
	for _, row := range []struct {
		rule        string
		from, to    shape
		first, last string
		steps       int
		holds       bool
	}{
		{"off comes first", on(1), off(2), "~global", "~c99", 121, false},
		{"on comes last", off(1), on(2), "~c0", "~global", 121, false},
		{"first settings come first", shape{}, on(2), "+global", "+c99", 122, false},
		{"a calendar with all clusters that use it is written on hold", on(1), moved(on(2)), "~global", "~global", 123, true},
		{"also if scaling is paused", off(1), moved(off(2)), "~global", "~global", 123, true},
		{"also if it is paused at the end", on(1), moved(off(2)), "~global", "~global", 123, true},
		{"also if it is resumed at the end", off(1), moved(on(2)), "~global", "~global", 123, true},
	} {
		before := inventory.Check(inventory.Snapshot{}, now)
		if row.from.clusters != nil {
			before = row.from.stored(t)
		}
		due := differences(t, before, row.to)
		made, err := difference(before, due).Plan()
		steps := made.Steps
		if err != nil || len(steps) != row.steps || made.Holds != row.holds {
			t.Errorf("%s: found %d steps, on hold %t, and %v; want %d, and %t", row.rule, len(steps), made.Holds, err, row.steps, row.holds)
			continue
		}
		if got := steps[0].Changes[0].After.Name; got != row.first[1:] {
			t.Errorf("%s: found %s first; want %s", row.rule, got, row.first)
		}
		if got := steps[len(steps)-1].Changes[0].After.Name; got != row.last[1:] {
			t.Errorf("%s: found %s last; want %s", row.rule, got, row.last)
		}
	}
}

// TestAHoldKnowsWhetherItResumes: only if the configuration enables scaling.
func TestAHoldKnowsWhetherItResumes(t *testing.T) {
	t.Parallel()
	for _, off := range []bool{false, true} {
		before := shape{off: !off, clusters: map[string]cluster{"a": {}}}.stored(t)
		due := differences(t, before, shape{off: off, clusters: map[string]cluster{"a": {size: 3}}})
		steps, err := difference(before, due).Hold()
		if err != nil {
			t.Fatal(err)
		}
		first, last := steps[0].Changes[0].After, steps[len(steps)-1].Changes[0].After
		if hold := first.Hold; hold == nil || hold.Document != "document" || hold.Resumes == off || first.PauseState() != inventory.Paused {
			t.Errorf("paused in the end %t: found the hold %+v", off, hold)
		}
		if paused := last.PauseState() == inventory.Paused; last.Hold != nil || paused != off || last.Version != first.Version+1 {
			t.Errorf("paused in the end %t: found the last settings %+v", off, last)
		}
	}
}

func TestADependentChangeThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule     string
		from, to shape
		want     []string
	}{
		{
			"a cluster with many overrides",
			shape{}.empty(),
			shape{clusters: map[string]cluster{"a-first": {}, "b": {overrides: 120}}},
			[]string{"1 cluster (b): 121 items of ", " bytes must be written together, more than 100 items or 4194304 bytes: remove overrides that have ended"},
		},
		{
			"many overrides that move to another cluster",
			shape{clusters: map[string]cluster{"a": {}, "b": {}}, moved: moved("a", 60)},
			shape{clusters: map[string]cluster{"a": {}, "b": {}}, moved: moved("b", 60)},
			[]string{"2 clusters (b, a): 120 items", ": move fewer overrides to other clusters at a time"},
		},
	} {
		got, err := plan(t, row.from, row.to)
		if _, tooLarge := errors.AsType[*writeplan.TooLargeError](err); !tooLarge || got != "" {
			t.Errorf("%s: found %q and %v; want a refusal", row.rule, got, err)
			continue
		}
		for _, part := range row.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: found the error\n%v\nwant in it %q", row.rule, err, part)
			}
		}
	}
}

// moved returns n overrides of a cluster that keep their names when they move.
func moved(of string, n int) map[string][]string {
	all := map[string][]string{}
	for i := range n {
		all[fmt.Sprintf("m%d", i)] = []string{of}
	}
	return all
}

// TestAPlanIsVerified: steps in the wrong order would leave a cluster without its calendar.
func TestAPlanIsVerified(t *testing.T) {
	t.Parallel()
	before := shape{clusters: map[string]cluster{"a": {}}}.stored(t)
	due := differences(t, before, shape{clusters: map[string]cluster{"a": {calendar: "k"}}, calendars: map[string]string{"k": "2026-12-25"}})
	after := written(before, due)
	steps, err := difference(before, due).Split()
	if err != nil || len(steps) != 2 {
		t.Fatalf("found %d steps and %v; want two", len(steps), err)
	}
	slices.Reverse(steps)
	const want = "cluster a would be unusable between two steps: "
	if err := writeplan.Verify(before, after, due, steps, now); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("found %v; want %q", err, want)
	}
}
