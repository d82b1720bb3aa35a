package writeplan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/inventory"
)

// drawShape draws a configuration of few clusters that have much to do with each other.
func drawShape(t *rapid.T, label string) shape {
	pick := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label+" "+what) }
	s := shape{
		off: pick("switch", "on", "on", "on", "off") == "off", zone: pick("zone", "UTC", "Europe/Moscow"),
		calendars: map[string]string{}, signals: map[string]string{}, clusters: map[string]cluster{}, moved: map[string][]string{},
	}
	known := []string{""}
	for _, name := range []string{"k", "l", "m"} {
		if date := pick(name, "", "2026-12-25", "2026-12-26", "2026-12-26"); date != "" {
			s.calendars[name] = date
			known = append(known, name)
		}
	}
	sources := []string{""}
	for _, name := range []string{"r", "s"} {
		if source := pick(name, "", "alarm: x", "alarm: y", "parameter: z"); source != "" {
			s.signals[name] = source
			sources = append(sources, name)
		}
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		if name == "a" || pick(name, "in", "in", "in", "out") == "in" {
			s.clusters[name] = cluster{
				calendar: pick(name+"'s calendar", known...), zone: pick(name+"'s zone", "", "", "America/Lima"), signal: pick(name+"'s signal", sources...),
				size: rapid.IntRange(1, 2).Draw(t, label+" size"), overrides: rapid.IntRange(0, 2).Draw(t, label+" overrides"),
				profile: pick(name+"'s overrides", "peak", "normal"),
			}
		}
	}
	if of := pick("moved", "", "a", "b"); s.clusters[of].size > 0 {
		s.moved["moved"] = []string{of}
	}
	return s
}

// TestEachClusterIsAsBeforeOrAsAfter splits any change between two valid configurations and stops after every step. That scaling is paused
// makes no difference, as somebody may resume it meanwhile.
func TestEachClusterIsAsBeforeOrAsAfter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, to := inventory.Check(inventory.Snapshot{}, now), drawShape(t, "to")
		if rapid.SampledFrom([]bool{true, true, true, false}).Draw(t, "there is something") {
			before = drawShape(t, "from").stored(t)
		}
		due := differences(t, before, to)
		after := written(before, due)
		steps, err := difference(before, due).Split()
		if err != nil {
			t.Fatal(err)
		}
		sameChanges(t, due, steps)
		old, fresh, between := views(before), views(after), before
		stop := rapid.IntRange(0, len(steps)).Draw(t, "interrupted after")
		for i, step := range steps {
			between = written(between, step.Changes)
			if len(between.Invalid) > 0 || between.SettingsErr != nil {
				t.Fatalf("after step %d of %d: found %v", i+1, len(steps), between.Invalid)
			}
			for name, view := range views(between) {
				if view != old[name] && view != fresh[name] {
					t.Fatalf("after step %d of %d: cluster %s is\n%s\nwhich is neither as before:\n%s\nnor as after:\n%s", i+1, len(steps), name, view, old[name], fresh[name])
				}
			}
			if i+1 == stop {
				continues(t, between, to, fresh)
			}
		}
		if got := views(between); !maps.Equal(got, fresh) {
			t.Fatalf("found %v in the end; want %v", got, fresh)
		}
	})
}

// TestAHoldLastsUntilEverythingIsWritten splits any change with a hold.
func TestAHoldLastsUntilEverythingIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, to := drawShape(t, "from").stored(t), drawShape(t, "to")
		due := differences(t, before, to)
		after := written(before, due)
		steps, err := difference(before, due).Hold()
		if err != nil {
			t.Fatal(err)
		}
		between := before
		for i, step := range steps {
			between = written(between, step.Changes)
			last := i == len(steps)-1
			if len(between.Invalid) > 0 || between.SettingsErr != nil || last != (between.Held() == nil) {
				t.Fatalf("after step %d of %d: found the hold %v, and %v; want a hold before the last step, and nothing invalid", i+1, len(steps), between.Held(), between.Invalid)
			}
		}
		if got, want := views(between), views(after); !maps.Equal(got, want) || between.IsPaused() != after.IsPaused() {
			t.Fatalf("found %v in the end, paused %t; want %v, paused %t", got, between.IsPaused(), want, after.IsPaused())
		}
	})
}

// sameChanges checks that the steps have each change once, with the version that was read.
func sameChanges(t *rapid.T, due []inventory.Change, steps []writeplan.Step) {
	words := func(changes []inventory.Change) []string {
		var all []string
		for _, c := range changes {
			all = append(all, fmt.Sprintf("%s over %d, gone %t: %s", inventory.ItemKey(c.After), c.After.Version, c.Gone, c.After.Spec))
		}
		slices.Sort(all)
		return all
	}
	var planned []inventory.Change
	for _, step := range steps {
		planned = append(planned, step.Changes...)
	}
	if got, want := words(planned), words(due); !slices.Equal(got, want) {
		t.Fatalf("found the changes\n%q\nwant\n%q", got, want)
	}
}

// continues checks that the same document gets to its end from what an interruption leaves.
func continues(t *rapid.T, left inventory.Checked, to shape, want map[string]string) {
	due := differences(t, left, to)
	steps, err := difference(left, due).Split()
	if err != nil {
		t.Fatalf("after an interruption: %v", err)
	}
	for _, step := range steps {
		left = written(left, step.Changes)
	}
	if got := views(left); !maps.Equal(got, want) {
		t.Fatalf("after an interruption: found %v in the end; want %v", got, want)
	}
}

// views says of each cluster that ever exists what a run sees of it.
func views(c inventory.Checked) map[string]string {
	all := map[string]string{"a": "", "b": "", "c": "", "d": ""}
	for name := range all {
		cluster, known := c.ClusterByName[name]
		if c.SettingsErr != nil || !known {
			continue
		}
		item, _ := c.FindCluster(name)
		text := []string{string(item.Spec), cluster.Units()[0].Timetable().Location().String()}
		for _, p := range cluster.Schedule.Periods {
			if p.When != nil {
				text = append(text, fmt.Sprintf("%+v", c.Global.Signals[p.When.Signal]))
			}
			for _, calendar := range p.Calendars.Only {
				text = append(text, fmt.Sprint(calendar, c.CalendarByName[calendar]))
			}
		}
		for _, o := range c.Overrides {
			if o.Cluster == name {
				text = append(text, string(o.Spec))
			}
		}
		all[name] = strings.Join(text, "\n")
	}
	return all
}
