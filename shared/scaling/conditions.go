package scaling

import (
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// PeriodCondition is the state of the condition of a period with when. The condition is on from Since until Until.
type PeriodCondition struct {
	On    bool
	Since time.Time
	Until time.Time // zero if nothing but a reading ends it
	// Reason describes the value, such as "rain is 25, above 20".
	Reason string
}

// onAt reports whether the condition is on at t.
func (c PeriodCondition) onAt(t time.Time) bool {
	return c.On && !t.Before(c.Since) && (c.Until.IsZero() || t.Before(c.Until))
}

// matches returns what matches at t if some of it is conditional, otherwise nil. See [schedule.Schedule.Matches].
func (l Timeline) matches(t time.Time) []schedule.Activation {
	if len(l.Conditions) == 0 {
		return nil
	}
	if all := l.Schedule.Matches(t, func(period string) bool { return l.Conditions[period].onAt(t) }); len(all) > 1 {
		return all
	}
	return nil
}

// conditions applies the conditional periods to the node groups of a scope.
type conditions struct {
	Timeline
	counts scope
	// Node groups mostly share these: what is unconditional and what matches by the instant, and the conditions without those of one
	// period by its name.
	bases    map[int64]*around
	matched  map[int64][]schedule.Activation
	withouts map[string]*conditions
}

func (l Timeline) conditions(counts scope) *conditions {
	return &conditions{
		Timeline: l, counts: counts,
		bases: map[int64]*around{}, matched: map[int64][]schedule.Activation{}, withouts: map[string]*conditions{},
	}
}

// without returns the conditions as if that of a period were off.
func (c *conditions) without(period string) *conditions {
	if known := c.withouts[period]; known != nil {
		return known
	}
	l := c.Timeline
	l.Conditions = maps.Clone(l.Conditions)
	delete(l.Conditions, period)
	made := l.conditions(c.counts)
	made.bases = c.bases
	c.withouts[period] = made
	return made
}

func (c *conditions) base(t time.Time) *around {
	if known := c.bases[t.UnixNano()]; known != nil {
		return known
	}
	made := c.around(t, c.counts)
	c.bases[t.UnixNano()] = made
	return made
}

// matches returns what the timeline's method returns.
func (c *conditions) matches(t time.Time) []schedule.Activation {
	found, known := c.matched[t.UnixNano()]
	if !known {
		found = c.Timeline.matches(t)
		c.matched[t.UnixNano()] = found
	}
	return found
}

// look is what the conditional periods do to a node group at an instant.
type look struct {
	active schedule.Activation // of the period that decides; zero if none does
	target Target
	asked  bool
	// wins reports that a conditional period decides, and not what would be active without it.
	wins bool
	// since and until bound the time around the instant in which nothing changes that this depends on.
	since, until time.Time
}

// look finds out what the conditional periods do to a node group. An empty name stands for the unit as a whole, for which the first
// match always decides.
func (c *conditions) look(t time.Time, nodegroup string) look {
	if c.latest(t, c.counts) != nil {
		return look{}
	}
	matches := c.matches(t)
	if len(matches) == 0 {
		return look{}
	}
	v := look{since: matches[0].Since, until: matches[0].Until}
	for _, edge := range c.conditionalEdges(matches) {
		v.narrow(t, edge)
	}
	if nodegroup == "" {
		v.active, v.wins = matches[0], true
		return v
	}
	c.apply(&v, t, matches[:len(matches)-1], nodegroup)
	return v
}

// apply lets each conditional match raise what would be active without it: what is behind it, down to what is unconditional. A match
// that may reduce replaces that.
func (c *conditions) apply(v *look, t time.Time, matches []schedule.Activation, nodegroup string) {
	base := c.base(t).span(nodegroup)
	below, onBase := base, true
	for _, m := range slices.Backward(matches) {
		target, asked := c.Profiles[m.Profile][nodegroup]
		mayReduce := c.Schedule.MayReduce(m.Period)
		more := mayReduce
		if asked && !mayReduce {
			target, more = below.raisedTo(target, c.Nodegroups[nodegroup])
		}
		if more {
			v.active, v.target, v.asked, v.wins = m, target, asked, true
			below = span{target: target, asked: asked}
		}
		onBase = onBase && !mayReduce
	}
	if onBase && (!v.wins || !c.alwaysWins(v.active.Profile, nodegroup)) {
		v.narrow(t, base.since)
		v.narrow(t, base.until)
	}
}

// narrow lets the bounds end at an edge, if it is within them. Zero is none.
func (v *look) narrow(t, edge time.Time) {
	switch {
	case edge.IsZero():
	case edge.After(t) && (v.until.IsZero() || edge.Before(v.until)):
		v.until = edge
	case !edge.After(t) && edge.After(v.since):
		v.since = edge
	}
}

// conditionalEdges returns the instants at which matches, conditions or overrides begin or end, unordered.
func (c *conditions) conditionalEdges(matches []schedule.Activation) []time.Time {
	edges := c.edges(c.counts)
	for _, m := range matches {
		edges = append(edges, m.Since, m.Until)
	}
	for _, state := range c.Conditions {
		if state.On {
			edges = append(edges, state.Since, state.Until)
		}
	}
	return edges
}

// alwaysWins reports whether a profile asks for more of the node group than each profile without condition, whichever of these applies.
func (c *conditions) alwaysWins(profile, nodegroup string) bool {
	target, limits := c.Profiles[profile][nodegroup], c.Nodegroups[nodegroup]
	for _, other := range c.Schedule.Profiles() {
		base, asked := c.Profiles[other][nodegroup]
		raised, more := span{target: base, asked: asked}.raisedTo(target, limits)
		if !more || !raised.Goal(limits).Equal(target.Goal(limits)) {
			return false
		}
	}
	return true
}

// Raises reports whether a profile asks for more than another one asks of some node group.
func (l Timeline) Raises(profile, other string) bool {
	for nodegroup, target := range l.Profiles[profile] {
		base, asked := l.Profiles[other][nodegroup]
		if _, more := (span{target: base, asked: asked}).raisedTo(target, l.Nodegroups[nodegroup]); more {
			return true
		}
	}
	return false
}

// raisedTo returns what a conditional target makes of the span, and whether that is more. If the span leaves the node group alone, any
// node is more.
func (s span) raisedTo(target Target, limits Limits) (raised Target, more bool) {
	goal := target.Goal(limits)
	if !s.asked {
		return target, goal.Wanted() > 0
	}
	base := s.target.Goal(limits)
	switch both := base.raisedTo(goal, target.MaxSize != nil); {
	case both.Equal(base):
		return s.target, false
	case both.Equal(goal):
		return target, true
	default:
		return Target{&both.MinSize, &both.MaxSize, both.DesiredSize}, true
	}
}

// raisedTo returns the goal with each size that is more in the other one. Unless that asks for more nodes, its MaxSize counts only if
// it is the profile's own: the limit is no wish.
func (g Goal) raisedTo(other Goal, ownMax bool) Goal {
	more := other.Wanted() > g.Wanted()
	if more {
		g.DesiredSize = other.DesiredSize
	}
	if more || ownMax {
		g.MaxSize = max(g.MaxSize, other.MaxSize)
	}
	g.MinSize = max(g.MinSize, other.MinSize)
	return g
}

// since returns the first instant since which the same conditional period has decided without a break.
func (c *conditions) since(t time.Time, nodegroup string) time.Time {
	horizon := t.AddDate(0, 0, -schedule.Horizon)
	for v := c.look(t, nodegroup); ; {
		if v.since.IsZero() || v.since.Before(horizon) {
			return time.Time{}
		}
		before := c.look(v.since.Add(-time.Nanosecond), nodegroup)
		if !before.wins || before.active.Period != v.active.Period {
			return v.since
		}
		v = before
	}
}

// until returns the instant until which the same conditional period decides without a break.
func (c *conditions) until(t time.Time, nodegroup string) time.Time {
	horizon := t.AddDate(0, 0, schedule.Horizon)
	for v := c.look(t, nodegroup); ; {
		if v.until.IsZero() || v.until.After(horizon) {
			return time.Time{}
		}
		after := c.look(v.until, nodegroup)
		if !after.wins || after.active.Period != v.active.Period {
			return v.until
		}
		v = after
	}
}

// wanted returns what the conditional period that decides for a node group asks, or for the unit if the name is empty.
func (c *conditions) wanted(t time.Time, v look, nodegroup string) Wanted {
	return c.describe(stage{ruling{active: v.active}, c.since(t, nodegroup), c.until(t, nodegroup)})
}

// demand replaces the demand of the schedule without conditional periods, if one of them decides.
func (c *conditions) demand(t time.Time, base Demand, asked bool, nodegroup string) (Demand, bool) {
	v := c.look(t, nodegroup)
	if !v.wins {
		return base, asked
	}
	if !v.asked {
		return Demand{}, false
	}
	d := Demand{Nodegroup: nodegroup, Target: v.target, Wanted: c.wanted(t, v, nodegroup)}
	if c.Schedule.MayReduce(v.active.Period) {
		return d, true
	}
	without, asked := c.without(v.active.Period).demand(t, base, asked, nodegroup)
	if asked {
		d.Without = &without
	}
	d.RaiseOnly = !asked || without.RaiseOnly || without.Target.DesiredSize == nil
	return d, true
}

// conditionsAt returns the conditional periods of a scope; nil if none is the first match at t.
func (l Timeline) conditionsAt(t time.Time, counts scope) *conditions {
	if len(l.Conditions) == 0 {
		return nil
	}
	if c := l.conditions(counts); len(c.matches(t)) > 0 {
		return c
	}
	return nil
}

// conditionEdges returns the next edge of a conditional window after t, and the ends of conditions.
func (l Timeline) conditionEdges(t time.Time) (edges []time.Time) {
	if !l.Schedule.HasConditions() {
		return nil
	}
	edges = append(edges, l.Schedule.NextWindow(t))
	for _, state := range l.Conditions {
		if state.On {
			edges = append(edges, state.Since, state.Until)
		}
	}
	return edges
}

// conditionReason returns text such as " (on since Tue 2026-11-24 10:00 -03:00: rain is 25, above 20)"; empty for a period without
// condition.
func (l Timeline) conditionReason(period string) string {
	state, conditional := l.Conditions[period]
	switch {
	case !conditional || state.Reason == "":
		return ""
	case state.Since.IsZero():
		return " (" + state.Reason + ")"
	default:
		return " (on since " + l.local(state.Since) + ": " + state.Reason + ")"
	}
}
