package report

import (
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
)

// Scaling reports whether everything, or a cluster, is paused, and who paused it.
type Scaling struct {
	State ScalingState `json:"state"`
	health.Author
	// Apply is set while scaling is paused until "config apply" has written everything.
	Apply Progress `json:"apply,omitempty"`
}

// ScalingState reports whether runs scale.
type ScalingState string

// The states of scaling.
const (
	Active  ScalingState = "active"
	OnPause ScalingState = "paused"
	Unclear ScalingState = "unknown" // the configuration is unreadable or invalid
)

// Progress reports whether "config apply" is still writing.
type Progress string

// The states of a write.
const (
	Writing     Progress = "writing"
	Interrupted Progress = "interrupted"
)

func scalingOf(paused *health.Author) Scaling {
	if paused == nil {
		return Scaling{State: Active}
	}
	s := Scaling{State: OnPause, Author: *paused}
	s.Since = s.Since.UTC()
	return s
}

// scaling adds that everything is paused. While config apply is writing, that is no problem.
func (e *examination) scaling() {
	e.report.Scaling = scalingOf(e.Paused)
	switch {
	case e.Paused == nil && e.Hold == nil:
	case e.Hold == nil:
		e.wrong(ScalingPaused, "scaling", "PAUSED"+e.Paused.String()+", so nothing is scaled", "eks-scaling resume")
	case e.Hold.Interrupted:
		e.report.Scaling.Apply = Interrupted
		e.wrong(ConfigurationPartial, "the configuration", "is only partly written"+e.Hold.String()+", and scaling is paused until the rest is written",
			"eks-scaling config apply DOCUMENT   # the same document again")
	default:
		e.report.Scaling.Apply = Writing
		e.note(Applying, "scaling", "paused while config apply is writing"+e.Hold.String())
	}
}

// pausedClusters adds which of the units to judge are paused. It is a problem if none of all units is left to scale.
func (e *examination) pausedClusters() {
	paused, names, left := e.pausedAndLeft()
	if len(paused) == 0 || e.Paused != nil {
		return
	}
	add, kind, consequence := e.note, ClusterPaused, ""
	if left == 0 && !e.Partial {
		add, kind, consequence = e.wrong, ScalingPaused, ", so nothing is scaled"
	}
	if len(paused) == 1 {
		add(kind, run.UnitInWords(names[0]), "paused"+pausedBy(paused[0])+consequence, "eks-scaling resume "+names[0])
		return
	}
	subject, argument := english.Count(len(paused), run.KindOf(names...)), "CLUSTER"
	if run.KindOf(names...) == "schedule" {
		argument = "CLUSTER:SCHEDULE"
	}
	if left == 0 && len(paused) == len(e.Clusters) && !e.Partial {
		subject = "all " + subject
	}
	add(kind, subject, "paused ("+firstFew(names)+")"+consequence, "eks-scaling resume "+argument).short = "are paused"
}

// pausedAndLeft returns the paused units, their names, and how many are left to scale.
func (e *examination) pausedAndLeft() (paused []health.ClusterFacts, names []string, left int) {
	for _, c := range e.Clusters {
		switch {
		case (c.Paused != nil || c.Config.Paused) && !e.Asked(c.Name):
		case c.Paused != nil || c.Config.Paused:
			paused, names = append(paused, c), append(names, c.Name)
		case e.Unusable(c) == "":
			left++
		}
	}
	return paused, names, left
}

// pausedBy says since when and by whom a cluster is paused; empty if no record tells.
func pausedBy(c health.ClusterFacts) string {
	if c.Paused == nil {
		return ""
	}
	return c.Paused.String()
}
