// Package legacy imports the JSON of an older home-grown scaler.
package legacy

import (
	"math"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// The names that an imported configuration gives to profiles and periods.
const (
	sleep  = "sleep"
	normal = "normal"
	peak   = "peak"
)

// Import imports the JSON of an older scaler: `schedules` with a daily sleep_time and a peak_time on one weekday, and
// `nodegroup_limits`. All fields of the cluster are required, because the file does not name them. The file does not say how the
// old scaler used it, so every assumption is a warning. An error names the place, the value and what is valid.
func Import(file importer.File, as importer.Cluster) (importer.Imported, error) {
	l := reader{zone: as.Timezone}
	root, err := openJSON(file, &l.found)
	if err != nil {
		return importer.Imported{}, err
	}
	if err := l.read(root); err != nil {
		return importer.Imported{Warnings: l.found}, err
	}
	d := importer.Document{Timezone: as.Timezone, Clusters: []importer.DocumentCluster{{
		Name: as.Name, Region: as.Region, Nodegroups: l.limits, Profiles: l.profiles(),
		Schedule: config.Schedule{Default: normal, Periods: l.periods},
	}}}
	return d.Finish(file.Name, "Stop the old scaler before you apply this: both would scale the same node groups.", l.found)
}

// reader collects the configuration of an older scaler.
type reader struct {
	zone      string
	found     importer.Warnings
	limits    map[string]scaling.Limits
	big       string
	small     []string
	periods   []schedule.Period
	peakNodes int32
}

func (l *reader) read(root jsonValue) error {
	parts, err := root.object("schedules", "nodegroup_limits")
	if err != nil {
		return err
	}
	for _, name := range []string{"schedules", "nodegroup_limits"} {
		if _, ok := parts[name]; !ok {
			return root.wrong("%s is required", name)
		}
	}
	if err := l.readLimits(parts["nodegroup_limits"]); err != nil {
		return err
	}
	return l.readSchedules(parts["schedules"])
}

func (l *reader) readSchedules(v jsonValue) error {
	schedules, err := v.object("sleep_time", "peak_time")
	if err != nil {
		return err
	}
	asleep, sleeps := schedules["sleep_time"]
	busy, peaks := schedules["peak_time"]
	if !sleeps && !peaks {
		return v.wrong("sleep_time or peak_time is required")
	}
	l.found.Add(v.where(), "hours are read as local time in %s; if the old scaler ran in UTC, use --timezone UTC", l.zone)
	l.found.Add(v.where(), "assumed for profile normal, at all other times: %d in %q, and min_size in node groups called small",
		l.awake(), l.big)
	if sleeps {
		if err := l.readSleep(asleep); err != nil {
			return err
		}
	}
	if peaks {
		return l.readPeak(busy)
	}
	return nil
}

func (l *reader) readSleep(v jsonValue) error {
	fields, err := v.object("start_hour", "start_minute", "end_hour", "end_minute")
	if err != nil {
		return err
	}
	p := schedule.Period{Name: sleep, Profile: sleep}
	if err := v.window(fields, &p); err != nil {
		return err
	}
	l.periods = append(l.periods, p)
	l.found.Add(v.where(), "assumed for profile sleep: min_size in %q, and max_size in node groups called small, "+
		"so that something runs", l.big)
	if len(l.small) == 0 && l.limits[l.big].MinSize == 0 {
		l.found.Add(v.where(), "no node group is called small and %q goes to 0: the cluster may have no nodes during sleep", l.big)
	}
	return nil
}

// readPeak runs after readSleep. A peak without hours covers the rest of its day, so sleep comes first; a peak with hours
// outranks sleep.
func (l *reader) readPeak(v jsonValue) error {
	fields, err := v.object("weekday", "big_nodes", "start_hour", "start_minute", "end_hour", "end_minute")
	if err != nil {
		return err
	}
	p := schedule.Period{Name: peak, Profile: peak, To: schedule.Edge{At: schedule.EndOfDay}}
	weekday, err := v.required(fields, "weekday", 0, 6)
	if err != nil {
		return err
	}
	p.Days.Each = schedule.On(importer.WeekdayOf(weekday))
	l.found.Add(fields["weekday"].where(), "%d is read as %s: 0 is Monday", weekday, p.Days.Names()[0])
	limits := l.limits[l.big]
	nodes, err := v.required(fields, "big_nodes", int(limits.MinSize), int(limits.MaxSize))
	if err != nil {
		return err
	}
	l.peakNodes = int32(nodes) //nolint:gosec // within the limits, which are int32
	l.found.Add(fields["big_nodes"].where(), "assumed for profile peak: %d in %q, and min_size in node groups called small", nodes, l.big)
	if !hasHours(fields) {
		l.found.Add(v.where(), "no hours: assumed from 00:00 to 24:00, except while sleep is active")
		l.periods = append(l.periods, p)
		return nil
	}
	if err := v.window(fields, &p); err != nil {
		return err
	}
	if len(l.periods) > 0 {
		l.found.Add(v.where(), "assumed to take precedence over sleep_time where both are active")
	}
	l.periods = append([]schedule.Period{p}, l.periods...)
	return nil
}

// required reads a required whole number.
func (v jsonValue) required(fields map[string]jsonValue, key string, low, high int) (int, error) {
	field, ok := fields[key]
	if !ok {
		return 0, v.wrong("%s is required", key)
	}
	return field.integer(low, high)
}

// readLimits reads the node groups. A node group named neither big nor small has only limits.
func (l *reader) readLimits(v jsonValue) error {
	groups, err := v.entries()
	if err != nil {
		return err
	}
	l.limits = map[string]scaling.Limits{}
	for _, name := range sortedKeys(groups) {
		if err := l.readNodegroup(groups[name], name); err != nil {
			return err
		}
	}
	if err := l.assignRoles(v); err != nil {
		return err
	}
	l.found.Add(v.where(), "replace these node group names with their names in EKS: %s", importer.Quoted(sortedKeys(l.limits)))
	return nil
}

func (l *reader) readNodegroup(v jsonValue, name string) error {
	fields, err := v.object("min_size", "max_size")
	if err != nil {
		return err
	}
	if config.CheckClusterName(name) != nil {
		return v.wrong("invalid node group name %q", name)
	}
	low, err := v.required(fields, "min_size", 0, math.MaxInt32)
	if err != nil {
		return err
	}
	high, err := v.required(fields, "max_size", 0, math.MaxInt32)
	switch {
	case err != nil:
		return err
	case low > high:
		return v.wrong("min_size %d is over max_size %d", low, high)
	case high == 0:
		l.found.Add(v.where(), "has max_size 0, which EKS rejects; the node group is skipped and never scaled")
	default:
		l.limits[name] = scaling.Limits{MinSize: int32(low), MaxSize: int32(high)} //nolint:gosec // integer has checked the range
	}
	return nil
}

// assignRoles finds the big node group by name.
func (l *reader) assignRoles(v jsonValue) error {
	var big, others []string
	for _, name := range sortedKeys(l.limits) {
		switch lower := strings.ToLower(name); {
		case strings.Contains(lower, "big"), strings.Contains(lower, "large"):
			big = append(big, name)
		case strings.Contains(lower, "small"):
			l.small = append(l.small, name)
		default:
			others = append(others, name)
		}
	}
	if len(big) == 0 && len(others) == 1 {
		l.found.Add(v.where(), "no node group is called big; assumed %q is the big one", others[0])
		big, others = others, nil
	}
	if len(big) != 1 {
		return v.wrong("%d node groups are called big or large among %s: big_nodes needs exactly one",
			len(big), importer.Quoted(sortedKeys(l.limits)))
	}
	l.big = big[0]
	for _, name := range others {
		l.found.Add(v.where(), "%q is called neither big nor small: no profile scales it", name)
	}
	return nil
}

// awake returns the size of the big node group outside of sleep and peak: at least 1 node.
func (l *reader) awake() int32 {
	return max(1, l.limits[l.big].MinSize)
}

// profiles returns the sizes for the periods and the default.
func (l *reader) profiles() map[string]map[string]scaling.Target {
	profiles := map[string]map[string]scaling.Target{normal: l.sizes(l.awake(), false)}
	for _, p := range l.periods {
		switch p.Profile {
		case sleep:
			profiles[sleep] = l.sizes(l.limits[l.big].MinSize, true)
		case peak:
			profiles[peak] = l.sizes(l.peakNodes, false)
		}
	}
	return profiles
}

func (l *reader) sizes(big int32, smallAtMax bool) map[string]scaling.Target {
	sizes := map[string]scaling.Target{l.big: scaling.Desired(big)}
	for _, name := range l.small {
		sizes[name] = scaling.Desired(l.limits[name].MinSize)
		if smallAtMax {
			sizes[name] = scaling.Desired(l.limits[name].MaxSize)
		}
	}
	return sizes
}
