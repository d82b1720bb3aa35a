package night

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/run"
)

// ahead is how long before a transition scale-ups begin: by period, else by profile, else for all.
type ahead struct {
	periods, profiles map[string]time.Duration
	otherwise         time.Duration
}

// rampUp makes scale-ups go in steps; without nodes there are none.
type rampUp struct {
	nodes int
	every time.Duration
}

// drawAhead draws leads, some longer than the stage before the transition.
func (n *night) drawAhead(s *setting) {
	if n.Rand().IntN(3) > 0 {
		return
	}
	some := func() time.Duration {
		return []time.Duration{5 * time.Minute, 10 * time.Minute, 25 * time.Minute, 40 * time.Minute, 90 * time.Minute}[n.Rand().IntN(5)]
	}
	s.ahead = ahead{periods: map[string]time.Duration{}, profiles: map[string]time.Duration{}}
	if n.Rand().IntN(2) == 0 {
		s.ahead.otherwise = some()
	} else {
		for _, profile := range slices.Sorted(maps.Keys(s.profiles)) {
			s.ahead.profiles[profile] = some()
		}
	}
	if n.Rand().IntN(2) == 0 {
		s.ahead.periods[s.periods[n.Rand().IntN(len(s.periods))].Name] = some()
	}
}

// drawRampUp draws steps, for all schedules or with other ones for a named schedule.
func (n *night) drawRampUp(s *setting) {
	if n.Rand().IntN(3) > 0 {
		return
	}
	some := func() rampUp { return rampUp{1 + n.Rand().IntN(3), time.Duration(1+n.Rand().IntN(5)) * time.Minute} }
	s.rampUp = some()
	if s.split != nil && n.Rand().IntN(3) == 0 {
		name := n.someSchedule()
		one := s.split.schedules[name]
		one.rampUp = some()
		s.split.schedules[name] = one
	}
}

// aheadField returns the schedule's field; nil without one.
func (s *setting) aheadField() any {
	if s.ahead.otherwise > 0 {
		return minutes(s.ahead.otherwise)
	}
	if len(s.ahead.profiles) == 0 {
		return nil
	}
	all := map[string]string{}
	for profile, d := range s.ahead.profiles {
		all[profile] = minutes(d)
	}
	return all
}

func minutes(d time.Duration) string { return fmt.Sprintf("%dm", d/time.Minute) }

// field returns the steps as the configuration has them.
func (r rampUp) field() any {
	return map[string]any{"nodes": r.nodes, "every": minutes(r.every)}
}

// periodField is a period as the configuration has it.
type periodField struct {
	period

	Ahead     string         `json:"ahead,omitempty"`
	When      map[string]any `json:"when,omitempty"`
	MayReduce bool           `json:"mayReduce,omitempty"`
}

// periodFields adds the periods' own leads to them.
func (s *setting) periodFields(periods []period) []periodField {
	var all []periodField
	for _, p := range periods {
		field := periodField{period: p}
		if d := s.ahead.periods[p.Name]; d > 0 {
			field.Ahead = minutes(d)
		}
		all = append(all, field)
	}
	return all
}

// rampUpOf returns the steps of a node group's unit.
func (s *setting) rampUpOf(nodegroup string) rampUp {
	if s.split != nil && s.split.schedules[s.split.of[nodegroup]].rampUp.nodes > 0 {
		return s.split.schedules[s.split.of[nodegroup]].rampUp
	}
	return s.rampUp
}

// stage is the time from one transition to the next.
type stage struct {
	since   time.Time // zero for the first one
	profile string
	ahead   time.Duration // of the transition at its beginning
}

// stages returns the stages of the night.
func (s *setting) stages() []stage {
	all := []stage{{profile: "normal"}}
	for _, t := range s.transitions {
		one := stage{since: t.at(), profile: t.profile, ahead: s.ahead.otherwise}
		if d := s.ahead.profiles[t.profile]; d > 0 {
			one.ahead = d
		}
		i := slices.IndexFunc(s.periods, func(p period) bool { return p.From == t.at().Format("15:04") })
		if i >= 0 && s.ahead.periods[s.periods[i].Name] > 0 {
			one.ahead = s.ahead.periods[s.periods[i].Name]
		}
		all = append(all, one)
	}
	return all
}

