package main

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/english"
)

// text returns the printed report: a table for each question.
func (r report) text() string {
	parts := r.placeSection()
	if r.o.part != onlyPlaces {
		parts = append(r.unitTables(), parts...)
	}
	for _, wrong := range r.wrong[:min(len(r.wrong), 50)] {
		parts = append(parts, "WRONG: "+wrong)
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// unitTables returns the tables about many units.
func (r report) unitTables() []string {
	return []string{
		"## One run of the whole fleet", r.sizeTable(),
		"## How long a run takes with a budget of EKS calls", r.budgetTable(),
		"## Faults", r.damageTable(),
		"## Growth", r.growthTable(), r.lineTable(),
		"## Cost of a month", r.costTable(),
	}
}

func (r report) largest() pair { return r.growth[len(r.growth)-1] }

func (r report) sizeTable() string {
	p := r.largest()
	row := func(what string, value func(figures) string) []string {
		return []string{what, value(p.changing), value(p.idle)}
	}
	return table(
		[]string{fmt.Sprintf("%s units of %d node groups", english.Number(p.changing.units), r.o.nodegroups), "all change", "nothing to do"},
		row("node groups at the desired size", func(m figures) string { return english.Number(m.right) + " of " + english.Number(m.nodegroups) }),
		row("units on record", func(m figures) string { return english.Number(m.recorded) }),
		row("state transitions", func(m figures) string { return english.Number(m.transitions) }),
		row("function invocations", func(m figures) string { return english.Number(m.invocations) }),
		row("events of all executions", func(m figures) string { return english.Number(m.events) }),
		row("DynamoDB calls", func(m figures) string { return english.Number(m.tableCalls) }),
		row("DynamoDB read units", func(m figures) string { return whole(m.readUnits) }),
		row("DynamoDB write units", func(m figures) string { return whole(m.writeUnits) }),
		row("EKS calls", func(m figures) string { return english.Number(m.eksCalls) }),
		row("peak EKS reads per second, account and region", func(m figures) string { return english.Number(m.peakReads) }),
		row("peak EKS updates per second, account and region", func(m figures) string { return english.Number(m.peakUpdates) }),
		row("largest state or payload (quota 256 KiB)", func(m figures) string { return kilobytes(m.largestState) }),
		row("most events of a unit's execution (quota 25,000)", func(m figures) string { return english.Number(m.maxEvents) }),
		row("events of the run's own execution", func(m figures) string { return english.Number(m.runEvents) }),
		row("time in the world", func(m figures) string { return minutes(m.took) }),
		row("wall time here, beside another case", func(m figures) string { return minutes(m.wall) }),
		row("memory here (Go heap), beside another case", func(m figures) string { return english.Number(m.heap>>20) + " MiB" }),
	)
}

func (r report) budgetTable() string {
	rows := [][]string{{
		"updates (reads) per second", "accounts x regions", "units", "all change", "throttled", "peak updates (reads)", "nothing to do", "throttled", "peak reads",
	}}
	for _, p := range r.budgets {
		c, i := p.changing, p.idle
		rows = append(rows, []string{
			fmt.Sprintf("%d (%d)", p.rates.Updates, p.rates.Reads), fmt.Sprintf("%d x %d", c.layout.accounts, c.layout.regions), english.Number(c.layout.units),
			minutes(c.took), english.Number(c.throttled), fmt.Sprintf("%d (%d)", c.peakUpdates, c.peakReads),
			minutes(i.took), english.Number(i.throttled), english.Number(i.peakReads),
		})
	}
	return table(rows...)
}

func (r report) damageTable() string {
	rows := [][]string{{"what happens", "faults", "units ended right", "alerted", "recorded", "lost"}}
	for _, d := range r.damages {
		rows = append(rows, []string{
			d.name, english.Number(d.faults), english.Number(d.right) + " of " + english.Number(d.units), english.Number(d.alerted), english.Number(d.rec), english.Number(d.lost),
		})
	}
	return table(rows...)
}

func (r report) growthTable() string {
	rows := [][]string{{"units", "all change: transitions", "events", "invocations", "EKS calls", "DynamoDB KiB", "nothing to do: transitions", "events", "DynamoDB KiB", "largest state"}}
	for _, p := range r.growth {
		c, i := p.changing, p.idle
		rows = append(rows, []string{
			english.Number(c.units), english.Number(c.transitions), english.Number(c.events), english.Number(c.invocations), english.Number(c.eksCalls),
			english.Number(c.tableBytes >> 10), english.Number(i.transitions), english.Number(i.events), english.Number(i.tableBytes >> 10),
			kilobytes(max(c.largestState, i.largestState)),
		})
	}
	return table(rows...)
}

// lineTable returns the straight lines through the smallest and the largest run.
func (r report) lineTable() string {
	rows := [][]string{{"a run takes", "all change: once", "a unit", "farthest off", "nothing to do: once", "a unit", "farthest off"}}
	for _, q := range quantities {
		row := []string{q.name}
		for _, of := range []func(pair) counts{pair.ofChanging, pair.ofIdle} {
			l, off, _ := lineOf(r.growth, func(p pair) float64 { return q.of(of(p)) })
			row = append(row, fmt.Sprintf("%.1f", l.once), fmt.Sprintf("%.1f", l.perUnit), fmt.Sprintf("%.2f %%", off*100))
		}
		rows = append(rows, row)
	}
	return table(rows...)
}

func (r report) costTable() string {
	head := []string{"node groups", "units", "hours"}
	for _, u := range billed {
		head = append(head, u.name, "USD")
	}
	rows := [][]string{append(head, "fixed", "USD a month")}
	for _, b := range r.bills() {
		hours := map[bool]string{false: "shared", true: "of their own"}[b.own]
		row := []string{english.Number(b.nodegroups), english.Number(b.units), hours}
		for i := range billed {
			row = append(row, whole(b.amounts[i]), money(b.costOf(i)))
		}
		rows = append(rows, append(row, money(b.fixed), money(b.total())))
	}
	return table(rows...)
}

// short returns the summary in docs/how-it-works.md.
func (r report) short() string {
	p := r.largest()
	row := func(what string, value func(figures) string) []string {
		return []string{what, value(p.changing), value(p.idle)}
	}
	rows := [][]string{
		{"one run", "every node group changes", "nothing to do"},
		row("state transitions", func(m figures) string { return english.Number(m.transitions) }),
		row("function invocations", func(m figures) string { return english.Number(m.invocations) }),
		row("EKS calls", func(m figures) string { return english.Number(m.eksCalls) }),
		row("largest state or payload (quota 256 KiB)", func(m figures) string { return kilobytes(m.largestState) }),
		row("most events of a unit's execution (quota 25,000)", func(m figures) string { return english.Number(m.maxEvents) }),
	}
	for _, b := range r.budgets[:len(r.o.budgets)] {
		rows = append(rows, []string{
			fmt.Sprintf("time with 2-minute updates and a budget of %d updates and %d reads per second, account and region", b.rates.Updates, b.rates.Reads),
			minutes(b.changing.took), minutes(b.idle.took),
		})
	}
	return fmt.Sprintf("`make fleet UNITS=%d` runs %s on a virtual clock. Time rows are for %s in one\naccount and region, %d at a time. "+
		"[fleet.md](fleet.md) has all figures, with faults, growth and cost.\n\n%s\n", r.o.units, p.changing.layout,
		english.Count(fortieth(r.o.units, 1).units, "unit"), usualUnits/40, table(rows...))
}
