package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/scaling"
)

// Nodegroup is a node group as it is against what is wanted of it.
type Nodegroup struct {
	Nodegroup string `json:"nodegroup"`
	State     State  `json:"state"`
	// Error is why it could not be read, or that it is gone; then Status is empty and Actual nil.
	Error  string         `json:"error,omitempty"`
	Status string         `json:"status,omitempty"` // EKS's, such as ACTIVE
	Health []string       `json:"health,omitempty"` // the issues that EKS reports
	Actual *scaling.Sizes `json:"actual,omitempty"`
	// Wanted is nil when the profile in force leaves the node group alone; so is Why. Without DesiredSize it keeps its own.
	Wanted *scaling.Goal   `json:"wanted,omitempty"`
	Why    *scaling.Wanted `json:"why,omitempty"`
	// LocalUntil is the end of Why by the cluster's clock, if it has one.
	LocalUntil *time.Time `json:"localUntil,omitempty"`
	// NextRun is what the next run does to it; nil when that is nothing or not known.
	NextRun *NextRun `json:"nextRun,omitempty"`
	// Applied is what was last brought about; nil when nothing is on record.
	Applied *Applied `json:"applied,omitempty"`
	// AskedFor is only there in that state.
	AskedFor *AskedFor `json:"askedFor,omitempty"`
	// PutBack says how often runs put back what somebody else had changed; nil when they did not.
	PutBack *PutBack `json:"putBack,omitempty"`
}

// State is how a node group stands to what is wanted of it.
type State string

// The states.
const (
	AsWanted    State = "asWanted"
	Changing    State = "changing"    // it is on its way: EKS or a run is at it
	Due         State = "due"         // a run follows within minutes
	Deviates    State = "deviates"    // nobody is at it; the next run changes it
	LeftAlone   State = "leftAlone"   // it was as wanted, it was changed since, and runs leave that until the next transition
	Asked       State = "askedFor"    // a run was started with a profile, and has set what is there
	SwitchedOff State = "switchedOff" // it is not as wanted, but a switch is off
	NotTouched  State = "notTouched"  // nothing is wanted of it
	Gone        State = "gone"        // EKS does not have it, or not its cluster
	NotRead     State = "unreadable"
)

// NextRun is what a run would do now, and why.
type NextRun struct {
	Action scaling.Action `json:"action"`
	Reason string         `json:"reason"`
}

// Applied is what was last brought about.
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
	facts   health.Nodegroup // of one that was read
	demand  *scaling.Demand  // nil when nothing is wanted of it
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
	p.describe(&n)
	if p.found.Error != "" {
		n.State = p.notThere()
		return n
	}
	n.Actual = &f.Sizes
	p.failing()
	if p.demand != nil {
		p.weigh(&n)
	}
	p.fought(n)
	return n
}

// describe says what is wanted and what was applied.
func (p part) describe(n *Nodegroup) {
	if p.demand != nil {
		goal, why := p.demand.Target.Goal(p.cluster.Config.Nodegroups[p.name]), p.demand.Wanted
		if !why.Until.IsZero() {
			local := why.Until.In(p.at.Location())
			n.LocalUntil = &local
		}
		why.Since, why.Until = utc(why.Since), utc(why.Until)
		n.Wanted, n.Why = &goal, &why
	}
	if a, ok := p.cluster.Applied[p.name]; ok {
		n.Applied = &Applied{At: a.At.UTC(), LocalTime: a.At.In(p.at.Location()), Profile: a.Profile, Period: a.Period, Goal: a.Goal}
	}
}

// utc leaves an instant that is not known as it is.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// notThere puts on the list that the node group could not be read. What is said of its cluster is not said of it as well.
func (p part) notThere() State {
	switch {
	case p.cluster.Missing && p.found.Missing:
		return Gone
	case p.found.Missing:
		p.wrong(NodegroupMissing, p.subject(), "EKS does not have it: "+p.found.Error, "eks-scaling config edit   # mend its name, or take it out")
		return Gone
	default:
		p.unreadable(p.subject(), p.found.Error)
		return NotRead
	}
}

// failing puts on the list what EKS itself finds wrong with the node group.
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

