package config

import (
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/account"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// clusterReader reads one cluster. It reads the schedules at the end, so that the order of the fields does not matter.
type clusterReader struct {
	Cluster
	place  value
	around context
	parts  map[string]value  // profiles, schedule and schedules, if they are given
	owners map[string]string // the schedule of each node group
}

// context holds the parts of the document that a cluster refers to.
type context struct {
	timezone  string
	calendars map[string]Calendar
	// unreadable means that there are calendars, but their names are unknown.
	unreadable bool
	accounts   Accounts
	signals    map[string]Signal
	// unreadableSignals means the same for signals.
	unreadableSignals bool
	now               time.Time // zero: checks that depend on the day are skipped
}

func readCluster(v value, s context) Cluster {
	r := clusterReader{place: v, around: s, parts: map[string]value{}, owners: map[string]string{}, Cluster: Cluster{
		Paused: false, Enforce: scaling.OnTransition, WaitTimeout: defaultWaitTimeout, Concurrency: defaultConcurrency,
	}}
	keep := func(name string) func(value) {
		return func(v value) { r.parts[name] = v }
	}
	before := v.broken()
	v.object(fields{
		"name":     func(v value) { r.Name = v.matching(isEKSName, "cluster name", eksNameForm) },
		"region":   func(v value) { r.Region = v.region() },
		"timezone": func(v value) { r.Timezone = v.timezone() },
		"paused":   func(v value) { r.Paused = v.boolean() },
		"roleArn": func(v value) {
			r.RoleARN = v.matching(isRoleARN, "role ARN", `the ARN of an IAM role, for example "arn:aws:iam::123456789012:role/scaling"`)
			r.parts["roleArn"] = v
		},
		"clusterName": func(v value) { r.ClusterName = v.matching(isEKSName, "cluster name", eksNameForm) },
		"account": func(v value) {
			r.Account = v.matching(account.IsID, "account", `12 digits in quotes, for example "123456789012"`)
			r.parts["account"] = v
		},
		"externalId": func(v value) {
			r.ExternalID = v.matching(account.IsExternalID, "external id", account.ExternalIDForm)
			r.parts["externalId"] = v
		},
		"enforce":     func(v value) { r.Enforce = v.enforce() },
		"waitTimeout": func(v value) { r.WaitTimeout = v.waitTimeout() },
		"rampUp":      func(v value) { r.RampUp = v.rampUp() },
		"concurrency": func(v value) { r.Concurrency = v.integer(1, 40) },
		"nodegroups":  r.readNodegroups,

		"notifications": func(v value) { r.Notifications = v.notifications() },

		"profiles":  keep("profiles"),
		"schedule":  keep("schedule"),
		"schedules": keep("schedules"),
	}, "name", "region", "nodegroups")
	if v.node.Kind != yaml.MappingNode {
		return r.Cluster
	}
	r.readRole()
	for _, unit := range r.readUnits() {
		if v.broken() == before {
			unit.compile()
		}
		r.units = append(r.units, unit.Unit)
	}
	return r.Cluster
}

// readUnits reads the cluster's schedule, or its named schedules.
func (r *clusterReader) readUnits() (units []*unitReader) {
	named, isNamed := r.parts["schedules"]
	if !isNamed {
		unit := r.unit("", r.place)
		unit.read(r.parts)
		r.Profiles, r.Schedule = unit.Profiles, unit.Schedule
		return []*unitReader{unit}
	}
	for _, single := range []string{"profiles", "schedule"} {
		if part, given := r.parts[single]; given {
			part.fail("the cluster has schedules: move %s into one of them", single)
		}
	}
	named.items(func(v value) { units = append(units, r.readSchedule(v)) })
	for _, unit := range units {
		unit.shares = len(units) > 1
	}
	if named.node.Kind == yaml.SequenceNode && len(units) == 0 {
		named.fail("empty list: add a schedule")
	}
	return units
}

// unit returns the reader of a unit with the cluster's settings. The place is the schedule's, or else the cluster's.
func (r *clusterReader) unit(schedule string, place value) *unitReader {
	zone := r.around.timezone
	if r.Timezone != "" {
		zone = r.Timezone
	}
	return &unitReader{cluster: r, place: place, zone: zone, Unit: Unit{
		Name: scaling.UnitName(r.Name, schedule), Cluster: r.Name, EKSName: r.EKSName(), Region: r.Region, Role: r.role,
		Paused:  r.Paused,
		Enforce: r.Enforce, WaitTimeout: r.WaitTimeout, RampUp: r.RampUp, Concurrency: r.Concurrency, Nodegroups: limitsOf(r.Nodegroups),
		Baselines: baselinesOf(r.Nodegroups),
		Signals:   r.around.signals,
	}}
}

// readSchedule reads a named schedule.
func (r *clusterReader) readSchedule(v value) *unitReader {
	s, parts := NamedSchedule{}, map[string]value{}
	unit := r.unit("", v)
	if v.object(fields{
		"name":        func(v value) { s.Name = v.matching(isEntityName, "schedule name", nameForm) },
		"timezone":    func(v value) { s.Timezone = v.timezone(); unit.zone = s.Timezone },
		"paused":      func(v value) { s.Paused = v.boolean(); unit.Paused = r.Paused || s.Paused },
		"enforce":     func(v value) { s.Enforce = v.enforce(); unit.Enforce = s.Enforce },
		"waitTimeout": func(v value) { s.WaitTimeout = v.waitTimeout(); unit.WaitTimeout = s.WaitTimeout },
		"rampUp":      func(v value) { s.RampUp = v.rampUp(); unit.RampUp = s.RampUp },
		"profiles":    func(v value) { parts["profiles"] = v },
		"ahead":       func(v value) { parts["ahead"] = v },
		"default":     func(v value) { parts["default"] = v },
		"periods":     func(v value) { parts["periods"] = v },
	}, "name", "profiles", "default"); s.Name != "" {
		unit.Name = scaling.UnitName(r.Name, s.Name)
	}
	if slices.ContainsFunc(r.Schedules, func(other NamedSchedule) bool { return other.Name == s.Name && s.Name != "" }) {
		v.fail("duplicate schedule %q: use each name once", s.Name)
	}
	unit.readNamed(s.Name, parts)
	s.Profiles, s.Schedule = unit.Profiles, unit.Schedule
	r.Schedules = append(r.Schedules, s)
	return unit
}

func (v value) enforce() scaling.Enforce {
	return oneOf(v, "value", scaling.OnTransition, scaling.Always)
}

func (v value) waitTimeout() Duration { return Duration(v.duration(time.Second, time.Hour)) }

func (r *clusterReader) readNodegroups(v value) {
	r.Nodegroups = map[string]Nodegroup{}
	before := v.broken()
	isObject := v.entries(func(name string, v value) {
		if !isEKSName(name) {
			v.fail("invalid node group name %q: use %s", name, eksNameForm)
		}
		r.Nodegroups[name] = readNodegroup(v)
	})
	switch {
	case !isObject:
		r.Nodegroups = nil
	case len(r.Nodegroups) == 0 && v.broken() == before:
		v.fail("needs at least one node group")
	}
}

// nodesByDefault is how many nodes EKS allows in a managed node group unless the quota is raised.
const nodesByDefault = 450

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
		v.must("a number of nodes, or an object with minSize, maxSize or desiredSize")
		return t
	}
	v.object(fields{
		"minSize": into(&t.MinSize, 0), "maxSize": into(&t.MaxSize, 1), "desiredSize": into(&t.DesiredSize, 0),
	})
	return t
}

// checkTarget checks a size against the limits of its node group.
func checkTarget(v value, nodegroups map[string]scaling.Limits, nodegroup string, t scaling.Target) {
	if nodegroups == nil {
		return // that they cannot be read is on the list already
	}
	limits, ok := nodegroups[nodegroup]
	if !ok {
		v.fail("%s", english.Unknown("node group", nodegroup, slices.Sorted(maps.Keys(nodegroups))))
		return
	}
	goal := t.Goal(limits)
	if goal.MinSize > goal.MaxSize {
		v.fail("minSize %d is greater than maxSize %d", goal.MinSize, goal.MaxSize)
		return
	}
	if err := limits.Check(goal.Sizes(goal.MinSize)); err != nil {
		v.fail("%v", err)
	}
}
