package scaling

import (
	"fmt"
	"slices"
	"time"
)

// Source says what put a profile in force.
type Source string

// The sources of a profile.
const (
	FromOverride Source = "override"
	FromPeriod   Source = "period"
	FromDefault  Source = "default"
	FromPerson   Source = "manual" // a re-run that names a profile
)

// Wanted is the profile that should be in force, and why.
type Wanted struct {
	Profile  string `json:"profile"` // empty under an override that has sizes of its own
	Period   string `json:"period"`  // its name; empty unless Source is FromPeriod
	Override string `json:"override,omitempty"`
	Source   Source `json:"source"`
	Reason   string `json:"reason"`
	// Since and Until bound the time for which it holds; zero when nothing ever changes.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Enforce says how far a schedule goes to keep its sizes.
type Enforce string

const (
	// OnTransition applies a period once, when it becomes active or when its sizes change in the configuration; what
	// people or an autoscaler do in between is left alone.
	OnTransition Enforce = "transition"
	// Always puts the sizes back on every run.
	Always Enforce = "always"
)

// Application records that a goal was reached on a node group, and for which activation.
type Application struct {
	Profile string    `json:"profile"`
	Period  string    `json:"period"`
	Goal    Goal      `json:"goal"`
	At      time.Time `json:"at"`      // the instant for which it was decided
	TakenAt time.Time `json:"takenAt"` // when that was, by the clock; of two applications the later one stands
}

// covers says whether the application still stands for what is wanted now.
func (a Application) covers(w Wanted, goal Goal) bool {
	return a.Profile == w.Profile && a.Period == w.Period && a.Goal.Equal(goal) && !a.At.Before(w.Since)
}

// Nodegroup is one node group's part in a decision: what the profile wants of it and what was observed.
type Nodegroup struct {
	Name   string
	Limits Limits
	Target Target
	// Wanted is what holds for this node group when it is not what holds for the cluster; else nil.
	Wanted *Wanted
	// Current is what EKS reports; nil when the node group could not be read, for the reason in Unreadable.
	Current    *Sizes
	Unreadable string
	// Degraded are the health issues of a DEGRADED node group, in words; empty when it is healthy.
	Degraded string
	// Applied is the last application; nil when there is none on record.
	Applied *Application
}

// Rules are the circumstances of a run that decide whether a profile is applied at all.
type Rules struct {
	At      time.Time // the instant for which is decided, in the cluster's zone
	TakenAt time.Time // when the run took its instant, by the clock
	Enforce Enforce
	Force   bool // apply, though the period was already applied
}

// Action says what is to be done to a node group.
type Action string

// The actions.
const (
	ScaleUp   Action = "scale-up"
	ScaleDown Action = "scale-down"
	Keep      Action = "keep"
)

// Decision is what is to happen to one node group, and why.
type Decision struct {
	Nodegroup string `json:"nodegroup"`
	Action    Action `json:"action"`
	Reason    string `json:"reason"`
	Goal      Goal   `json:"goal"`
	Limits    Limits `json:"limits"`
	// Wanted is what holds for this node group when it is not what holds for the cluster; else nil.
	Wanted *Wanted `json:"wanted,omitempty"`
	// Before is nil when the node group could not be read.
	Before *Sizes `json:"before,omitempty"`
	After  Sizes  `json:"after"`
	// Apply is to be put on record once the node group is as wanted; nil when it already is, or when a person asked for
	// the profile: what people do is left alone until the next transition.
	Apply *Application `json:"apply,omitempty"`
}

// Plan is what is to happen to a cluster: a decision for every node group of the profile, and those that change
// something in waves. A wave starts only when all of the one before it has succeeded.
type Plan struct {
	Decisions []Decision   `json:"decisions"`
	Waves     [][]Decision `json:"waves"`
}

// Decide makes the plan. Scale-ups come first, scale-downs second. A node group that could not be read is put among the
// scale-ups, so that it fails there, on its own, and nothing is taken down on a guess.
func Decide(wanted Wanted, rules Rules, nodegroups []Nodegroup) Plan {
	plan := Plan{Decisions: []Decision{}, Waves: [][]Decision{}}
	var ups, downs []Decision
	for _, ng := range nodegroups {
		d := ng.decide(wanted, rules)
		plan.Decisions = append(plan.Decisions, d)
		switch d.Action {
		case ScaleUp:
			ups = append(ups, d)
		case ScaleDown:
			downs = append(downs, d)
		case Keep:
		}
	}
	for _, wave := range [][]Decision{ups, downs} {
		if len(wave) > 0 {
			plan.Waves = append(plan.Waves, slices.Clip(wave))
		}
	}
	return plan
}

// decide weighs one node group.
func (n Nodegroup) decide(w Wanted, rules Rules) Decision {
	goal := n.Target.Goal(n.Limits)
	d := Decision{Nodegroup: n.Name, Goal: goal, Limits: n.Limits, Wanted: n.Wanted, Before: n.Current, Action: Keep}
	if n.Wanted != nil {
		w = *n.Wanted
	}
	if n.Current != nil {
		d.After = goal.Sizes(n.Current.DesiredSize)
	} else {
		d.After = goal.Sizes(goal.MinSize)
	}
	if w.Source != FromPerson {
		d.Apply = &Application{Profile: w.Profile, Period: w.Period, Goal: goal, At: rules.At, TakenAt: rules.TakenAt}
		if n.Applied != nil && n.Applied.covers(w, goal) {
			d.Apply = nil
			if rules.Enforce == OnTransition && !rules.Force {
				return n.leaveAlone(d, rules.At.Location())
			}
		}
	}
	d.Action, d.Reason = n.compare(d.After, w.Reason)
	return d
}

// compare says what takes the node group from what was observed to the wanted sizes, and why.
func (n Nodegroup) compare(wanted Sizes, reason string) (Action, string) {
	switch {
	case n.Current == nil:
		return ScaleUp, "the node group could not be read: " + n.Unreadable
	case *n.Current == wanted && n.Degraded != "" && wanted.DesiredSize > 0:
		// Its capacity may not exist, so nothing else may be taken down in reliance on it. Scale looks again.
		return ScaleUp, "at the wanted sizes, but DEGRADED: " + n.Degraded
	case *n.Current == wanted:
		return Keep, "already at the wanted sizes; " + reason
	case wanted.compare(*n.Current) > 0:
		return ScaleUp, reason
	default:
		return ScaleDown, reason
	}
}

// leaveAlone keeps the node group as people or an autoscaler have left it since the period was applied.
func (n Nodegroup) leaveAlone(d Decision, loc *time.Location) Decision {
	what := "profile " + n.Applied.Profile
	if n.Applied.Profile == "" {
		what = "the override"
	}
	d.Reason = fmt.Sprintf("%s was applied at %s and is left alone until the next transition",
		what, n.Applied.At.In(loc).Format(LocalTime))
	if n.Current != nil {
		d.After = *n.Current
	}
	return d
}
