package scaling

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/schedule"
)

// Ahead is how long before a transition of the schedule scale-ups begin, so that nodes are ready in time. The value of the coming
// period wins over its profile's, and that over Otherwise. Overrides have none.
type Ahead struct {
	Periods, Profiles map[string]time.Duration // by name
	Otherwise         time.Duration
}

// IsZero reports whether scale-ups always begin at the transition.
func (a Ahead) IsZero() bool {
	return len(a.Periods) == 0 && len(a.Profiles) == 0 && a.Otherwise == 0
}

// of returns how long before its transition the ruling's scale-ups begin.
func (a Ahead) of(r ruling) time.Duration {
	if r.override != nil {
		return 0
	}
	if own, set := a.Periods[r.period()]; set {
		return own
	}
	if own, set := a.Profiles[r.profile()]; set {
		return own
	}
	return a.Otherwise
}

// stage is a time during which one ruling applies to the node groups of a scope. Its ends are zero if nothing changes there.
type stage struct {
	ruling
	since, until time.Time
}

func (l Timeline) stage(t time.Time, counts scope) stage {
	r := l.ruling(t, counts)
	if r.override != nil || l.touched(r.active, counts) {
		return stage{r, l.since(t, counts, ruling.same), l.until(t, counts, ruling.same)}
	}
	return stage{r, r.active.Since, r.active.Until}
}

// raises reports whether a node group needs more nodes under the later ruling than under the earlier one. If the earlier one leaves
// it alone, any node is more.
func (l Timeline) raises(earlier, later ruling, nodegroup string) bool {
	target, asked := later.target(nodegroup, l.Profiles)
	if !asked {
		return false
	}
	goal := target.Goal(l.Nodegroups[nodegroup])
	before, asked := earlier.target(nodegroup, l.Profiles)
	if !asked {
		return goal.Wanted() > 0
	}
	return goal.exceeds(before.Goal(l.Nodegroups[nodegroup]))
}

// exceeds reports whether the goal asks for more nodes, or keeps more of the same number.
func (g Goal) exceeds(other Goal) bool {
	if g.Wanted() != other.Wanted() {
		return g.Wanted() > other.Wanted()
	}
	return g.MinSize > other.MinSize
}

// begins returns when the later stage's demand on a node group begins. That is when the earlier stage ends, or before, if the node
// group is raised ahead. It is never before the earlier stage begins, and never during an override.
func (l Timeline) begins(earlier, later stage, nodegroup string) time.Time {
	ahead := l.Ahead.of(later.ruling)
	if earlier.until.IsZero() || ahead == 0 || earlier.override != nil || !l.raises(earlier.ruling, later.ruling, nodegroup) {
		return earlier.until
	}
	if start := earlier.until.Add(-ahead); start.After(earlier.since) {
		return start
	}
	return earlier.since
}

// around holds the stages around an instant for the node groups of a scope. Without [Timeline.Ahead], now is enough.
type around struct {
	Timeline
	t      time.Time
	counts scope
	now    stage
	next   stage // the zero value if now does not end
	// previous and afterNext are looked up when they matter, once for all node groups.
	previous, afterNext *stage
	// described caches the wanted profiles: most node groups share one.
	described []described
}

type described struct {
	stage
	starts time.Time
	wanted Wanted
}

func (l Timeline) around(t time.Time, counts scope) *around {
	a := &around{Timeline: l, t: t, counts: counts, now: l.stage(t, counts)}
	if !l.Ahead.IsZero() && !a.now.until.IsZero() {
		a.next = l.stage(a.now.until, counts)
	}
	return a
}

// nextBegins returns when the demand of the next stage on a node group begins; zero if there is none.
func (a *around) nextBegins(nodegroup string) time.Time {
	return a.begins(a.now, a.next, nodegroup)
}

// span is a time during which one target applies to a node group.
type span struct {
	stage
	target Target
	asked  bool      // false means that the node group is left alone
	starts time.Time // the transition, if the stage is the next one already; otherwise zero
}

// span returns the span around the instant.
func (a *around) span(nodegroup string) span {
	s, starts := a.now, time.Time{}
	switch begins := a.nextBegins(nodegroup); {
	case begins.IsZero() || a.t.Before(begins):
		s.since, s.until = a.nowBegan(nodegroup), begins
	default:
		s, starts = a.next, a.now.until
		s.since, s.until = begins, a.nextEnds(nodegroup)
	}
	target, asked := s.target(nodegroup, a.Profiles)
	return span{s, target, asked, starts}
}

// demand returns the demand on a node group. False means that it is left alone.
func (a *around) demand(nodegroup string) (Demand, bool) {
	s := a.span(nodegroup)
	if !s.asked {
		return Demand{}, false
	}
	return Demand{Nodegroup: nodegroup, Target: s.target, Wanted: a.describe(s.stage, s.starts), Starts: s.starts}, true
}

