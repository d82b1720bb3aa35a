package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/scaling"
)

// Nodegroup compares a node group's current sizes with the desired ones.
type Nodegroup struct {
	Name    string         `json:"name"`
	State   State          `json:"state"`
	Error   string         `json:"error,omitempty"`  // why it could not be read; then Status and Current are unknown
	Status  string         `json:"status,omitempty"` // of EKS, such as ACTIVE
	Health  []string       `json:"health,omitempty"` // the issues that EKS reports
	Current *scaling.Sizes `json:"current,omitempty"`
	// Desired is what the newest decision asks for: the schedule, or a manual run (see HeldBy). It is nil if the node group is not in the
	// profile. Without DesiredSize the node group keeps its own.
	Desired *scaling.Goal `json:"desired,omitempty"`
	// Scheduled is what the schedule asks for, and Why says why.
	Scheduled   *scaling.Goal   `json:"scheduled,omitempty"`
	Why         *scaling.Wanted `json:"why,omitempty"`
	LocalUntil  time.Time       `json:"localUntil,omitzero"` // the end of Why in the cluster's time zone
	NextRun     NextRun         `json:"nextRun,omitzero"`    // what the next run does to it, if known
	Applied     Applied         `json:"applied,omitzero"`    // what was last applied, if known
	HeldBy      HeldBy          `json:"heldBy,omitzero"`     // set while a manual run decides on the sizes
	Corrections Corrections     `json:"corrections,omitzero"`
	// ScaleUpSeconds is how long the last scale-up took; 0 if none is on record.
	ScaleUpSeconds float64 `json:"scaleUpSeconds,omitempty"`
	failing        bool    // EKS reports a failure or health issues
}

// State compares the current sizes of a node group with the desired ones.
type State string

// The states.
const (
	InSync       State = "inSync"
	Updating     State = "updating"        // EKS or a run is changing it
	Pending      State = "pending"         // a run follows within minutes
	NotInSync    State = "notInSync"       // the next run changes it
	Drifted      State = "drifted"         // changed after it was in sync; not corrected until the next transition
	Held         State = "heldByManualRun" // a manual run set other sizes than the schedule
	Paused       State = "paused"          // not in sync, but scaling is paused
	NotInProfile State = "notInProfile"    // not scaled
	NotFound     State = "notFound"        // EKS does not have it, or not its cluster
	NotRead      State = "unreadable"
	Unrecorded   State = "unrecorded" // no run has recorded its sizes; only from the records
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
	Profile   string       `json:"profile,omitempty"` // empty for an override with custom sizes
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
	demand  *scaling.Demand  // nil if it is not in the profile
	at      time.Time        // now, in the cluster's time zone
	due     bool             // a condition has changed by time alone, and the next run follows
}

func (p part) subject() string {
	return p.cluster.Cluster + "/" + p.name
}

func (p part) local(t time.Time) string {
	return t.In(p.at.Location()).Format(scaling.LocalTime)
}

func (p part) examine() Nodegroup {
	f := p.facts
	n := Nodegroup{Name: p.name, State: NotInProfile, Status: f.Status, Health: f.Health, Error: p.found.Error, Corrections: p.corrections()}
	n.ScaleUpSeconds = p.cluster.Took[p.name].Seconds()
	if p.demand != nil {
		goal, why := p.demand.Target.Goal(p.cluster.Config.Nodegroups[p.name]), p.demand.Wanted
		n.LocalUntil = why.Until.In(p.at.Location())
		why.Since, why.Until = why.Since.UTC(), why.Until.UTC()
		n.Desired, n.Scheduled, n.Why = &goal, &goal, &why
	}
	if a, ok := p.cluster.Applied[p.name]; ok {
		n.Applied = Applied{At: a.At.UTC(), LocalTime: a.At.In(p.at.Location()), Profile: a.Profile, Period: a.Period, Goal: a.Goal}
	}
	switch {
	case p.found.Error != "":
		n.State = p.unread()
		return n
	case p.Source == health.FromRecords && p.cluster.Unrecorded(p.name):
		n.State = Unrecorded
		return n
	}
	n.Current, n.failing = &f.Sizes, f.Failing()
	p.reportFailing()
	if p.demand != nil {
		p.compare(&n)
	}
	p.keepsDrifting(n)
	return n
}

// unread reports that the node group could not be read, unless its whole cluster is missing.
func (p part) unread() State {
	switch {
	case p.cluster.Missing && p.found.Missing:
		return NotFound
	case p.found.Missing:
		p.wrong(NodegroupNotFound, p.subject(), "not found in EKS: "+p.found.Error, "eks-scaling config edit   # fix its name, or remove it")
		return NotFound
	default:
		p.unreadable(p.subject(), p.found.Error)
		return NotRead
	}
}

