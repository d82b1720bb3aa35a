package explore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Rule is an invariant of all states or moves.
type Rule string

// The rules.
const (
	// Capacity: the unit always has at least one node. No decision of the scenarios asks for fewer.
	Capacity Rule = "capacity"
	// Announced: EKS accepts an update of sizes only while its run has an unexpired intent for the node group.
	Announced Rule = "announced"
	// Newest: an intent is written only by the run that holds the claim.
	Newest Rule = "newest"
	// Unread: a run with the claim does not read a node group for its plan while another run has an open intent.
	Unread Rule = "unread"
	// OneHand: no run announces a call for a node group while another one has an open intent for it, under whatever unit.
	OneHand Rule = "one hand"
	// Remembered: what a unit remembers of a condition is changed only by the run with the claim, never goes back to an older reading,
	// and is turned off by nothing between its thresholds.
	Remembered Rule = "remembered"
	// Counted: with a blast radius, EKS accepts an update that takes nodes down only after its run has reserved them within it.
	Counted Rule = "counted"
	// Marked: where people edit the configuration and no run is manual, at the end each marked node group has the sizes of its mark.
	Marked Rule = "marked"
	// Ended: every run that is not stopped ends with an outcome.
	Ended Rule = "ended"
	// Honest: at the end each node group is as requested by the newest run that took the claim for it, or that run failed. Newer
	// runs had nothing to do. Where people edit the configuration, each node group is as requested by the newest run that decided for
	// it from the last version.
	Honest Rule = "honest"
)

// Broken describes a broken rule.
type Broken struct {
	Rule Rule
	How  string
}

// longest limits a run, which counts as endless after that.
const longest = 2 * time.Hour

func (x *exploration) checks(r Rule) bool {
	return x.scenario.Rules == nil || slices.Contains(x.scenario.Rules, r)
}

func (x *exploration) broken(r Rule, format string, args ...any) *Broken {
	if !x.checks(r) {
		return nil
	}
	return &Broken{r, fmt.Sprintf(format, args...)}
}

// checkCall checks a call against the rules for calls.
func (x *exploration) checkCall(before, after world, number int, p *position, a *answer) *Broken {
	if p.call.service == database {
		was, is := x.recordOf(before, number), x.recordOf(after, number)
		return cmp.Or(x.checkIntents(before, was, is, number), x.checkMemories(was, is, number))
	}
	switch in := p.call.in.(type) {
	case *eks.UpdateNodegroupConfigInput:
		if a.err == nil && before.eks != after.eks { // otherwise the call was refused or repeated
			return cmp.Or(x.checkUpdate(before, number, *in.NodegroupName), x.checkCounted(before, number, in))
		}
	case *eks.DescribeNodegroupInput:
		if p.of.function == stateDecide && p.plans {
			return x.checkRead(before, number, *in.NodegroupName)
		}
	}
	return nil
}

// checkUpdate refuses an update that its run did not announce.
func (x *exploration) checkUpdate(w world, number int, nodegroup string) *Broken {
	for _, i := range x.recordOf(w, number).Intents {
		if i.Nodegroup == nodegroup && i.Order == x.cast[number].Order() && i.Expires.After(x.instant(w.clock)) {
			return nil
		}
	}
	return x.broken(Announced, "%s has %s scaled without an open intent", x.name(number), nodegroup)
}

// checkRead refuses a read for a plan while another run may still make a call.
func (x *exploration) checkRead(w world, number int, nodegroup string) *Broken {
	me, unit := x.cast[number].Order(), x.recordOf(w, number)
	if unit.Claim == nil || unit.Claim.Order != me || len(unit.Unclaimed(me, []string{nodegroup})) > 0 || unit.Orders[nodegroup] > me {
		return nil // it cannot record a decision for it now
	}
	for id, i := range unit.Intents {
		concerns := i.Nodegroup == nodegroup || len(x.configs) == 1 && x.owns(0, number, i.Nodegroup)
		if concerns && !strings.Contains(id, requestOf(number)) && i.Expires.After(x.instant(w.clock)) {
			return x.broken(Unread, "%s reads %s for its plan while run %s has an open intent for %s",
				x.name(number), nodegroup, i.Order.Run(), i.Nodegroup)
		}
	}
	return nil
}