// nowBegan returns since when the present stage's demand on a node group holds.
func (a *around) nowBegan(nodegroup string) time.Time {
	if a.now.since.IsZero() || a.Ahead.of(a.now.ruling) == 0 {
		return a.now.since
	}
	if a.previous == nil {
		a.previous = new(a.stage(a.now.since.Add(-time.Nanosecond), a.counts))
	}
	return a.begins(*a.previous, a.now, nodegroup)
}

// nextEnds returns until when the next stage's demand on a node group holds.
func (a *around) nextEnds(nodegroup string) time.Time {
	if a.next.until.IsZero() {
		return a.next.until
	}
	if a.afterNext == nil {
		a.afterNext = new(a.stage(a.next.until, a.counts))
	}
	return a.begins(a.next, *a.afterNext, nodegroup)
}

// describe returns the wanted profile of a stage. Starts is the transition if it is still to come, otherwise zero.
func (a *around) describe(s stage, starts time.Time) Wanted {
	for _, d := range a.described {
		if d.same(s.ruling) && d.since.Equal(s.since) && d.until.Equal(s.until) && d.starts.Equal(starts) {
			return d.wanted
		}
	}
	wanted := a.Timeline.describe(s)
	if !starts.IsZero() {
		wanted.Reason = fmt.Sprintf("%s from %s, %s ahead", a.words(s.ruling), a.local(starts), inWords(starts.Sub(s.since)))
	}
	a.described = append(a.described, described{s, starts, wanted})
	return wanted
}

// inWords rounds a time span up to whole minutes, such as "10 minutes", and leaves whole hours as they are.
func inWords(d time.Duration) string {
	const hour = 60
	minutes := int((d + time.Minute - time.Nanosecond) / time.Minute)
	if minutes%hour == 0 {
		return english.Count(minutes/hour, "hour")
	}
	return english.Count(minutes, "minute")
}

// Lead is the time before a transition in which node groups are raised already.
type Lead struct {
	From, Transition time.Time
	// Profile and Period are those of the coming activation.
	Profile, Period string
	Nodegroups      []string // in the order of their names
}

// Leads returns the leads that overlap from <= t < until, in order.
func (l Timeline) Leads(from, until time.Time) []Lead {
	if l.Ahead.IsZero() {
		return nil
	}
	var all []Lead
	for _, g := range l.groups() {
		for s := l.stage(from, g.counts); !s.until.IsZero() && s.since.Before(until); {
			next := l.stage(s.until, g.counts)
			for _, nodegroup := range g.nodegroups {
				if start := l.begins(s, next, nodegroup); start.Before(s.until) && start.Before(until) {
					all = addLead(all, Lead{start, s.until, next.profile(), next.period(), []string{nodegroup}})
				}
			}
			s = next
		}
	}
	slices.SortStableFunc(all, func(a, b Lead) int {
		if order := a.From.Compare(b.From); order != 0 {
			return order
		}
		return a.Transition.Compare(b.Transition)
	})
	return all
}

// addLead adds a lead to the list, or its node groups to the one of the same time.
func addLead(all []Lead, lead Lead) []Lead {
	for i, other := range slices.Backward(all) {
		if other.From.Equal(lead.From) && other.Transition.Equal(lead.Transition) {
			all[i].Nodegroups = append(other.Nodegroups, lead.Nodegroups...)
			slices.Sort(all[i].Nodegroups)
			return all
		}
	}
	return append(all, lead)
}

// Raised returns the node groups that need more nodes under the later activation than under the earlier one, by name.
func (l Timeline) Raised(earlier, later schedule.Activation) []string {
	var names []string
	for _, nodegroup := range slices.Sorted(maps.Keys(l.Nodegroups)) {
		if l.raises(ruling{active: earlier}, ruling{active: later}, nodegroup) {
			names = append(names, nodegroup)
		}
	}
	return names
}

// AheadOf returns how long before its transition an activation's scale-ups begin.
func (l Timeline) AheadOf(a schedule.Activation) time.Duration {
	return l.Ahead.of(ruling{active: a})
}

// WeeklyLeads returns the times of day at which leads begin in an ordinary week, each with its weekdays. It omits leads that begin
// at the transition before: [schedule.Schedule.Weekly] has them.
func (l Timeline) WeeklyLeads() []schedule.Transition {
	if l.Ahead.IsZero() {
		return nil
	}
	days := map[schedule.Clock]schedule.Days{}
	for _, s := range l.Schedule.Successions() {
		ahead := schedule.WeekTime(l.AheadOf(s.After) / time.Minute)
		if ahead == 0 || s.Lasted > 0 && ahead >= s.Lasted || len(l.Raised(s.Before, s.After)) == 0 {
			continue
		}
		start := s.At.Add(-ahead)
		days[start.Clock()] |= schedule.On(start.Weekday())
	}
	var all []schedule.Transition
	for _, at := range slices.Sorted(maps.Keys(days)) {
		all = append(all, schedule.Transition{At: at, Days: days[at]})
	}
	return all
}
