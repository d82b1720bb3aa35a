package night

import (
	"slices"
	"time"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// bySchedule reports whether the schedule alone says what a run does.
func (n *night) bySchedule(r run.Run) bool {
	return n.names["override"] == 0 && r.At.IsZero() && r.Profile == ""
}

// checkScheduled requires a call to ask for what the schedule wants, or in steps for something on the way there. Nothing is lowered
// before its transition.
func (k kubernetes) checkScheduled(name string) {
	d, place := k.task.Decision, k.announced.place
	if _, fixed := place.target("normal", name).(int); !fixed || !k.bySchedule(k.task.Run) {
		return
	}
	want, asked := place.want(name, k.task.At, k.verdict()), d.After.DesiredSize
	onTheWay := place.rampUpOf(name).nodes > 0 && d.Action == scaling.ScaleUp && asked < want.nodes
	switch {
	case want.alone:
		k.violate("run %s asks for %d nodes of %s, which profile %s leaves alone", k.run, asked, name, want.profile)
	case asked != want.nodes && !onTheWay:
		k.violate("run %s asks for %d nodes of %s; profile %s wants %d", k.run, asked, name, want.profile, want.nodes)
	}
	early, late := k.Now().Add(-k.mood.skew), k.Now().Add(k.mood.skew)
	least := min(place.nodes(place.present(early), name), place.nodes(place.present(late), name))
	if asked < least && d.Action == scaling.ScaleDown && !want.reduced {
		k.violate("run %s lowers %s to %d before the transition; until then %d are wanted", k.run, name, asked, least)
	}
}

// checkMarked lets no call change a node group that is marked for its activation, unless sizes are always put back.
func (k kubernetes) checkMarked(name string) {
	place, mark := k.announced.place, k.announced.mark
	if mark == nil || place.enforceOf(name) != "" || !k.bySchedule(k.task.Run) {
		return
	}
	s, want := place.scheduled(name, k.task.At), place.want(name, k.task.At, k.verdict())
	if mark.Profile == s.profile && want.profile == s.profile && mark.Goal.Wanted() == want.nodes &&
		!mark.At.Before(k.signals.since(k.unit, s.since)) && mark.Goal.MaxSize == k.task.Decision.Goal.MaxSize {
		k.violate("run %s changes %s, which was marked for profile %s at %s", k.run, name, s.profile, mark.At.In(local).Format("15:04:05"))
	}
}

// checkMarkedAgain lets no run mark a node group twice for one activation.
func (d dynamo) checkMarkedAgain(before, after claim.Unit) {
	if d.names["override"] > 0 {
		return
	}
	for _, nodegroup := range differing(before.Marks, after.Marks) {
		old, mark := before.Marks[nodegroup], after.Marks[nodegroup]
		if old.Profile == "" || old.Held != nil || mark.Held != nil || old.Profile != mark.Profile || !old.Goal.Equal(mark.Goal) {
			continue
		}
		if s := d.place.scheduled(nodegroup, mark.At); s.profile == mark.Profile && !old.At.Before(d.signals.since(d.unit, s.since)) && d.steady(old.TakenAt) {
			d.violate("%s is marked again for profile %s, for %s after %s", nodegroup, mark.Profile,
				mark.At.In(local).Format("15:04:05"), old.At.In(local).Format("15:04:05"))
		}
	}
}

// steady reports whether nobody has changed the configuration since an instant.
func (n *night) steady(since time.Time) bool {
	return !n.bases[len(n.bases)-1].since.After(since)
}

// task identifies the round of a run's unit.
type task struct {
	run, unit string
	round     int
}

// ascent is a round that has raised node groups.
type ascent struct {
	task

	begins time.Time // when the function that decided began
	added  int32
}

// decided notes when the function began that decided a round.
func (i *invocation) decided(t run.UnitTask) {
	i.rounds[task{i.run, i.unit, t.Round}] = i.began
	i.checkJudged(t)
}

// checkStep limits what a step adds, and requires the time between two steps of a run.
func (k kubernetes) checkStep(name string) {
	limit := k.announced.place.rampUpOf(name)
	added := k.task.Decision.After.DesiredSize - k.seen[name].sizes.Desired
	if limit.nodes == 0 || added <= 0 {
		return
	}
	me := task{k.run, k.unit, k.task.Round}
	i := slices.IndexFunc(k.steps, func(s ascent) bool { return s.task == me })
	if i < 0 {
		i = len(k.steps)
		k.steps = append(k.steps, ascent{task: me, begins: k.rounds[me]})
	}
	k.night.steps[i].added += added
	if sum := k.night.steps[i].added; sum > int32(limit.nodes) {
		k.violate("a step of run %s adds %d nodes in unit %s; rampUp allows %d", k.run, sum, k.unit, limit.nodes)
	}
	for _, s := range k.steps[:i] {
		if apart := k.steps[i].begins.Sub(s.begins); s.run == k.run && s.unit == k.unit && apart < limit.every-2*k.mood.skew && k.steady(s.begins) {
			k.violate("two steps of run %s in unit %s begin within %s; rampUp allows one every %s", k.run, k.unit, apart, limit.every)
		}
	}
}

// checkRaised lets a run scale a node group down only when the ones that it has raised have all their nodes.
func (k kubernetes) checkRaised(name string) {
	if !k.bySchedule(k.task.Run) {
		return
	}
	for other := range k.announced.place.limits {
		last, raised := k.lastCall(other)
		if other == name || k.announced.place.unitOf(other) != k.unit || !raised || last.run != k.run || k.touched(other, last.announced) {
			continue
		}
		want := k.announced.place.want(other, k.task.At, k.verdict())
		if nodes := k.eks.Nodes(ref(other)); nodes < want.nodes && !want.alone {
			k.violate("run %s scales %s down, and %s has %d of %d nodes so far", k.run, name, other, nodes, want.nodes)
		}
	}
}

// lastCall returns the last call for a node group; false if it did not raise it.
func (n *night) lastCall(nodegroup string) (call, bool) {
	for _, u := range slices.Backward(n.eks.Updates()) {
		if u.Ref.Nodegroup == nodegroup {
			c, ours := n.asked[u.By]
			return c, ours && u.After.Desired > u.Before.Desired
		}
	}
	return call{}, false
}

// promiseLead checks the sizes some time after a lead begins on a calm night. Raised node groups must have the coming sizes, all others
// the sizes of the present profile.
func (n *night) promiseLead(t transition, begins time.Time) {
	if begins.Before(evening) {
		begins = evening
	}
	due := begins.Add(soon + n.place.climb(t))
	if !n.mood.calm || !due.Before(t.at().Add(-2*time.Minute)) {
		return
	}
	n.at(due, func() {
		for name := range n.place.limits {
			s := n.place.scheduled(name, n.Now())
			_, fixed := n.place.target(s.profile, name).(int)
			sizes, exists := n.sizes(name)
			if len(n.place.conditionsIn(n.place.unitOf(name))) > 0 {
				continue // they are checked with the looks at their signals
			}
			if wanted := n.place.nodes(s.profile, name); fixed && !n.place.isIdle(name) && (exists || wanted > 0) && sizes.Desired != wanted {
				n.violate("ahead of the transition of %s, on which nothing went wrong, %s is %s; profile %s wants %d",
					t.at().Format("15:04"), name, sizes, s.profile, wanted)
			}
		}
	})
}

// climb returns how long the steps of a transition take at most.
func (s *setting) climb(t transition) (longest time.Duration) {
	stages := s.stages()
	i := slices.IndexFunc(stages, func(one stage) bool { return one.since.Equal(t.at()) })
	total := map[string]int{}
	for name := range s.limits {
		total[s.unitOf(name)] += int(max(0, s.nodes(t.profile, name)-s.nodes(stages[i-1].profile, name)))
	}
	for name := range s.limits {
		if r := s.rampUpOf(name); r.nodes > 0 {
			steps := (total[s.unitOf(name)] + r.nodes - 1) / r.nodes
			longest = max(longest, time.Duration(steps)*(r.every+4*time.Minute))
		}
	}
	return longest
}
