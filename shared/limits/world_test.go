package limits_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/config"
)

var months = strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// shape is a cluster of a configuration.
type shape struct {
	nodegroups, periods int
	timeout             string
	concurrency         int
	disabled, longNames bool
}

// cluster is a cluster in YAML.
func (s shape) cluster(i int) string {
	if s.timeout == "" {
		s.timeout = "20m"
	}
	if s.concurrency == 0 {
		s.concurrency = 5
	}
	prefix := "group"
	if s.longNames {
		prefix = strings.Repeat("n", 95)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "  - name: cluster%03d\n    region: sa-east-1\n    paused: %t\n    waitTimeout: %s\n    concurrency: %d\n", i, s.disabled, s.timeout, s.concurrency)
	groups, day, night := []string{}, []string{}, []string{}
	for n := range s.nodegroups {
		name := fmt.Sprintf("%s%d", prefix, n)
		groups = append(groups, name+": {minSize: 0, maxSize: 5}")
		day, night = append(day, fmt.Sprintf("%s: %d", name, n%2)), append(night, fmt.Sprintf("%s: %d", name, 1-n%2))
	}
	fmt.Fprintf(&text, "    nodegroups: {%s}\n    profiles: {day: {%s}, night: {%s}}\n", strings.Join(groups, ", "), strings.Join(day, ", "), strings.Join(night, ", "))
	text.WriteString("    schedule:\n      default: day\n      periods:\n")
	if s.periods == 0 {
		text.WriteString("        []\n")
	}
	for p := range s.periods { // none of them covers another one
		fmt.Fprintf(&text, "        - {name: period%04d, profile: night, months: [%s], monthDays: [%d], from: \"%02d:00\", to: \"%02d:30\"}\n",
			p, months[p/336%12], p/12%28+1, 2*(p%12), 2*(p%12))
	}
	return text.String()
}

func document(t testing.TB, shapes ...shape) config.Config {
	t.Helper()
	text := "timezone: America/Sao_Paulo\nclusters:\n"
	for i, s := range shapes {
		text += s.cluster(i)
	}
	c, err := config.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
