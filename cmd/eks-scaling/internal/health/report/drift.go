package report

import (
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// PutBack counts how often, within the last day, runs put back what somebody else had changed.
type PutBack struct {
	Times  int       `json:"times"`
	LastAt time.Time `json:"lastAt"`
	Run    string    `json:"run"` // the last one that did
}

// AskedFor is a run that was started with a profile. It holds until the next transition, or until the next run if the schedule is
// always enforced.
type AskedFor struct {
	Profile string `json:"profile"`
	Actor   string `json:"actor,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Run     string `json:"run"`
}

// minFights is how many changes must be put back to be no accident.
const minFights = 2

// drifted reports that the sizes were changed since the wanted ones were applied.
func (p part) drifted(d scaling.Decision) {
	next, remedies := "the next run corrects it", []string{p.rerun(false) + "   # to correct it now"}
	if d.Action == scaling.Keep {
		next, remedies = "not corrected until the next transition", []string{p.rerun(true) + "   # to correct it"}
	}
	if bounds := d.Limits; p.facts.Sizes.MinSize == bounds.MinSize && p.facts.Sizes.MaxSize == bounds.MaxSize {
		remedies = append(remedies, fmt.Sprintf(`eks-scaling override set %s --nodegroup %s --desired %d --for 3h --reason "..."   # to keep it`,
			p.cluster.Name, p.name, p.facts.Sizes.DesiredSize))
	}
	who := "drifted"
	if run := p.drift(); run != "" {
		who = "drifted by run " + run
		remedies = append(remedies, "eks-scaling runs show "+run+"   # what that run did")
	}
	applied := p.cluster.Applied[p.name]
	what, goal := "profile "+applied.Profile, applied.Goal
	switch {
	case applied.Held != nil:
		what, goal = fmt.Sprintf("profile %s of run %s", applied.Held.Profile, applied.Held.Run), applied.Held.Goal
	case applied.Profile == "":
		what = "override"
	}
	p.wrong(NodegroupFought, p.subject(), fmt.Sprintf("%s: %s set at %s to %s, now %s; %s",
		who, what, p.local(applied.At), InWords(goal), p.facts.Sizes, next), remedies...)
}

// drift returns the run that left the present sizes after others were applied; empty if somebody else changed them.
func (p part) drift() string {
	applied, name := p.cluster.Applied[p.name], ""
	ended := slices.Clone(p.changes())
	slices.SortStableFunc(ended, func(a, b change) int { return p.endOf(a).Compare(p.endOf(b)) })
	for _, d := range ended {
		switch {
		case d.Outcome != run.Succeeded || d.After == nil || p.endOf(d).Before(applied.TakenAt):
		case *d.After == p.facts.Sizes:
			name = d.record.Name
		default:
			name = "" // a later run left other sizes
		}
	}
	return name
}

// fought reports that runs had to put the sizes back repeatedly.
func (p part) fought(n Nodegroup) {
	if n.PutBack.Times < minFights {
		return
	}
	p.wrong(NodegroupFought, p.subject(),
		fmt.Sprintf("it keeps drifting: runs corrected it %d times in the last 24 hours, last at %s (run %s)",
			n.PutBack.Times, p.local(n.PutBack.LastAt), n.PutBack.Run),
		fmt.Sprintf("eks-scaling history %s   # what changed", p.subject()),
		fmt.Sprintf("aws cloudtrail lookup-events --region %s --lookup-attributes AttributeKey=EventName,AttributeValue=UpdateNodegroupConfig   # who", p.cluster.Config.Region))
}

// putBack counts the runs that restored the sizes of the run before: somebody changed them, unless a concurrent run did.
func (p part) putBack() (found PutBack) {
	all := p.changes()
	for i := 1; i < len(all); i++ {
		before, d := all[i-1], all[i]
		recent := p.now.Sub(d.record.Run.TakenAt) <= health.Day
		if recent && broughtBackTo(before.After, d.NodegroupSummary) && !p.wroteBeside(all, before, d) {
			found = PutBack{Times: found.Times + 1, LastAt: d.record.Run.TakenAt.UTC(), Run: d.record.Name}
		}
	}
	return found
}

// broughtBackTo reports whether a run found other sizes than the run before had left, and restored those.
func broughtBackTo(left *scaling.Sizes, n run.NodegroupSummary) bool {
	known := left != nil && n.Before != nil && n.After != nil
	return known && n.Outcome == run.Succeeded && *n.After == *left && *n.Before != *left
}

// wroteBeside reports whether another run may have written the sizes that d found, between the start of the run before and the end of
// d. Runs do not write in the order in which they start.
func (p part) wroteBeside(all []change, before, d change) bool {
	end := p.endOf(d)
	return slices.ContainsFunc(all, func(other change) bool {
		beside := !p.endOf(other).Before(before.record.Run.TakenAt) && !other.record.Run.TakenAt.After(end)
		return beside && other.record.Name != d.record.Name && other.mayHaveLeft(*d.Before)
	})
}

// mayHaveLeft reports whether a run wrote the sizes, or failed, so that nobody knows what it wrote.
func (d change) mayHaveLeft(sizes scaling.Sizes) bool {
	if d.Outcome == run.Failed {
		return d.Action != scaling.Keep
	}
	return d.Outcome == run.Succeeded && d.After != nil && *d.After == sizes
}

// endOf returns when a run ended; at the latest if its execution is unknown.
func (p part) endOf(d change) time.Time {
	if ended, known := p.history.ended[d.record.Name]; known {
		return ended
	}
	return d.record.Run.TakenAt.Add(p.longest())
}

// longest returns how long a run may take to change the node group.
func (p part) longest() time.Duration {
	return health.Grace + time.Duration(p.cluster.Config.WaitTimeout)
}

// changes returns what runs did to the node group, the oldest first.
func (p part) changes() []change {
	return p.history.changes[nodegroupKey{p.cluster.Name, p.name}]
}

// askedFor returns who asked for the present sizes with a profile: by the mark, or by the last run that meant to change the node
// group. A run of the schedule that kept it, as reconcile runs do, takes nothing back.
func (p part) askedFor() (asked AskedFor) {
	if held := p.cluster.Applied[p.name].Held; held != nil {
		if !held.Goal.Reached(p.facts.Sizes) {
			return asked
		}
		by := p.startedWith(held.Run)
		return AskedFor{Profile: held.Profile, Actor: by.Actor, Reason: by.Reason, Run: held.Run}
	}
	for _, d := range p.changes() {
		by := d.record.Run
		switch {
		case by.Profile != "" && d.After != nil && *d.After == p.facts.Sizes:
			asked = AskedFor{Profile: by.Profile, Actor: by.Actor, Reason: by.Reason, Run: d.record.Name}
		case by.Profile != "" || d.Action != scaling.Keep:
			asked = AskedFor{}
		}
	}
	return asked
}
