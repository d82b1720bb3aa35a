package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// overrideReader reads one override. Checks that depend on its cluster come at the end, when that is known.
type overrideReader struct {
	scaling.Override
	clusters   map[string]Cluster
	now        time.Time // zero: the check for ended overrides is skipped
	places     map[string]value
	nodegroups []namePlace
	sizes      []namePlace
}

// longestReason limits the reason, which every decision of a run repeats in its limited state.
const longestReason = 200

// namePlace is the place of a node group's name or size.
type namePlace struct {
	nodegroup string
	place     value
}

func readOverride(v value, clusters map[string]Cluster, now time.Time) scaling.Override {
	r := overrideReader{clusters: clusters, now: now, places: map[string]value{}}
	keep := func(name string) func(value) {
		return func(v value) { r.places[name] = v }
	}
	before := v.broken()
	v.object(fields{
		"name": func(v value) {
			r.Name = v.matching(isEntityName, "override name", nameForm)
		},
		"cluster":    func(v value) { keep("cluster")(v); r.Cluster = v.text() },
		"schedule":   func(v value) { keep("schedule")(v); r.Schedule = v.text() },
		"nodegroups": r.readNodegroups,
		"profile":    func(v value) { keep("profile")(v); r.Profile = v.text() },
		"sizes":      func(v value) { keep("sizes")(v); r.readSizes(v) },
		"from":       keep("from"),
		"until":      keep("until"),
		"createdAt":  keep("createdAt"),
		"reason":     func(v value) { r.Reason = v.shortText(longestReason) },
		"createdBy":  func(v value) { r.CreatedBy = v.shortText(longestReason) },
	}, "cluster", "from", "until", "reason")
	switch profile, sizes := r.places["profile"].node != nil, r.places["sizes"].node != nil; {
	case v.broken() > before:
	case profile && sizes:
		v.fail("has both profile and sizes: keep one")
	case !profile && !sizes:
		v.fail("profile or sizes is required")
	}
	cluster, known := clusters[r.Cluster]
	if !known {
		r.refuseCluster()
		return r.Override
	}
	unit, ok := r.unit(cluster, v)
	if ok {
		r.checkNames(unit)
		r.readTimes(unit)
	}
	return r.Override
}

// refuseCluster reports an unknown cluster. Commands call a unit cluster:schedule, so people write that here, too.
func (r *overrideReader) refuseCluster() {
	if r.Cluster == "" {
		return // that is on the list already
	}
	cluster, schedule := scaling.SplitUnit(r.Cluster)
	if _, known := r.clusters[cluster]; known && schedule != "" {
		r.places["cluster"].fail("has a schedule, too: use cluster: %s and schedule: %s", cluster, schedule)
		return
	}
	r.places["cluster"].fail("%s", english.Unknown("cluster", r.Cluster, slices.Sorted(maps.Keys(r.clusters))))
}

// unit returns the unit of the override, whose schedule need not be named if it is the cluster's only one.
func (r *overrideReader) unit(cluster Cluster, v value) (unit Unit, ok bool) {
	var known []string
	for _, s := range cluster.Schedules {
		known = append(known, s.Name)
	}
	unit, ok = cluster.Unit(r.Schedule)
	switch {
	case ok:
		_, r.Schedule = scaling.SplitUnit(unit.Name)
	case len(cluster.Units()) == 0: // the cluster's errors are on the list already
	case r.Schedule == "":
		v.fail("schedule is required: cluster %s has %s", cluster.Name, strings.Join(known, ", "))
	default:
		r.places["schedule"].fail("%s", english.Unknown("schedule", r.Schedule, known))
	}
	return unit, ok
}

func (r *overrideReader) readNodegroups(v value) {
	v.words(func(item value, name string) {
		r.Nodegroups = append(r.Nodegroups, name)
		r.nodegroups = append(r.nodegroups, namePlace{name, item})
	})
}

