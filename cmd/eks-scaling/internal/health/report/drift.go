package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// PutBack says how often within the last day runs put back what somebody else had changed.
type PutBack struct {
	Times  int       `json:"times"`
	LastAt time.Time `json:"lastAt"`
	Run    string    `json:"run"` // the last one that did
}

// AskedFor is a run that somebody started with a profile, whatever the schedule wants. It holds until the next transition,
// or where the schedule is always enforced until the next run.
type AskedFor struct {
	Profile string `json:"profile"`
	Actor   string `json:"actor,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Run     string `json:"run"`
}

// oftenEnough is how many times somebody's change was put back when it is a fight and no accident.
const oftenEnough = 2

// drifted puts a node group on the list that was brought to what is wanted and is not there any more.
func (p part) drifted(d scaling.Decision) {
	next, remedies := "the next run puts it back", []string{p.rerun(false) + "   # to put it back now"}
	if d.Action == scaling.Keep {
		next, remedies = "no run touches it until the next transition", []string{p.rerun(true) + "   # to put it back"}
	}
	if bounds := d.Limits; p.facts.Sizes.MinSize == bounds.MinSize && p.facts.Sizes.MaxSize == bounds.MaxSize {
		remedies = append(remedies, fmt.Sprintf(`eks-scaling override set %s --nodegroup %s --desired %d --for 3h --reason "..."   # to keep it`,
			p.cluster.Name, p.name, p.facts.Sizes.DesiredSize))
	}
	who := "somebody changed it"
	if run := p.drift(); run != "" {
		who = "run " + run + " changed it"
		remedies = append(remedies, "eks-scaling runs show "+run+"   # what that run did")
	}
	applied := p.cluster.Applied[p.name]
	p.wrong(NodegroupFought, p.subject(), fmt.Sprintf("%s: %s was applied at %s with %s, and it has %s now; %s",
		who, whatWas(applied), p.local(applied.At), InWords(sizesOf(applied)), p.facts.Sizes, next), remedies...)
}

// whatWas says what an application has applied.
func whatWas(a scaling.Application) string {
	switch {
	case a.Held != nil:
		return fmt.Sprintf("profile %s of run %s", a.Held.Profile, a.Held.Run)
	case a.Profile == "":
		return "the override with sizes of its own"
	default:
		return "profile " + a.Profile
	}
}

// sizesOf is the goal that an application has reached.
func sizesOf(a scaling.Application) scaling.Goal {
	if a.Held != nil {
		return a.Held.Goal
	}
	return a.Goal
}

// drift is the run of this system that has left the node group with the sizes that it has, though others were applied meanwhile:
// one that was overtaken, say. It is empty when none has, and so somebody else did.
func (p part) drift() string {
	applied, name := p.cluster.Applied[p.name], ""
	ended := p.doings()
	slices.SortStableFunc(ended, func(a, b doing) int { return p.endOf(a).Compare(p.endOf(b)) })
	for _, d := range ended {
		switch {
		case d.Outcome != run.Succeeded || d.After == nil || p.endOf(d).Before(applied.TakenAt):
		case *d.After == p.facts.Sizes:
			name = d.record.Name
		default:
			name = "" // it was somewhere else again after that
		}
	}
	return name
}

// fought puts a node group on the list that runs had to put back again and again.
func (p part) fought(n Nodegroup) {
	if n.PutBack == nil || n.PutBack.Times < oftenEnough {
		return
	}
	p.wrong(NodegroupFought, p.subject(),
		fmt.Sprintf("somebody keeps changing it: runs put it back %d times in the last 24 hours, the last time at %s (run %s)",
			n.PutBack.Times, p.local(n.PutBack.LastAt), n.PutBack.Run),
		fmt.Sprintf("eks-scaling history %s   # from what to what", p.subject()),
		fmt.Sprintf("aws cloudtrail lookup-events --region %s --lookup-attributes AttributeKey=EventName,AttributeValue=UpdateNodegroupConfig   # who", p.cluster.Config.Region))
}

