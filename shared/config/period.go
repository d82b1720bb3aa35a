package config

import (
	"maps"
	"slices"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/schedule"
)

func (r *unitReader) readDefault(v value) {
	r.Schedule.Default = v.text()
	r.checkProfile(v)
}

func (r *unitReader) readPeriods(v value) {
	names := map[string]bool{}
	v.items(func(v value) {
		p := r.readPeriod(v)
		if p.Name != "" && names[p.Name] {
			v.fail("duplicate period %q: use each name once", p.Name)
		}
		names[p.Name] = true
		r.Schedule.Periods = append(r.Schedule.Periods, p)
	})
}

func (r *unitReader) readPeriod(v value) schedule.Period {
	p := schedule.Period{To: schedule.Edge{At: schedule.EndOfDay}}
	var mayReduce, ahead value
	v.object(fields{
		"name":    func(v value) { p.Name = v.text() },
		"profile": func(v value) { p.Profile = v.text(); r.checkProfile(v) },
		"days":    func(v value) { v.each(p.Days.Add) },
		"months":  func(v value) { v.each(p.Months.Add) },
		"monthDays": func(v value) {
			v.each(func(text string) error { return parseInto(&p.MonthDays, text, schedule.ParseMonthDays) })
		},
		"dates": func(v value) {
			v.each(func(text string) error { return parseInto(&p.Dates, text, schedule.ParseDateRange) })
		},
		"calendars": func(v value) { p.Calendars = r.readCalendarFilter(v) },
		"from":      func(v value) { p.From = v.edge() },
		"to":        func(v value) { p.To = v.edge() },
		"ahead":     func(v value) { ahead = v; p.Ahead = v.ahead() },
		"when":      func(v value) { p.When = r.readCondition(v) },
		"mayReduce": func(v value) { mayReduce = v; p.MayReduce = v.boolean() },
	}, "name", "profile")
	if p.MayReduce && p.When == nil {
		mayReduce.fail("requires when: remove it")
	}
	if ahead.node != nil && p.When != nil {
		ahead.fail("has no effect with when, as nobody knows ahead whether a condition turns on: remove it")
	}
	return p
}

func (r *unitReader) readCalendarFilter(v value) (f schedule.CalendarFilter) {
	into := func(names *[]string) func(value) {
		return func(v value) {
			v.words(func(item value, name string) {
				*names = append(*names, name)
				r.checks = append(r.checks, func() { r.checkCalendar(item, name) })
			})
		}
	}
	v.object(fields{"only": into(&f.Only), "except": into(&f.Except)})
	if f.IsZero() && v.node.ShortTag() == "!!map" && len(v.node.Content) == 0 {
		v.fail("is empty: add only or except, or leave calendars out")
	}
	return f
}

// checkCalendar checks that a calendar named by a filter exists.
func (r *unitReader) checkCalendar(v value, name string) {
	if _, known := r.cluster.around.calendars[name]; !known && !r.cluster.around.unreadable {
		v.fail("%s", english.Unknown("calendar", name, slices.Sorted(maps.Keys(r.cluster.around.calendars))))
		(*v.findings)[len(*v.findings)-1].calendar = name
	}
}

// parseInto parses a text and appends the result.
func parseInto[T any](list *[]T, text string, parse func(string) (T, error)) error {
	parsed, err := parse(text)
	if err == nil {
		*list = append(*list, parsed)
	}
	return err
}

func (v value) edge() schedule.Edge {
	text := v.word()
	if text == "" {
		return schedule.Edge{}
	}
	edge, err := schedule.ParseEdge(text)
	if err != nil {
		v.fail("%v", err)
	}
	return edge
}
