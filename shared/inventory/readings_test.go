package inventory

import (
	"testing"
	"time"
)

// TestWithParsesOnlyWhatAChangeConcerns counts the items that were parsed.
func TestWithParsesOnlyWhatAChangeConcerns(t *testing.T) {
	t.Parallel()
	item := func(kind, cluster, name, spec string) Item {
		return Item{Kind: kind, Cluster: cluster, Name: name, Spec: []byte(spec)}
	}
	cluster := func(name, limit string) Item {
		return item(KindCluster, "", name, `{"name": "`+name+`", "region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": `+limit+`}},
			"profiles": {"normal": {"big": 1}}, "schedule": {"default": "normal"}}`)
	}
	override := func(cluster string) Item {
		return item(KindOverride, cluster, "o", `{"name": "o", "cluster": "`+cluster+`", "profile": "normal", "reason": "r",
			"from": "2026-11-24T12:00:00Z", "until": "2026-11-25T12:00:00Z"}`)
	}
	settings := item(KindSettings, "", GlobalSettings, `{"paused": false, "timezone": "UTC"}`)
	calendar := item(KindCalendar, "", "c", `{"dates": ["2026-12-25"]}`)
	before := Check(Snapshot{
		Settings: &settings, Calendars: []Item{calendar}, Clusters: []Item{cluster("a", "5"), cluster("b", "5")}, Overrides: []Item{override("a")},
	}, time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC))
	const all = 5
	if before.readings.count != all {
		t.Fatalf("found %d items parsed; want each once, %d", before.readings.count, all)
	}
	if again := Check(before.Snapshot, before.now); again.readings.count != all {
		t.Errorf("found %d items parsed again; want none", again.readings.count-all)
	}
	elsewhere := settings
	elsewhere.Spec = []byte(`{"paused": false, "timezone": "Asia/Tokyo"}`)
	paused := settings
	paused.Spec = []byte(`{"paused": true, "timezone": "UTC"}`)
	for _, row := range []struct {
		rule  string
		after Item
		want  int
	}{
		{"the settings alone", paused, 1},
		{"a cluster, and overrides that may depend on it", cluster("b", "6"), 2},
		{"an override alone", override("b"), 1},
		{"a time zone concerns clusters and overrides", elsewhere, 4},
	} {
		if got := before.With([]Change{{After: row.after}}).readings.count - all; got != row.want {
			t.Errorf("%s: found %d; want %d", row.rule, got, row.want)
		}
	}
}