// weigh says how the node group stands to what is wanted, and what the next run does to it.
func (p part) weigh(n *Nodegroup) {
	d := p.decision()
	// Without what was applied it is not known what a run would leave alone.
	if off := p.Off != nil || p.cluster.Off != nil; !off && !p.appliedUnknown() {
		n.NextRun = &NextRun{d.Action, d.Reason}
	}
	if p.facts.Sizes == d.Goal.Sizes(p.facts.Sizes.DesiredSize) {
		n.State = AsWanted
		return
	}
	if n.State = p.deviation(d); n.State != Deviates && n.State != LeftAlone {
		return
	}
	switch asked := p.askedFor(); {
	case p.appliedUnknown() || d.Apply != nil:
		p.wrong(NodegroupDeviates, p.subject(),
			fmt.Sprintf("has %s; wanted is %s, as %s; no run is changing it", p.facts.Sizes, InWords(d.Goal), p.demand.Wanted.Reason),
			p.rerun(false))
	case asked != nil:
		n.State, n.AskedFor = Asked, asked
	default:
		p.drifted(d)
	}
}

// appliedUnknown reports whether nobody knows what was last applied, for all clusters or for this one.
func (p part) appliedUnknown() bool {
	return p.AppliedError != "" || p.cluster.AppliedError != ""
}

// decision is the one that a run would take now.
func (p part) decision() scaling.Decision {
	ng := scaling.Nodegroup{
		Name: p.name, Limits: p.cluster.Config.Nodegroups[p.name], Target: p.demand.Target, Wanted: &p.demand.Wanted, Observed: p.observed(),
	}
	if a, ok := p.cluster.Applied[p.name]; ok {
		ng.Applied = &a
	}
	rules := scaling.Rules{At: p.at, TakenAt: p.now, Enforce: p.cluster.Config.Enforce}
	return scaling.Decide(p.demand.Wanted, rules, []scaling.Nodegroup{ng}).Decisions[0]
}

// observed is the node group as a run would see it. What EKS is updating is shown with the sizes that it is to have.
func (p part) observed() scaling.Observed {
	o := scaling.Observed{Condition: scaling.Active, Sizes: &p.facts.Sizes, Detail: p.facts.Status}
	if p.facts.Status == health.Degraded {
		o.Condition, o.Detail = scaling.Degraded, strings.Join(p.facts.Health, "; ")
	}
	return o
}

// deviation is the state of a node group that is not as wanted.
func (p part) deviation(d scaling.Decision) State {
	// What EKS is at is shown as the sizes already: where a run would leave them alone, somebody else has asked for them.
	atWork := p.facts.Status == health.Updating && d.Action != scaling.Keep || p.facts.Status == health.Creating
	switch {
	case p.Off != nil || p.cluster.Off != nil:
		return SwitchedOff
	case atWork || p.runAtWork(d):
		return Changing
	case d.Action == scaling.Keep:
		return LeftAlone
	case d.Apply != nil && (p.justNow(p.demand.Wanted.Since) || p.justNow(p.cluster.Latest)):
		return Due
	default:
		return Deviates
	}
}

// runAtWork says that a run goes on that changes the node group: because the schedule would have it so, or because it was
// started with a profile. One that takes longer than the node group may take is not waited for.
func (p part) runAtWork(d scaling.Decision) bool {
	return slices.ContainsFunc(p.Runs.Executions, func(x health.Execution) bool {
		inTime := p.now.Sub(x.Begun()) < p.longest()
		means := d.Action != scaling.Keep || x.Input != nil && x.Input.Profile != ""
		return x.Status == "RUNNING" && inTime && means && x.MayChange(p.cluster.Name, p.name)
	})
}

// rerun is the command that brings the node group to what is wanted.
func (p part) rerun(force bool) string {
	command := fmt.Sprintf("eks-scaling run --cluster %s --nodegroup %s", p.cluster.Name, p.name)
	if force {
		command += " --force"
	}
	return command + ` --reason "..."`
}

// InWords is such as "3 (0..5)", or "1..3" where the node group keeps its own desired size within the bounds.
func InWords(g scaling.Goal) string {
	if g.DesiredSize == nil {
		return fmt.Sprintf("%d..%d", g.MinSize, g.MaxSize)
	}
	return g.Sizes(0).String()
}
