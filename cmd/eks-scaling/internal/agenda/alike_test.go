package agenda_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/shared/config"
)

// TestAlike: units with the same changes are shown once. Another size, zone or hour, or a pause, makes a unit another.
func TestAlike(t *testing.T) {
	t.Parallel()
	of := func(name, more, size, from string) string {
		return "  - {name: " + name + ", region: sa-east-1, " + more + "nodegroups: {web: {minSize: 0, maxSize: 9}}, profiles: {low: {web: 1}, high: {web: " + size + "}},\n" +
			`     schedule: {default: low, periods: [{name: day, profile: high, from: "` + from + `", to: "20:00"}]}}` + "\n"
	}
	c, err := config.Parse([]byte("timezone: UTC\nclusters:\n" + of("odd", "", "4", "08:00") + of("a", "", "3", "08:00") + of("b", "", "3", "08:00") +
		of("zone", "timezone: America/Sao_Paulo, ", "3", "08:00") + of("c", "", "3", "08:00") + of("late", "", "3", "09:00") +
		of("paused", "paused: true, ", "3", "08:00") + of("d", "", "3", "08:00")))
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	var names []string
	for _, u := range (agenda.Span{From: from, Until: from.AddDate(0, 0, 7)}).Alike(c.Settings, c.Units()) {
		names = append(names, u.Name)
	}
	if diff := cmp.Diff([]string{"a, b, c and 1 more", "odd", "zone", "late", "paused"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
