package night

import (
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/run"
)

// condition is a conditional period, with what its profile asks of some node groups.
type condition struct {
	period

	signal              string
	above, below, until float64 // only for numbers
	is                  string
	hold, atMost, every time.Duration
	mayReduce           bool
	targets             profile
	// after is how many of the unconditional periods come before it.
	after int
}

// windows lists the times of day of conditional periods.
var windows = []struct{ from, to string }{
	{"22:00", "02:15"}, {"00:45", "02:40"}, {"01:30", "03:40"}, {"02:30", "06:10"}, {"05:40", "08:10"}, {"04:00", "20:00"}, {"06:00", "12:30"},
}

// drawSignals draws signals for about a third of the nights, and conditional periods that depend on them. It has its own random
// numbers: all other nights stay as they are.
func (n *night) drawSignals(s *setting) {
	r := n.luck
	if r.IntN(3) > 0 {
		return
	}
	for _, name := range []string{"rain", "queue"}[:1+r.IntN(2)] {
		one := n.drawSource(name)
		if !slices.ContainsFunc(s.signals, func(other source) bool { return other.address == one.address }) {
			s.signals = append(s.signals, one)
		}
	}
	for _, name := range []string{"storm", "rush"}[:1+r.IntN(2)] {
		s.conditions = append(s.conditions, n.drawCondition(s, name))
	}
	// As the configuration lists them.
	slices.SortStableFunc(s.conditions, func(a, b condition) int { return a.after - b.after })
}

func (n *night) drawCondition(s *setting, name string) condition {
	r := n.luck
	window := windows[r.IntN(len(windows))]
	of := s.signals[r.IntN(len(s.signals))]
	c := condition{
		period: period{Name: name, Profile: "in-" + name, From: window.from, To: window.to}, signal: of.name,
		hold:      []time.Duration{0, 0, 10 * time.Minute, 30 * time.Minute}[r.IntN(4)],
		atMost:    []time.Duration{0, 0, 40 * time.Minute, 90 * time.Minute}[r.IntN(4)],
		every:     []time.Duration{15 * time.Minute, 30 * time.Minute, 30 * time.Minute, time.Hour}[r.IntN(4)],
		mayReduce: r.IntN(3) == 0,
	}
	switch {
	case len(of.states) > 0:
		c.is = of.states[0]
	case r.IntN(2) == 0:
		c.above, c.until = 20, []float64{20, 12, 12}[r.IntN(3)]
	default:
		c.below, c.until = 5, []float64{5, 9, 9}[r.IntN(3)]
	}
	first := s.periods[0]
	_, coversBegin := first.opened(clockOf(c.From))
	_, coversEnd := first.opened(clockOf(c.To).Add(-time.Minute))
	if r.IntN(4) == 0 && (!coversBegin || !coversEnd) {
		c.after = 1
	}
	c.targets = n.drawTargets(s, c.mayReduce)
	return c
}

// drawTargets draws what a conditional profile asks of at least one node group. One that may reduce leaves a node to each, so that a
// unit without nodes stays a fault.
func (n *night) drawTargets(s *setting, mayReduce bool) profile {
	r, targets := n.luck, profile{}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(s.limits)), func(name string) bool {
		return !slices.Contains([]string{"small", "big", "more"}, name)
	})
	for len(targets) == 0 {
		for _, name := range names {
			if r.IntN(3) == 0 {
				continue
			}
			most := int(s.limits[name][1])
			if targets[name] = most - r.IntN(min(most, 4)); mayReduce {
				targets[name] = 1 + r.IntN(min(most, 2))
			}
		}
	}
	return targets
}

// conditionalTarget returns what a conditional period asks of a node group, within its limits.
func (s *setting) conditionalTarget(c condition, nodegroup string) (nodes int32, named bool) {
	target, named := c.targets[nodegroup].(int)
	return min(int32(target), s.limits[nodegroup][1]), named
}

// conditionsFor returns the conditional periods of the schedule that has some node groups: those whose profile names one of them.
func (s *setting) conditionsFor(has func(nodegroup string) bool) []condition {
	return slices.DeleteFunc(slices.Clone(s.conditions), func(c condition) bool {
		return !slices.ContainsFunc(slices.Collect(maps.Keys(c.targets)), has)
	})
}