// putBack looks through the records for runs that brought the node group to the very sizes at which the run before had left
// it: in between somebody else has changed it, unless a run that was at work beside them has.
func (p part) putBack() *PutBack {
	var found PutBack
	all := p.doings()
	for i := 1; i < len(all); i++ {
		before, d := all[i-1], all[i]
		recent := p.now.Sub(d.record.Run.TakenAt) <= health.Day
		if recent && broughtBackTo(before.After, d.NodegroupSummary) && !p.wroteBeside(all, before, d) {
			found = PutBack{Times: found.Times + 1, LastAt: d.record.Run.TakenAt.UTC(), Run: d.record.Name}
		}
	}
	if found.Times == 0 {
		return nil
	}
	return &found
}

// broughtBackTo says that a run found other sizes than the run before had left, and went back to those.
func broughtBackTo(left *scaling.Sizes, n run.NodegroupSummary) bool {
	known := left != nil && n.Before != nil && n.After != nil
	return known && n.Outcome == run.Succeeded && *n.After == *left && *n.Before != *left
}

// wroteBeside says that another run may have written the sizes that d found: it was at work after the run before d had begun,
// and before d had ended. The order in which runs begin is not the one in which they write.
func (p part) wroteBeside(all []doing, before, d doing) bool {
	end := p.endOf(d)
	return slices.ContainsFunc(all, func(other doing) bool {
		beside := !p.endOf(other).Before(before.record.Run.TakenAt) && !other.record.Run.TakenAt.After(end)
		return beside && other.record.Name != d.record.Name && other.mayHaveLeft(*d.Before)
	})
}

// mayHaveLeft says that a run has written the sizes, or has failed over the node group, and then nobody knows what it wrote.
func (d doing) mayHaveLeft(sizes scaling.Sizes) bool {
	if d.Outcome == run.Failed {
		return d.Action != scaling.Keep
	}
	return d.Outcome == run.Succeeded && d.After != nil && *d.After == sizes
}

// endOf is when a run ended; of one that is not among the executions any more, when it had at the latest.
func (p part) endOf(d doing) time.Time {
	i := slices.IndexFunc(p.Runs.Executions, func(x health.Execution) bool { return x.Name == d.record.Name && !x.Ended.IsZero() })
	if i >= 0 {
		return p.Runs.Executions[i].Ended
	}
	return d.record.Run.TakenAt.Add(p.longest())
}

// longest is how long a run may be at work at the node group.
func (p part) longest() time.Duration {
	return health.Grace + time.Duration(p.cluster.Config.WaitTimeout)
}

// doing is what a run did to the node group.
type doing struct {
	record health.Record
	run.NodegroupSummary
}

// doings are those on record, the oldest first. What was only planned is not among them.
func (p part) doings() []doing {
	var all []doing
	for _, r := range p.Runs.Records {
		if n, ok := r.Of(p.cluster.Name, p.name); ok && !r.Run.DryRun {
			all = append(all, doing{r, n})
		}
	}
	slices.SortFunc(all, func(a, b doing) int {
		return cmp.Or(a.record.Run.TakenAt.Compare(b.record.Run.TakenAt), cmp.Compare(a.record.Name, b.record.Name))
	})
	return all
}

// askedFor is who asked for what the node group has: by its mark, or by the last run that meant to change it, if that was started
// with a profile. A run of the schedule that left it as it was, as every reconcile run does, takes nothing back.
func (p part) askedFor() *AskedFor {
	if held := p.cluster.Applied[p.name].Held; held != nil {
		if !held.Goal.Reached(p.facts.Sizes) {
			return nil
		}
		asked := AskedFor{Profile: held.Profile, Run: held.Run}
		for _, d := range p.doings() {
			if d.record.Name == held.Run {
				asked.Actor, asked.Reason = d.record.Run.Actor, d.record.Run.Reason
			}
		}
		return &asked
	}
	meant := slices.DeleteFunc(p.doings(), func(d doing) bool { return d.Action == scaling.Keep && d.record.Run.Profile == "" })
	if len(meant) == 0 {
		return nil
	}
	last := meant[len(meant)-1]
	run := last.record.Run
	if run.Profile == "" || last.After == nil || *last.After != p.facts.Sizes {
		return nil
	}
	return &AskedFor{Profile: run.Profile, Actor: run.Actor, Reason: run.Reason, Run: last.record.Name}
}
