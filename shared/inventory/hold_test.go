package inventory_test

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/inventory"
)

// TestAHoldGetsOld when it takes longer than any document needs.
func TestAHoldGetsOld(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	hold := &inventory.Hold{Document: "d", Resumes: true}
	for _, row := range []struct {
		rule    string
		hold    *inventory.Hold
		paused  string
		written time.Time
		want    bool
	}{
		{"a minute", hold, "true", now.Add(-time.Minute), false},
		{"almost 10 minutes", hold, "true", now.Add(-10*time.Minute + 1), false},
		{"10 minutes", hold, "true", now.Add(-10 * time.Minute), true},
		{"by a clock that is a little ahead", hold, "true", now.Add(time.Minute), false},
		{"by a clock that is far ahead", hold, "true", now.Add(time.Hour), true},
		{"a time that is not known", hold, "true", time.Time{}, true},
		{"a person's pause", nil, "true", now.Add(-time.Hour), false},
		{"a person has resumed scaling by hand", hold, "false", now.Add(-time.Hour), false},
	} {
		settings := inventory.Item{Kind: inventory.KindSettings, Spec: []byte(`{"paused": ` + row.paused + `}`), Hold: row.hold, UpdatedAt: row.written}
		if got := (inventory.Snapshot{Settings: &settings}).Interrupted(now); got != row.want {
			t.Errorf("%s: found %t; want %t", row.rule, got, row.want)
		}
	}
}
