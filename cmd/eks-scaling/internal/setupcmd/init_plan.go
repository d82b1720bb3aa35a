package setupcmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// The names in a first configuration.
const (
	workingHours = "working-hours"
	offHours     = "off-hours" // older YAML reads "off" as a boolean
)

// firstDocument is a first configuration, with the days as they were given.
type firstDocument struct {
	Timezone string          `json:"timezone"`
	Accounts config.Accounts `json:"accounts,omitzero"` // only if the cluster is reached through a spoke
	Clusters []firstCluster  `json:"clusters"`
}

// firstCluster has either profiles and a schedule, or one named schedule.
type firstCluster struct {
	Name        string                      `json:"name"`
	ClusterName string                      `json:"clusterName,omitempty"`
	Account     string                      `json:"account,omitempty"`
	RoleARN     string                      `json:"roleArn,omitempty"`
	ExternalID  string                      `json:"externalId,omitempty"`
	Region      string                      `json:"region"`
	Timezone    string                      `json:"timezone,omitempty"`
	Nodegroups  map[string]config.Nodegroup `json:"nodegroups"`
	Profiles    firstProfiles               `json:"profiles,omitempty"`
	Schedule    *firstSchedule              `json:"schedule,omitempty"`
	Schedules   []firstNamed                `json:"schedules,omitempty"`
}

type firstProfiles map[string]map[string]scaling.Target

type firstNamed struct {
	Name     string        `json:"name"`
	Timezone string        `json:"timezone,omitempty"`
	Profiles firstProfiles `json:"profiles"`
	firstSchedule
}

type firstSchedule struct {
	Default string        `json:"default"`
	Periods []firstPeriod `json:"periods"`
}

type firstPeriod struct {
	Name    string         `json:"name"`
	Profile string         `json:"profile"`
	Days    []string       `json:"days,omitempty"` // none: every day
	From    schedule.Clock `json:"from"`
	To      schedule.Clock `json:"to"`
}

// plan turns the answers into the configuration of a cluster with this one schedule. Missing sizes and limits get defaults. Without
// settings, systemZone is empty.
func (a *answers) plan(c candidate, systemZone string) (firstDocument, error) {
	d := firstDocument{Timezone: cmp.Or(systemZone, a.timezone)}
	times, err := a.times()
	if err != nil {
		return d, err
	}
	nodegroups, profiles, err := a.sizes(c)
	if err != nil {
		return d, err
	}
	zone := a.timezone
	if zone == cmp.Or(c.configured.Timezone, d.Timezone) {
		zone = ""
	}
	planned := firstCluster{Name: c.unit(""), Region: c.place.Region, Nodegroups: nodegroups}
	if c.as != "" {
		planned.ClusterName = c.Name
	}
	if a.schedule == "" {
		planned.Timezone, planned.Profiles, planned.Schedule = zone, profiles, &times
	} else {
		planned.Schedules = []firstNamed{{a.schedule, zone, profiles, times}}
	}
	d.Clusters = []firstCluster{planned}
	return d, nil
}

// times returns the working hours.
func (a *answers) times() (s firstSchedule, err error) {
	hours := firstPeriod{Name: workingHours, Profile: workingHours}
	if hours.Days, err = readDays(a.days); err != nil {
		return s, err
	}
	if hours.From, err = readStart(a.from); err != nil {
		return s, err
	}
	if hours.To, err = readEnd(a.to, hours.From); err != nil {
		return s, err
	}
	return firstSchedule{Default: offHours, Periods: []firstPeriod{hours}}, nil
}

// sizes returns the limits of the node groups, and their sizes in the profiles.
func (a *answers) sizes(c candidate) (map[string]config.Nodegroup, firstProfiles, error) {
	nodegroups, profiles := map[string]config.Nodegroup{}, firstProfiles{workingHours: {}, offHours: {}}
	keeper := keeperOf(c.Cluster, a.nodegroups)
	a.keepLimits(c)
	for _, g := range a.nodegroups {
		now := nodegroupNamed(c.Cluster, g.name)
		inside, outside := proposedInside(*now), proposedOutside(*now, keeper)
		if g.inside != nil {
			inside, outside = *g.inside, *g.outside
		}
		limits := proposedLimits(*now, inside, outside)
		if g.limits != nil {
			limits = *g.limits
		}
		if err := fits(limits, inside, outside); err != nil {
			return nil, nil, fmt.Errorf("--limits: node group %s: %w", g.name, err)
		}
		nodegroups[g.name] = config.Nodegroup{Limits: limits, Baseline: c.configured.Nodegroups[g.name].Baseline}
		profiles[workingHours][g.name], profiles[offHours][g.name] = scaling.Desired(inside), scaling.Desired(outside)
	}
	return nodegroups, profiles, nil
}

