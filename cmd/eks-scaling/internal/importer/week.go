package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// action sets the sizes of one node group, at some minutes of every week.
type action struct {
	key   string
	place string
	sizes sizes
	at    []int // minutes since Monday 00:00, in order
}

// sizes are what an action sets. A desired size of [unchanged] stays as it is.
type sizes struct{ min, max, desired int32 }

// unchanged stands for a size that an action does not set.
const unchanged = -1

func (s sizes) target() scaling.Target {
	t := scaling.Target{MinSize: &s.min, MaxSize: &s.max}
	if s.desired != unchanged {
		t.DesiredSize = &s.desired
	}
	return t
}

// nodegroup is one whose actions were all understood. No two of them that differ are for the same minute.
type nodegroup struct {
	name    string
	place   string
	zone    string
	limits  scaling.Limits
	actions []action
}

// stretch is a part of the week in which no node group changes: from its start to that of the next one.
type stretch struct {
	start, length int
	actions       []action // the last one of each node group
}

// sizes are those of all node groups.
func (s stretch) sizes() []sizes {
	all := make([]sizes, len(s.actions))
	for i, a := range s.actions {
		all[i] = a.sizes
	}
	return all
}

// stretches cuts the week where sizes change. There is one at least, as every node group has an action.
func stretches(groups []nodegroup) []stretch {
	var all []stretch
	for _, at := range instants(groups) {
		s := stretch{start: at}
		for _, g := range groups {
			s.actions = append(s.actions, g.last(at))
		}
		if len(all) == 0 || !slices.Equal(all[len(all)-1].sizes(), s.sizes()) {
			all = append(all, s)
		}
	}
	if last := len(all) - 1; last > 0 && slices.Equal(all[last].sizes(), all[0].sizes()) {
		all = all[1:] // the last one goes on into the new week
	}
	for i := range all {
		next := all[(i+1)%len(all)].start
		all[i].length = (next-all[i].start+minutesOfWeek-1)%minutesOfWeek + 1
	}
	return all
}

// instants are the minutes of the week at which any action fires, in order.
func instants(groups []nodegroup) []int {
	var all []int
	for _, g := range groups {
		for _, a := range g.actions {
			all = append(all, a.at...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// last is the action that fired last at a minute of the week, which may have been in the week before.
func (g nodegroup) last(minute int) action {
	ago := func(a action) int {
		i, exact := slices.BinarySearch(a.at, minute)
		if !exact {
			i = (i - 1 + len(a.at)) % len(a.at)
		}
		return (minute - a.at[i] + minutesOfWeek) % minutesOfWeek
	}
	return slices.MinFunc(g.actions, func(a, b action) int { return ago(a) - ago(b) })
}

// week is what node groups do, in a configuration's terms.
type week struct {
	profiles map[string]map[string]scaling.Target
	schedule config.Schedule
	periods  names
}

// newCluster is a cluster whose node groups do what their actions say.
func newCluster(name, region string, groups []nodegroup) cluster {
	w := newWeek(groups)
	c := cluster{Name: name, Region: region, Nodegroups: map[string]scaling.Limits{}, Profiles: w.profiles, Schedule: w.schedule}
	for _, g := range groups {
		c.Nodegroups[g.name] = g.limits
	}
	return c
}

// newWeek makes a profile of each combination of sizes, and periods of all but the one that is in force most of the time.
func newWeek(groups []nodegroup) week {
	w := week{profiles: map[string]map[string]scaling.Target{}, periods: names{}}
	cut := stretches(groups)
	profiles, total, taken := make([]string, len(cut)), map[string]int{}, names{}
	for i, s := range cut {
		same := slices.IndexFunc(cut[:i], func(t stretch) bool { return slices.Equal(s.sizes(), t.sizes()) })
		if same >= 0 {
			profiles[i] = profiles[same]
		} else {
			profiles[i] = taken.claim(s.name())
			w.profiles[profiles[i]] = map[string]scaling.Target{}
			for j, a := range s.actions {
				w.profiles[profiles[i]][groups[j].name] = a.sizes.target()
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

// longestName is how long the name of a profile is that is made of those of actions.
const longestName = 40

// name is made of the actions that brought the sizes about.
func (s stretch) name() string {
	var keys []string
	for _, a := range s.actions {
		if !slices.Contains(keys, a.key) {
			keys = append(keys, a.key)
		}
	}
	name := strings.Join(keys, "+")
	if name == "" || len(name) > longestName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "sizes"
	}
	return name
}

// names counts how often each name was asked for.
type names map[string]int

// claim is the name, with a number behind it if it is taken.
func (n names) claim(name string) string {
	free := name
	for n[free] > 0 {
		n[name]++
		free = fmt.Sprintf("%s-%d", name, n[name])
	}
	n[free]++
	return free
}

// add makes a period of a stretch, or adds its day to one that has the same hours.
func (w *week) add(s stretch, profile string) {
	p := schedule.Period{Profile: profile}
	start, end := s.start%minutesOfDay, (s.start+s.length)%minutesOfDay
	day := schedule.On(weekdayOf(s.start / minutesOfDay))
	p.From.At, p.To.At = schedule.Clock(start), schedule.Clock(end)
	if s.length < minutesOfDay || s.length == minutesOfDay && start == 0 {
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
		p.To.Day = schedule.On(weekdayOf((s.start + s.length) / minutesOfDay % 7))
	}
	p.Name = w.periods.claim(profile)
	w.schedule.Periods = append(w.schedule.Periods, p)
}