// checkIntents refuses an intent from a run without the claim, or beside another run's.
func (x *exploration) checkIntents(w world, before, after claim.Unit, number int) *Broken {
	for id, i := range after.Intents {
		if _, old := before.Intents[id]; old {
			continue
		}
		if after.Claim == nil || after.Claim.Order != i.Order || !after.Claim.EndedAt.IsZero() {
			return x.broken(Newest, "run %s announces a call for %s without holding the claim", i.Order.Run(), i.Nodegroup)
		}
		for id, other := range before.Intents {
			if other.Nodegroup == i.Nodegroup && !strings.Contains(id, requestOf(number)) && other.Expires.After(x.instant(w.clock)) {
				return x.broken(OneHand, "%s announces a call for %s while a call of run %s is open", x.name(number), i.Nodegroup, other.Order.Run())
			}
		}
	}
	return nil
}

// checkMemories checks a change of what a unit remembers of its conditions. The scenarios' value between the thresholds is "15".
func (x *exploration) checkMemories(before, after claim.Unit, number int) *Broken {
	for name, is := range after.Conditions {
		was := before.Conditions[name]
		switch {
		case is == was:
		case after.Claim == nil || after.Claim.Order != x.cast[number].Order():
			return x.broken(Remembered, "%s remembers %s without the claim", x.name(number), name)
		case is.At.Before(was.At):
			return x.broken(Remembered, "%s remembers the reading %q of %s after %q, which is newer", x.name(number), is.Value, name, was.Value)
		case is.Value == "15" && was.At.Before(is.At) && is.On != was.On:
			return x.broken(Remembered, "%s turns %s on: %t, by a value between its thresholds", x.name(number), name, is.On)
		}
	}
	return nil
}

// check checks a state against the rules for states.
func (x *exploration) check(s *State) *Broken {
	nodes := int32(0)
	for _, g := range x.scenario.Nodegroups {
		nodes += x.models.all[s.world.eks].Nodes(g.Ref)
	}
	switch {
	case nodes < 1:
		if b := x.broken(Capacity, "no node group of the unit has a node"); b != nil {
			return b
		}
	case x.instant(s.world.clock).Sub(x.setup.Start) > longest:
		return x.broken(Ended, "after %s a run is still under way", longest)
	}
	if !s.ended() || len(x.running(s.world)) > 0 {
		return nil
	}
	return x.checkEnd(s)
}

// checkEnd checks the final state against the rules.
func (x *exploration) checkEnd(s *State) *Broken {
	for number, r := range s.runs {
		if !r.stopped && x.outcome(r) == "" {
			return x.broken(Ended, "%s has ended without an outcome", x.name(number))
		}
	}
	for _, g := range x.scenario.Nodegroups {
		var b *Broken
		if len(x.configs) > 1 {
			b = cmp.Or(x.checkMoved(s, g.Ref), x.checkMark(s, g.Ref))
		} else {
			b = x.checkNodegroup(s, g.Ref)
		}
		if b != nil {
			return b
		}
	}
	return nil
}

// checkMark compares a node group with its mark.
func (x *exploration) checkMark(s *State, ref eksmodel.Ref) *Broken {
	mark, marked := x.recordOf(s.world, 0).Marks[ref.Nodegroup]
	goal := mark.Goal
	if mark.Held != nil {
		goal = mark.Held.Goal
	}
	if now := x.describe(s.world, ref); marked && (len(now) == 0 || !goal.Reached(now[0])) {
		return x.broken(Marked, "%s is %v, and its mark says %s", ref.Nodegroup, now, goal)
	}
	return nil
}

// checkMoved compares a node group with the newest decision for it from the last version of the configuration.
func (x *exploration) checkMoved(s *State, ref eksmodel.Ref) *Broken {
	newest, last := -1, scaling.Decision{}
	for number := range s.runs {
		d, decided := x.decidedLast(s, number, ref.Nodegroup)
		if decided && (newest < 0 || x.cast[number].Order() > x.cast[newest].Order()) {
			newest, last = number, d
		}
	}
	if newest < 0 || x.outcome(s.runs[newest]) != run.Succeeded {
		return nil
	}
	if now := x.describe(s.world, ref); len(now) == 0 || !last.Goal.Reached(now[0]) {
		return x.broken(Honest, "%s is %v, but %s wanted %s and has succeeded", ref.Nodegroup, now, x.name(newest), last.Goal)
	}
	return nil
}

