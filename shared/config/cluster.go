package config

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// The forms that AWS prescribes.
var (
	eksName = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)
	region  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
	roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)
)

// clusterReader reads one cluster. What refers to another part of the document is checked at the end, when everything
// is known, so that the order of the fields does not matter.
type clusterReader struct {
	Cluster
	place    value
	zone     string
	schedule value
	checks   []func()
}

func readCluster(v value, timezone string) Cluster {
	r := clusterReader{place: v, zone: timezone, Cluster: Cluster{
		Enabled: true, Enforce: scaling.OnTransition, WaitTimeout: defaultWaitTimeout, Concurrency: defaultConcurrency,
	}}
	before := len(*v.problems)
	v.object(fields{
		"name":     func(v value) { r.Name = v.matching(eksName, "the name of an EKS cluster") },
		"region":   func(v value) { r.Region = v.matching(region, "an AWS region, such as sa-east-1") },
		"timezone": func(v value) { r.Timezone = v.timezone(); r.zone = r.Timezone },
		"enabled":  func(v value) { r.Enabled = v.boolean() },
		"roleArn":  func(v value) { r.RoleARN = v.matching(roleARN, "the ARN of an IAM role") },
		"enforce": func(v value) {
			r.Enforce = oneOf(v, "way to enforce", scaling.OnTransition, scaling.Always)
		},
		"waitTimeout": func(v value) { r.WaitTimeout = Duration(v.duration(time.Second, time.Hour)) },
		"concurrency": func(v value) { r.Concurrency = v.integer(1, 40) },
		"nodegroups":  r.readNodegroups,
		"profiles":    r.readProfiles,
		"schedule":    r.readSchedule,
	}, "name", "region", "nodegroups", "profiles", "schedule")
	for _, check := range r.checks {
		check()
	}
	if len(*v.problems) == before {
		r.compile()
	}
	return r.Cluster
}

func (r *clusterReader) readNodegroups(v value) {
	r.Nodegroups = map[string]scaling.Limits{}
	before := len(*v.problems)
	v.entries(func(name string, v value) {
		if !eksName.MatchString(name) {
			v.fail("%q is not the name of an EKS node group", name)
		}
		var limits scaling.Limits
		complete := v.object(fields{
			"minSize": func(v value) { limits.MinSize = v.size(0) },
			"maxSize": func(v value) { limits.MaxSize = v.size(1) }, // EKS refuses a maxSize of 0
		}, "minSize", "maxSize")
		if complete && limits.MinSize > limits.MaxSize {
			v.fail("found minSize %d over maxSize %d; want minSize <= maxSize", limits.MinSize, limits.MaxSize)
		}
		r.Nodegroups[name] = limits
	})
	if len(r.Nodegroups) == 0 && len(*v.problems) == before {
		v.fail("no node group; want at least one, with its limits")
	}
}

func (r *clusterReader) readProfiles(v value) {
	r.Profiles = map[string]map[string]scaling.Target{}
	v.entries(func(profile string, v value) {
		r.Profiles[profile] = map[string]scaling.Target{}
		v.entries(func(nodegroup string, v value) {
			before := len(*v.problems)
			target := readTarget(v)
			r.Profiles[profile][nodegroup] = target
			if len(*v.problems) == before {
				r.checks = append(r.checks, func() { r.checkTarget(v, nodegroup, target) })
			}
		})
	})
}

// readTarget reads a size: a number, or an object with some of the three.
func readTarget(v value) scaling.Target {
	if v.node.ShortTag() == "!!int" {
		return scaling.Desired(v.size(0))
	}
	var t scaling.Target
	into := func(field **int32, low int) func(value) {
		return func(v value) { n := v.size(low); *field = &n }
	}
	if v.node.ShortTag() != "!!map" {
		v.want("a number of nodes, or an object with some of minSize, maxSize and desiredSize")
		return t
	}
	v.object(fields{
		"minSize": into(&t.MinSize, 0), "maxSize": into(&t.MaxSize, 1), "desiredSize": into(&t.DesiredSize, 0),
	})
	return t
}

