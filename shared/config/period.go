package config

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/schedule"
)

func (r *clusterReader) readSchedule(v value) {
	r.schedule = v
	v.object(fields{
		"default": func(v value) { r.Schedule.Default = v.text(); r.checkProfile(v) },
		"periods": func(v value) {
			names := map[string]bool{}
			v.items(func(v value) {
				p := r.readPeriod(v)
				if p.Name != "" && names[p.Name] {
					v.fail("duplicate period %q: use each name once", p.Name)
				}
				names[p.Name] = true
				r.Schedule.Periods = append(r.Schedule.Periods, p)
			})
		},
	}, "default")
}

func (r *clusterReader) readPeriod(v value) schedule.Period {
	p := schedule.Period{To: schedule.Edge{At: schedule.EndOfDay}}
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
	}, "name", "profile")
	return p
}

func (r *clusterReader) readCalendarFilter(v value) (f schedule.CalendarFilter) {
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
func (r *clusterReader) checkCalendar(v value, name string) {
	if _, known := r.around.calendars[name]; !known && !r.around.unreadable {
		v.fail("%s", english.Unknown("calendar", name, slices.Sorted(maps.Keys(r.around.calendars))))
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

// compile checks the schedule as a whole and keeps the result.
func (r *clusterReader) compile() {
	loc, err := time.LoadLocation(r.zone)
	if err != nil || r.zone == "" {
		r.place.fail("timezone is required, in the cluster or in the settings")
		return
	}
	if r.around.unreadable {
		return // that is on the list already
	}
	dates := map[string]schedule.Calendar{}
	for name, calendar := range r.around.calendars {
		dates[name] = calendar.Dates
	}
	r.timetable, err = schedule.New(loc, r.Schedule.Default, r.Schedule.Periods, dates)
	for _, wrong := range schedule.PeriodErrors(err) {
		r.period(*wrong).fail("%v", wrong.Err)
	}
	if err != nil {
		return
	}
	r.calendars = r.around.calendars
	if !r.around.now.IsZero() {
		r.review(loc)
	}
}

// review adds what is suspicious in a valid schedule.
func (r *clusterReader) review(loc *time.Location) {
	for _, remark := range r.timetable.Review(schedule.DateOf(r.around.now.In(loc))) {
		if remark.Field == "calendars.only" && !remark.Never && r.haveRunOut(r.Schedule.Periods[remark.Index].Calendars.Only) {
			continue // which is said of the calendars
		}
		severity := Warning
		if remark.Never && !r.readsFiles(r.Schedule.Periods[remark.Index].Calendars.Only) {
			severity = Error
		}
		r.period(remark.PeriodError).find(severity, "%v", remark.Err)
	}
	for _, advice := range r.Advise() {
		r.place.inner(advice.Path).find(Warning, "%s", advice.Message)
	}
}

// haveRunOut reports whether each of the calendars has had dates, and has none from today on.
func (r *clusterReader) haveRunOut(names []string) bool {
	today := schedule.DateOf(r.around.now.In(r.timetable.Location()))
	return !slices.ContainsFunc(names, func(name string) bool {
		end, filled := r.around.calendars[name].End()
		return !filled || end >= today
	})
}

// readsFiles reports whether one of the calendars was read from a file, so that it may have further dates.
func (r *clusterReader) readsFiles(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return r.around.calendars[name].partial })
}

// period returns the place of a period, or of its invalid field.
func (r *clusterReader) period(wrong schedule.PeriodError) value {
	path := fmt.Sprintf("periods[%d]", wrong.Index)
	if wrong.Field != "" {
		path += "." + wrong.Field
	}
	return r.schedule.inner(path)
}
