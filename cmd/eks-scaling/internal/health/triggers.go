package health

import (
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/triggers"
)

// Triggers holds the triggers that follow the configuration.
type Triggers struct {
	Schedules []triggers.Inspection
	// Settling means that the configuration has just changed, and the triggers may not have followed yet.
	Settling bool
}

// Drift lists how triggers differ from the plan.
type Drift struct {
	Planned   int // how many there should be
	Missing   []string
	Changed   []triggers.Inspection // planned, but different or disabled
	Unplanned []string
}

// Drift compares the triggers with the plan.
func (b Triggers) Drift() (d Drift) {
	for _, i := range b.Schedules {
		switch i.State {
		case triggers.Unplanned:
			d.Unplanned = append(d.Unplanned, i.Name)
			continue
		case triggers.Transient:
			continue
		case triggers.Missing:
			d.Missing = append(d.Missing, i.Name)
		case triggers.Differs, triggers.Disabled:
			d.Changed = append(d.Changed, i)
		case triggers.InSync, triggers.Due:
		}
		d.Planned++
	}
	return d
}

// Inspect compares a list of triggers with the plan. A list shows which are missing or disabled, not which differ.
func Inspect(enabled map[string]bool, plan []triggers.Trigger, now time.Time) []triggers.Inspection {
	var all []triggers.Inspection
	found, removable := maps.Clone(enabled), triggers.Removals(plan)
	for _, p := range plan {
		i := triggers.Inspection{Name: p.Name, State: triggers.InSync, Description: p.Description, Expression: p.Expression, Zone: p.Zone}
		switch fires, exists := enabled[p.Name]; {
		case exists && !fires:
			i.State = triggers.Disabled
		case !exists && p.TooLate(now):
			i.State = triggers.Due
		case !exists:
			i.State = triggers.Missing
		}
		delete(found, p.Name)
		all = append(all, i)
	}
	for name := range found {
		i := triggers.Inspection{Name: name, State: triggers.Transient}
		if removable(name, now) {
			i.State = triggers.Unplanned
		}
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b triggers.Inspection) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// InPart returns what is known of the triggers of some units without the plan for the others, which may add a day to the name of a
// weekly trigger or leave it out. Triggers that look at signals are left out: units share them.
func InPart(found []triggers.Inspection) []triggers.Inspection {
	var all []triggers.Inspection
	others := map[string]bool{}
	for _, i := range found {
		if i.State == triggers.Unplanned || i.State == triggers.Transient {
			others[triggers.WithoutDay(i.Name)] = true
		} else if !triggers.IsLook(i.Name) {
			all = append(all, i)
		}
	}
	for i := range all {
		if all[i].State == triggers.Missing && others[triggers.WithoutDay(all[i].Name)] {
			all[i].State = triggers.InSync
		}
	}
	return all
}

// Settle changes a missing schedule to due if yesterday's plan did not have it yet: the next reconcile run creates it.
func Settle(found []triggers.Inspection, units []config.Unit, now time.Time) []triggers.Inspection {
	settled := map[string]bool{}
	for _, t := range triggers.Plan(units, now.Add(-Day)) {
		settled[t.Name] = true
	}
	for i, f := range found {
		if f.State == triggers.Missing && !settled[f.Name] {
			found[i].State = triggers.Due
		}
	}
	return found
}
