package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/scaling"
)

// Nodegroup compares a node group with what is wanted of it.
type Nodegroup struct {
	Nodegroup string         `json:"nodegroup"`
	State     State          `json:"state"`
	Error     string         `json:"error,omitempty"`  // why it was not read; then Status and Actual are unknown
	Status    string         `json:"status,omitempty"` // of EKS, such as ACTIVE
	Health    []string       `json:"health,omitempty"` // the issues that EKS reports
	Actual    *scaling.Sizes `json:"actual,omitempty"`
	// Wanted and Why are nil if nothing is wanted. Without DesiredSize the node group keeps its own.
	Wanted     *scaling.Goal   `json:"wanted,omitempty"`
	Why        *scaling.Wanted `json:"why,omitempty"`
	LocalUntil time.Time       `json:"localUntil,omitzero"` // the end of Why by the cluster's clock
	NextRun    NextRun         `json:"nextRun,omitzero"`    // what the next run does to it, if known
	Applied    Applied         `json:"applied,omitzero"`    // what was last applied, if known
	AskedFor   AskedFor        `json:"askedFor,omitzero"`   // only in that state
	PutBack    PutBack         `json:"putBack,omitzero"`
}

// State compares the sizes of a node group with the wanted ones.
type State string

// The states.
const (
	AsWanted    State = "asWanted"
	Changing    State = "changing"    // EKS or a run is changing it
	Due         State = "due"         // a run follows within minutes
	Deviates    State = "deviates"    // the next run changes it
	LeftAlone   State = "leftAlone"   // changed since it was as wanted; runs leave that until the next transition
	Asked       State = "askedFor"    // set by a run with a profile
	SwitchedOff State = "switchedOff" // not as wanted, but a switch is off
	NotTouched  State = "notTouched"  // nothing is wanted of it
	Gone        State = "gone"        // EKS does not have it, or not its cluster
	NotRead     State = "unreadable"
)

// NextRun is what a run would do now, and why.
type NextRun struct {
	Action scaling.Action `json:"action"`
	Reason string         `json:"reason"`
}

// Applied is what was last applied.
type Applied struct {
	At        time.Time    `json:"at"`
	LocalTime time.Time    `json:"localTime"`
	Profile   string       `json:"profile,omitempty"` // empty for an override with sizes of its own
	Period    string       `json:"period,omitempty"`
	Goal      scaling.Goal `json:"goal"`
}

// part is the examination of one node group.
type part struct {
	*examination
	cluster health.ClusterFacts
	name    string
	found   health.Fact[health.Nodegroup]
	facts   health.Nodegroup // of found
	demand  *scaling.Demand  // nil if nothing is wanted
	at      time.Time        // now, by the cluster's clock
}

func (p part) subject() string {
	return p.cluster.Name + "/" + p.name
}

func (p part) local(t time.Time) string {
	return t.In(p.at.Location()).Format(scaling.LocalTime)
}

func (p part) examine() Nodegroup {
	f := p.facts
	n := Nodegroup{Nodegroup: p.name, State: NotTouched, Status: f.Status, Health: f.Health, Error: p.found.Error, PutBack: p.putBack()}
	if p.demand != nil {
		goal, why := p.demand.Target.Goal(p.cluster.Config.Nodegroups[p.name]), p.demand.Wanted
		n.LocalUntil = why.Until.In(p.at.Location())
		why.Since, why.Until = why.Since.UTC(), why.Until.UTC()
		n.Wanted, n.Why = &goal, &why
	}
	if a, ok := p.cluster.Applied[p.name]; ok {
		n.Applied = Applied{At: a.At.UTC(), LocalTime: a.At.In(p.at.Location()), Profile: a.Profile, Period: a.Period, Goal: a.Goal}
	}
	if p.found.Error != "" {
		n.State = p.unread()
		return n
	}
	n.Actual = &f.Sizes
	p.failing()
	if p.demand != nil {
		p.compare(&n)
	}
	p.fought(n)
	return n
}

// unread reports that the node group could not be read, unless its whole cluster is missing.
func (p part) unread() State {
	switch {
	case p.cluster.Missing && p.found.Missing:
		return Gone
	case p.found.Missing:
		p.wrong(NodegroupMissing, p.subject(), "not found in EKS: "+p.found.Error, "eks-scaling config edit   # fix its name, or remove it")
		return Gone
	default:
		p.unreadable(p.subject(), p.found.Error)
		return NotRead
	}
}

