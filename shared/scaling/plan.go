package scaling

import (
	"slices"
	"time"
)

// Source is what made a profile active.
type Source string

// The sources of a profile.
const (
	FromOverride Source = "override"
	FromPeriod   Source = "period"
	FromDefault  Source = "default"
	FromPerson   Source = "manual" // a manual run with a profile
)

// Wanted is the profile that should be active, and why.
type Wanted struct {
	Profile  string `json:"profile"` // empty under an override with custom sizes
	Period   string `json:"period"`  // its name; empty unless Source is FromPeriod
	Override string `json:"override,omitempty"`
	Source   Source `json:"source"`
	Reason   string `json:"reason"`
	// Since and Until bound the time during which it holds; zero if nothing ever changes.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Enforce controls whether a schedule reverts changes by others.
type Enforce string

const (
	// OnTransition applies a period once: when it becomes active, or when its sizes change in the configuration. Changes by
	// people or an autoscaler in between are left alone.
	OnTransition Enforce = "transition"
	// Always restores the sizes in every run.
	Always Enforce = "always"
)

// Nodegroup is one node group's input to a decision: what is wanted, observed and recorded.
type Nodegroup struct {
	Name   string
	Limits Limits
	Target Target
	// Wanted is set if the node group's demand differs from its cluster's; otherwise nil.
	Wanted   *Wanted
	Observed Observed
	// Starts is the transition to come if Target is already the coming activation's: until then it is only raised. See [Demand].
	Starts time.Time
	// RaiseOnly means that it is only raised, see [Demand].
	RaiseOnly bool
	// Without is the demand without the conditional period that raises it, see [Demand].
	Without *Demand
	// Earlier is the number of nodes wanted right before the current activation; nil if none were.
	Earlier *int32
	// Applied is the last recorded application; nil if there is none.
	Applied *Application
	// Scheduled is the schedule's demand in a run with a manual profile; otherwise nil.
	Scheduled *Demand
	// Relied is the activation for which a run recorded that the node group is relied on; empty if none did.
	Relied string
	// Raised means that a run raised it and no run has confirmed it: its update failed, or it is DEGRADED.
	Raised bool
	// Failed and Arrived report the results of this run so far.
	Failed, Arrived bool
	// LeftTo names the newer run that decides for it; empty if this run does.
	LeftTo string
	// Watched means that the run must not change it: it only counts as a node group that may be relied on.
	Watched bool
}

// Rules holds the facts of a run that decide whether a profile is applied.
type Rules struct {
	At      time.Time // the instant to decide for, in the cluster's zone
	TakenAt time.Time // when the run took its instant, by the clock
	Began   time.Time // the first instant that the run decided for
	Enforce Enforce
	Force   bool // apply the period even if it was already applied
	RampUp  RampUp
	// Run is the name of the run's execution.
	Run string
}

// Action is what to do to a node group.
type Action string

// The actions.
const (
	ScaleUp   Action = "scaleUp"
	ScaleDown Action = "scaleDown"
	Await     Action = "wait" // another update is in progress; decide after it
	Keep      Action = "keep"
)

// Decision is what to do to one node group, and why.
type Decision struct {
	Nodegroup string `json:"nodegroup"`
	Action    Action `json:"action"`
	Reason    string `json:"reason"`
	Goal      Goal   `json:"goal"`
	Limits    Limits `json:"limits"`
	// Activation is the activation that the decision is for.
	Activation string `json:"activation"`
	// Wanted is set if the node group's demand differs from its cluster's; otherwise nil.
	Wanted *Wanted `json:"wanted,omitempty"`
	// Before is nil if the node group has no sizes to report.
	Before *Sizes `json:"before,omitempty"`
	After  Sizes  `json:"after"`
	// Step means that the scale-up goes in steps: After is this step's, and is only right after Before.
	Step bool `json:"step,omitempty"`
	// RaiseOnly means that the call must not lower the desired size, which may have changed since the decision.
	RaiseOnly bool `json:"raiseOnly,omitempty"`
	// Apply is the mark to record once the node group reaches its goal; nil if it is already recorded.
	Apply *Application `json:"apply,omitempty"`
	// Arrived reports that the node group is at its goal and can be marked.
	Arrived bool `json:"arrived,omitempty"`
	// HeldBack lists what holds a scale-down back, such as "small has 0 of 1 nodes".
	HeldBack []string `json:"heldBack,omitempty"`
	// Warning is a note for people about a node group that is left alone.
	Warning string `json:"warning,omitempty"`
	// Drifted has the sizes that were applied for this activation if somebody else has changed them since; otherwise nil.
	Drifted *Goal `json:"drifted,omitempty"`
}

// Plan is what to do to a unit.
type Plan struct {
	Decisions []Decision `json:"decisions"`
	// Waves holds the decisions that change something: first the raises and the node groups to wait for, then the raises that wait
	// for a later step, then the scale-downs. A run carries out the first wave and then decides again.
	Waves [][]Decision `json:"waves"`
	// Guards must all hold before a node group is scaled down. A node group is not its own guard.
	Guards []Guard `json:"guards"`
}

// Decide makes the plan. Node groups that are raised, busy or unusable come first. Scale-downs come second, with what holds them
// back.
func Decide(wanted Wanted, rules Rules, nodegroups []Nodegroup) Plan {
	plan := Plan{Decisions: []Decision{}, Waves: [][]Decision{}, Guards: []Guard{}}
	decided := make([]Decision, len(nodegroups))
	for i, n := range nodegroups {
		decided[i] = n.decide(n.wanted(wanted), rules)
		if g, relied := n.guard(n.wanted(wanted)); relied {
			plan.Guards = append(plan.Guards, g)
		}
	}
	if slices.ContainsFunc(decided, func(d Decision) bool { return d.Action == ScaleDown }) {
		plan.awaitReliedOn(nodegroups, decided)
	}
	waiting := rules.RampUp.begin(nodegroups, decided)
	for i, n := range nodegroups {
		if d := &decided[i]; d.Action == ScaleDown {
			d.HeldBack = d.holding(plan.Guards, nodegroups, decided)
		}
		if !n.Watched {
			plan.Decisions = append(plan.Decisions, decided[i])
		}
	}
	waits := func(d Decision) bool { return slices.Contains(waiting, d.Nodegroup) }
	plan.addWave(decided, func(d Decision) bool { return (d.Action == ScaleUp || d.Action == Await) && !waits(d) })
	plan.addWave(decided, waits)
	plan.addWave(decided, func(d Decision) bool { return d.Action == ScaleDown })
	return plan
}

// addWave makes a wave of the decisions that belong to it, if there are any.
func (p *Plan) addWave(decided []Decision, belongs func(Decision) bool) {
	var wave []Decision
	for _, d := range decided {
		if belongs(d) {
			wave = append(wave, d)
		}
	}
	if len(wave) > 0 {
		p.Waves = append(p.Waves, wave)
	}
}

// awaitReliedOn adds waits for busy node groups that scale-downs rely on.
func (p Plan) awaitReliedOn(nodegroups []Nodegroup, decided []Decision) {
	for i, n := range nodegroups {
		relied := slices.ContainsFunc(p.Guards, func(g Guard) bool { return g.Nodegroup == n.Name })
		if d := &decided[i]; relied && d.Action == Keep && n.Observed.Condition == Updating && n.mine() {
			d.Action, d.Reason = Await, "a scale-down relies on it, and it is busy: "+n.Observed.Detail
		}
	}
}

// mine reports whether this run may still change the node group.
func (n Nodegroup) mine() bool {
	return !n.Watched && n.LeftTo == "" && !n.Failed
}

func (n Nodegroup) wanted(w Wanted) Wanted {
	if n.Wanted != nil {
		return *n.Wanted
	}
	return w
}

// Activation returns the activation of the node group's goal, given what its cluster wants.
func (n Nodegroup) Activation(cluster Wanted) string {
	return n.wanted(cluster).Activation(n.Target.Goal(n.Limits))
}

func (n Nodegroup) guard(w Wanted) (guard Guard, relied bool) {
	goal := n.Target.Goal(n.Limits)
	if n.LeftTo != "" && n.Relied != "" {
		// The newer run's goal is unknown here, but it relies on some capacity.
		return Guard{Nodegroup: n.Name, AtLeast: max(goal.Wanted(), 1), Activation: n.Relied}, true
	}
	return Guard{Nodegroup: n.Name, AtLeast: goal.Wanted(), Activation: w.Activation(goal)}, n.reliedOn(w, goal)
}

// holding lists what holds a scale-down back even if the wave before it succeeds.
func (d Decision) holding(guards []Guard, all []Nodegroup, decided []Decision) []string {
	var held []string
	for _, g := range guards {
		i := slices.IndexFunc(all, func(n Nodegroup) bool { return n.Name == g.Nodegroup })
		if g.Nodegroup == d.Nodegroup || decided[i].mayArrive(all[i]) {
			continue
		}
		if why := g.Violation(all[i].Observed, all[i].Raised && d.MayEmpty()); why != "" {
			held = append(held, why)
		}
	}
	return held
}

// mayArrive reports whether a node group can reach its goal before the scale-downs.
func (d Decision) mayArrive(n Nodegroup) bool {
	switch d.Action {
	case Await:
		return true
	case ScaleUp:
		return n.Observed.Condition == Active || n.Observed.Condition == Degraded && d.After != *n.Observed.Sizes
	case ScaleDown, Keep:
	}
	return false
}
