package scaling

import (
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

// Nodegroup is one node group's part in a decision: what is wanted of it, what was observed and what is on record.
type Nodegroup struct {
	Name   string
	Limits Limits
	Target Target
	// Wanted is what holds for this node group when it is not what holds for the cluster; else nil.
	Wanted   *Wanted
	Observed Observed
	// Earlier is how many nodes were wanted right before the present activation began; nil when nothing was.
	Earlier *int32
	// Applied is the last application; nil when there is none on record.
	Applied *Application
	// Scheduled is what the schedule wants, in a run that applies the profile that a person named; else nil.
	Scheduled *Demand
	// Relied is the activation for which a run has noted that the node group is relied on; empty when none has.
	Relied string
	// Raised says that a run has raised it and none has seen that go well: its update failed, or it is DEGRADED.
	Raised bool
	// Failed and Arrived say what this run has already done to it.
	Failed, Arrived bool
	// LeftTo is the newer run that decides for it; empty when this run does.
	LeftTo string
	// Watched says that the run is not to change it: it counts only as a node group that may be relied on.
	Watched bool
}

// Rules are the circumstances of a run that decide whether a profile is applied at all.
type Rules struct {
	At      time.Time // the instant for which is decided, in the cluster's zone
	TakenAt time.Time // when the run took its instant, by the clock
	Began   time.Time // the instant for which the run decided first
	Enforce Enforce
	Force   bool // apply, though the period was already applied
	// Run is the name of the run's execution.
	Run string
}

// Action says what is to be done to a node group.
type Action string

// The actions.
const (
	ScaleUp   Action = "scaleUp"
	ScaleDown Action = "scaleDown"
	Await     Action = "wait" // another update is in progress; what to do is decided after it
	Keep      Action = "keep"
)

// Decision is what is to happen to one node group, and why.
type Decision struct {
	Nodegroup string `json:"nodegroup"`
	Action    Action `json:"action"`
	Reason    string `json:"reason"`
	Goal      Goal   `json:"goal"`
	Limits    Limits `json:"limits"`
	// Activation is the one for which it is decided.
	Activation string `json:"activation"`
	// Wanted is what holds for this node group when it is not what holds for the cluster; else nil.
	Wanted *Wanted `json:"wanted,omitempty"`
	// Before is nil when the node group has no sizes to report.
	Before *Sizes `json:"before,omitempty"`
	After  Sizes  `json:"after"`
	// Apply is the mark to record once the node group has arrived; nil when it is on record already.
	Apply *Application `json:"apply,omitempty"`
	// Arrived says that the node group is at its goal and can be marked.
	Arrived bool `json:"arrived,omitempty"`
	// HeldBack names what a scale-down waits for in vain, such as "small has 0 of 1 nodes".
	HeldBack []string `json:"heldBack,omitempty"`
	// Warning is what people should know of a node group that is left as it is.
	Warning string `json:"warning,omitempty"`
}

// Plan is what is to happen to a unit.
type Plan struct {
	Decisions []Decision `json:"decisions"`
	// Waves are the decisions that change something: what raises or must be waited for first, scale-downs second. A run
	// carries out the first one and then decides again.
	Waves [][]Decision `json:"waves"`
	// Guards must all hold when a node group is scaled down. A node group is not its own guard.
	Guards []Guard `json:"guards"`
}

// Decide makes the plan. Node groups that raise capacity, that are busy or that cannot be used come first; what is scaled
// down comes second, and says what holds it back.
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
	for i, n := range nodegroups {
		if d := &decided[i]; d.Action == ScaleDown {
			d.HeldBack = d.holding(plan.Guards, nodegroups, decided)
		}
		if !n.Watched {
			plan.Decisions = append(plan.Decisions, decided[i])
		}
	}
	plan.addWave(decided, ScaleUp, Await)
	plan.addWave(decided, ScaleDown)
	return plan
}

// addWave makes a wave of the decisions with these actions, if there are any.
func (p *Plan) addWave(decided []Decision, actions ...Action) {
	var wave []Decision
	for _, d := range decided {
		if slices.Contains(actions, d.Action) {
			wave = append(wave, d)
		}
	}
	if len(wave) > 0 {
		p.Waves = append(p.Waves, wave)
	}
}

// awaitReliedOn has busy node groups waited for that scale-downs rely on.
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

// Activation is the one for which the node group is wanted, when this is wanted of its cluster.
func (n Nodegroup) Activation(cluster Wanted) string {
	return n.wanted(cluster).Activation(n.Target.Goal(n.Limits))
}

func (n Nodegroup) guard(w Wanted) (guard Guard, relied bool) {
	goal := n.Target.Goal(n.Limits)
	if n.LeftTo != "" && n.Relied != "" {
		// The newer run's goal is not known here, but it relies on some capacity.
		return Guard{Nodegroup: n.Name, AtLeast: max(goal.Wanted(), 1), Activation: n.Relied}, true
	}
	return Guard{Nodegroup: n.Name, AtLeast: goal.Wanted(), Activation: w.Activation(goal)}, n.reliedOn(w, goal)
}

// holding lists what holds a scale-down back although the wave before it goes well.
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

// mayArrive reports whether the first wave can bring a node group to its goal.
func (d Decision) mayArrive(n Nodegroup) bool {
	switch d.Action {
	case Await:
		return true
	case ScaleUp:
		return n.Observed.Condition == Active || n.Observed.Condition == Degraded && !d.Goal.Reached(*n.Observed.Sizes)
	case ScaleDown, Keep:
	}
	return false
}
