package night

import (
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// idle is a node group in a paused schedule, and the name of that schedule. Nobody may change it.
const idle = "idle"

// split divides the node groups of the cluster among named schedules. All schedules have the same transitions, each in its own zone.
type split struct {
	of        map[string]string // the schedule of each node group
	schedules map[string]named
}

// named holds what one schedule has of its own.
type named struct {
	zone    *time.Location
	enforce string
	paused  bool
	more    int // how many more nodes than the other schedules it wants of big
	rampUp  rampUp
}

// drawIdle adds a node group whose schedule is paused all night.
func (n *night) drawIdle(s *setting) {
	if n.Rand().IntN(3) == 0 {
		s.add(idle, [2]int32{0, 3}, eksmodel.Sizes{Max: 3, Desired: 2}, 1)
	}
}

// drawSplit draws named schedules, and which node groups they have.
func (n *night) drawSplit(s *setting) {
	zones := []*time.Location{local, time.UTC, zone("Europe/Berlin")}
	s.split = &split{of: map[string]string{}, schedules: map[string]named{idle: {zone: local, paused: true}}}
	for i, name := range []string{"day", "batch", "web"} {
		one := named{zone: zones[n.Rand().IntN(len(zones))], more: i}
		if n.Rand().IntN(3) == 0 {
			one.enforce = "always"
		}
		s.split.schedules[name] = one
	}
	together := n.Rand().IntN(2) == 0 // as most clusters are
	for _, name := range slices.Sorted(maps.Keys(s.limits)) {
		switch {
		case name == idle:
			s.split.of[name] = idle
		case together && (name == "small" || name == "big"):
			s.split.of[name] = "day"
		default:
			s.split.of[name] = n.someSchedule()
		}
	}
}

func (n *night) someSchedule() string { return []string{"day", "batch", "web"}[n.Rand().IntN(3)] }

// isIdle reports whether nobody may change a node group.
func (s *setting) isIdle(nodegroup string) bool { return nodegroup == idle }

// target returns what a profile wants of a node group in its schedule.
func (s *setting) target(profile, nodegroup string) any {
	target := s.profiles[profile][nodegroup]
	if nodes, fixed := target.(int); fixed && nodes > 0 && nodegroup == "big" && s.split != nil {
		return min(nodes+s.split.schedules[s.split.of[nodegroup]].more, int(s.limits[nodegroup][1]))
	}
	return target
}

// unitOf returns the unit of a node group; empty if it has none.
func (s *setting) unitOf(nodegroup string) string {
	switch {
	case s.split != nil:
		return scaling.UnitName(clusterName, s.split.of[nodegroup])
	case s.isIdle(nodegroup):
		return ""
	}
	return clusterName
}

// enforceOf returns the enforcement of a node group.
func (s *setting) enforceOf(nodegroup string) string {
	if s.split != nil && s.split.schedules[s.split.of[nodegroup]].enforce != "" {
		return s.split.schedules[s.split.of[nodegroup]].enforce
	}
	return s.enforce
}

// pausedOf reports whether the schedule of a node group is paused.
func (s *setting) pausedOf(nodegroup string) bool {
	return s.split != nil && s.split.schedules[s.split.of[nodegroup]].paused
}

// allProfiles returns the profiles of some node groups.
func (s *setting) allProfiles(has func(nodegroup string) bool) map[string]profile {
	all := map[string]profile{}
	for name, p := range s.profiles {
		all[name] = profile{}
		for nodegroup := range p {
			if has(nodegroup) {
				all[name][nodegroup] = s.target(name, nodegroup)
			}
		}
	}
	s.addConditionalProfiles(all, has)
	return all
}

// timesIn returns the periods by the clocks of a zone.
func (s *setting) timesIn(zone *time.Location) []period {
	var all []period
	for _, p := range s.periods {
		all = append(all, p.in(zone))
	}
	return all
}

func timeIn(text string, zone *time.Location) string {
	t, err := time.Parse("15:04", text)
	if err != nil {
		panic(err)
	}
	return clock(t.Hour(), t.Minute()).In(zone).Format("15:04")
}

// schedules returns the named schedules as the configuration has them. One without node groups is left out.
func (s *setting) schedules() []map[string]any {
	var all []map[string]any
	for _, name := range slices.Sorted(maps.Keys(s.split.schedules)) {
		if !slices.Contains(slices.Collect(maps.Values(s.split.of)), name) {
			continue
		}
		one, has := s.split.schedules[name], func(nodegroup string) bool { return s.split.of[nodegroup] == name }
		fields := map[string]any{
			"name": name, "timezone": one.zone.String(), "paused": one.paused, "default": "normal", "profiles": s.allProfiles(has),
			"periods": withConditions(s.periodFields(s.timesIn(one.zone)), s.conditionsFor(has), one.zone),
		}
		if one.enforce != "" {
			fields["enforce"] = one.enforce
		}
		if leads := s.aheadField(); leads != nil {
			fields["ahead"] = leads
		}
		if one.rampUp.nodes > 0 {
			fields["rampUp"] = one.rampUp.field()
		}
		all = append(all, fields)
	}
	return all
}

// membership is which unit each node group belongs to, since an instant.
type membership struct {
	since time.Time
	unit  map[string]string
	// needs holds the units that want a node in every profile.
	needs map[string]bool
}

// membership returns the present one.
func (s *setting) membership(now time.Time) membership {
	m := membership{since: now, unit: map[string]string{}, needs: map[string]bool{}}
	for name := range s.limits {
		m.unit[name] = s.unitOf(name)
	}
	for _, unit := range m.unit {
		m.needs[unit] = unit != "" && !strings.HasSuffix(unit, ":"+idle)
		for _, p := range s.profiles {
			m.needs[unit] = m.needs[unit] && s.least(p, unit) > 0
		}
	}
	return m
}

// least returns how many nodes a profile wants of a unit, at least.
func (s *setting) least(p profile, unit string) (nodes int) {
	for name, target := range p {
		if s.unitOf(name) != unit {
			continue
		}
		switch t := target.(type) {
		case int:
			nodes += t
		case bounds:
			nodes += int(t.Min)
		}
	}
	return nodes
}

// units returns the units of the node groups at an instant.
func (n *night) units(at time.Time) membership {
	i := len(n.members) - 1
	for i > 0 && n.members[i].since.After(at) {
		i--
	}
	return n.members[i]
}

// wasIn reports whether a node group belonged to a unit at some time since an instant.
func (n *night) wasIn(nodegroup, unit string, since time.Time) bool {
	if n.units(since).unit[nodegroup] == unit {
		return true
	}
	return slices.ContainsFunc(n.members, func(m membership) bool { return !m.since.Before(since) && m.unit[nodegroup] == unit })
}

// move moves a node group to another schedule, or the whole cluster to named schedules or back.
func (n *night) move() {
	if n.Now().Before(n.overridden) {
		return // an override names a schedule, and would be invalid
	}
	s := n.place
	before := s.membership(n.Now()).unit
	switch {
	case s.split == nil:
		n.drawSplit(s)
	case n.Rand().IntN(4) == 0:
		s.split = nil
	default:
		n.moveOne()
	}
	n.write(inventory.KindCluster, clusterName, "", s.cluster(false))
	n.tell("ana moves node groups: from %v to %v", before, s.membership(n.Now()).unit)
	n.changed()
}

// moveOne moves one node group, often one that is busy, and often starts a run for its new schedule at once: then a run under the old
// one may still be about to change it.
func (n *night) moveOne() {
	s := n.place
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(s.limits)), s.isIdle)
	name := names[n.Rand().IntN(len(names))]
	if n.Rand().IntN(2) == 0 {
		n.occupy(name, 30*time.Second, 4*time.Minute)
		n.Sleep(n.between(0, 2*time.Minute))
	}
	if s.split == nil || n.Now().Before(n.overridden) {
		return // somebody else has written something meanwhile
	}
	moved := *s.split
	moved.of = maps.Clone(moved.of)
	moved.of[name] = n.someSchedule()
	s.split = &moved
	if n.Rand().IntN(2) == 0 {
		n.at(n.Now().Add(n.between(0, time.Minute)), func() { n.start(run.Input{Trigger: "changed", Due: n.Now().UTC()}) })
	}
}

