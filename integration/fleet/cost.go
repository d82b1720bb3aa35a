package main

import (
	"fmt"
	"math"
)

// Prices in USD, of us-east-1.
const (
	perTransition = 0.025 / 1000
	perInvocation = 0.20/1e6 + 0.1*0.25*0.0000133334 // and 0.1 s of 256 MB, on arm64
	perTableCall  = 1.25 / 1e6                       // as if each were a transaction that writes 1 KB, which is the dearest
	fixedCost     = 11*0.10 + 0.30 + 1.00            // alarms, the metric, the key of the alert topic
)

// What a month of 365/12 days has.
const (
	reconciles = 730 // an hourly run
	boundaries = 61  // two a day: every node group changes
)

// line is what a run takes: once, and for each unit.
type line struct{ once, perUnit float64 }

func (l line) of(units int) float64 { return l.once + l.perUnit*float64(units) }

// lineOf is the one through the smallest and the largest run; off is how far another is from it at most, as a share.
func lineOf(points []pair, value func(pair) int) (l line, off float64) {
	first, last := points[0], points[len(points)-1]
	l.perUnit = float64(value(last)-value(first)) / float64(last.changing.units-first.changing.units)
	l.once = float64(value(first)) - l.perUnit*float64(first.changing.units)
	for _, p := range points {
		off = max(off, math.Abs(float64(value(p))/l.of(p.changing.units)-1))
	}
	return l, off
}

// lines are the lines of a quantity, for runs that change everything and for reconcile runs with nothing to do.
type lines struct{ changing, idle line }

func linesOf(points []pair, value func(counts) int) lines {
	changing, _ := lineOf(points, func(p pair) int { return value(p.changing.counts) })
	idle, _ := lineOf(points, func(p pair) int { return value(p.idle.counts) })
	return lines{changing, idle}
}

// month is how much of it a month takes. With hours of its own, each unit has boundary runs of its own.
func (r lines) month(units int, own bool) float64 {
	runs, each := boundaries, units
	if own {
		runs, each = boundaries*units, 1
	}
	return reconciles*r.idle.of(units) + float64(runs)*r.changing.of(each)
}

// bill is what a month costs.
type bill struct {
	nodegroups, units                      int
	own                                    bool
	transitions, invocations, tableCalls   float64
	forTransitions, forLambda, forDynamoDB float64
}

func (b bill) total() float64 { return b.forTransitions + b.forLambda + b.forDynamoDB + fixedCost }

// billOf is the month of so many units by measured runs of units like them.
func billOf(points []pair, nodegroups, units int, own bool) bill {
	b := bill{
		nodegroups: nodegroups, units: units, own: own,
		transitions: linesOf(points, func(c counts) int { return c.transitions }).month(units, own),
		invocations: linesOf(points, func(c counts) int { return c.invocations }).month(units, own),
		tableCalls:  linesOf(points, func(c counts) int { return c.tableCalls }).month(units, own),
	}
	b.forTransitions, b.forLambda, b.forDynamoDB = b.transitions*perTransition, b.invocations*perInvocation, b.tableCalls*perTableCall
	return b
}

// bills are the months of 1 to 10,000 node groups. The argument single has the runs of a unit of one node group, and of two such units.
func bills(points, single []pair) (all []bill) {
	size := points[0].changing.layout.nodegroups
	for _, own := range []bool{false, true} {
		all = append(all, billOf(single, 1, 1, own))
		for units := 1; units <= 1000; units *= 10 {
			all = append(all, billOf(points, units*size, units, own))
		}
	}
	return all
}

// arithmetic says how the transitions of a month come about.
func arithmetic(points []pair) string {
	r := linesOf(points, func(c counts) int { return c.transitions })
	return fmt.Sprintf("transitions = %d x (%.1f + %.1f x units) + boundary runs x (%.1f + %.1f x their units)",
		reconciles, r.idle.once, r.idle.perUnit, r.changing.once, r.changing.perUnit)
}