// planText returns the configuration of a unit as people write it, and as it is read. An error says why it is invalid.
func planText(unit string, document any) ([]byte, config.Config, error) {
	text, err := frame.ToYAML(document)
	if err != nil {
		return nil, config.Config{}, err
	}
	text = append([]byte("# Working hours of "+run.UnitInWords(unit)+", created by eks-scaling init.\n"), text...)
	planned, err := config.Parse(text)
	if err != nil {
		return nil, planned, fmt.Errorf("these answers make an invalid configuration:\n%w", err)
	}
	return text, planned, nil
}

// proposedInside returns the proposed number of nodes in working hours: the current number, but at least one.
func proposedInside(g stackaws.Nodegroup) int32 {
	return max(g.Sizes.DesiredSize, 1)
}

// proposedOutside returns the proposed number of nodes outside working hours: none, but the keeper keeps its size.
func proposedOutside(g stackaws.Nodegroup, keeper string) int32 {
	if g.Name == keeper {
		return proposedInside(g)
	}
	return 0
}

// keeperOf returns the node group that is proposed to keep its size outside working hours, so that the cluster is not without nodes:
// the one with the fewest nodes, of those that have any. It returns nothing if another node group keeps nodes anyway.
func keeperOf(c stackaws.Cluster, scheduled []sizing) string {
	keeper, fewest := "", int32(0)
	for _, g := range c.Nodegroups {
		outside, open := outsideOf(g, scheduled)
		switch {
		case !open && outside > 0:
			return ""
		case !open:
		case keeper == "" || g.Sizes.DesiredSize > 0 && (fewest == 0 || g.Sizes.DesiredSize < fewest):
			keeper, fewest = g.Name, g.Sizes.DesiredSize
		}
	}
	return keeper
}

// outsideOf returns a node group's size outside working hours, or that it is still open.
func outsideOf(g stackaws.Nodegroup, scheduled []sizing) (size int32, open bool) {
	i := slices.IndexFunc(scheduled, func(s sizing) bool { return s.name == g.Name })
	switch {
	case i < 0:
		return g.Sizes.DesiredSize, false
	case scheduled[i].outside == nil:
		return 0, true
	default:
		return *scheduled[i].outside, false
	}
}

// sizingsOf schedules node groups, without sizes.
func sizingsOf(groups []stackaws.Nodegroup) []sizing {
	all := make([]sizing, len(groups))
	for i, g := range groups {
		all[i].name = g.Name
	}
	return all
}

// proposedLimits returns the current bounds of a node group, widened to hold its sizes.
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
		return fmt.Errorf("invalid limits %s: MIN must be at most MAX, and MAX at least 1", limitsInWords(l))
	case min(inside, outside) < l.MinSize || max(inside, outside) > l.MaxSize:
		return fmt.Errorf("limits %s must include the sizes %d and %d", limitsInWords(l), inside, outside)
	}
	return nil
}

func limitsInWords(l scaling.Limits) string {
	return fmt.Sprintf("%d..%d", l.MinSize, l.MaxSize)
}

// everyDay stands for all days of the week.
const everyDay = "every-day"

// readDays reads days such as "mon-fri" or "mon,wed,sat". It returns none for every day.
func readDays(text string) ([]string, error) {
	if strings.EqualFold(strings.ReplaceAll(strings.TrimSpace(text), " ", "-"), everyDay) {
		return nil, nil
	}
	var days []string
	var all schedule.Weekdays
	for entry := range strings.SplitSeq(text, ",") {
		entry = strings.ToLower(strings.TrimSpace(entry))
		if err := all.Add(entry); err != nil || strings.Contains(entry, "#") {
			return nil, fmt.Errorf("invalid days %q: use, for example, mon-fri, mon,wed,sat or %s", text, everyDay)
		}
		days = append(days, entry)
	}
	if all.Each == schedule.EveryDay {
		return nil, nil
	}
	return days, nil
}

// readStart reads the start of working hours.
func readStart(text string) (schedule.Clock, error) {
	from, err := schedule.ParseClock(text)
	if err == nil && from == schedule.EndOfDay {
		err = fmt.Errorf(`invalid start %q: use "00:00" to "23:59"`, text)
	}
	return from, err
}

// readEnd reads the end of working hours, which may be on the next day.
func readEnd(text string, from schedule.Clock) (schedule.Clock, error) {
	to, err := schedule.ParseClock(text)
	if err == nil && to == from {
		err = fmt.Errorf("working hours start and end at %q: use another end; the whole day is 00:00 to 24:00", text)
	}
	return to, err
}

// valid turns a reader of answers into a check.
func valid[T any](read func(string) (T, error)) func(string) error {
	return func(text string) error {
		_, err := read(text)
		return err
	}
}

// validEnd checks an end of working hours against their start. Without a valid start it checks the end alone.
func validEnd(from string) func(string) error {
	begin, err := readStart(from)
	if err != nil {
		begin = -1
	}
	return valid(func(text string) (schedule.Clock, error) { return readEnd(text, begin) })
}
