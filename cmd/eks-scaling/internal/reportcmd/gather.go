package reportcmd

import (
	"cmp"
	"context"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/page"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// gather reads everything that a report has.
func (r *request) gather(ctx context.Context, s frame.Session, parts Parts) (page.Report, error) {
	done := s.Progress("reading the status")
	judged, err := parts.Status(ctx, s, r.of)
	done()
	if err != nil {
		return page.Report{}, err
	}
	held, names, err := r.of.From(ctx, s)
	if err != nil && (!r.of.IsEmpty() || frame.ExitCode(err) != frame.ExitNotFound) {
		return page.Report{}, err
	}
	units := selected(held, names)
	found := page.Report{
		At: judged.At, Since: s.Now.Add(-r.ago).UTC().Truncate(time.Second), Timezone: "UTC",
		Status: judged.Status, Summary: judged.Summary, Stack: judged.Stack, Scaling: judged.Scaling, Source: judged.Source, Records: judged.Records,
		Units: judged.Units, Nodes: count(judged.Clusters), Overrides: overridesOf(&held, names, s.Now), Problems: judged.Problems, Notes: judged.Notes,
	}
	zone := cmp.Or(runwords.CommonZone(units), time.UTC)
	found.Timezone, found.Until = zone.String(), judged.At.In(zone).AddDate(0, 0, 7).UTC()
	found.Clusters, found.UnitsLeftOut = worst(judged.Clusters, r.limit)
	found.Week = r.week(held.Global, units, agenda.Span{From: found.At, Until: found.Until})
	of := past{since: found.Since, now: s.Now, zone: zone, units: names}
	if r.of.IsEmpty() {
		of.units = nil
	}
	done = s.Progress("reading the runs")
	found.Runs, err = of.read(ctx, s, judged.Runs.Latest)
	done()
	if err != nil {
		return found, err
	}
	// A report without savings is better than none.
	found.Savings, err = parts.Savings(ctx, s, held, SavingsQuestion{Units: names, All: r.of.IsEmpty(), From: found.Since, Until: found.At, Zone: zone})
	if err != nil && ctx.Err() == nil {
		found.Savings = page.Savings{Error: "The savings could not be computed: " + frame.Sentence(err)}
		err = nil
	}
	if found.Savings.Days == nil {
		found.Savings.Days = []page.SavedDay{}
	}
	return found, err
}

// selected returns the valid units with these names, with their overrides.
func selected(held inventory.Checked, names []string) (units []config.Unit) {
	for _, item := range held.Clusters {
		for _, u := range held.ClusterByName[item.Name].Units() {
			if slices.Contains(names, u.Name) {
				units = append(units, u)
			}
		}
	}
	return units
}

// worst returns the units to show, in their order, or of too many the worst ones, and how many are left out.
func worst(all []report.Cluster, limit int) ([]report.Cluster, int) {
	if len(all) <= limit {
		return all, 0
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b report.Cluster) int { return a.State.Rank() - b.State.Rank() })
	return all[:limit], len(all) - limit
}

// count counts the nodes and the node groups that are scaled.
func count(all []report.Cluster) (n page.Nodes) {
	for _, c := range all {
		for _, g := range c.Nodegroups {
			if g.Current == nil || g.Desired == nil {
				continue
			}
			n.Nodegroups++
			n.Current += int(g.Current.DesiredSize)
			n.Desired += int(g.Desired.Sizes(g.Current.DesiredSize).DesiredSize)
			if g.State == report.InSync {
				n.InSync++
			}
		}
	}
	return n
}

// overridesOf lists the active and upcoming overrides of units.
func overridesOf(held *inventory.Checked, names []string, now time.Time) []agenda.ListedOverride {
	return slices.DeleteFunc(agenda.ListOverrides(held, now, false), func(o agenda.ListedOverride) bool {
		return o.State != agenda.Broken && !slices.Contains(names, o.Unit())
	})
}

// maxAlike limits the groups of units alike that are drawn of many units.
const maxAlike = 12

// week returns the plans of the units, or of too many the plans that differ.
func (r *request) week(settings config.Settings, units []config.Unit, span agenda.Span) []page.Plan {
	if len(units) > r.limit {
		units = span.Alike(settings, units)
		units = units[:min(len(units), maxAlike)]
	}
	plans := []page.Plan{}
	for _, u := range units {
		plans = append(plans, page.Plan{
			Cluster: u.Name, Timezone: u.Timetable().Location().String(), Idle: agenda.Idle(settings, u), Steps: span.Steps(u),
		})
	}
	return plans
}
