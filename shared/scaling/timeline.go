package scaling

import (
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// Timeline determines a cluster's sizes at any time: its schedule, profiles and overrides.
type Timeline struct {
	Schedule   *schedule.Schedule
	Nodegroups map[string]Limits
	Profiles   map[string]map[string]Target // by profile, then by node group
	Overrides  []Override                   // of this cluster
	Ahead      Ahead
	// Conditions holds the states of the conditions of periods with when, by the period's name. A missing one is off.
	Conditions map[string]PeriodCondition
}

// Demand is what one node group should have, and why. Before a transition it is already the coming activation's if that raises the
// node group, see [Ahead].
type Demand struct {
	Nodegroup string
	Target    Target
	Wanted    Wanted
	// Starts is that transition; zero if the demand is the present activation's.
	Starts time.Time
	// RaiseOnly is set under a conditional period that may not reduce sizes, if the node group would keep its desired size without it.
	// An autoscaler or a person may have set more than the period asks for.
	RaiseOnly bool
	// Without is the demand without the conditional period that raises it; nil if there is none, or no such period.
	Without *Demand
}

// Input returns the demand as an input to a decision, without what is observed and recorded.
func (d Demand) Input(limits Limits) Nodegroup {
	return Nodegroup{Name: d.Nodegroup, Limits: limits, Target: d.Target, Starts: d.Starts, RaiseOnly: d.RaiseOnly, Without: d.Without}
}

// ruling is what applies: an override, or else the schedule.
type ruling struct {
	override *Override
	active   schedule.Activation // zero under an override
}

// scope selects the overrides that count.
type scope func(*Override) bool

// wholeCluster takes every override into account.
func wholeCluster(*Override) bool { return true }

func forNodegroup(name string) scope {
	return func(o *Override) bool { return o.isFor(name) }
}

// ruling returns what applies at t.
func (l Timeline) ruling(t time.Time, counts scope) ruling {
	if latest := l.latest(t, counts); latest != nil {
		return ruling{override: latest}
	}
	return ruling{active: l.Schedule.Active(t)}
}

// latest returns the last created override that is active at t; nil if there is none.
func (l Timeline) latest(t time.Time, counts scope) *Override {
	var latest *Override
	for i := range l.Overrides {
		o := &l.Overrides[i]
		if o.activeAt(t) && counts(o) && (latest == nil || !o.createdBefore(latest)) {
			latest = o
		}
	}
	return latest
}

// same reports whether two rulings are identical.
func (r ruling) same(other ruling) bool {
	return r.override == other.override && r.active.Profile == other.active.Profile && r.active.Period == other.active.Period
}

// alike reports whether two rulings have the same source, period and profile.
func (r ruling) alike(other ruling) bool {
	return r.source() == other.source() && r.period() == other.period() && r.profile() == other.profile()
}

func (r ruling) source() Source {
	switch {
	case r.override != nil:
		return FromOverride
	case r.active.Period != "":
		return FromPeriod
	default:
		return FromDefault
	}
}

func (r ruling) period() string { return r.active.Period }

func (r ruling) profile() string {
	if r.override != nil {
		return r.override.Profile
	}
	return r.active.Profile
}

// target returns what the ruling asks of a node group; false means that it is left alone.
func (r ruling) target(nodegroup string, profiles map[string]map[string]Target) (Target, bool) {
	targets := profiles[r.profile()]
	if r.override != nil && r.override.Profile == "" {
		targets = r.override.Sizes
	}
	target, ok := targets[nodegroup]
	return target, ok
}

// until returns the next instant after t at which another ruling applies, or zero if there is none within the schedule's horizon.
func (l Timeline) until(t time.Time, counts scope, equal func(a, b ruling) bool) time.Time {
	now := l.ruling(t, counts)
	for cursor, r := t, now; ; {
		next := r.active.Until // zero under an override: meanwhile only overrides matter
		for _, edge := range l.edges(counts) {
			if edge.After(cursor) && (next.IsZero() || edge.Before(next)) {
				next = edge
			}
		}
		if next.IsZero() || next.After(t.AddDate(0, 0, schedule.Horizon)) {
			return time.Time{}
		}
		cursor, r = next, l.ruling(next, counts)
		if !equal(now, r) {
			return next
		}
	}
}

// since returns the last instant up to t at which the ruling became active, or zero.
func (l Timeline) since(t time.Time, counts scope, equal func(a, b ruling) bool) time.Time {
	now := l.ruling(t, counts)
	for cursor, r := t, now; ; {
		last := r.active.Since
		for _, edge := range l.edges(counts) {
			if !edge.After(cursor) && edge.After(last) {
				last = edge
			}
		}
		if last.IsZero() || last.Before(t.AddDate(0, 0, -schedule.Horizon)) {
			return time.Time{}
		}
		cursor = last.Add(-time.Nanosecond)
		r = l.ruling(cursor, counts)
		if !equal(now, r) {
			return last
		}
	}
}

// edges returns the beginnings and ends of the overrides that count, unordered.
func (l Timeline) edges(counts scope) []time.Time {
	var edges []time.Time
	for i := range l.Overrides {
		if o := &l.Overrides[i]; counts(o) {
			edges = append(edges, o.From, o.Until)
		}
	}
	return edges
}

// Wanted returns what the cluster should have at t. An override of some node groups counts for the cluster here;
// [Timeline.Demands] has the details.
func (l Timeline) Wanted(t time.Time) Wanted {
	if len(l.Conditions) > 0 {
		c := l.conditions(wholeCluster)
		if v := c.look(t, ""); v.wins {
			return c.wanted(t, v, "")
		}
	}
	return l.wanted(t, wholeCluster, ruling.alike)
}

func (l Timeline) wanted(t time.Time, counts scope, equal func(a, b ruling) bool) Wanted {
	s := l.stage(t, counts)
	w := l.describe(s) // its reason is about this ruling alone
	if s.override != nil || l.touched(s.active, counts) {
		w.Since, w.Until = l.since(t, counts, equal), l.until(t, counts, equal)
	}
	return w
}

// touched reports whether an override that counts is active at some time during the activation, or right before or after it.
func (l Timeline) touched(a schedule.Activation, counts scope) bool {
	return slices.ContainsFunc(l.Overrides, func(o Override) bool {
		return counts(&o) && (a.Since.IsZero() || !o.Until.Before(a.Since)) && (a.Until.IsZero() || !o.From.After(a.Until))
	})
}

// describe converts a stage to a [Wanted] with its reason.
func (l Timeline) describe(s stage) Wanted {
	w := Wanted{Profile: s.profile(), Period: s.period(), Source: s.source(), Since: s.since, Until: s.until}
	if s.override != nil {
		w.Override = s.override.Name
	}
	w.Reason = l.reason(s.ruling, w.Until)
	return w
}

// group holds node groups for which the same overrides count.
type group struct {
	counts     scope
	nodegroups []string
}

// groups returns the groups of the cluster's node groups, which are in the order of their names.
func (l Timeline) groups() []group {
	names := slices.AppendSeq(make([]string, 0, len(l.Nodegroups)), maps.Keys(l.Nodegroups))
	slices.Sort(names)
	if len(l.Overrides) == 0 {
		return []group{{wholeCluster, names}}
	}
	var all []group
	index := map[string]int{}
	which := make([]byte, len(l.Overrides))
	for _, nodegroup := range names {
		counts := forNodegroup(nodegroup)
		for i := range l.Overrides {
			which[i] = 0
			if counts(&l.Overrides[i]) {
				which[i] = 1
			}
		}
		i, known := index[string(which)]
		if !known {
			i = len(all)
			index[string(which)] = i
			all = append(all, group{counts: counts})
		}
		all[i].nodegroups = append(all[i].nodegroups, nodegroup)
	}
	return all
}

// Demands returns the demand on each node group at t, in the order of their names. It omits node groups that are left alone.
func (l Timeline) Demands(t time.Time) []Demand {
	demands := make([]Demand, 0, len(l.Nodegroups))
	for _, g := range l.groups() {
		around, conditions := l.around(t, g.counts), l.conditionsAt(t, g.counts)
		for _, nodegroup := range g.nodegroups {
			d, asked := around.demand(nodegroup)
			if conditions != nil {
				d, asked = conditions.demand(t, d, asked, nodegroup)
			}
			if asked {
				demands = append(demands, d)
			}
		}
	}
	slices.SortFunc(demands, func(a, b Demand) int { return strings.Compare(a.Nodegroup, b.Nodegroup) })
	return demands
}

// NextChange returns the first instant after t at which the demands may change, or zero if there is none within the schedule's
// horizon.
func (l Timeline) NextChange(t time.Time) time.Time {
	next := l.Schedule.Until(t)
	for _, edge := range append(l.edges(wholeCluster), l.conditionEdges(t)...) {
		if edge.After(t) && (next.IsZero() || edge.Before(next)) {
			next = edge
		}
	}
	if next.After(t.AddDate(0, 0, schedule.Horizon)) {
		return time.Time{}
	}
	return l.nextLead(t, next)
}

// nextLead returns the beginning of the first lead after t, if it is before the next change, or else that change.
func (l Timeline) nextLead(t, next time.Time) time.Time {
	if l.Ahead.IsZero() {
		return next
	}
	for _, g := range l.groups() {
		around := l.around(t, g.counts)
		for _, nodegroup := range g.nodegroups {
			if begins := around.nextBegins(nodegroup); begins.After(t) && begins.Before(next) {
				next = begins
			}
		}
	}
	return next
}

// ByPerson returns a profile that a person requested at t. It holds until the next transition.
func (l Timeline) ByPerson(t time.Time, profile, actor, reason string) Wanted {
	now := l.Wanted(t)
	return Wanted{
		Profile: profile, Source: FromPerson, Since: now.Since, Until: now.Until,
		Reason: requested(profile, actor, reason),
	}
}

// requested returns text such as "profile peak requested by ana: launch".
func requested(profile, actor, reason string) string {
	text := "profile " + profile + " requested by " + orUnknown(actor)
	if reason != "" {
		text += ": " + reason
	}
	return text
}
