package doctor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/shared/english"
)

// Quota is one of Service Quotas.
type Quota struct {
	Service, Code string
}

// The quotas that runs, or the triggers, may come up against.
var (
	NodesPerGroup    = Quota{"eks", "L-BD136A63"}
	GroupsPerCluster = Quota{"eks", "L-6D54EA21"}
	Schedules        = Quota{"scheduler", "L-EE5D6FF0"}
)

// roomy is how full something may be, in percent, without a word.
const roomy = 80

// ClusterQuotas checks a cluster against the quotas of the account and region that it lies in.
func ClusterQuotas(c Cluster, nodesPerGroup, groupsPerCluster Fact[float64]) []Check {
	nodes, groups := subject{"quotas", c.Name + " nodes per node group"}, subject{"quotas", c.Name + " node groups"}
	largest := slices.MaxFunc(slices.Sorted(maps.Keys(c.Nodegroups)), func(a, b string) int {
		return cmp.Compare(c.Nodegroups[a].MaxSize, c.Nodegroups[b].MaxSize)
	})
	most := int(c.Nodegroups[largest].MaxSize)
	checks := []Check{nodesPerGroup.check(nodes, nodes.unknown(noSuchQuota), func(limit float64) Check {
		check := within(nodes, most, limit, "nodes", "the largest maxSize is that of "+largest, NodesPerGroup.raise(c.Region, most))
		if check.Outcome == Failed {
			check.Remedy = "lower maxSize: eks-scaling config edit; or: " + check.Remedy
		}
		return check
	})}
	existing := c.Existing
	if !existing.isThere() {
		return append(checks, groups.unknown(BecauseOf("the node groups of the cluster are not known")))
	}
	return append(checks, groupsPerCluster.check(groups, groups.unknown(noSuchQuota), func(limit float64) Check {
		check := within(groups, len(existing.Value), limit, "node groups", "", GroupsPerCluster.raise(c.Region, len(existing.Value)+1))
		if check.Outcome == Failed {
			check.Outcome = Warning // a run makes no node group
		}
		return check
	}))
}

// ScheduleQuota checks how many schedules the plan has. Those of others in the account are not counted.
func ScheduleQuota(region string, planned Fact[int], quota Fact[float64]) Check {
	s := subject{"quotas", "schedules"}
	if planned.Unread != nil {
		return s.unknown(planned.Unread)
	}
	return quota.check(s, s.unknown(noSuchQuota), func(limit float64) Check {
		return within(s, planned.Value, limit, "schedules", "without those of others in the account", Schedules.raise(region, planned.Value))
	})
}

var noSuchQuota = &Unread{Why: "Service Quotas does not know this quota", Remedy: "look for it in the console of Service Quotas"}

// raise is the command that asks for a higher quota, twice of what is used.
func (q Quota) raise(region string, used int) string {
	return fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --region %s --desired-value %d", q.Service, q.Code, region, 2*used)
}

// maxRun is how many bytes the state of a run may have, by Step Functions.
const maxRun = 256 << 10

// RunRoom checks whether the state of a run has room for all clusters, of which there are so many; size is what
// [RunSize] says, in bytes.
func RunRoom(size, clusters int) Check {
	s := subject{"quotas", "state of a run"}
	note := fmt.Sprintf("when all node groups of %s change at once", english.Count(clusters, "enabled cluster"))
	remedy := "have another stack, in another region, scale some of the clusters"
	return within(s, size, maxRun, "bytes", note, remedy)
}

// within says how much of a limit is used.
func within(s subject, used int, limit float64, what, note, remedy string) Check {
	found := fmt.Sprintf("%d of %.0f %s", used, limit, what)
	if note != "" {
		found += " (" + note + ")"
	}
	switch {
	case float64(used) > limit:
		return s.failed(found, remedy)
	case float64(used)*100 >= limit*roomy:
		return s.warning(found+fmt.Sprintf(": %d %% or more", roomy), remedy)
	default:
		return s.ok("%s", found)
	}
}
