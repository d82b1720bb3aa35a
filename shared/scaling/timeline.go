package scaling

import (
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// Timeline determines a cluster's sizes at any time: its schedule, profiles and overrides.
type Timeline struct {
	Schedule   *schedule.Schedule
	Nodegroups map[string]Limits
	Profiles   map[string]map[string]Target // by profile, then by node group
	Overrides  []Override                   // of this cluster
}

// Demand is what one node group should have, and why.
type Demand struct {
	Nodegroup string
	Target    Target
	Wanted    Wanted
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
	return l.wanted(t, wholeCluster, ruling.alike)
}

func (l Timeline) wanted(t time.Time, counts scope, equal func(a, b ruling) bool) Wanted {
	r := l.ruling(t, counts)
	if r.override != nil || l.touched(r.active, counts) {
		w := l.describe(r, l.since(t, counts, ruling.same), l.until(t, counts, ruling.same)) // its reason is about this ruling alone
		w.Since, w.Until = l.since(t, counts, equal), l.until(t, counts, equal)
		return w
	}
	return l.describe(r, r.active.Since, r.active.Until)
}

// touched reports whether an override that counts is active at some time during the activation, or right before or after it.
func (l Timeline) touched(a schedule.Activation, counts scope) bool {
	return slices.ContainsFunc(l.Overrides, func(o Override) bool {
		return counts(&o) && (a.Since.IsZero() || !o.Until.Before(a.Since)) && (a.Until.IsZero() || !o.From.After(a.Until))
	})
}

// describe converts a ruling to a [Wanted] with its reason and time.
func (l Timeline) describe(r ruling, since, until time.Time) Wanted {
	w := Wanted{Profile: r.profile(), Period: r.period(), Source: r.source(), Since: since, Until: until}
	if r.override != nil {
		w.Override = r.override.Name
	}
	w.Reason = l.reason(r, w.Until)
	return w
}

// Demands returns the demand on each node group at t, in the order of their names. It omits node groups that are left alone.
func (l Timeline) Demands(t time.Time) []Demand {
	demands := []Demand{}
	type verdict struct {
		ruling ruling
		wanted Wanted
	}
	verdicts := map[string]verdict{} // node groups for which the same overrides count share one
	for _, nodegroup := range slices.Sorted(maps.Keys(l.Nodegroups)) {
		counts := forNodegroup(nodegroup)
		which := make([]byte, len(l.Overrides))
		for i := range l.Overrides {
			if counts(&l.Overrides[i]) {
				which[i] = 1
			}
		}
		v, known := verdicts[string(which)]
		if !known {
			v = verdict{l.ruling(t, counts), l.wanted(t, counts, ruling.same)}
			verdicts[string(which)] = v
		}
		if target, ok := v.ruling.target(nodegroup, l.Profiles); ok {
			demands = append(demands, Demand{nodegroup, target, v.wanted})
		}
	}
	return demands
}

// NextChange returns the first instant after t at which the demands may change, or zero if there is none within the schedule's
// horizon.
func (l Timeline) NextChange(t time.Time) time.Time {
	next := l.Schedule.Active(t).Until
	for _, edge := range l.edges(wholeCluster) {
		if edge.After(t) && (next.IsZero() || edge.Before(next)) {
			next = edge
		}
	}
	if next.After(t.AddDate(0, 0, schedule.Horizon)) {
		return time.Time{}
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
