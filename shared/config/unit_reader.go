package config

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// unitReader reads the profiles and the schedule of one unit. It checks references between them at the end, so that the order of
// the fields does not matter.
type unitReader struct {
	Unit
	cluster *clusterReader
	place   value // the named schedule, or else the cluster
	times   value // where default and periods are
	zone    string
	checks  []func()
}

// read reads the profiles and the schedule of a cluster without named schedules.
func (r *unitReader) read(parts map[string]value) {
	for _, name := range []string{"profiles", "schedule"} {
		if _, given := parts[name]; !given {
			r.place.fail("%s is required", name)
		}
	}
	if profiles, given := parts["profiles"]; given {
		r.readProfiles(profiles)
	}
	if schedule, given := parts["schedule"]; given {
		r.times = schedule
		schedule.object(fields{"ahead": r.readAhead, "default": r.readDefault, "periods": r.readPeriods}, "default")
	}
	r.finish()
}

// readNamed reads the profiles and the schedule of a named schedule. Its node groups are those that its profiles name.
func (r *unitReader) readNamed(name string, parts map[string]value) {
	r.times = r.place
	for field, read := range map[string]func(value){
		"profiles": r.readProfiles, "ahead": r.readAhead, "default": r.readDefault, "periods": r.readPeriods,
	} {
		if v, given := parts[field]; given {
			read(v)
		}
	}
	r.own(name, parts["profiles"])
	r.finish()
}

func (r *unitReader) finish() {
	for _, check := range r.checks {
		check()
	}
}

// own limits the unit to the node groups that its profiles name, and refuses those of another schedule.
func (r *unitReader) own(name string, profiles value) {
	all := r.Nodegroups
	if all == nil {
		return // that they cannot be read is on the list already
	}
	r.Nodegroups = map[string]scaling.Limits{}
	for _, profile := range slices.Sorted(maps.Keys(r.Profiles)) {
		for _, nodegroup := range slices.Sorted(maps.Keys(r.Profiles[profile])) {
			limits, known := all[nodegroup]
			if _, again := r.Nodegroups[nodegroup]; !known || again {
				continue
			}
			r.Nodegroups[nodegroup] = limits
			if owner, taken := r.cluster.owners[nodegroup]; taken {
				profiles.inner(profile+"."+nodegroup).fail("node group %q is in schedule %q already: a node group belongs to one schedule", nodegroup, owner)
				continue
			}
			r.cluster.owners[nodegroup] = name
		}
	}
	if profiles.node != nil && r.Profiles != nil && len(r.Nodegroups) == 0 {
		profiles.fail("names no node group: add one, for example {day: {web: 6}}")
	}
}

func (r *unitReader) readProfiles(v value) {
	r.Profiles = map[string]map[string]scaling.Target{}
	all := limitsOf(r.cluster.Nodegroups)
	isObject := v.entries(func(profile string, v value) {
		r.Profiles[profile] = map[string]scaling.Target{}
		v.entries(func(nodegroup string, v value) {
			before := v.broken()
			target := readTarget(v)
			r.Profiles[profile][nodegroup] = target
			if v.broken() == before {
				r.checks = append(r.checks, func() { checkTarget(v, all, nodegroup, target) })
			}
		})
	})
	if !isObject {
		r.Profiles = nil
	}
}

// checkProfile schedules a check that the profile named by v exists.
func (r *unitReader) checkProfile(v value) {
	if v.node.Value == "" {
		return
	}
	r.checks = append(r.checks, func() {
		if r.Profiles == nil {
			return // that they cannot be read is on the list already
		}
		oneOf(v, "profile", slices.Sorted(maps.Keys(r.Profiles))...)
	})
}

// compile checks the schedule as a whole and keeps the result.
func (r *unitReader) compile() {
	loc, err := time.LoadLocation(r.zone)
	if err != nil || r.zone == "" {
		r.place.fail("timezone is required, in the cluster or in the settings")
		return
	}
	if r.cluster.around.unreadable {
		return // that is on the list already
	}
	dates := map[string]schedule.Calendar{}
	for name, calendar := range r.cluster.around.calendars {
		dates[name] = calendar.Dates
	}
	r.timetable, err = schedule.New(loc, r.Schedule.Default, r.Schedule.Periods, dates)
	for _, wrong := range schedule.PeriodErrors(err) {
		r.period(*wrong).fail("%v%s", wrong.Err, r.hint(*wrong))
	}
	if err != nil {
		return
	}
	r.calendars, r.ahead = r.cluster.around.calendars, r.leads()
	if !r.cluster.around.now.IsZero() {
		r.review(loc)
	}
}

// hint says that node groups can have schedules of their own, if a period is covered by periods for other node groups.
func (r *unitReader) hint(wrong schedule.PeriodError) string {
	if !wrong.Covered {
		return ""
	}
	for _, earlier := range r.Schedule.Periods[:wrong.Index] {
		for nodegroup := range r.Profiles[earlier.Profile] {
			if _, both := r.Profiles[r.Schedule.Periods[wrong.Index].Profile][nodegroup]; both {
				return ""
			}
		}
	}
	return "; node groups with hours of their own can have a schedule of their own, under schedules"
}

// review adds what is suspicious in a valid schedule.
func (r *unitReader) review(loc *time.Location) {
	for _, remark := range r.timetable.Review(schedule.DateOf(r.cluster.around.now.In(loc))) {
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
		r.times.inner(advice.Path).find(Warning, "%s", advice.Message)
	}
}

// haveRunOut reports whether each of the calendars has had dates, and has none from today on.
func (r *unitReader) haveRunOut(names []string) bool {
	today := schedule.DateOf(r.cluster.around.now.In(r.timetable.Location()))
	return !slices.ContainsFunc(names, func(name string) bool {
		end, filled := r.cluster.around.calendars[name].End()
		return !filled || end >= today
	})
}

// readsFiles reports whether one of the calendars was read from a file, so that it may have further dates.
func (r *unitReader) readsFiles(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return r.cluster.around.calendars[name].partial })
}

// period returns the place of a period, or of its invalid field.
func (r *unitReader) period(wrong schedule.PeriodError) value {
	path := fmt.Sprintf("periods[%d]", wrong.Index)
	if wrong.Field != "" {
		path += "." + wrong.Field
	}
	return r.times.inner(path)
}
