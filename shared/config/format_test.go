package config_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/config"
)

func TestOnlyAFormatThatIsNotKnownYetIsNewer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule      string
		format    int
		ok, newer bool
	}{
		{"an item that names none, written by hand", 0, true, false},
		{"ours", config.Format, true, false},
		{"the next one", config.Format + 1, false, true},
		{"no number", -1, false, false},
	} {
		err := config.CheckFormat(row.format)
		if (err == nil) != row.ok || errors.Is(err, config.ErrNewer) != row.newer {
			t.Errorf("%s: found %v", row.rule, err)
		}
	}
}

// TestWhatANewerVersionHasWrittenBreaksOnlyWhatItConcerns though all of it could be read as it stands.
func TestWhatANewerVersionHasWrittenBreaksOnlyWhatItConcerns(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	cluster := func(name, calendars string) []byte {
		return []byte(`{"name": "` + name + `", "region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}}, "profiles": {"low": {"big": 1}, "high": {"big": 3}},
			"schedule": {"default": "low", "periods": [{"name": "p", "profile": "high", "calendars": {"only": [` + calendars + `]}}]}}`)
	}
	calendar := []byte(`{"dates": [{"date": "2026-12-25"}]}`)
	override := []byte(`{"name": "o", "cluster": "lima", "profile": "high", "from": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z", "reason": "x",
		"createdBy": "ana", "createdAt": "2026-11-24T00:00:00Z"}`)
	newer := config.Format + 1
	for _, row := range []struct {
		rule                        string
		calendar, cluster, override int
		broken, because             string
	}{
		{"nothing is newer", 0, 0, 1, "", ""},
		{"a calendar", newer, 0, 0, "berlin", `unknown calendar "closing"; known: (none); calendar/closing: written by a newer version`},
		{"a cluster", 0, newer, 0, "berlin", "written by a newer version of eks-scaling (format 2; this one reads up to 1): update eks-scaling"},
		{"an override", 0, 0, newer, "lima", "override/o: written by a newer version"},
	} {
		parts := config.Parts{
			Calendars: []config.Part{{Name: "closing", Format: row.calendar, Spec: calendar}},
			Clusters: []config.Part{
				{Name: "berlin", Format: row.cluster, Spec: cluster("berlin", `"closing"`)},
				{Name: "lima", Spec: []byte(strings.Replace(string(cluster("lima", "")), `, "calendars": {"only": []}`, "", 1))},
			},
			Overrides: []config.Part{{Cluster: "lima", Name: "o", Format: row.override, Spec: override}},
		}
		usable, broken := config.Settings{Enabled: true, Timezone: "UTC"}.Assemble(parts, now)
		if row.broken == "" {
			if len(broken) > 0 || len(usable) != 2 {
				t.Errorf("%s: found %v", row.rule, broken)
			}
			continue
		}
		if len(usable) != 1 || len(broken) != 1 || broken[0].Cluster != row.broken || !strings.Contains(broken[0].Err.Error(), row.because) {
			t.Errorf("%s: found %v; want only %s broken, because of %q", row.rule, broken, row.broken, row.because)
		}
	}
}
