package limits

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

// Excess is something about a configuration that does not fit.
type Excess struct {
	// Kind and Name are those of the item in the config table: "cluster", "calendar" or "override". Without them it is
	// about the configuration as a whole.
	Kind, Name string
	// Path is the place in the document, such as "clusters[0]".
	Path string
	// Found says how much is needed and how much there is, Remedy what to do.
	Found, Remedy string
}

// String is what was found and what to do, without the place.
func (e Excess) String() string {
	return e.Found + ": " + e.Remedy
}

// Check lists what does not fit: of runs over the configuration, and of writing it. Every finding is an error.
func Check(c config.Config, now time.Time) []config.Finding {
	var findings []config.Finding
	for _, e := range slices.Concat(Runs(c, now), Writing(c)) {
		findings = append(findings, config.Finding{Path: e.Path, Severity: config.Error, Message: e.String()})
	}
	return findings
}

// Runs lists what no run over the configuration can carry, and what no item can hold.
func Runs(c config.Config, now time.Time) []Excess {
	all := items(c)
	enabled := []config.Cluster{}
	for i, cluster := range c.Clusters {
		about := Excess{Kind: "cluster", Name: cluster.Name, Path: index("clusters", i)}
		add := func(remedy, format string, of ...any) {
			about.Found, about.Remedy = fmt.Sprintf(format, of...), remedy
			all = append(all, about)
		}
		if worst := UnitTime(cluster); worst > MostUnitTime {
			add(Faster, "%s %s with waitTimeout %s can take %s; want at most %s", english.Count(len(cluster.Nodegroups), "node group"),
				atATime(cluster.Concurrency), cluster.WaitTimeout, config.Duration(worst), config.Duration(MostUnitTime))
		}
		if n := UnitBytes(cluster, now); n > MostRunBytes {
			add("manage fewer node groups", "a wave of all %d node groups needs %d bytes of state; want at most %d",
				len(cluster.Nodegroups), n, MostRunBytes)
		}
		if cluster.Enabled {
			enabled = append(enabled, cluster)
		}
	}
	return append(all, together(enabled, now)...)
}

func atATime(n int) string {
	if n == 1 {
		return "one at a time"
	}
	return strconv.Itoa(n) + " at a time"
}

// together lists what no run over all of the clusters can carry.
func together(clusters []config.Cluster, now time.Time) []Excess {
	nodegroups := 0
	for _, c := range clusters {
		nodegroups += len(c.Nodegroups)
	}
	who := fmt.Sprintf("%s with %s", english.Count(len(clusters), "enabled cluster"), english.Count(nodegroups, "node group"))
	var all []Excess
	add := func(remedy, format string, of ...any) {
		all = append(all, Excess{Path: "clusters", Found: who + ": " + fmt.Sprintf(format, of...), Remedy: remedy})
	}
	if n := RunBytes(clusters, now); n > MostRunBytes {
		add(AnotherStack, "a run that changes all of them needs %d bytes of state; want at most %d", n, MostRunBytes)
	}
	if n := Events(clusters); n > MostRunEvents {
		add(AnotherStack, "a run that changes all of them, each in %s, needs %d history events; want at most %d",
			config.Duration(SlowUpdate), n, MostRunEvents)
	}
	if worst := RunTime(clusters); worst > Shipped().Timeout {
		add(Faster, "a run, with %d clusters at a time, can take %s; want at most %s",
			Shipped().Lanes, config.Duration(worst), config.Duration(Shipped().Timeout))
	}
	return all
}

// What to do when a run has too much to do, or takes too long.
const (
	AnotherStack = "scale some of the clusters with another stack, in another region"
	Faster       = "raise concurrency or lower waitTimeout"
)

// items lists the items that are larger than DynamoDB allows.
func items(c config.Config) []Excess {
	var all []Excess
	add := func(kind, name, path, what string, spec any) {
		if n := SpecBytes(spec); n > MostItemBytes {
			all = append(all, Excess{Kind: kind, Name: name, Path: path, Remedy: "use " + what, Found: fmt.Sprintf(
				"its item in the config table would have %d bytes; want at most %d", n, MostItemBytes)})
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