// failing reports what EKS itself finds wrong.
func (p part) failing() {
	f := p.facts
	if !f.Failing() {
		return
	}
	message := "is " + f.Status
	if len(f.Health) > 0 {
		message += ": " + strings.Join(f.Health, "; ")
	}
	p.wrong(NodegroupFailing, p.subject(), message,
		fmt.Sprintf("aws eks describe-nodegroup --region %s --cluster-name %s --nodegroup-name %s", p.cluster.Config.Region, p.cluster.Name, p.name))
}

// compare sets the state and the next run. Without what was last applied, it is unknown what a run leaves alone.
func (p part) compare(n *Nodegroup) {
	d, unknown := p.decision(), p.AppliedError != "" || p.cluster.AppliedError != ""
	if !p.off() && !unknown {
		n.NextRun = NextRun{d.Action, d.Reason}
	}
	if p.facts.Sizes == d.Goal.Sizes(p.facts.Sizes.DesiredSize) {
		n.State = AsWanted
		return
	}
	if n.State = p.deviation(d); n.State != Deviates && n.State != LeftAlone {
		return
	}
	switch asked := p.askedFor(); {
	case unknown || d.Apply != nil:
		p.wrong(NodegroupDeviates, p.subject(),
			fmt.Sprintf("not in sync: current %s, desired %s (%s); no run is changing it", p.facts.Sizes, InWords(d.Goal), p.demand.Wanted.Reason),
			p.rerun(false))
	case asked != (AskedFor{}):
		n.State, n.AskedFor = Asked, asked
	default:
		p.drifted(d)
	}
}

// off reports whether the switch of the system or of the cluster is off.
func (p part) off() bool { return p.Off != nil || p.cluster.Off != nil }

// decision returns what a run would decide now. A node group that EKS is updating already has its new sizes.
func (p part) decision() scaling.Decision {
	observed := scaling.Observed{Condition: scaling.Active, Sizes: &p.facts.Sizes, Detail: p.facts.Status}
	if p.facts.Status == health.Degraded {
		observed.Condition, observed.Detail = scaling.Degraded, strings.Join(p.facts.Health, "; ")
	}
	ng := scaling.Nodegroup{
		Name: p.name, Limits: p.cluster.Config.Nodegroups[p.name], Target: p.demand.Target, Wanted: &p.demand.Wanted, Observed: observed,
	}
	if a, ok := p.cluster.Applied[p.name]; ok {
		ng.Applied = &a
	}
	rules := scaling.Rules{At: p.at, TakenAt: p.now, Enforce: p.cluster.Config.Enforce}
	return scaling.Decide(p.demand.Wanted, rules, []scaling.Nodegroup{ng}).Decisions[0]
}

// deviation returns the state of a node group that is not as wanted. If EKS is updating it to sizes that a run would leave alone,
// somebody else has asked for them.
func (p part) deviation(d scaling.Decision) State {
	justNow := func(t time.Time) bool { return health.JustNow(t, p.now) }
	atWork := p.facts.Status == health.Updating && d.Action != scaling.Keep || p.facts.Status == health.Creating
	switch {
	case p.off():
		return SwitchedOff
	case atWork || p.runAtWork(d):
		return Changing
	case d.Action == scaling.Keep:
		return LeftAlone
	case d.Apply != nil && (justNow(p.demand.Wanted.Since) || justNow(p.cluster.Latest)):
		return Due
	default:
		return Deviates
	}
}

// runAtWork reports whether a run is changing the node group, as the schedule or its own profile wants. A run that takes longer than
// a change of the node group may take does not count.
func (p part) runAtWork(d scaling.Decision) bool {
	return slices.ContainsFunc(p.history.running, func(x running) bool {
		inTime := p.now.Sub(x.Begun()) < p.longest()
		means := d.Action != scaling.Keep || x.Input != nil && x.Input.Profile != ""
		return inTime && means && x.mayChange(p.cluster.Name, p.name)
	})
}

// rerun returns the command that applies what is wanted.
func (p part) rerun(force bool) string {
	command := fmt.Sprintf("eks-scaling run --cluster %s --nodegroup %s", p.cluster.Name, p.name)
	if force {
		command += " --force"
	}
	return command + ` --reason "..."`
}

// InWords returns such as "3 (0..5)", or "1..3" if the node group keeps its own desired size.
func InWords(g scaling.Goal) string {
	if g.DesiredSize == nil {
		return fmt.Sprintf("%d..%d", g.MinSize, g.MaxSize)
	}
	return g.Sizes(0).String()
}
