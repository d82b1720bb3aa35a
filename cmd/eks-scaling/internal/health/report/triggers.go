package report

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/triggers"
)

// Triggers are the schedules that start runs, as far as their names tell; what they are set to is not looked at here.
type Triggers struct {
	// Compared says that it is known which there should be: the configuration can be used. Planned is how many that are.
	Compared bool `json:"compared"`
	Planned  int  `json:"planned"`
	// Missing, Disabled and NotPlanned are the names of those that are not as planned.
	Missing    []string `json:"missing"`
	Disabled   []string `json:"disabled"`
	NotPlanned []string `json:"notPlanned"`
	// Settling says that the configuration has just changed, so that they are being brought in line.
	Settling bool   `json:"settling"`
	Error    string `json:"error,omitempty"`
	// Reconcile is the schedule that does not depend on the configuration.
	Reconcile Presence `json:"reconcile"`
}

// Presence says whether a schedule is there.
type Presence string

// The presences.
const (
	Present    Presence = "ok"
	Absent     Presence = "missing"
	TurnedOff  Presence = "disabled"
	NotVisible Presence = "unreadable"
)

func (e *examination) triggers() {
	e.report.Triggers = Triggers{Missing: []string{}, Disabled: []string{}, NotPlanned: []string{}, Error: e.Boundaries.Error}
	e.boundaries()
	e.report.Triggers.Reconcile = e.reconcile()
}

// boundaries compares the schedules that follow the configuration.
func (e *examination) boundaries() {
	t := &e.report.Triggers
	if e.unreadable("the triggers", e.Boundaries.Error) || e.report.Configuration.State == NotKnown {
		return
	}
	if t.Compared = e.SettingsUsable() || !e.Configuration.Value.Configured; !t.Compared {
		return
	}
	b := e.Boundaries.Value
	drift := b.Drift()
	t.Planned, t.Settling = drift.Planned, b.Settling
	t.Missing, t.NotPlanned = append(t.Missing, drift.Missing...), append(t.NotPlanned, drift.Unplanned...)
	for _, i := range drift.Changed {
		t.Disabled = append(t.Disabled, i.Name)
	}
	e.boundariesDiffer(*t, triggers.Plan(e.usable(), e.now))
}

// boundariesDiffer puts on the list what is not as planned, unless it is being brought in line.
func (e *examination) boundariesDiffer(t Triggers, planned []triggers.Trigger) {
	if t.Settling {
		return
	}
	e.strange(TriggerMissing, t.Missing, "missing", e.withoutThem(planned, t.Missing))
	e.strange(TriggerDisabled, t.Disabled, "disabled", e.withoutThem(planned, t.Disabled))
	e.strange(TriggerNotPlanned, t.NotPlanned, "not needed by the configuration", ", and may start runs in between")
}

// usable are the clusters that runs can use, whatever of them is to be spoken of.
func (e *examination) usable() []config.Cluster {
	var clusters []config.Cluster
	for _, c := range e.Clusters {
		if e.Unusable(c) == "" {
			clusters = append(clusters, c.Config)
		}
	}
	return clusters
}

// mostNames is how many names a message lists.
const mostNames = 3

// strange puts on the list what is wrong with triggers, and what comes of it.
func (e *examination) strange(kind Kind, names []string, what, consequence string) {
	switch len(names) {
	case 0:
	case 1:
		e.wrong(kind, "trigger "+names[0], "is "+what+consequence, "eks-scaling schedules sync")
	default:
		e.wrong(kind, english.Count(len(names), "trigger"), fmt.Sprintf("are %s (%s)%s", what, someOf(names), consequence), "eks-scaling schedules sync")
	}
}

// someOf is such as "a, b, c and 2 more".
func someOf(names []string) string {
	text := strings.Join(names[:min(len(names), mostNames)], ", ")
	if more := len(names) - mostNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// reconcile looks at the schedule that does not depend on the configuration, which the stack owns.
func (e *examination) reconcile() Presence {
	f := e.Reconcile
	if e.unreadable("the reconcile trigger", f.Error) {
		return NotVisible
	}
	presence := Absent
	for _, i := range f.Value {
		switch {
		case i.Name != triggers.Reconcile("").Name:
			e.wrong(TriggerNotPlanned, "trigger "+i.Name, "is in group "+e.Stack.ReconcileGroup+", which is the stack's own and has nothing like it",
				fmt.Sprintf("aws scheduler delete-schedule --region %s --group-name %s --name %s", e.Stack.Region, e.Stack.ReconcileGroup, i.Name))
		case i.State == triggers.Disabled:
			presence = TurnedOff
			e.wrong(TriggerDisabled, "trigger "+i.Name, "is disabled, so nothing makes up for a trigger that was lost", deployment.Redeploy)
		case i.State != triggers.Missing:
			presence = Present
		}
	}
	if presence == Absent {
		e.wrong(TriggerMissing, "trigger "+triggers.Reconcile("").Name, "is missing, so nothing makes up for a trigger that was lost", deployment.Redeploy)
	}
	return presence
}
