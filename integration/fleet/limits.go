package main

import (
	"fmt"
	"math"

	"eks-scaling-automation/integration/runtime/engine"
)

// The limits of a run, besides the quotas of Step Functions.
const (
	idleTransitions = 12         // of an idle run of one unit, with AuditRun and SyncTriggers
	stateQuota      = 256 * 1024 // bytes
	crookedness     = 0.01       // the largest relative deviation from a straight line
)

// faults lists problems in the runs of a pair, in which nothing should fail.
func (p pair) faults() []string {
	all := append(p.changing.faults(p), p.idle.faults(p)...)
	if p.idle.units == 1 && p.idle.transitions > idleTransitions {
		all = append(all, fmt.Sprintf("%s: an idle run takes %d transitions; want at most %d", p.idle.layout, p.idle.transitions, idleTransitions))
	}
	return all
}

func (m figures) faults(p pair) []string {
	var all []string
	wrong := func(what string, found, want any) {
		all = append(all, fmt.Sprintf("%s, %d (%d) calls a second: %s: found %v; want %v", m.layout, p.rates.Updates, p.rates.Reads, what, found, want))
	}
	for _, each := range []struct {
		what        string
		found, want any
	}{
		{"status", m.status, engine.Succeeded},
		{"node groups right", m.right, m.nodegroups},
		{"units on record", m.recorded, m.units},
		{"units failed", m.failed, 0},
	} {
		if each.found != each.want {
			wrong(each.what, each.found, each.want)
		}
	}
	if len(m.unnamed) > 0 {
		wrong("calls without their run", m.unnamed[0], "none")
	}
	for _, each := range []struct {
		what        string
		found, most int
	}{
		{"events of one execution", max(m.maxEvents, m.runEvents), engine.MaxEvents - 1},
		{"bytes of the largest state", m.largestState, stateQuota - 1},
		{"peak of EKS reads", m.peakReads, maxWithin(p.rates.Reads)},
		{"peak of EKS updates", m.peakUpdates, maxWithin(p.rates.Updates)},
	} {
		if each.found > each.most {
			wrong(each.what, each.found, fmt.Sprintf("at most %d", each.most))
		}
	}
	return all
}

// maxWithin returns how many calls a budget allows within a second: the saved ones, and the second's own.
func maxWithin(rate int) int {
	if rate == 0 {
		return math.MaxInt
	}
	return 2 * rate
}

// quantity is a measurement that should grow only with the units of a run.
type quantity struct {
	name string
	of   func(counts) float64
}

// quantities lists the measurements that must follow a straight line.
var quantities = []quantity{
	{"state transitions", func(c counts) float64 { return float64(c.transitions) }},
	{"events", func(c counts) float64 { return float64(c.events) }},
	{"function invocations", func(c counts) float64 { return float64(c.invocations) }},
	{"EKS calls", func(c counts) float64 { return float64(c.eksCalls) }},
	{"DynamoDB bytes", func(c counts) float64 { return float64(c.tableBytes) }},
}

func (p pair) ofChanging() counts { return p.changing.counts }

func (p pair) ofIdle() counts { return p.idle.counts }

// crooked returns the quantities that do not follow the straight line from the smallest to the largest run.
func (r report) crooked() []string {
	var all []string
	for name, of := range map[string]func(pair) counts{"all change": pair.ofChanging, "nothing to do": pair.ofIdle} {
		for _, q := range quantities {
			value := func(p pair) float64 { return q.of(of(p)) }
			if l, off, at := lineOf(r.growth, value); off > crookedness {
				all = append(all, fmt.Sprintf("%s: %s of %d units are %.1f %% off the line %.1f + %.1f x units; want at most %.0f %%",
					name, q.name, at, off*100, l.once, l.perUnit, crookedness*100))
			}
		}
	}
	return all
}