func (r *overrideReader) readSizes(v value) {
	r.Sizes = map[string]scaling.Target{}
	before := v.broken()
	v.entries(func(nodegroup string, v value) {
		before := v.broken()
		r.Sizes[nodegroup] = readTarget(v)
		if v.broken() == before {
			r.sizes = append(r.sizes, namePlace{nodegroup, v})
		}
	})
	if len(r.Sizes) == 0 && v.broken() == before {
		v.fail("needs the size of at least one node group, for example {big: 4}")
	}
}

// checkNames checks the override's names against its unit. Unreadable names were reported already.
func (r *overrideReader) checkNames(u Unit) {
	if r.Profile != "" && u.Profiles != nil {
		oneOf(r.places["profile"], "profile", slices.Sorted(maps.Keys(u.Profiles))...)
	}
	for _, n := range r.nodegroups {
		_, known := u.Nodegroups[n.nodegroup]
		_, sized := r.Sizes[n.nodegroup]
		switch {
		case u.Nodegroups == nil:
		case !known:
			n.place.fail("%s", english.Unknown("node group", n.nodegroup, slices.Sorted(maps.Keys(u.Nodegroups))))
		case r.Sizes != nil && !sized:
			n.place.fail("node group %q has no size: add one, or leave out nodegroups", n.nodegroup)
		}
	}
	r.checkSizes(u)
}

func (r *overrideReader) checkSizes(u Unit) {
	for _, size := range r.sizes {
		_, known := u.Nodegroups[size.nodegroup]
		if known && len(r.Nodegroups) > 0 && !slices.Contains(r.Nodegroups, size.nodegroup) {
			size.place.fail("node group %q is not in nodegroups: add it, or leave out nodegroups", size.nodegroup)
		}
		checkTarget(size.place, u.Nodegroups, size.nodegroup, r.Sizes[size.nodegroup])
	}
}

// readTimes reads the instants, in the unit's time zone if they have no offset.
func (r *overrideReader) readTimes(u Unit) {
	if u.timetable == nil {
		return // the cluster's errors are on the list already
	}
	loc := u.timetable.Location()
	from, fromOK := r.instant("from", loc)
	until, untilOK := r.instant("until", loc)
	created, _ := r.instant("createdAt", loc)
	r.From, r.Until, r.CreatedAt = from, until, created
	switch place := r.places["until"]; {
	case !fromOK || !untilOK:
	case !until.After(from):
		place.fail("ends at %s, not after its start at %s: use a later end", local(until, loc), local(from, loc))
	case !r.now.IsZero() && !until.After(r.now):
		place.fail("ended at %s: use a later end, or remove the override", local(until, loc))
	}
}

// local formats an instant for findings.
func local(t time.Time, loc *time.Location) string {
	return t.In(loc).Format(scaling.LocalTime)
}

func (r *overrideReader) instant(field string, loc *time.Location) (time.Time, bool) {
	v, given := r.places[field]
	if !given {
		return time.Time{}, false
	}
	before := v.broken()
	text := v.word()
	if v.broken() > before {
		return time.Time{}, false
	}
	t, err := schedule.ParseInstant(text, loc)
	if err != nil {
		v.fail("%v", err)
		return time.Time{}, false
	}
	return t.UTC(), true
}

// readOverrides reads the overrides of a document. It names an unnamed override after its unit and start.
func readOverrides(v value, clusters map[string]Cluster, now time.Time) []scaling.Override {
	var overrides []scaling.Override
	names := map[string]bool{}
	v.items(func(v value) {
		o := readOverride(v, clusters, now)
		if o.Name != "" && names[o.Name] {
			v.fail("duplicate override %q: use each name once", o.Name)
		}
		names[o.Name] = true
		overrides = append(overrides, o)
	})
	for i, o := range overrides {
		if o.Name == "" {
			unit := strings.ReplaceAll(o.Unit(), ":", "-")
			unit = unit[:min(len(unit), longestInName)]
			overrides[i].Name = unused(fmt.Sprintf("%s-%s", unit, o.From.Format("20060102T150405Z")), names)
			names[overrides[i].Name] = true
		}
	}
	return overrides
}

// longestInName limits the unit's part of an override's name, which has at most 100 characters.
const longestInName = 80

// unused returns the name, followed by a number if it is taken.
func unused(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}
