package page

import (
	"fmt"
	"math"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/run"
)

// The moods are the classes of marks. A mark always has a word as well.
const (
	good  = "good"
	poor  = "poor"
	bad   = "bad"
	plain = "plain"
)

type wording struct{ words, mood string }

// stateWording words the states of node groups.
func stateWording(s report.State) wording {
	known := map[report.State]wording{
		report.InSync: {"in sync", good}, report.Updating: {"updating", plain}, report.Pending: {"pending", plain},
		report.NotInSync: {"not in sync", bad}, report.Drifted: {"drifted", bad}, report.Held: {"held by manual run", poor},
		report.Paused: {"paused", poor}, report.NotInProfile: {"not scaled", plain}, report.NotFound: {"not found", bad},
		report.NotRead: {"unknown", poor}, report.Unrecorded: {"no record", poor},
	}
	if w, ok := known[s]; ok {
		return w
	}
	return wording{string(s), plain}
}

// StateWords words the state of a node group.
func StateWords(s report.State) string { return stateWording(s).words }

func stateMood(s report.State) string { return stateWording(s).mood }

// unitWording words the states of units.
func unitWording(s report.UnitState) wording {
	known := map[report.UnitState]wording{
		report.UnitInvalid: {"invalid", bad}, report.LastRunFailed: {"failed", bad}, report.UnitNotFound: {"not found", bad},
		report.UnitFailing: {"failing", bad}, report.UnitNotInSync: {"not in sync", bad}, report.UnitDrifted: {"drifted", bad},
		report.UnitNotRead: {"unknown", poor}, report.UnitOvertaken: {"overtaken", poor}, report.UnitHeldBack: {"held back", poor},
		report.UnitHeld: {"held by manual run", poor}, report.UnitPaused: {"paused", poor}, report.UnitStale: {"stale", poor},
		report.UnitUpdating: {"updating", plain}, report.UnitPending: {"pending", plain}, report.UnitInSync: {"in sync", good},
	}
	if w, ok := known[s]; ok {
		return w
	}
	return wording{string(s), plain}
}

func unitWords(s report.UnitState) string { return unitWording(s).words }
func unitMood(s report.UnitState) string  { return unitWording(s).mood }

func outcomeMood(o run.Outcome) string {
	switch o {
	case run.Succeeded, run.Unchanged:
		return good
	case run.Failed:
		return bad
	case run.Overtaken, run.Incomplete:
		return poor
	case run.Returned, run.Skipped, run.Planned:
	}
	return plain
}

// Seconds words a duration, such as "42 s", "3 min 5 s" or "2 h 10 min".
func Seconds(s float64) string {
	d := time.Duration(math.Round(s)) * time.Second
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	default:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
}