// decidedLast returns what a run decided for a node group of its unit in the last version of the configuration, if it did.
func (x *exploration) decidedLast(s *State, number int, nodegroup string) (decision scaling.Decision, decided bool) {
	r := s.runs[number]
	if r.stopped || !x.covers(number, nodegroup) || !x.owns(s.world.config, number, nodegroup) {
		return decision, false
	}
	var task run.UnitTask
	decode(x.texts.all[r.main.payload], &task)
	at := slices.IndexFunc(task.Decisions, func(d scaling.Decision) bool { return d.Nodegroup == nodegroup })
	if at < 0 || task.Basis != x.configs[s.world.config].Basis() {
		return decision, false
	}
	return task.Decisions[at], true
}

// owns reports whether a node group belongs to a run's unit in a version of the configuration.
func (x *exploration) owns(version int32, number int, nodegroup string) bool {
	return slices.ContainsFunc(x.known[version], func(u config.Unit) bool {
		_, owns := u.Nodegroups[nodegroup]
		return owns && u.Name == x.under[number]
	})
}

// checkNodegroup compares a node group's final state with the decisions of its owner and of later runs.
func (x *exploration) checkNodegroup(s *State, ref eksmodel.Ref) *Broken {
	owner := x.owner(s, ref.Nodegroup)
	for number, r := range s.runs {
		if !x.covers(number, ref.Nodegroup) || x.cast[number].Order() < x.cast[owner].Order() || r.stopped {
			continue
		}
		if b := x.checkResult(s, number, ref, number == owner); b != nil {
			return b
		}
	}
	return nil
}

// checkResult compares a node group with the result of a run that was not overtaken there.
func (x *exploration) checkResult(s *State, number int, ref eksmodel.Ref, owns bool) *Broken {
	outcome := x.outcome(s.runs[number])
	if outcome == run.Failed {
		return nil
	}
	var task run.UnitTask
	decode(x.texts.all[s.runs[number].main.payload], &task)
	d := task.Decisions[slices.IndexFunc(task.Decisions, func(d scaling.Decision) bool { return d.Nodegroup == ref.Nodegroup })]
	now := x.describe(s.world, ref)
	switch {
	case outcome != run.Succeeded && (outcome != run.Overtaken || !x.overtakenElsewhere(s, number)):
		return x.broken(Honest, "%s is the newest run for %s and has ended as %s", x.name(number), ref.Nodegroup, outcome)
	case !owns && d.Action != scaling.Keep:
		return x.broken(Honest, "%s wanted to change %s, has not claimed it and has ended as %s", x.name(number), ref.Nodegroup, outcome)
	case owns && !slices.Contains(now, d.After):
		return x.broken(Honest, "%s is %v, but %s wanted %s and has ended as %s", ref.Nodegroup, now, x.name(number), d.After, outcome)
	}
	return nil
}

// owner returns the newest run that took the claim for a node group; if none did, the newest that covers it.
func (x *exploration) owner(s *State, nodegroup string) int {
	best := -1
	for number, r := range x.cast {
		if r.Order() == x.recordOf(s.world, number).Orders[nodegroup] {
			return number
		}
		if x.covers(number, nodegroup) && (best < 0 || r.Order() > x.cast[best].Order()) {
			best = number
		}
	}
	return best
}

// overtakenElsewhere reports whether a newer run took over a node group that both cover.
func (x *exploration) overtakenElsewhere(s *State, number int) bool {
	return slices.ContainsFunc(x.scenario.Nodegroups, func(g eksmodel.Nodegroup) bool {
		return x.covers(number, g.Nodegroup) && x.owner(s, g.Nodegroup) != number
	})
}

func (x *exploration) covers(number int, nodegroup string) bool {
	names := x.cast[number].Nodegroups
	return names == nil || slices.Contains(names, nodegroup)
}
