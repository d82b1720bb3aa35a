package doctorcmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/cmd/eks-scaling/internal/online"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// placeOf returns where a unit's cluster is and how it is reached, without its name.
func placeOf(u config.Unit) nodegroups.Place {
	place := collect.PlaceOf(u)
	place.Cluster = ""
	return place
}

// reached holds the facts about a place.
type reached struct {
	accountAPIs
	role                            health.Fact[string]
	nodesPerGroup, groupsPerCluster health.Fact[float64]
}

// Limits on concurrent calls and on attempts, so that AWS does not throttle.
const (
	placesAtOnce      = 10
	simulationsAtOnce = 4
	throttledAttempts = 8
)

// roleBlocks is why nothing behind a role is read.
var roleBlocks = health.BecauseOf("the cluster's role could not be assumed")

// collectPlaces assumes the clusters' own roles, and reads the quotas.
func (x *examination) collectPlaces(ctx context.Context) {
	x.places = map[nodegroups.Place]reached{}
	for _, c := range x.examined {
		x.places[placeOf(c.Config)] = reached{}
	}
	all := slices.Collect(maps.Keys(x.places))
	found := make([]reached, len(all))
	atMost(placesAtOnce, len(all), func(i int) { found[i] = x.reach(ctx, all[i]) })
	for i, at := range all {
		x.places[at] = found[i]
	}
}

func (x *examination) reach(ctx context.Context, at nodegroups.Place) reached {
	r := reached{accountAPIs: x.in(at)}
	if r.assume != nil {
		err := r.assume(ctx)
		r.role = collect.Fact(at.Role.ARN, err, "assuming the role", "sts:AssumeRole on "+at.Role.ARN)
		if err != nil {
			r.nodesPerGroup, r.groupsPerCluster = health.NotRead[float64](roleBlocks), health.NotRead[float64](roleBlocks)
			return r
		}
	}
	r.nodesPerGroup = readQuota(ctx, r.quotas, checks.NodesPerGroup)
	r.groupsPerCluster = readQuota(ctx, r.quotas, checks.GroupsPerCluster)
	return r
}

// noQuota is Service Quotas' code for a quota that does not exist or was not raised.
const noQuota = "NoSuchResourceException"

// readQuota reads the quota that is applied, or AWS's default if none is.
func readQuota(ctx context.Context, api quotaAPI, q checks.Quota) health.Fact[float64] {
	const doing = "looking at a quota"
	var found *types.ServiceQuota
	applied, err := api.GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: &q.Service, QuotaCode: &q.Code})
	switch {
	case err == nil:
		found = applied.Quota
	case !awserr.Has(err, noQuota):
		return collect.Fact(0.0, err, doing, "servicequotas:GetServiceQuota")
	default:
		standard, err := api.GetAWSDefaultServiceQuota(ctx, &servicequotas.GetAWSDefaultServiceQuotaInput{ServiceCode: &q.Service, QuotaCode: &q.Code})
		if err != nil {
			return collect.Fact(0.0, err, doing, "servicequotas:GetAWSDefaultServiceQuota", noQuota)
		}
		found = standard.Quota
	}
	value, err := valueOf(found)
	return collect.Fact(value, err, doing, "")
}

// valueOf returns the value of a quota, or why Service Quotas does not know it.
func valueOf(q *types.ServiceQuota) (float64, error) {
	switch {
	case q != nil && q.Value != nil:
		return *q.Value, nil
	case q != nil && q.ErrorReason != nil:
		return 0, fmt.Errorf("AWS says %s: %s", q.ErrorReason.ErrorCode, aws.ToString(q.ErrorReason.ErrorMessage))
	default:
		return 0, errEmptyAnswer
	}
}

// collectClusters reads the units' clusters, then the node groups of those that exist and can be reached, and simulates the permissions.
func (x *examination) collectClusters(ctx context.Context, held inventory.Checked, usable []*health.ClusterFacts) {
	var simulated sync.WaitGroup
	simulated.Go(func() { x.simulate(ctx, usable) })
	simulated.Go(func() { x.collectSpokes(ctx, usable) })
	places, seen := make([]inventory.Place, len(usable)), map[string]bool{}
	for i, c := range usable {
		examined := checks.Cluster{ClusterFacts: c}
		if !seen[c.Cluster] { // the first unit has the checks of the cluster
			seen[c.Cluster] = true
			cluster := held.ClusterByName[c.Cluster]
			examined.Configured = slices.Sorted(maps.Keys(cluster.Nodegroups))
			x.misplaced = append(x.misplaced, online.Misplaced([]config.Cluster{cluster}, x.Stack)...)
		}
		x.examined, places[i] = append(x.examined, examined), inventory.PlaceOfUnit(c.Config)
	}
	x.collectPlaces(ctx)
	collect.EachPlace(places, func(i int) { x.collectCluster(ctx, &x.examined[i]) })
	var reachable []*health.ClusterFacts
	for _, c := range x.examined {
		if !c.Blocked {
			reachable = append(reachable, c.ClusterFacts)
		}
	}
	x.Within(held.Global.Budget).ReadNodegroups(ctx, reachable)
	simulated.Wait()
}

// collectCluster reads a cluster and the names of its node groups.
func (x *examination) collectCluster(ctx context.Context, c *checks.Cluster) {
	there := x.places[placeOf(c.Config)]
	c.Role = there.role
	if there.role.Unread != nil {
		c.Status = health.NotRead[string](roleBlocks)
		c.Block(roleBlocks)
		return
	}
	status := ""
	out, err := there.eks.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &c.Config.EKSName})
	switch {
	case err != nil:
	case out.Cluster == nil:
		err = errEmptyAnswer
	default:
		status = string(out.Cluster.Status)
	}
	c.Status = collect.Fact(status, err, "looking at the cluster", "eks:DescribeCluster", collect.NoCluster)
	if c.Status.Missing {
		c.Block(health.BecauseOf("there is no such cluster"))
		return
	}
	names, err := stackaws.NodegroupNames(ctx, there.eks, c.Config.EKSName)
	c.Existing = collect.Fact(names, err, "", "eks:ListNodegroups", collect.NoCluster)
}
