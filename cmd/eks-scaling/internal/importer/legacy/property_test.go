package legacy_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/shared/scaling"
)

// fields is one object of the old scaler's file, with numbers alone.
type fields map[string]int

func (f fields) get(key string, byDefault int) int {
	if n, ok := f[key]; ok {
		return n
	}
	return byDefault
}

// oldScaler decides as the old scaler does, minute by minute. It returns the sizes of the small and the big node group.
func oldScaler(schedules map[string]fields, at time.Time) (small, big int) {
	minute, weekday := at.Hour()*60+at.Minute(), (int(at.Weekday())+6)%7
	sizes := func(f fields) (int, int) { return f.get("small_nodes", 0), f.get("big_nodes", 1) }
	asleep, peak := schedules["sleep_time"], schedules["peak_time"]
	switch {
	case asleep.get("start_hour", 1)*60+asleep.get("start_minute", 0) <= minute && minute < asleep.get("end_hour", 6)*60+asleep.get("end_minute", 30):
		return sizes(asleep)
	case weekday == peak.get("weekday", 1) && peak.get("start_hour", 6)*60+peak.get("start_minute", 30) <= minute &&
		minute < peak.get("end_hour", 11)*60+peak.get("end_minute", 30):
		return sizes(peak)
	}
	return sizes(schedules["normal_operation"])
}

func drawFields(t *rapid.T, name string) fields {
	f := fields{}
	for _, field := range []struct {
		key  string
		most int
	}{{"small_nodes", 2}, {"big_nodes", 3}, {"start_hour", 23}, {"start_minute", 59}, {"end_hour", 23}, {"end_minute", 59}, {"weekday", 6}} {
		key, most := field.key, field.most
		if key == "weekday" && name != "peak_time" || most > 3 && name == "normal_operation" {
			continue
		}
		if rapid.Bool().Draw(t, "has "+key) {
			f[key] = rapid.IntRange(0, most).Draw(t, key)
		}
	}
	return f
}

// TestMatchesTheOldScaler compares many minutes of a week with the old scaler's own rules.
func TestMatchesTheOldScaler(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schedules := map[string]fields{}
		for _, name := range []string{"sleep_time", "peak_time", "normal_operation"} {
			if rapid.Bool().Draw(t, "has "+name) {
				schedules[name] = drawFields(t, name)
			}
		}
		if len(schedules) == 0 {
			return
		}
		text, err := json.Marshal(map[string]any{"schedules": schedules, "nodegroup_limits": map[string]fields{"small_nodegroup": {"max_size": 2}}})
		if err != nil {
			t.Fatal(err)
		}
		imported, err := parse(string(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		units := importertest.Config(t, imported).Clusters[0].Units()
		if len(units) != 1 {
			t.Fatalf("%s\nbecame\n%s\nwant one schedule: the old scaler changes both node groups together", text, imported.Document)
		}
		local := units[0].Timetable().Location()
		for i := rapid.IntRange(0, 12).Draw(t, "first minute"); i < 7*24*60; i += 13 {
			at := time.Date(2026, 11, 2, 0, i, 0, 0, local)
			small, big := oldScaler(schedules, at)
			want := fmt.Sprint(small, big)
			if got := sizesAt(units[0].Timeline(), at); got != want {
				t.Fatalf("%s\nbecame\n%s\nwith %s small and big at %s; want %s", text, imported.Document, got, at, want)
			}
		}
	})
}

func sizesAt(l scaling.Timeline, at time.Time) string {
	sizes := map[string]int32{}
	for _, d := range l.Demands(at) {
		sizes[d.Nodegroup] = *d.Target.DesiredSize
	}
	return fmt.Sprint(sizes["small_nodegroup"], sizes["big_nodegroup"])
}
