package limits

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

// Excess is a part of a configuration that exceeds a limit.
type Excess struct {
	// Kind and Name identify the item in the config table; the kind is "cluster", "calendar" or "override". Both are empty if the
	// configuration as a whole exceeds the limit.
	Kind, Name string
	// Path is the place in the document, such as "clusters[0]".
	Path string
	// Limit names the limit, and Needed is the amount needed, so that two excesses of a limit can be compared.
	Limit  string
	Needed int64
	// Found describes how much is needed and available, Remedy what to do.
	Found, Remedy string
}

// String returns the finding and the remedy, without the place.
func (e Excess) String() string {
	return e.Found + ": " + e.Remedy
}

// Check lists what exceeds a limit, in runs of the configuration and in writing it. Every finding is an error.
func Check(c config.Config, now time.Time) []config.Finding {
	var findings []config.Finding
	for _, e := range slices.Concat(Runs(c, now), Writing(c)) {
		findings = append(findings, config.Finding{Path: e.Path, Severity: config.Error, Message: e.String()})
	}
	return findings
}

// Runs lists what exceeds the limits of a run or of an item.
func Runs(c config.Config, now time.Time) []Excess {
	all := items(c)
	for i, cluster := range c.Clusters {
		if n := RecordBytes(cluster); n > MaxRecordBytes {
			all = append(all, Excess{
				Kind: "cluster", Name: cluster.Name, Path: index("clusters", i), Limit: "record", Needed: int64(n), Remedy: Fewer + ", or use shorter names",
				Found: fmt.Sprintf("its item in the logs table can need %d bytes, more than %d", n, MaxRecordBytes),
			})
		}
		for n, u := range cluster.Units() {
			path := index("clusters", i)
			if len(cluster.Schedules) > 0 {
				path += "." + index("schedules", n)
			}
			all = append(all, unit(u, path, now)...)
		}
	}
	units := c.Units()
	if n := len(units); n > MaxUnits {
		all = append(all, Excess{Path: "clusters", Limit: "clusters", Needed: int64(n), Found: fmt.Sprintf("%d %s are more than the %d that one run takes", n, unitsInWords(c), MaxUnits), Remedy: AnotherStack})
	}
	if n := RunBytes(c); n > MaxStateBytes && len(units) <= MaxUnits {
		all = append(all, Excess{Path: "clusters", Limit: "bytes", Needed: int64(n), Remedy: AnotherStack, Found: fmt.Sprintf("the names and results of %d %s need %d bytes of a run's state, more than %d",
			len(units), unitsInWords(c), n, MaxStateBytes)})
	}
	if worst := RunTime(Active(c), AtOnce(c)).Truncate(time.Second); worst > MaxRunTime() {
		all = append(all, Excess{Path: "clusters", Limit: "time", Needed: int64(worst), Remedy: FasterRun, Found: fmt.Sprintf("a run over %s, %d at a time, can take %s, more than %s",
			english.Count(len(Active(c)), "active "+strings.TrimSuffix(unitsInWords(c), "s")), AtOnce(c), config.Duration(worst), config.Duration(MaxRunTime()))})
	}
	return append(all, budgets(c)...)
}

// unit lists what exceeds the limits of a unit's execution.
func unit(c config.Unit, path string, now time.Time) []Excess {
	var all []Excess
	nodegroups := english.Count(len(c.Nodegroups), "node group")
	add := func(limit string, needed int64, remedy, format string, of ...any) {
		all = append(all, Excess{Kind: "cluster", Name: c.Cluster, Path: path, Limit: limit, Needed: needed, Found: fmt.Sprintf(format, of...), Remedy: remedy})
	}
	steps, faster, fewer := stepsInWords(c), Faster, Fewer+", or lower waitTimeout"
	if steps != "" {
		faster, fewer = FasterSteps, Fewer+", or "+FasterSteps
	}
	if worst := UnitTime(c); worst > MaxUnitTime {
		add("time", int64(worst), faster, "%s %s with waitTimeout %s%s can take %s, more than %s", nodegroups,
			atATime(c.Concurrency), c.WaitTimeout, steps, config.Duration(worst), config.Duration(MaxUnitTime))
	}
	if n := UnitEvents(c); n > MaxUnitEvents {
		add("events", int64(n), fewer, "changes of all %s with waitTimeout %s%s need %d history events, more than %d",
			nodegroups, c.WaitTimeout, steps, n, MaxUnitEvents)
	}
	if n := UnitBytes(c, now); n > MaxStateBytes {
		add("bytes", int64(n), Fewer, "a wave of all %s needs %d bytes of state, more than %d", nodegroups, n, MaxStateBytes)
	}
	return all
}

// unitsInWords names the units of a configuration, in the plural.
func unitsInWords(c config.Config) string {
	if slices.ContainsFunc(c.Clusters, func(c config.Cluster) bool { return len(c.Schedules) > 0 }) {
		return "schedules"
	}
	return "clusters"
}

// Active returns the units that are not paused.
func Active(c config.Config) []config.Unit {
	return slices.DeleteFunc(c.Units(), func(u config.Unit) bool { return u.Paused })
}

// stepsInWords describes the steps of the unit's largest scale-up; empty if it has only one.
func stepsInWords(c config.Unit) string {
	steps := Steps(c)
	if steps == 1 {
		return ""
	}
	return fmt.Sprintf(" in %d steps of %s every %s", steps, english.Count(c.RampUp.Nodes, "node"), c.RampUp.Every)
}

func atATime(n int) string {
	if n == 1 {
		return "one at a time"
	}
	return strconv.Itoa(n) + " at a time"
}

// Remedies for a run or unit that is too large or takes too long.
const (
	AnotherStack = "use another stack, in another region, for some of them"
	Faster       = "raise concurrency or lower waitTimeout"
	FasterSteps  = "raise rampUp.nodes, or lower waitTimeout or rampUp.every"
	FasterRun    = "raise fleet.units or concurrency, or lower waitTimeout"
	Fewer        = "manage fewer node groups"
)

// items lists the items that are larger than DynamoDB allows.
func items(c config.Config) []Excess {
	var all []Excess
	add := func(kind, name, path, what string, spec any) {
		if n := SpecBytes(spec); n > MaxItemBytes {
			all = append(all, Excess{Kind: kind, Name: name, Path: path, Limit: "item", Needed: int64(n), Remedy: "use " + what, Found: fmt.Sprintf(
				"its item in the config table needs %d bytes, more than %d", n, MaxItemBytes)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Calendars)) {
		add("calendar", name, "calendars."+name, "fewer dates", c.Calendars[name])
	}
	for i, cluster := range c.Clusters {
		add("cluster", cluster.Name, index("clusters", i), "fewer periods or profiles, or shorter names", cluster)
	}
	for i, o := range c.Overrides {
		add("override", o.Name, index("overrides", i), "a shorter reason", o)
	}
	return all
}

func index(list string, i int) string {
	return fmt.Sprintf("%s[%d]", list, i)
}
