package report

import (
	"cmp"
	"fmt"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/scaling"
)

// manualRun is a run that set node groups to other sizes than the schedule, or is setting them.
type manualRun struct {
	HeldBy
	until      string // in the time zone of the first cluster
	nodegroups []string
}

// setByRunningRun reports whether a manual run is setting other sizes than the schedule, and makes them the desired ones.
func (p part) setByRunningRun(n *Nodegroup) bool {
	if p.paused() {
		return false
	}
	for _, x := range p.history.running { // the newest first
		if x.Input == nil || x.Input.Profile == "" || !p.inTime(x) || !x.mayChange(p.cluster.Name, p.name) {
			continue
		}
		target, scaled := p.cluster.Config.Timeline().Profiles[x.Input.Profile][p.name]
		goal := target.Goal(p.cluster.Config.Nodegroups[p.name])
		if !scaled || goal.Equal(*n.Scheduled) {
			return false
		}
		p.hold(n, HeldBy{Profile: x.Input.Profile, Actor: x.Input.Actor, Reason: x.Input.Reason, Run: x.Name, Running: true}, goal)
		if !goal.Reached(p.facts.Sizes) {
			n.State = Updating
		}
		return true
	}
	return false
}

// hold makes the sizes of a manual run the desired ones.
func (p part) hold(n *Nodegroup, by HeldBy, goal scaling.Goal) {
	until := "the next run"
	if p.cluster.Config.Enforce != scaling.Always {
		by.Until, until = n.Why.Until, "the next transition"
		if !by.Until.IsZero() {
			until = p.local(by.Until)
		}
	}
	n.State, n.HeldBy, n.Desired = Held, by, &goal
	i := slices.IndexFunc(p.manual, func(m manualRun) bool { return m.Run == by.Run })
	if i < 0 {
		i = len(p.manual)
		p.manual = append(p.manual, manualRun{HeldBy: by, until: until})
	}
	p.manual[i].nodegroups = append(p.manual[i].nodegroups, p.subject())
}

// manualRuns adds a note for each manual run that decides on sizes.
func (e *examination) manualRuns() {
	for _, m := range e.manual {
		does := "holds"
		if m.Running {
			does = "is setting"
		}
		what := fmt.Sprintf("%s %s to profile %s", does, firstFew(m.nodegroups), m.Profile)
		if !m.Running {
			what = fmt.Sprintf("%s %s at profile %s until %s", does, firstFew(m.nodegroups), m.Profile, m.until)
		}
		message := fmt.Sprintf("%s, unlike the schedule (%s: %s)", what, cmp.Or(m.Actor, "unknown"), cmp.Or(m.Reason, "no reason given"))
		e.note(ManualRun, "run "+m.Run, message, "eks-scaling runs show "+m.Run).short = what
	}
}

// goalOf returns the goal that exact sizes are.
func goalOf(s scaling.Sizes) scaling.Goal {
	return scaling.Goal{MinSize: s.MinSize, MaxSize: s.MaxSize, DesiredSize: &s.DesiredSize}
}

// maxNamed limits the names that a finding lists.
const maxNamed = 3

func firstFew(names []string) string { return health.FirstFew(names, maxNamed) }
