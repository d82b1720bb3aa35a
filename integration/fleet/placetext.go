package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"eks-scaling-automation/shared/english"
)

// placeTitle begins the section about accounts and regions.
const placeTitle = "## Accounts and regions"

// placeSection returns the section about accounts and regions.
func (r report) placeSection() []string {
	return []string{placeTitle, fmt.Sprintf(`%s measured %s, %d at a time: one cluster in each
region of each account, with the same name everywhere. The hub reaches each account through the role of its spoke. An update takes 2 minutes.
The local STS decides by the trust policies of the spokes' own template, and EKS by the policies of the session.`,
		"`make fleet PART=places WRITE=docs`", r.places.changing.layout, usualUnits), r.placeTable(), `Each session has the name of its run and tags with run and cluster. The command fails if CloudTrail would not name the run of an EKS
call. Each function instance opens one session for each cluster and run.`, r.disturbedTable(), `- **Hit**: the units in the account or region that the case is about.
- **Within an hour**, **later**: when units were scaled, counted from the transition. A refused unit is never scaled, and its record says why.
- The other columns are those of [Faults](#faults). A unit that waits for its hub is late, but it is no fault.

With one hub for all regions, the units of the region that is down fail in the run at the transition. The next run scales them. With one hub
per region, the hub of that region starts no run. The missed trigger is in its dead-letter queue, and the next reconcile run scales its
units. A hub with an older configuration scales its own units to the older sizes, and to the current ones after the configuration is
written to it. The command fails if a hub takes a unit of another region.

A run empties exactly as many node groups as its blast radius allows. The others keep their nodes and fail with ` + "`BlastRadiusError`, and a\n" +
		"run with `--beyond-blast-radius` empties them. Here functions work one after the other; the same holds with functions that work at once\n" +
		"(`TestABlastRadiusHoldsAmongUnitsThatDecideAtOnce`)."}
}

func (r report) placeTable() string {
	p := r.places
	row := func(what string, value func(figures) string) []string {
		return []string{what, value(p.changing), value(p.idle)}
	}
	return table(
		[]string{english.Count(p.changing.layout.accounts, "account") + " with " + english.Count(p.changing.layout.regions, "region"), "all change", "nothing to do"},
		row("node groups at the desired size", func(m figures) string { return english.Number(m.right) + " of " + english.Number(m.nodegroups) }),
		row("units on record", func(m figures) string { return english.Number(m.recorded) }),
		row("state transitions", func(m figures) string { return english.Number(m.transitions) }),
		row("function invocations", func(m figures) string { return english.Number(m.invocations) }),
		row("sessions (AssumeRole)", func(m figures) string { return english.Number(m.sessions) }),
		row("EKS calls", func(m figures) string { return english.Number(m.eksCalls) }),
		row("EKS reads (updates) in the busiest account and region", func(m figures) string {
			return fmt.Sprintf("%d (%d)", m.busiest.Reads.Answered, m.busiest.Updates.Answered)
		}),
		row("peak EKS reads (updates) per second, account and region", func(m figures) string {
			return fmt.Sprintf("%d (%d)", m.peakReads, m.peakUpdates)
		}),
		row("time in the world", func(m figures) string { return minutes(m.took) }),
		row("wall time here, beside another case", func(m figures) string { return minutes(m.wall) }),
	)
}

func (r report) disturbedTable() string {
	rows := [][]string{{
		"what happens", "units hit", "scaled within an hour", "later", "the last after", "faults", "units ended right", "alerted", "recorded", "lost",
	}}
	for _, d := range r.disturbed {
		last := "-"
		if d.late > 0 {
			last = minutes(d.latest)
		}
		rows = append(rows, []string{
			d.name, english.Number(d.hit), english.Number(d.onTime), english.Number(d.late), last, english.Number(d.faults),
			english.Number(d.right) + " of " + english.Number(d.units), english.Number(d.alerted), english.Number(d.rec), english.Number(d.lost),
		})
	}
	return table(rows...)
}

// writePlaces replaces the section in a page that has all sections, or adds it before the growth.
func (r report) writePlaces(page string) error {
	text, err := os.ReadFile(page) //nolint:gosec // of the checkout
	if err != nil {
		return err
	}
	const next = "## Growth"
	before, rest, found := strings.Cut(string(text), next)
	if !found {
		return errors.New(page + ": found no " + next)
	}
	before, _, _ = strings.Cut(before, placeTitle)
	section := strings.Join(r.placeSection(), "\n\n") + "\n\n"
	return os.WriteFile(page, []byte(before+section+next+rest), 0o600)
}
