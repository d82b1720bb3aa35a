package setupcmd

import (
	"fmt"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// firstPlan is what a first configuration says of a cluster.
type firstPlan struct {
	cluster, region string
	timezone        string
	systemZone      string // that of the settings, if there are any
	hours           dailyHours
	nodegroups      []plannedNodegroup
}

// dailyHours are the working hours.
type dailyHours struct {
	days     []string // as configurations write them; none: every day
	from, to schedule.Clock
}

// plannedNodegroup is one that is scheduled, in nodes.
type plannedNodegroup struct {
	name            string
	inside, outside int32 // of the working hours
	limits          scaling.Limits
}

// The names that a first configuration has.
const (
	workingHours = "working-hours"
	offHours     = "off-hours" // just "off" is a truth value to older YAML
)

// planDocument is a document with what a plan says, the rest being left to its defaults.
type planDocument struct {
	Timezone string        `json:"timezone"`
	Clusters []planCluster `json:"clusters"`
}

type planCluster struct {
	Name       string                               `json:"name"`
	Region     string                               `json:"region"`
	Timezone   string                               `json:"timezone,omitempty"`
	Nodegroups map[string]scaling.Limits            `json:"nodegroups"`
	Profiles   map[string]map[string]scaling.Target `json:"profiles"`
	Schedule   struct {
		Default string       `json:"default"`
		Periods []planPeriod `json:"periods"`
	} `json:"schedule"`
}

type planPeriod struct {
	Name    string         `json:"name"`
	Profile string         `json:"profile"`
	Days    []string       `json:"days,omitempty"`
	From    schedule.Clock `json:"from"`
	To      schedule.Clock `json:"to"`
}

// document is the plan as a configuration has it.
func (p firstPlan) document() planDocument {
	c := planCluster{
		Name: p.cluster, Region: p.region, Nodegroups: map[string]scaling.Limits{},
		Profiles: map[string]map[string]scaling.Target{workingHours: {}, offHours: {}},
	}
	d := planDocument{Timezone: p.timezone}
	if p.systemZone != "" && p.systemZone != p.timezone {
		d.Timezone, c.Timezone = p.systemZone, p.timezone
	}
	for _, g := range p.nodegroups {
		c.Nodegroups[g.name] = g.limits
		c.Profiles[workingHours][g.name], c.Profiles[offHours][g.name] = scaling.Desired(g.inside), scaling.Desired(g.outside)
	}
	c.Schedule.Default = offHours
	c.Schedule.Periods = []planPeriod{{Name: workingHours, Profile: workingHours, Days: p.hours.days, From: p.hours.from, To: p.hours.to}}
	d.Clusters = []planCluster{c}
	return d
}

// text is the plan as people write a configuration. An error says why it cannot be one.
func (p firstPlan) text() ([]byte, error) {
	text, err := frame.ToYAML(p.document())
	if err != nil {
		return nil, err
	}
	text = append([]byte("# The working hours of cluster "+p.cluster+", as eks-scaling init was told.\n"), text...)
	if _, err := config.Parse(text); err != nil {
		return nil, fmt.Errorf("what was asked for makes no valid configuration:\n%w", err)
	}
	return text, nil
}

// proposedInside is how many nodes a node group is proposed to have in working hours: as many as now, but not none.
func proposedInside(g stackaws.Nodegroup) int32 {
	return max(g.Sizes.DesiredSize, 1)
}

// proposedLimits are those that a node group has now, made wide enough for its sizes.
func proposedLimits(g stackaws.Nodegroup, inside, outside int32) scaling.Limits {
	return scaling.Limits{
		MinSize: min(g.Sizes.MinSize, inside, outside),
		MaxSize: max(g.Sizes.MaxSize, inside, outside, 1), // EKS refuses a maxSize of 0
	}
}

// fits says what is wrong with limits for these sizes.
func fits(l scaling.Limits, inside, outside int32) error {
	switch {
	case l.MaxSize < 1 || l.MinSize > l.MaxSize:
		return fmt.Errorf("found %s; want MIN <= MAX, and MAX at least 1", limitsInWords(l))
	case min(inside, outside) < l.MinSize || max(inside, outside) > l.MaxSize:
		return fmt.Errorf("found %s; want limits that hold %d and %d", limitsInWords(l), inside, outside)
	}
	return nil
}

func limitsInWords(l scaling.Limits) string {
	return fmt.Sprintf("%d..%d", l.MinSize, l.MaxSize)
}

// everyDay is how people say that there are no days off.
const everyDay = "every-day"

// readDays reads days such as "mon-fri" or "mon,wed,sat"; none stand for every day.
func readDays(text string) ([]string, error) {
	if strings.EqualFold(strings.ReplaceAll(strings.TrimSpace(text), " ", "-"), everyDay) {
		return nil, nil
	}
	var days []string
	var all schedule.Weekdays
	for entry := range strings.SplitSeq(text, ",") {
		entry = strings.ToLower(strings.TrimSpace(entry))
		if err := all.Add(entry); err != nil || strings.Contains(entry, "#") {
			return nil, fmt.Errorf("found %q; want days such as mon-fri, or mon,wed,sat, or %s", text, everyDay)
		}
		days = append(days, entry)
	}
	if all.Each == schedule.EveryDay {
		return nil, nil
	}
	return days, nil
}

// readStart reads when working hours begin.
func readStart(text string) (schedule.Clock, error) {
	from, err := schedule.ParseClock(text)
	if err == nil && from == schedule.EndOfDay {
		err = fmt.Errorf(`found %q; want a time from "00:00" to "23:59"`, text)
	}
	return from, err
}

// readEnd reads when working hours end, which may be on the next day.
func readEnd(text string, from schedule.Clock) (schedule.Clock, error) {
	to, err := schedule.ParseClock(text)
	if err == nil && to == from {
		err = fmt.Errorf("found %q, which is when they begin; want another time; the whole day is 00:00 to 24:00", text)
	}
	return to, err
}
