package overridecmd

import (
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// outlook is a unit with what it remembers of its conditions. As in status, they stay as they are until their windows end.
type outlook struct {
	unit  config.Unit
	facts health.ConditionFacts
	now   time.Time
}

// outlookFor reads what a unit remembers, if it has conditions. An error is a warning: the override does not depend on it.
func outlookFor(cmd *cobra.Command, s frame.Session, u config.Unit) outlook {
	look := outlook{unit: u, now: s.Now.UTC().Truncate(time.Second)}
	if !u.Timetable().HasConditions() {
		return look
	}
	applied, err := s.Logs.AppliedTo(cmd.Context(), []string{u.Cluster})
	if err == nil {
		err = applied[u.Cluster].Err
	}
	if err != nil {
		term.Say(s.Notes, "warning: the remembered signals cannot be read, so sizes are shown as if no condition were on: %s\n", frame.Sentence(err))
	}
	look.facts.Remembered = applied[u.Cluster].Conditions[u.Name]
	return look
}

// sizes returns the sizes at an instant with some overrides.
func (l outlook) sizes(overrides []scaling.Override, at time.Time) []agenda.NodegroupSizes {
	return agenda.SizesOf(l.unit, l.facts.Timeline(l.unit.WithOverrides(overrides), l.now).Demands(at))
}
