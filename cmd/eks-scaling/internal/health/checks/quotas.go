package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
)

// Quota identifies a quota of Service Quotas.
type Quota struct {
	Service, Code string
}

// The quotas that runs or triggers may reach.
var (
	NodesPerGroup    = Quota{"eks", "L-BD136A63"}
	GroupsPerCluster = Quota{"eks", "L-6D54EA21"}
	Schedules        = Quota{"scheduler", "L-EE5D6FF0"}
)

// maxUsed is how much of a limit may be used without a warning, in percent.
const maxUsed = 80

// ClusterQuotas checks a unit and its cluster against the quotas of the account and region.
func ClusterQuotas(c Cluster, nodesPerGroup, groupsPerCluster health.Fact[float64]) []Check {
	nodes, groups := subject{"quotas", c.Name + " nodes per node group"}, subject{"quotas", c.Cluster + " node groups"}
	largest := slices.MaxFunc(slices.Sorted(maps.Keys(c.Config.Nodegroups)), func(a, b string) int {
		return cmp.Compare(c.Config.Nodegroups[a].MaxSize, c.Config.Nodegroups[b].MaxSize)
	})
	most := int(c.Config.Nodegroups[largest].MaxSize)
	checks := []Check{check(nodesPerGroup, nodes, nodes.unknown(noSuchQuota), func(limit float64) Check {
		check := within(nodes, most, limit, "nodes", "largest maxSize: "+largest, NodesPerGroup.raise(c.Config.Region, most))
		if check.Outcome == Failed {
			check.Remedy = "lower maxSize: eks-scaling config edit; or: " + check.Remedy
		}
		return check
	})}
	if c.Configured == nil {
		return checks
	}
	if !c.Existing.Exists() {
		return append(checks, groups.unknown(health.BecauseOf("the node groups of the cluster are not known")))
	}
	return append(checks, check(groupsPerCluster, groups, groups.unknown(noSuchQuota), func(limit float64) Check {
		check := within(groups, len(c.Existing.Value), limit, "node groups", "", GroupsPerCluster.raise(c.Config.Region, len(c.Existing.Value)+1))
		if check.Outcome == Failed {
			check.Outcome = Warning // a run creates no node group
		}
		return check
	}))
}

// ScheduleQuota checks how many schedules the plan has. Other schedules of the account are not counted.
func ScheduleQuota(region string, planned health.Fact[int], quota health.Fact[float64]) Check {
	s := subject{"quotas", "schedules"}
	if planned.Unread != nil {
		return s.unknown(planned.Unread)
	}
	return check(quota, s, s.unknown(noSuchQuota), func(limit float64) Check {
		return within(s, planned.Value, limit, "schedules", "not counting others in the account", Schedules.raise(region, planned.Value))
	})
}

var noSuchQuota = &health.Unread{Why: "Service Quotas does not know this quota", Remedy: "find it in the Service Quotas console"}

// raise returns the command that requests twice of what is used.
func (q Quota) raise(region string, used int) string {
	return fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --region %s --desired-value %d", q.Service, q.Code, region, 2*used)
}

// RunRoom checks a run over all clusters of a configuration against its limits, and each unit against its own.
func RunRoom(c config.Config, now time.Time) []Check {
	active := limits.Active(c)
	if len(active) == 0 {
		return nil
	}
	minutes := func(d time.Duration) int { return int(d / time.Minute) }
	bytes, events := 0, 0
	for _, each := range active {
		bytes, events = max(bytes, limits.UnitBytes(each, now)), max(events, limits.UnitEvents(each))
	}
	checks := []Check{
		within(subject{"quotas", "clusters of a run"}, len(c.Units()), limits.MaxUnits, "clusters", "", limits.AnotherStack),
		within(subject{"quotas", "state of a cluster"}, bytes, limits.MaxStateBytes, "bytes",
			"worst case: all node groups change at once", limits.Fewer),
		within(subject{"quotas", "history of a cluster"}, events, limits.MaxUnitEvents, "events",
			"worst case: every change takes all of waitTimeout", limits.Fewer+", or lower waitTimeout"),
		within(subject{"quotas", "duration of a run"}, minutes(limits.RunTime(active, limits.AtOnce(c))), float64(minutes(limits.MaxRunTime())),
			"minutes", "worst case: every change takes all of waitTimeout", limits.FasterRun),
	}
	for _, e := range limits.Runs(c, now) {
		if e.Kind != "" {
			checks = append(checks, subject{"quotas", e.Kind + " " + e.Name}.failed(e.Found, e.Remedy))
		}
	}
	return checks
}

// within checks how much of a limit is used.
func within(s subject, used int, limit float64, what, note, remedy string) Check {
	found := fmt.Sprintf("%d of %.0f %s", used, limit, what)
	if note != "" {
		found += " (" + note + ")"
	}
	switch {
	case float64(used) > limit:
		return s.failed(found, remedy)
	case float64(used)*100 >= limit*maxUsed:
		return s.warning(found+fmt.Sprintf(": %d %% or more", maxUsed), remedy)
	default:
		return s.ok("%s", found)
	}
}