// checkTarget holds a size against the limits of its node group.
func (r *clusterReader) checkTarget(v value, nodegroup string, t scaling.Target) {
	limits, ok := r.Nodegroups[nodegroup]
	if !ok {
		v.fail("unknown node group %q; known: %s", nodegroup, list(slices.Sorted(maps.Keys(r.Nodegroups))))
		return
	}
	goal := t.Goal(limits)
	if goal.MinSize > goal.MaxSize {
		v.fail("found minSize %d over maxSize %d; want minSize <= maxSize", goal.MinSize, goal.MaxSize)
		return
	}
	if err := limits.Check(goal.Sizes(goal.MinSize)); err != nil {
		v.fail("%v", err)
	}
}

func (r *clusterReader) readSchedule(v value) {
	r.schedule = v
	v.object(fields{
		"default": func(v value) { r.Schedule.Default = v.text(); r.checkProfile(v) },
		"periods": func(v value) {
			names := map[string]bool{}
			v.items(func(v value) {
				p := r.readPeriod(v)
				if p.Name != "" && names[p.Name] {
					v.fail("period %q is there twice; want each name once", p.Name)
				}
				names[p.Name] = true
				r.Schedule.Periods = append(r.Schedule.Periods, p)
			})
		},
	}, "default")
}

func (r *clusterReader) readPeriod(v value) schedule.Period {
	p := schedule.Period{To: schedule.EndOfDay}
	v.object(fields{
		"name":    func(v value) { p.Name = v.text() },
		"profile": func(v value) { p.Profile = v.text(); r.checkProfile(v) },
		"days":    func(v value) { p.Days = v.days() },
		"from":    func(v value) { p.From = v.clock() },
		"to":      func(v value) { p.To = v.clock() },
	}, "name", "profile")
	return p
}

// checkProfile remembers to look whether the profile named by v exists.
func (r *clusterReader) checkProfile(v value) {
	if v.node.Value == "" {
		return
	}
	r.checks = append(r.checks, func() {
		oneOf(v, "profile", slices.Sorted(maps.Keys(r.Profiles))...)
	})
}

// compile checks the schedule as a whole and keeps the result.
func (r *clusterReader) compile() {
	loc, err := time.LoadLocation(r.zone)
	if err != nil || r.zone == "" {
		r.place.fail("no time zone: neither the cluster nor the settings name one")
		return
	}
	r.timetable, err = schedule.New(loc, r.Schedule.Default, r.Schedule.Periods)
	if wrong, ok := errors.AsType[*schedule.PeriodError](err); ok {
		r.period(wrong.Index, wrong.Field).fail("%v", wrong.Err)
	}
}

// period is the place of a period, or of one of its fields if that is written in the document.
func (r *clusterReader) period(index int, field string) (place value) {
	r.schedule.entries(func(key string, v value) {
		if key == "periods" {
			place = v.at("["+strconv.Itoa(index)+"]", v.node.Content[index])
		}
	})
	if field == "" {
		return place
	}
	period := place
	place = period.at("."+field, period.node)
	period.entries(func(key string, v value) {
		if key == field {
			place = v
		}
	})
	return place
}

func (v value) clock() schedule.Clock {
	text := v.text()
	if text == "" {
		return 0
	}
	clock, err := schedule.ParseClock(text)
	if err != nil {
		v.fail("%v", err)
	}
	return clock
}

func (v value) days() (days schedule.Days) {
	before := len(*v.problems)
	v.items(func(v value) {
		text := v.text()
		if text == "" {
			return
		}
		set, err := schedule.ParseDays(text)
		if err != nil {
			v.fail("%v", err)
		}
		days |= set
	})
	if days == 0 && len(*v.problems) == before {
		v.fail("found an empty list; want at least one day, or no days at all for every day")
	}
	return days
}