// nodes returns how many nodes a profile wants of a node group, at least.
func (s *setting) nodes(profile, nodegroup string) int32 {
	switch t := s.target(profile, nodegroup).(type) {
	case int:
		return int32(t)
	case bounds:
		return t.Min
	}
	return 0
}

// begins returns when a stage begins for a node group: ahead of the transition if it needs more nodes than in the stage before.
func (s *setting) begins(before, after stage, nodegroup string) time.Time {
	if after.ahead == 0 || s.nodes(after.profile, nodegroup) <= s.nodes(before.profile, nodegroup) {
		return after.since
	}
	if start := after.since.Add(-after.ahead); start.After(before.since) {
		return start
	}
	return before.since
}

// scheduled is what the schedule wants of a node group, without overrides.
type scheduled struct {
	profile string
	since   time.Time
	// lead means that the transition is still to come.
	lead bool
}

// scheduled returns what the schedule wants of a node group at an instant.
func (s *setting) scheduled(nodegroup string, at time.Time) scheduled {
	stages := s.stages()
	found := scheduled{profile: stages[0].profile}
	for i, next := range stages[1:] {
		if begins := s.begins(stages[i], next, nodegroup); !at.Before(begins) {
			found = scheduled{next.profile, begins, at.Before(next.since)}
		}
	}
	return found
}

// present returns the profile of the last transition.
func (s *setting) present(at time.Time) string {
	profile := ""
	for _, one := range s.stages() {
		if !at.Before(one.since) {
			profile = one.profile
		}
	}
	return profile
}

// leads returns the node groups that are raised ahead of a transition, with the instants.
func (s *setting) leads(t transition) map[string]time.Time {
	all, stages := map[string]time.Time{}, s.stages()
	for i, one := range stages[1:] {
		for name := range s.limits {
			if begins := s.begins(stages[i], one, name); one.since.Equal(t.at()) && begins.Before(one.since) && !s.isIdle(name) {
				all[name] = begins
			}
		}
	}
	return all
}

// leadOf returns when the lead of a transition begins; zero without one. All node groups that are raised share it.
func (s *setting) leadOf(t transition) time.Time {
	for _, begins := range s.leads(t) {
		return begins
	}
	return time.Time{}
}

// lead fires the trigger of a lead, if the configuration has it by then.
func (n *night) lead(t transition) {
	stages := n.place.stages()
	i := slices.IndexFunc(stages, func(s stage) bool { return s.since.Equal(t.at()) })
	if begins := n.place.leadOf(t); !begins.IsZero() {
		n.promiseLead(t, begins)
	}
	if stages[i].ahead == 0 {
		return
	}
	begins := t.at().Add(-stages[i].ahead)
	if begins.Before(stages[i-1].since) {
		return // the trigger of the transition before is there
	}
	if begins.Before(evening) {
		return // the first run is there
	}
	n.at(begins.Add(-time.Second), func() {
		if n.place.leadOf(t).Equal(begins) {
			n.fire(begins)
		}
	})
}

// fire starts the runs of a trigger: usually one, sometimes late, two or none. Two time zones have two triggers for one instant.
func (n *night) fire(due time.Time) {
	fires := 1
	switch n.Rand().IntN(12) {
	case 0:
		if !n.mood.calm {
			fires = 0
		}
	case 1, 2, 3:
		fires = 2
	}
	for range fires {
		late := n.between(0, 2*time.Second)
		if n.Rand().IntN(4) == 0 {
			late = n.between(0, 90*time.Second)
		}
		n.at(due.Add(late), func() { n.start(run.Input{Trigger: "schedule", Due: due.UTC()}) })
	}
}
