package writeplan_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

var now = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)

// shape is a configuration, in short.
type shape struct {
	off       bool
	zone      string              // of the settings; empty is UTC
	calendars map[string]string   // the date of each
	signals   map[string]string   // the source of each, such as "alarm: a"
	clusters  map[string]cluster  // by name
	moved     map[string][]string // the clusters of overrides with the same name
}

type cluster struct {
	calendar  string // empty: it uses none
	signal    string // empty: it uses none
	zone      string // empty: the settings'
	size      int    // what differs from one version to the next
	overrides int
	profile   string // of the overrides; empty is "peak", which every cluster has
}

// config parses the document of a shape.
func (s shape) config(t tb) config.Config {
	t.Helper()
	var doc, overrides strings.Builder
	fmt.Fprintf(&doc, "paused: %t\ntimezone: %s\ncalendars:\n", s.off, cmp.Or(s.zone, "UTC"))
	for _, name := range sorted(s.calendars) {
		fmt.Fprintf(&doc, "  %s: {dates: [%s]}\n", name, s.calendars[name])
	}
	doc.WriteString("signals:\n")
	for _, name := range sorted(s.signals) {
		fmt.Fprintf(&doc, "  %s: {%s, otherwise: false}\n", name, s.signals[name])
	}
	doc.WriteString("clusters:\n")
	for _, name := range sorted(s.clusters) {
		c := s.clusters[name]
		doc.WriteString(c.yaml(name))
		for i := range c.overrides {
			override(&overrides, fmt.Sprintf("o%d-%s", i, name), name, cmp.Or(c.profile, "peak"))
		}
	}
	for _, name := range sorted(s.moved) {
		for _, of := range s.moved[name] {
			override(&overrides, name, of, "peak")
		}
	}
	text := strings.NewReplacer("calendars:\nsignals:\nclusters", "clusters", "calendars:\nsignals", "signals", "signals:\nclusters", "clusters").Replace(doc.String())
	if overrides.Len() > 0 {
		text += "overrides:\n" + overrides.String()
	}
	c, err := config.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return c
}

func (c cluster) yaml(name string) string {
	text := fmt.Sprintf("  - {name: %s, region: sa-east-1, nodegroups: {big: {minSize: 0, maxSize: 50}}, profiles: {normal: {big: %d}, peak: {big: 40}}", name, c.size)
	if c.zone != "" {
		text += ", timezone: " + c.zone
	}
	text += ", schedule: {default: normal"
	text += ", periods: ["
	if c.calendar != "" {
		text += "{name: p, profile: peak, calendars: {only: [" + c.calendar + "]}},"
	}
	if c.signal != "" {
		text += "{name: q, profile: peak, when: {signal: " + c.signal + ", is: OK}},"
	}
	text += "]"
	return text + "}}\n"
}

func override(to *strings.Builder, name, of, profile string) {
	fmt.Fprintf(to, "  - {name: %s, cluster: %s, profile: %s, from: 2026-11-24T12:00:00Z, until: 2026-11-25T12:00:00Z, reason: launch, createdBy: ana, createdAt: 2026-11-20T12:00:00Z}\n",
		name, of, profile)
}

func sorted[T any](m map[string]T) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// tb is a test, or a check of rapid.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

// stored is the table after a shape was written into an empty one.
func (s shape) stored(t tb) inventory.Checked {
	t.Helper()
	empty := inventory.Check(inventory.Snapshot{}, now)
	return written(empty, differences(t, empty, s))
}

// differences are all changes to a shape, with removals.
func differences(t tb, before inventory.Checked, to shape) []inventory.Change {
	t.Helper()
	changes, err := before.Diff(to.config(t))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return slices.DeleteFunc(changes, func(c inventory.Change) bool { return !c.Needed() })
}

// written is the table after some changes, with the next version of each item.
func written(before inventory.Checked, changes []inventory.Change) inventory.Checked {
	changes = slices.Clone(changes)
	for i := range changes {
		changes[i].After.Version++
	}
	return before.With(changes)
}

// difference is what is to be planned for some changes.
func difference(before inventory.Checked, due []inventory.Change) writeplan.Difference {
	return writeplan.Difference{Before: before, After: written(before, due), Due: due, Document: "document", Now: now}
}

// plan returns the steps from one shape to another, in words.
func plan(t *testing.T, from, to shape) (string, error) {
	t.Helper()
	before := from.stored(t)
	due := differences(t, before, to)
	made, err := difference(before, due).Plan()
	var words []string
	for _, step := range made.Steps {
		var items []string
		for _, c := range step.Changes {
			sign := "~"
			switch {
			case c.Gone:
				sign = "-"
			case c.After.Version == 0:
				sign = "+"
			}
			items = append(items, sign+c.After.Name)
		}
		words = append(words, strings.Join(items, " "))
	}
	return strings.Join(words, "; "), err
}

// many returns clusters c0, c1 and so on.
func many(n int, c cluster) map[string]cluster {
	all := map[string]cluster{}
	for i := range n {
		all[fmt.Sprintf("c%d", i)] = c
	}
	return all
}
