package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Ahead is how long before a transition scale-ups begin: one duration for the whole schedule, or one for each of some profiles. A
// period's own value wins over its profile's, and that over the schedule's.
type Ahead struct {
	Schedule Duration
	Profiles map[string]Duration // without Schedule
}

// IsZero omits the field from the JSON form if it was left out.
func (a Ahead) IsZero() bool { return a.Schedule == 0 && len(a.Profiles) == 0 }

// MarshalJSON returns the form that configurations use.
func (a Ahead) MarshalJSON() ([]byte, error) {
	if len(a.Profiles) > 0 {
		return json.Marshal(a.Profiles)
	}
	return json.Marshal(a.Schedule)
}

// longestAhead keeps a lead shorter than a day, so that it begins at most one date before the transition.
const longestAhead = 12 * time.Hour

// ahead reads how long before a transition scale-ups begin. Triggers are precise to a minute.
func (v value) ahead() Duration {
	before := v.broken()
	d := v.duration(time.Minute, longestAhead)
	if v.broken() == before && d%time.Minute != 0 {
		v.must("whole minutes, for example 10m")
	}
	return Duration(d)
}

// readAhead reads the schedule's duration, or one for each of some profiles.
func (r *unitReader) readAhead(v value) {
	if v.node.Kind != yaml.MappingNode {
		r.Schedule.Ahead.Schedule = v.ahead()
		return
	}
	profiles := map[string]Duration{}
	v.entries(func(profile string, entry value) {
		profiles[profile] = entry.ahead()
		r.checks = append(r.checks, func() {
			if _, known := r.Profiles[profile]; !known && r.Profiles != nil {
				entry.fail("%s", english.Unknown("profile", profile, slices.Sorted(maps.Keys(r.Profiles))))
			}
		})
	})
	if len(v.node.Content) == 0 {
		v.fail("is empty: use a duration, or one for each profile, for example {peak: 10m}")
	}
	r.Schedule.Ahead.Profiles = profiles
}

// leads returns how long before its transitions the unit's scale-ups begin.
func (u Unit) leads() scaling.Ahead {
	a := scaling.Ahead{Otherwise: time.Duration(u.Schedule.Ahead.Schedule)}
	for _, p := range u.Schedule.Periods {
		if p.Ahead != 0 {
			set(&a.Periods, p.Name, p.Ahead)
		}
	}
	for profile, d := range u.Schedule.Ahead.Profiles {
		set(&a.Profiles, profile, d)
	}
	return a
}

func set(all *map[string]time.Duration, name string, d Duration) {
	if *all == nil {
		*all = map[string]time.Duration{}
	}
	(*all)[name] = time.Duration(d)
}

// aheadPath returns the place of the field that sets an activation's ahead; empty if there is none.
func (u Unit) aheadPath(a schedule.Activation) string {
	if i := slices.IndexFunc(u.Schedule.Periods, func(p schedule.Period) bool { return p.Name == a.Period && p.Ahead != 0 }); i >= 0 {
		return fmt.Sprintf("periods[%d].ahead", i)
	}
	if _, own := u.Schedule.Ahead.Profiles[a.Profile]; own {
		return "ahead." + a.Profile
	}
	if u.Schedule.Ahead.Schedule != 0 {
		return "ahead"
	}
	return ""
}

// activations returns the activations of a schedule that can be foreseen: its default, and its unconditional periods in their order.
func (s Schedule) activations() []schedule.Activation {
	all := []schedule.Activation{{Profile: s.Default}}
	for _, p := range s.Periods {
		if p.When == nil {
			all = append(all, schedule.Activation{Period: p.Name, Profile: p.Profile})
		}
	}
	return all
}

// adviseAhead warns about fields that have no effect, and about leads that are longer than the ordinary week lets them be.
func (u Unit) adviseAhead() []Advice {
	if u.ahead.IsZero() {
		return nil
	}
	return slices.Concat(u.uselessAhead(), u.shortenedAhead())
}

// uselessAhead returns the fields that no scale-up can use.
func (u Unit) uselessAhead() (all []Advice) {
	paths := map[string]string{} // why the field has no effect; empty if it has one
	for profile := range u.Schedule.Ahead.Profiles {
		paths["ahead."+profile] = fmt.Sprintf("profile %s applies in no period without its own ahead or when", profile)
	}
	if u.Schedule.Ahead.Schedule != 0 {
		paths["ahead"] = "every period has its own"
	}
	uses, timeline := u.Schedule.activations(), u.Timeline()
	raised := map[string]bool{}
	for _, later := range uses {
		path := u.aheadPath(later)
		if path == "" || raised[path] {
			continue
		}
		raised[path] = slices.ContainsFunc(uses, func(earlier schedule.Activation) bool { return len(timeline.Raised(earlier, later)) > 0 })
		paths[path] = fmt.Sprintf("profile %s raises no node group above another profile of the schedule", later.Profile)
		if path == "ahead" {
			paths[path] = "no profile raises a node group above another profile of the schedule"
		}
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if !raised[path] {
			all = append(all, Advice{path, "has no effect: " + paths[path]})
		}
	}
	return all
}

// shortenedAhead returns the fields that are longer than the activation before, the shortest one of each in the ordinary week.
func (u Unit) shortenedAhead() (all []Advice) {
	shortest := map[string]schedule.Succession{}
	timeline := u.Timeline()
	for _, s := range u.timetable.Successions() {
		path := u.aheadPath(s.After)
		if path == "" || s.Lasted == 0 || minutes(timeline.AheadOf(s.After)) <= s.Lasted || len(timeline.Raised(s.Before, s.After)) == 0 {
			continue
		}
		if other, known := shortest[path]; !known || s.Lasted < other.Lasted {
			shortest[path] = s
		}
	}
	for _, path := range slices.Sorted(maps.Keys(shortest)) {
		s := shortest[path]
		all = append(all, Advice{path, fmt.Sprintf("%s is longer than %s before %s, which starts at %s: scale-ups begin at its start",
			Duration(timeline.AheadOf(s.After)), named(s.Before), named(s.After), s.At.Add(-s.Lasted))})
	}
	return all
}

func minutes(d time.Duration) schedule.WeekTime { return schedule.WeekTime(d / time.Minute) }

// named returns text such as `period "night"`, or "the default".
func named(a schedule.Activation) string {
	if a.Period == "" {
		return "the default"
	}
	return fmt.Sprintf("period %q", a.Period)
}