// chase moves a node group when it is no longer busy: a run under its old schedule is about to change it, and one under its new
// schedule claims it first.
func (n *night) chase() {
	name, busy := []string{"small", "big"}[n.Rand().IntN(2)], n.between(time.Minute, 4*time.Minute)
	n.occupy(name, busy, busy)
	n.Sleep(busy - n.between(0, 50*time.Second))
	if n.place.split == nil || n.Now().Before(n.overridden) {
		return
	}
	moved := *n.place.split
	moved.of = maps.Clone(moved.of)
	for before := moved.of[name]; moved.of[name] == before; {
		moved.of[name] = n.someSchedule()
	}
	n.place.split = &moved
	n.write(inventory.KindCluster, clusterName, "", n.place.cluster(false))
	n.tell("ana moves %s to schedule %s", name, moved.of[name])
	n.start(run.Input{Trigger: "changed", Due: n.Now().UTC()})
}

// pauseSchedule stops one schedule for some minutes.
func (n *night) pauseSchedule() {
	if n.place.split == nil {
		return
	}
	name := n.someSchedule()
	set := func(paused bool) {
		if n.place.split == nil {
			return
		}
		changed := *n.place.split
		changed.schedules = maps.Clone(changed.schedules)
		one := changed.schedules[name]
		one.paused = paused
		changed.schedules[name] = one
		n.place.split = &changed
		n.write(inventory.KindCluster, clusterName, "", n.place.cluster(false))
	}
	set(true)
	n.tell("schedule %s is paused", name)
	n.Sleep(n.between(time.Minute, 20*time.Minute))
	set(false)
	n.tell("schedule %s is resumed", name)
	n.changed()
}