// reportFailing reports a failure or health issues that EKS reports.
func (p part) reportFailing() {
	f := p.facts
	if !f.Failing() {
		return
	}
	message := strings.Join(f.Health, "; ")
	if f.Status != "" {
		message = strings.TrimSuffix("is "+f.Status+": "+message, ": ")
	}
	p.wrong(NodegroupFailing, p.subject(), message,
		fmt.Sprintf("aws eks describe-nodegroup --region %s --cluster-name %s --nodegroup-name %s", p.cluster.Config.Region, p.cluster.Config.EKSName, p.name))
}

// compare sets the state and the next run. If it is unknown what was last applied, it is also unknown what a run leaves alone.
func (p part) compare(n *Nodegroup) {
	d, unknown := p.decision(), p.AppliedError != "" || p.cluster.AppliedError != ""
	if !p.paused() && !unknown {
		n.NextRun = NextRun{d.Action, d.Reason}
	}
	if p.setByRunningRun(n) {
		return
	}
	if p.facts.Sizes == d.Goal.Sizes(p.facts.Sizes.DesiredSize) {
		n.State = InSync
		return
	}
	if n.State = p.deviation(d); n.State == NotInSync || n.State == Drifted {
		p.explain(n, d, unknown)
	}
}

// explain reports why a node group is not in sync although no run is changing it.
func (p part) explain(n *Nodegroup, d scaling.Decision, unknown bool) {
	switch held := p.heldBy(); {
	case (unknown || d.Apply != nil) && p.cluster.Recorded.Failed(): // which is reported
	case unknown || d.Apply != nil:
		p.wrong(NodegroupNotInSync, p.subject(),
			fmt.Sprintf("not in sync: %s %s, desired %s (%s); no run is changing it", p.tense(), p.facts.Sizes, InWords(d.Goal), p.demand.Wanted.Reason),
			p.rerun(false))
	case held != (HeldBy{}):
		p.hold(n, held, goalOf(p.facts.Sizes))
	default:
		p.drifted(d)
		if mark := p.cluster.Applied[p.name].Held; mark != nil {
			n.Desired = &mark.Goal
		}
	}
}

// tense says whether the sizes are current or from a record.
func (p part) tense() string {
	if p.facts.Seen.IsZero() {
		return "current"
	}
	return "at " + p.local(p.facts.Seen)
}

// paused reports whether scaling is paused for everything or for the cluster.
func (p part) paused() bool { return p.Paused != nil || p.cluster.Paused != nil }

// decision returns what a run would decide now. A node group that EKS is updating already has its new sizes.
func (p part) decision() scaling.Decision {
	observed := scaling.Observed{Condition: scaling.Active, Sizes: &p.facts.Sizes, Detail: p.facts.Status}
	if p.facts.Status == health.Degraded {
		observed.Condition, observed.Detail = scaling.Degraded, strings.Join(p.facts.Health, "; ")
	}
	ng := p.demand.Input(p.cluster.Config.Nodegroups[p.name])
	ng.Wanted, ng.Observed = &p.demand.Wanted, observed
	if a, ok := p.cluster.Applied[p.name]; ok {
		ng.Applied = &a
	}
	rules := scaling.Rules{At: p.at, TakenAt: p.now, Enforce: p.cluster.Config.Enforce}
	return scaling.Decide(p.demand.Wanted, rules, []scaling.Nodegroup{ng}).Decisions[0]
}

// deviation returns the state of a node group that is not in sync. If EKS is updating it to sizes that a run would leave alone, the
// update was started outside eks-scaling.
func (p part) deviation(d scaling.Decision) State {
	justNow := func(t time.Time) bool { return health.JustNow(t, p.now) }
	atWork := p.facts.Status == health.Updating && d.Action != scaling.Keep || p.facts.Status == health.Creating
	switch {
	case p.paused():
		return Paused
	case atWork || p.runAtWork(d):
		return Updating
	case d.Action == scaling.Keep:
		return Drifted
	case d.Apply != nil && (p.due || justNow(p.demand.Wanted.Since) || justNow(p.cluster.Latest)):
		return Pending
	default:
		return NotInSync
	}
}

// runAtWork reports whether a run is changing the node group to the sizes of the schedule or of its own profile. A run that takes
// longer than a change of the node group may take does not count.
func (p part) runAtWork(d scaling.Decision) bool {
	return slices.ContainsFunc(p.history.running, func(x running) bool {
		changes := d.Action != scaling.Keep || x.Input != nil && x.Input.Profile != ""
		return p.inTime(x) && changes && x.mayChange(p.cluster.Name, p.name)
	})
}

// inTime reports whether a run has not taken longer than a change of the node group may take.
func (p part) inTime(x running) bool { return p.now.Sub(x.Begun()) < p.longest() }

// rerun returns the command that applies the schedule.
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
