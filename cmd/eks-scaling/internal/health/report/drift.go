package report

import (
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Corrections counts how often runs corrected drift within the last day.
type Corrections struct {
	Count  int       `json:"count"`
	LastAt time.Time `json:"lastAt"`
	Run    string    `json:"run"` // the last one
}

// HeldBy is a manual run with a profile. Its sizes hold until the next transition, or until the next run if the schedule is always
// enforced.
type HeldBy struct {
	Run     string    `json:"run"`
	Profile string    `json:"profile"`
	Actor   string    `json:"actor,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Until   time.Time `json:"until,omitzero"` // the next transition; zero if the next run ends it
	Running bool      `json:"running,omitempty"`
}

// minCorrections is how many corrections are no accident.
const minCorrections = 2

// drifted reports that the sizes were changed after a run had applied the desired ones.
func (p part) drifted(d scaling.Decision) {
	next, remedies := "the next run corrects it", []string{p.rerun(false) + "   # to correct it now"}
	if d.Action == scaling.Keep {
		next, remedies = "not corrected until the next transition", []string{p.rerun(true) + "   # to correct it"}
	}
	if bounds := d.Limits; p.facts.Sizes.MinSize == bounds.MinSize && p.facts.Sizes.MaxSize == bounds.MaxSize {
		remedies = append(remedies, fmt.Sprintf(`eks-scaling override set %s --nodegroup %s --desired %d --for 3h --reason "..."   # to keep it`,
			p.cluster.Name, p.name, p.facts.Sizes.DesiredSize))
	}
	who := "drifted (changed outside eks-scaling)"
	if run := p.drift(); run != "" {
		who = "drifted (changed by run " + run + ")"
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
	p.wrong(NodegroupDrifted, p.subject(), fmt.Sprintf("%s: %s set it to %s at %s, now %s; %s",
		who, what, InWords(goal), p.local(applied.At), p.facts.Sizes, next), remedies...)
}

// drift returns the run that set the current sizes after the desired ones were applied; empty if it was no run.
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

// keepsDrifting reports that runs had to correct the sizes repeatedly.
func (p part) keepsDrifting(n Nodegroup) {
	if n.Corrections.Count < minCorrections {
		return
	}
	p.wrong(NodegroupDrifted, p.subject(),
		fmt.Sprintf("keeps drifting: runs corrected it %d times in the last 24 hours, last at %s (run %s)",
			n.Corrections.Count, p.local(n.Corrections.LastAt), n.Corrections.Run),
		fmt.Sprintf("eks-scaling history %s   # what changed", p.subject()),
		fmt.Sprintf("aws cloudtrail lookup-events --region %s --lookup-attributes AttributeKey=EventName,AttributeValue=UpdateNodegroupConfig   # who", p.cluster.Config.Region))
}

// corrections counts the runs that restored the sizes that the previous run had set, unless a concurrent run had changed them.
func (p part) corrections() (found Corrections) {
	all := p.changes()
	for i := 1; i < len(all); i++ {
		before, d := all[i-1], all[i]
		recent := p.now.Sub(d.record.Run.TakenAt) <= health.Day
		if recent && restored(before.After, d.NodegroupSummary) && !p.setConcurrently(all, before, d) {
			found = Corrections{Count: found.Count + 1, LastAt: d.record.Run.TakenAt.UTC(), Run: d.record.Name}
		}
	}
	return found
}

// restored reports whether a run found other sizes than the previous run had left, and restored those.
func restored(left *scaling.Sizes, n run.NodegroupSummary) bool {
	known := left != nil && n.Before != nil && n.After != nil
	return known && n.Outcome == run.Succeeded && *n.After == *left && *n.Before != *left
}

// setConcurrently reports whether another run may have set the sizes that d found, between the start of the previous run and the end
// of d. Runs do not write in the order in which they start.
func (p part) setConcurrently(all []change, before, d change) bool {
	end := p.endOf(d)
	return slices.ContainsFunc(all, func(other change) bool {
		overlaps := !p.endOf(other).Before(before.record.Run.TakenAt) && !other.record.Run.TakenAt.After(end)
		return overlaps && other.record.Name != d.record.Name && other.mayHaveLeft(*d.Before)
	})
}

// mayHaveLeft reports whether a run set the sizes, or failed, which leaves them unknown.
func (d change) mayHaveLeft(sizes scaling.Sizes) bool {
	if d.Outcome == run.Failed {
		return d.Action != scaling.Keep
	}
	return d.Outcome == run.Succeeded && d.After != nil && *d.After == sizes
}

// endOf returns when a run ended; the latest possible time if its execution is unknown.
func (p part) endOf(d change) time.Time {
	if ended, known := p.history.ended[d.record.Name]; known {
		return ended
	}
	return d.record.Run.TakenAt.Add(p.longest())
}

// longest returns how long a run may take to change the node group. A scale-up in steps takes as long as the unit may.
func (p part) longest() time.Duration {
	if limits.Steps(p.cluster.Config) > 1 {
		return health.Grace + limits.UnitTime(p.cluster.Config)
	}
	return health.Grace + time.Duration(p.cluster.Config.WaitTimeout)
}

// changes returns what runs did to the node group, the oldest first.
func (p part) changes() []change {
	return p.history.changes[nodegroupKey{p.cluster.Cluster, p.name}]
}

// heldBy returns the manual run that set the current sizes: by the last application, or by the records of runs. A scheduled run that
// kept the node group, as reconcile runs do, ends nothing.
func (p part) heldBy() (held HeldBy) {
	if mark := p.cluster.Applied[p.name].Held; mark != nil {
		if !mark.Goal.Reached(p.facts.Sizes) {
			return held
		}
		by := p.startedWith(mark.Run)
		return HeldBy{Profile: mark.Profile, Actor: by.Actor, Reason: by.Reason, Run: mark.Run}
	}
	for _, d := range p.changes() {
		by := d.record.Run
		switch {
		case by.Profile != "" && d.After != nil && *d.After == p.facts.Sizes:
			held = HeldBy{Profile: by.Profile, Actor: by.Actor, Reason: by.Reason, Run: d.record.Name}
		case by.Profile != "" || d.Action != scaling.Keep:
			held = HeldBy{}
		}
	}
	return held
}
