package main

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/english"
)

// text is what is printed: a table for each question.
func (r report) text() string {
	parts := []string{
		"## One run of all of it", r.sizeTable(),
		"## The time that the budget of EKS takes", r.budgetTable(),
		"## Faults", r.damageTable(),
		"## Growth", r.growthTable(),
		"## Cost of a month", r.costTable(),
	}
	for _, wrong := range r.wrong[:min(len(r.wrong), 50)] {
		parts = append(parts, "WRONG: "+wrong)
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func (r report) largest() pair { return r.growth[len(r.growth)-1] }

func (r report) sizeTable() string {
	p := r.largest()
	row := func(what string, value func(figures) string) []string {
		return []string{what, value(p.changing), value(p.idle)}
	}
	return table(
		[]string{fmt.Sprintf("%s units of %d node groups", english.Number(p.changing.units), r.o.nodegroups), "all change", "nothing to do"},
		row("node groups as they have to be", func(m figures) string { return english.Number(m.right) + " of " + english.Number(m.nodegroups) }),
		row("units on record", func(m figures) string { return english.Number(m.recorded) }),
		row("state transitions", func(m figures) string { return english.Number(m.transitions) }),
		row("function invocations", func(m figures) string { return english.Number(m.invocations) }),
		row("DynamoDB calls", func(m figures) string { return english.Number(m.tableCalls) }),
		row("EKS calls", func(m figures) string { return english.Number(m.eksCalls) }),
		row("most EKS reads in a second of an account and region", func(m figures) string { return english.Number(m.peakReads) }),
		row("most EKS updates in a second of an account and region", func(m figures) string { return english.Number(m.peakUpdates) }),
		row("largest state or payload", func(m figures) string { return kilobytes(m.largestState) }),
		row("most events of a unit's execution, of 25,000", func(m figures) string { return english.Number(m.mostEvents) }),
		row("events of the run's own execution", func(m figures) string { return english.Number(m.runEvents) }),
		row("time that passed in the world", func(m figures) string { return minutes(m.took) }),
		row("wall time here (two cores, noisy)", func(m figures) string { return minutes(m.wall) }),
		row("memory of the local world here (its Go heap)", func(m figures) string { return english.Number(m.heap>>20) + " MiB" }),
	)
}

func (r report) budgetTable() string {
	rows := [][]string{{
		"updates (and reads) a second", "accounts x regions", "all change", "throttled", "peak updates (reads)", "nothing to do", "throttled", "peak reads",
	}}
	for _, p := range r.budgets {
		c, i := p.changing, p.idle
		rows = append(rows, []string{
			fmt.Sprintf("%d (%d)", p.rates.Updates, p.rates.Reads), fmt.Sprintf("%d x %d, %s", c.layout.accounts, c.layout.regions, english.Count(c.layout.units, "unit")),
			minutes(c.took), english.Number(c.throttled), fmt.Sprintf("%d (%d)", c.peakUpdates, c.peakReads),
			minutes(i.took), english.Number(i.throttled), english.Number(i.peakReads),
		})
	}
	return table(rows...)
}

func (r report) damageTable() string {
	rows := [][]string{{"what happens", "faults", "units that ended right", "alerted", "recorded", "lost"}}
	for _, d := range r.damages {
		rows = append(rows, []string{
			d.name, english.Number(d.faults), english.Number(d.right) + " of " + english.Number(d.units), english.Number(d.alerted), english.Number(d.rec), english.Number(d.lost),
		})
	}
	return table(rows...)
}

func (r report) growthTable() string {
	rows := [][]string{{
		"units", "transitions, all change", "a unit", "transitions, nothing to do", "a unit", "largest state", "most events of a unit", "events of the run", "time in the world",
	}}
	for _, p := range r.growth {
		c, i := p.changing, p.idle
		rows = append(rows, []string{
			english.Number(c.units), english.Number(c.transitions), fmt.Sprintf("%.1f", float64(c.transitions)/float64(c.units)),
			english.Number(i.transitions), fmt.Sprintf("%.1f", float64(i.transitions)/float64(i.units)),
			kilobytes(c.largestState), english.Number(c.mostEvents), english.Number(c.runEvents), minutes(c.took),
		})
	}
	_, off := lineOf(r.growth, func(p pair) int { return p.changing.transitions })
	_, idleOff := lineOf(r.growth, func(p pair) int { return p.idle.transitions })
	return table(rows...) + fmt.Sprintf("\n\nFarthest from a straight line: %.1f %% and %.1f %%.", off*100, idleOff*100)
}

func (r report) costTable() string {
	rows := [][]string{{
		"node groups", "units", "hours", "transitions", "Step Functions", "Lambda", "DynamoDB", "fixed", "USD a month",
	}}
	for _, b := range bills(r.monthly, r.single) {
		hours := map[bool]string{false: "shared", true: "of their own"}[b.own]
		rows = append(rows, []string{
			english.Number(b.nodegroups), english.Number(b.units), hours, whole(b.transitions), money(b.forTransitions), money(b.forLambda), money(b.forDynamoDB),
			money(fixedCost), money(b.total()),
		})
	}
	return table(rows...)
}
