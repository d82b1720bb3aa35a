package report

import (
	"fmt"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/triggers"
)

// Triggers start runs. They are compared by name, not by their settings.
type Triggers struct {
	Compared bool `json:"compared"` // false if the configuration is unusable, so the plan is unknown
	Planned  int  `json:"planned"`
	// Missing, Disabled and NotPlanned name those that differ from the plan.
	Missing    []string `json:"missing"`
	Disabled   []string `json:"disabled"`
	NotPlanned []string `json:"notPlanned"`
	Updating   bool     `json:"updating"` // the configuration has just changed, and they may not have followed yet
	Error      string   `json:"error,omitempty"`
	Reconcile  Presence `json:"reconcile"` // the trigger that does not depend on the configuration
}

// Presence reports whether a trigger exists.
type Presence string

// The presences.
const (
	Present    Presence = "present"
	Absent     Presence = "missing"
	TurnedOff  Presence = "disabled"
	NotVisible Presence = "unreadable"
)

func (e *examination) triggers() {
	e.report.Triggers = Triggers{Missing: []string{}, Disabled: []string{}, NotPlanned: []string{}, Error: e.Triggers.Error}
	e.compareTriggers(&e.report.Triggers)
	e.report.Triggers.Reconcile = e.reconcile()
}

// compareTriggers compares the triggers that follow the configuration. They may differ right after it has changed.
func (e *examination) compareTriggers(t *Triggers) {
	if e.unreadable("the triggers", e.Triggers.Error) || e.report.Configuration.State == CouldNotRead {
		return
	}
	if t.Compared = e.SettingsUsable() || !e.Configuration.Value.Configured; !t.Compared {
		return
	}
	drift := e.Triggers.Value.Drift()
	t.Planned, t.Updating = drift.Planned, e.Triggers.Value.Settling
	t.Missing, t.NotPlanned = append(t.Missing, drift.Missing...), append(t.NotPlanned, drift.Unplanned...)
	for _, i := range drift.Changed {
		t.Disabled = append(t.Disabled, i.Name)
	}
	if t.Updating {
		if differ := len(t.Missing) + len(t.Disabled) + len(t.NotPlanned); differ > 0 {
			e.note(TriggersUpdating, "the triggers", english.Number(differ)+" not as planned yet, updating after a configuration change", "eks-scaling triggers")
		}
		return
	}
	planned := triggers.Plan(e.usable(), e.now)
	e.triggerProblem(TriggerMissing, t.Missing, "missing", e.missedImpact(planned, t.Missing))
	e.triggerProblem(TriggerDisabled, t.Disabled, "disabled", e.missedImpact(planned, t.Disabled))
	e.triggerProblem(TriggerNotPlanned, t.NotPlanned, "not needed by the configuration", " and may start extra runs")
}

// usable returns all units that runs can use.
func (e *examination) usable() []config.Unit {
	var units []config.Unit
	for _, c := range e.Clusters {
		if e.Unusable(c) == "" {
			units = append(units, c.Config)
		}
	}
	return units
}

// triggerProblem adds what is wrong with triggers, and its impact.
func (e *examination) triggerProblem(kind Kind, names []string, what, impact string) {
	switch len(names) {
	case 0:
	case 1:
		e.wrong(kind, "trigger "+names[0], "is "+what+impact, "eks-scaling triggers sync")
	default:
		f := e.wrong(kind, english.Count(len(names), "trigger"), fmt.Sprintf("are %s (%s)%s", what, firstFew(names), impact), "eks-scaling triggers sync")
		f.short = "are " + what
	}
}

// reconcile judges the stack's own group, which has one trigger.
func (e *examination) reconcile() Presence {
	if e.unreadable("the reconcile trigger", e.Reconcile.Error) {
		return NotVisible
	}
	const noRepair = ", so drift and lost triggers are not corrected"
	name, presence := triggers.Reconcile("").Name, Absent
	for _, i := range e.Reconcile.Value {
		switch {
		case i.Name != name:
			e.wrong(TriggerNotPlanned, "trigger "+i.Name, "is in group "+e.Stack.ReconcileGroup+" but not part of the stack",
				fmt.Sprintf("aws scheduler delete-schedule --region %s --group-name %s --name %s", e.Stack.Region, e.Stack.ReconcileGroup, i.Name))
		case i.State == triggers.Disabled:
			presence = TurnedOff
			e.wrong(TriggerDisabled, "trigger "+name, "is disabled"+noRepair, deployment.Redeploy)
		case i.State != triggers.Missing:
			presence = Present
		}
	}
	if presence == Absent {
		e.wrong(TriggerMissing, "trigger "+name, "is missing"+noRepair, deployment.Redeploy)
	}
	return presence
}
