package config

import (
	"maps"
	"math"
	"slices"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// clusterReader reads one cluster. It checks references to other parts of the document at the end, so that the order of the
// fields does not matter.
type clusterReader struct {
	Cluster
	place    value
	around   context
	zone     string
	schedule value
	checks   []func()
}

// context holds the parts of the document that a cluster refers to.
type context struct {
	timezone  string
	calendars map[string]Calendar
	// unreadable means that there are calendars, but their names are unknown.
	unreadable bool
	now        time.Time // zero: checks that depend on the day are skipped
}

func readCluster(v value, s context) Cluster {
	r := clusterReader{place: v, around: s, zone: s.timezone, Cluster: Cluster{
		Paused: false, Enforce: scaling.OnTransition, WaitTimeout: defaultWaitTimeout, Concurrency: defaultConcurrency,
	}}
	before := v.broken()
	v.object(fields{
		"name":     func(v value) { r.Name = v.matching(isEKSName, "cluster name", eksNameForm) },
		"region":   func(v value) { r.Region = v.region() },
		"timezone": func(v value) { r.Timezone = v.timezone(); r.zone = r.Timezone },
		"paused":   func(v value) { r.Paused = v.boolean() },
		"roleArn": func(v value) {
			r.RoleARN = v.matching(isRoleARN, "role ARN", `the ARN of an IAM role, for example "arn:aws:iam::123456789012:role/scaling"`)
		},
		"enforce": func(v value) {
			r.Enforce = oneOf(v, "value", scaling.OnTransition, scaling.Always)
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
	if v.broken() == before {
		r.compile()
	}
	return r.Cluster
}

func (r *clusterReader) readNodegroups(v value) {
	r.Nodegroups = map[string]scaling.Limits{}
	before := v.broken()
	isObject := v.entries(func(name string, v value) {
		if !isEKSName(name) {
			v.fail("invalid node group name %q: use %s", name, eksNameForm)
		}
		r.Nodegroups[name] = readLimits(v)
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

func readLimits(v value) scaling.Limits {
	var limits scaling.Limits
	before := v.broken()
	v.object(fields{
		"minSize": func(v value) { limits.MinSize = v.size(0) },
		"maxSize": func(v value) {
			limits.MaxSize = v.size(1) // EKS refuses a maxSize of 0
			if limits.MaxSize > nodesByDefault {
				v.find(Warning, "%d is more than the default quota of %d nodes per node group", limits.MaxSize, nodesByDefault)
			}
		},
	}, "minSize", "maxSize")
	switch {
	case v.broken() > before:
		return scaling.Limits{MaxSize: math.MaxInt32} // accept any size, so that one mistake gives one error
	case limits.MinSize > limits.MaxSize:
		v.fail("minSize %d is greater than maxSize %d", limits.MinSize, limits.MaxSize)
	}
	return limits
}

func (r *clusterReader) readProfiles(v value) {
	r.Profiles = map[string]map[string]scaling.Target{}
	isObject := v.entries(func(profile string, v value) {
		r.Profiles[profile] = map[string]scaling.Target{}
		v.entries(func(nodegroup string, v value) {
			before := v.broken()
			target := readTarget(v)
			r.Profiles[profile][nodegroup] = target
			if v.broken() == before {
				r.checks = append(r.checks, func() { checkTarget(v, r.Nodegroups, nodegroup, target) })
			}
		})
	})
	if !isObject {
		r.Profiles = nil
	}
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

// checkProfile schedules a check that the profile named by v exists.
func (r *clusterReader) checkProfile(v value) {
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
