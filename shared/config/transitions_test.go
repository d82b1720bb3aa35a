package config_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/config"
)

// lowering is a document with a blast radius and two clusters. Each goes down by 5 nodes at 22:00, and at 23:00 by 2 more.
func lowering(radius, second string) string {
	cluster := `
  - name: NAME
    region: sa-east-1
    nodegroups: {big: {minSize: 0, maxSize: 9}, small: {minSize: 0, maxSize: 9}}
    profiles: {day: {big: 7, small: 1}, evening: {big: 2, small: 1}, night: {big: 0, small: 1}}
    schedule: {default: day, periods: [{name: evening, profile: evening, from: "22:00", to: "23:00"}, {name: night, profile: night, from: "23:00", to: "06:00"}]}`
	return "timezone: America/Sao_Paulo\n" + radius + "clusters:" + strings.ReplaceAll(cluster, "NAME", "a") +
		strings.NewReplacer("NAME", "b", "22:00", second).Replace(cluster) + "\n"
}

func TestScaleDownsThatEveryRunRefuses(t *testing.T) {
	t.Parallel()
	const (
		always   = "blastRadius.nodes: every scale-down of a, b in the coming week takes down more than 1 node, so each run will refuse it; raise nodes, or use smaller steps"
		together = "blastRadius: at Tue 2026-11-24 22:00 -03:00, 2 units scale down by 10 nodes together, beyond 9 nodes: the run will refuse at least 1 of them; " +
			"raise the limits, or let them scale down at different times"
		units = "blastRadius: at Tue 2026-11-24 22:00 -03:00, 2 units scale down by 10 nodes together, beyond 1 unit: the run will refuse at least 1 of them; " +
			"raise the limits, or let them scale down at different times"
	)
	for rule, row := range map[string]struct{ radius, second, want string }{
		"without a blast radius":         {"", "22:00", ""},
		"all fit together":               {"blastRadius: {nodes: 10, units: 2}\n", "22:00", ""},
		"not all fit together":           {"blastRadius: {nodes: 9}\n", "22:00", together},
		"too many units":                 {"blastRadius: {units: 1}\n", "22:00", units},
		"some fit, some do not":          {"blastRadius: {nodes: 4}\n", "22:00", ""}, // those of 23:00 fit: 2 and 2
		"none fits alone":                {"blastRadius: {nodes: 1}\n", "22:00", always},
		"apart they fit, but for 23:00":  {"blastRadius: {nodes: 5}\n", "22:30", ""},
		"a paused system warns all same": {"paused: true\nblastRadius: {nodes: 9}\n", "22:00", together},
	} {
		_, found := config.Reading{Now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}.Parse([]byte(lowering(row.radius, row.second)))
		var lines []string
		for _, f := range found {
			lines = append(lines, f.String())
			if f.Severity != config.Warning || f.Line == 0 {
				t.Errorf("%s: %+v; want a warning with its place", rule, f)
			}
		}
		if got := strings.Join(lines, "\n"); got != row.want {
			t.Errorf("%s: found\n%s\nwant\n%s", rule, got, row.want)
		}
	}
}
