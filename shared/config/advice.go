package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/shared/schedule"
)

// Advice is a warning about a valid unit whose schedule is probably not intended.
type Advice struct {
	Path    string // in the schedule, such as "periods[1]"; empty for all of it
	Message string
}

// Advise returns the warnings about the unit's ordinary week.
func (u Unit) Advise() []Advice {
	if u.timetable == nil {
		return nil
	}
	var all []Advice
	// Beside other schedules, one without nodes is nothing unusual.
	if spans := u.timetable.WeekSpans(u.isEmpty); len(spans) > 0 && !u.shares {
		all = append(all, Advice{"", "no node at all " + hours(spans) + "; is this intended?"})
	}
	for _, gap := range u.timetable.WeekGaps(u.sizesOf) {
		night := u.Schedule.Periods[gap.Index]
		all = append(all, Advice{fmt.Sprintf("periods[%d]", gap.Index), fmt.Sprintf(
			"profile %s applies from %s to %s, between %q and %q; to close the gap, add %s to the days of %q",
			gap.Profile, gap.From, endText(gap.WeekSpan), gap.Beside, night.Name, schedule.On(gap.Day), night.Name)})
	}
	return slices.Concat(all, u.adviseAhead(), u.adviseConditions(), u.adviseRaises())
}

// adviseRaises warns about conditional periods that may only raise but never do: no profile below them has a smaller size.
func (u Unit) adviseRaises() (all []Advice) {
	timeline, below := u.Timeline(), u.timetable.Profiles()
	for _, p := range u.Schedule.Periods {
		if p.MayReduce {
			below = append(below, p.Profile)
		}
	}
	for i, p := range u.Schedule.Periods {
		raises := func(other string) bool { return timeline.Raises(p.Profile, other) }
		if p.When != nil && !p.MayReduce && !slices.ContainsFunc(below, raises) {
			all = append(all, Advice{fmt.Sprintf("periods[%d].profile", i), fmt.Sprintf(
				"period %q never raises a size: profile %s has none above the other profiles; use larger sizes, or mayReduce: true", p.Name, p.Profile)})
		}
	}
	return all
}

// adviseConditions warns about times that are longer than the windows: at its end, a window ends the condition.
func (u Unit) adviseConditions() (all []Advice) {
	for i, p := range u.Schedule.Periods {
		window := Duration(p.WindowLength())
		if p.When == nil || window == 0 {
			continue
		}
		when := fmt.Sprintf("periods[%d].when", i)
		if p.When.Hold > window {
			all = append(all, Advice{when + ".hold", fmt.Sprintf(
				"hold %s of period %q is longer than a window, %s: the period ends with its window", p.When.Hold, p.Name, window)})
		}
		if p.When.AtMost >= window {
			all = append(all, Advice{when + ".atMost", fmt.Sprintf(
				"atMost %s of period %q has no effect: a window lasts %s", p.When.AtMost, p.Name, window)})
		}
	}
	return all
}

// sizesOf returns the sizes of a profile as text: two profiles with the same sizes have the same text.
func (u Unit) sizesOf(profile string) string {
	text, err := json.Marshal(u.Profiles[profile])
	if err != nil {
		panic(err) // sizes have a JSON form
	}
	return string(text)
}

// isEmpty reports whether a profile scales every node group to 0 nodes.
func (u Unit) isEmpty(profile string) bool {
	for name, limits := range u.Nodegroups {
		target, given := u.Profiles[profile][name]
		if !given || target.DesiredSize == nil || target.Goal(limits).Wanted() > 0 {
			return false
		}
	}
	return len(u.Nodegroups) > 0
}

// hours formats spans of the week. It groups spans under a day by their times, with the days on which they start.
func hours(spans []schedule.WeekSpan) string {
	const day, week = schedule.WeekTime(schedule.EndOfDay), 7 * schedule.WeekTime(schedule.EndOfDay)
	var texts []string
	days := map[string]schedule.Days{}
	for _, span := range spans {
		switch length := span.To - span.From; {
		case length == week:
			return "at any time"
		case length > day:
			texts = append(texts, fmt.Sprintf("from %s to %s", span.From, endText(span)))
		default:
			text := fmt.Sprintf("from %s to %s", span.From.Clock(), endClock(span))
			if days[text] == 0 {
				texts = append(texts, text)
			}
			days[text] |= schedule.On(span.From.Weekday())
		}
	}
	for i, text := range texts {
		switch on := days[text]; on {
		case 0:
		case schedule.EveryDay:
			texts[i] += " every day"
		default:
			texts[i] += " on " + on.String()
		}
	}
	if last := len(texts) - 1; last > 0 {
		return strings.Join(texts[:last], ", ") + " and " + texts[last]
	}
	return texts[0]
}

// endClock returns the time of day at which a span ends; midnight is the end of the day before.
func endClock(span schedule.WeekSpan) schedule.Clock {
	if at := span.To.Clock(); at != 0 {
		return at
	}
	return schedule.EndOfDay
}

func endText(span schedule.WeekSpan) string {
	if span.To.Clock() == 0 && span.To-span.From <= schedule.WeekTime(schedule.EndOfDay) {
		return schedule.EndOfDay.String()
	}
	if span.To.Weekday() == span.From.Weekday() && span.To-span.From < schedule.WeekTime(schedule.EndOfDay) {
		return span.To.Clock().String()
	}
	return span.To.String()
}
