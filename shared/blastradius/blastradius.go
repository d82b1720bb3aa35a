// Package blastradius limits what one run takes down. Before a unit scales down, it reserves the nodes in a counter of its run; a unit
// that finds too little left takes nothing down. A mistake in the configuration then costs at most the limit until somebody looks.
//
// The package is pure: it never reads the clock and never calls AWS.
package blastradius

import (
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/english"
)

// Limit is the most that one run takes down. A field of 0 is no limit.
type Limit struct {
	// Nodes limits the sum by which a run lowers desired sizes, Units the units in which it scales down.
	Nodes int `json:"nodes,omitempty"`
	Units int `json:"units,omitempty"`
}

// IsZero reports whether there is no limit.
func (l Limit) IsZero() bool { return l == Limit{} }

// Allows reports whether a run may have taken this down.
func (l Limit) Allows(t Taken) bool {
	return (l.Nodes == 0 || t.Nodes <= l.Nodes) && (l.Units == 0 || t.Units <= l.Units)
}

// String names the limits, such as "100 nodes and 20 units".
func (l Limit) String() string {
	return join(l, func(n int, what string) string { return english.Count(n, what) }, l.Nodes, l.Units)
}

// Of describes a part of the limits, such as "95 of 100 nodes and 18 of 20 units".
func (l Limit) Of(t Taken) string {
	of := map[string]int{"node": l.Nodes, "unit": l.Units}
	return join(l, func(n int, what string) string {
		return english.Number(n) + " of " + english.Count(of[what], what)
	}, t.Nodes, t.Units)
}

func join(l Limit, words func(n int, what string) string, nodes, units int) string {
	var parts []string
	if l.Nodes > 0 {
		parts = append(parts, words(nodes, "node"))
	}
	if l.Units > 0 {
		parts = append(parts, words(units, "unit"))
	}
	return strings.Join(parts, " and ")
}

// Taken is what a run takes down, or has reserved to.
type Taken struct {
	Nodes, Units int
}

// Reservation is what a unit wants to take down in a run: all of it, with what the unit has reserved in this run before.
type Reservation struct {
	Run, Unit string
	Nodes     int
	Limit     Limit
	// Expires is when the run's counter may be deleted.
	Expires time.Time
}

// Counter is what the units of a run have reserved.
type Counter struct {
	Taken
	// Own is the part of the unit that asks; Known is false if it has reserved nothing.
	Own   int
	Known bool
}

// With returns the counter after a reservation, and whether that changes it. A unit counts once, and gives nothing back.
func (c Counter) With(nodes int) (after Counter, changed bool) {
	after = c
	if !c.Known {
		after.Units++
	}
	after.Own, after.Known = max(c.Own, nodes), true
	after.Nodes += after.Own - c.Own
	return after, after != c
}

// Refused returns how many units a limit refuses at least, given the nodes that each one takes down. Which units those are depends on
// who comes first: most fit if the smallest do.
func (l Limit) Refused(nodes []int) int {
	if l.IsZero() {
		return 0
	}
	var t Taken
	for i, n := range slices.Sorted(slices.Values(nodes)) {
		t.Nodes, t.Units = t.Nodes+n, t.Units+1
		if !l.Allows(t) {
			return len(nodes) - i
		}
	}
	return 0
}