// conditionsIn returns the conditional periods of a unit.
func (s *setting) conditionsIn(unit string) []condition {
	return s.conditionsFor(func(nodegroup string) bool { return s.unitOf(nodegroup) == unit })
}

// addConditionalProfiles adds the profiles of conditional periods to the others, for some node groups.
func (s *setting) addConditionalProfiles(all map[string]profile, has func(nodegroup string) bool) {
	for _, c := range s.conditionsFor(has) {
		all[c.Profile] = profile{}
		for nodegroup := range c.targets {
			if has(nodegroup) {
				all[c.Profile][nodegroup], _ = s.conditionalTarget(c, nodegroup)
			}
		}
	}
}

// field returns when, as the configuration has it.
func (c condition) field() map[string]any {
	fields := map[string]any{"signal": c.signal, "every": minutes(c.every)}
	switch {
	case c.is != "":
		fields["is"] = c.is
	case c.above > 0:
		fields["above"], fields["until"] = c.above, c.until
	default:
		fields["below"], fields["until"] = c.below, c.until
	}
	if c.hold > 0 {
		fields["hold"] = minutes(c.hold)
	}
	if c.atMost > 0 {
		fields["atMost"] = minutes(c.atMost)
	}
	return fields
}

// withConditions puts conditional periods between unconditional ones, by the clocks of a zone.
func withConditions(unconditional []periodField, conditions []condition, zone *time.Location) (all []periodField) {
	for i := range len(unconditional) + 1 {
		for _, c := range conditions {
			if c.after == i {
				all = append(all, periodField{period: c.in(zone), When: c.field(), MayReduce: c.mayReduce})
			}
		}
		all = append(all, unconditional[i:min(i+1, len(unconditional))]...)
	}
	return all
}

// in returns a period by the clocks of a zone.
func (p period) in(zone *time.Location) period {
	p.From, p.To = timeIn(p.From, zone), timeIn(p.To, zone)
	return p
}

// opened returns since when the window is open at an instant; false if it is closed.
func (p period) opened(t time.Time) (time.Time, bool) {
	from, to := clockOf(p.From), clockOf(p.To)
	for day := -2; day < 2; day++ {
		begin, end := from.AddDate(0, 0, day), to.AddDate(0, 0, day)
		if end.Before(begin) {
			end = end.AddDate(0, 0, 1)
		}
		if !t.Before(begin) && t.Before(end) {
			return begin, true
		}
	}
	return time.Time{}, false
}

// clockOf returns a local time of the night's day.
func clockOf(text string) time.Time {
	t, err := time.Parse("15:04", text)
	if err != nil {
		panic(err)
	}
	return clock(t.Hour(), t.Minute())
}

// looks returns the instants between the evening and the end of the night at which runs look at a signal, with the window's edges.
func (c condition) looks() (all []time.Time) {
	for t := evening.Truncate(time.Hour); t.Before(evening.Add(length)); t = t.Add(5 * time.Minute) {
		_, open := c.opened(t)
		_, before := c.opened(t.Add(-time.Minute))
		minute := time.Duration(t.In(local).Minute()) * time.Minute
		if t.After(evening) && (open != before || open && minute%c.every == 0) {
			all = append(all, t)
		}
	}
	return all
}

// look fires the triggers that look at signals.
func (n *night) look() {
	at := map[time.Time]bool{}
	for _, c := range n.place.conditions {
		for _, t := range c.looks() {
			at[t] = true
		}
	}
	for _, t := range n.place.transitions {
		delete(at, t.at())
	}
	all := slices.SortedFunc(maps.Keys(at), time.Time.Compare)
	for _, t := range all {
		n.fire(t)
	}
	if len(all) > 0 && !n.mood.calm {
		for range 2 {
			n.outpace(all[n.luck.IntN(len(all))])
		}
	}
}

// outpace lets the runs of a look wait long for what they read. Meanwhile a person scales one node group of theirs, by newer readings:
// they decide for the others, with readings that are too old.
func (n *night) outpace(t time.Time) {
	n.signals.slow = append(n.signals.slow, t)
	n.at(t.Add(4*time.Second+time.Duration(n.luck.Int64N(int64(6*time.Second)))), func() {
		name := []string{"small", "big"}[n.luck.IntN(2)]
		n.start(run.Input{Trigger: "manual", Actor: "ana", Reason: "test", Nodegroups: []string{name}})
	})
}
