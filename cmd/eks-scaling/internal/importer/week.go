package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Action sets the sizes of one node group at some minutes of every week.
type Action struct {
	Key   string
	Place string
	Sizes Sizes
	At    []int // minutes since Monday 00:00, in order
}

// Sizes holds the sizes that an action sets. A desired size of [Unchanged] stays as it is.
type Sizes struct{ Min, Max, Desired int32 }

// Unchanged represents a size that an action does not set.
const Unchanged = -1

func (s Sizes) target() scaling.Target {
	t := scaling.Target{MinSize: &s.Min, MaxSize: &s.Max}
	if s.Desired != Unchanged {
		t.DesiredSize = &s.Desired
	}
	return t
}

// Nodegroup is a node group whose actions were all understood. No two actions for the same minute differ.
type Nodegroup struct {
	Name    string
	Place   string
	Zone    string
	Limits  scaling.Limits
	Actions []Action
}

// segment is a part of the week without changes. It lasts until the next segment.
type segment struct {
	start, length int
	actions       []Action // the last one of each node group
}

// same reports whether all node groups have the same sizes.
func (s segment) same(other segment) bool {
	return slices.EqualFunc(s.actions, other.actions, func(a, b Action) bool { return a.Sizes == b.Sizes })
}

// segments splits the week where sizes change. There is at least one, because every node group has an action.
func segments(groups []Nodegroup) []segment {
	var all []segment
	for _, at := range instants(groups) {
		s := segment{start: at}
		for _, g := range groups {
			s.actions = append(s.actions, g.last(at))
		}
		if len(all) == 0 || !s.same(all[len(all)-1]) {
			all = append(all, s)
		}
	}
	if last := len(all) - 1; last > 0 && all[last].same(all[0]) {
		all = all[1:] // the last one continues into the next week
	}
	for i := range all {
		next := all[(i+1)%len(all)].start
		all[i].length = (next-all[i].start+minutesOfWeek-1)%minutesOfWeek + 1
	}
	return all
}

// instants returns the minutes of the week at which any action fires, in order.
func instants(groups []Nodegroup) []int {
	var all []int
	for _, g := range groups {
		for _, a := range g.Actions {
			all = append(all, a.At...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// last returns the action that fired last at a minute of the week, possibly in the week before.
func (g Nodegroup) last(minute int) Action {
	ago := func(a Action) int {
		i, exact := slices.BinarySearch(a.At, minute)
		if !exact {
			i = (i - 1 + len(a.At)) % len(a.At)
		}
		return (minute - a.At[i] + minutesOfWeek) % minutesOfWeek
	}
	return slices.MinFunc(g.Actions, func(a, b Action) int { return ago(a) - ago(b) })
}

// WeekdayOf counts the weekdays from Monday, which is 0.
func WeekdayOf(n int) time.Weekday { return time.Weekday((n + 1) % 7) }

// week holds the profiles and periods of the node groups' actions.
type week struct {
	profiles map[string]map[string]scaling.Target
	schedule config.Schedule
	periods  names
}

// newWeek creates a profile for each combination of sizes, and periods for all but the most frequent one.
func newWeek(groups []Nodegroup) week {
	w := week{profiles: map[string]map[string]scaling.Target{}, periods: names{}}
	cut := segments(groups)
	profiles, total, taken := make([]string, len(cut)), map[string]int{}, names{}
	for i, s := range cut {
		same := slices.IndexFunc(cut[:i], s.same)
		if same >= 0 {
			profiles[i] = profiles[same]
		} else {
			profiles[i] = taken.claim(s.name())
			w.profiles[profiles[i]] = map[string]scaling.Target{}
			for j, a := range s.actions {
				w.profiles[profiles[i]][groups[j].Name] = a.Sizes.target()
			}
		}
		total[profiles[i]] += s.length
	}
	w.schedule.Default = slices.MaxFunc(profiles, func(a, b string) int { return total[a] - total[b] })
	for i, s := range cut {
		if profiles[i] != w.schedule.Default {
			w.add(s, profiles[i])
		}
	}
	for i := range w.schedule.Periods {
		if days := &w.schedule.Periods[i].Days; days.Each == schedule.EveryDay {
			*days = schedule.Weekdays{}
		}
	}
	return w
}

// longestName limits the name of a profile that combines the names of actions.
const longestName = 40

// name combines the names of the actions that set the sizes.
func (s segment) name() string {
	var keys []string
	for _, a := range s.actions {
		if !slices.Contains(keys, a.Key) {
			keys = append(keys, a.Key)
		}
	}
	name := strings.Join(keys, "+")
	if name == "" || len(name) > longestName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "sizes"
	}
	return name
}

// names counts how often each name was claimed.
type names map[string]int

// claim returns the name, with a number if it is taken.
func (n names) claim(name string) string {
	free := name
	for n[free] > 0 {
		n[name]++
		free = fmt.Sprintf("%s-%d", name, n[name])
	}
	n[free]++
	return free
}

// add turns a segment into a period, or adds its day to a period with the same hours.
func (w *week) add(s segment, profile string) {
	p := schedule.Period{Profile: profile}
	start, end := s.start%MinutesOfDay, (s.start+s.length)%MinutesOfDay
	day := schedule.On(WeekdayOf(s.start / MinutesOfDay))
	p.From.At, p.To.At = schedule.Clock(start), schedule.Clock(end)
	if s.length < MinutesOfDay || s.length == MinutesOfDay && start == 0 {
		p.To.At = cmp.Or(p.To.At, schedule.EndOfDay)
		for i, other := range w.schedule.Periods {
			if other.Profile == profile && other.From == p.From && other.To == p.To {
				w.schedule.Periods[i].Days.Each |= day
				return
			}
		}
		p.Days.Each = day
	} else {
		p.From.Day = day
		p.To.Day = schedule.On(WeekdayOf((s.start + s.length) / MinutesOfDay % 7))
	}
	p.Name = w.periods.claim(profile)
	w.schedule.Periods = append(w.schedule.Periods, p)
}
