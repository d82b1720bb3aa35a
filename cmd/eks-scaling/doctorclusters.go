package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/doctor"
	"eks-scaling-automation/shared/scaling"
)

// place is a region of an account, the stack's own or the one of a role.
type place struct{ region, roleARN string }

func placeOf(c config.Cluster) place {
	return place{c.Region, c.RoleARN}
}

// reached is what is known of a place.
type reached struct {
	account
	role                            doctor.Fact[string]
	nodesPerGroup, groupsPerCluster doctor.Fact[float64]
}

// How many calls are under way at once, so that AWS does not take them for too many.
const (
	looksAtOnce        = 10
	simulationsAtOnce  = 4
	simulationAttempts = 8
)

// lookAtPlaces assumes the roles that clusters have of their own, and looks at the quotas.
func (x *examination) lookAtPlaces(ctx context.Context) {
	x.places = map[place]reached{}
	var all []place
	for _, c := range x.examined {
		at := placeOf(c.Cluster)
		if _, seen := x.places[at]; !seen {
			x.places[at] = reached{}
			all = append(all, at)
		}
	}
	found := make([]reached, len(all))
	atMost(looksAtOnce, len(all), func(i int) { found[i] = x.reach(ctx, all[i]) })
	for i, at := range all {
		x.places[at] = found[i]
	}
}

func (x *examination) reach(ctx context.Context, at place) reached {
	r := reached{account: x.in(at.region, at.roleARN)}
	if r.assume != nil {
		err := r.assume(ctx)
		r.role = fact(at.roleARN, err, "assuming the role", "sts:AssumeRole on "+at.roleARN)
		if err != nil {
			blocked := doctor.BecauseOf("the cluster's role could not be assumed")
			r.nodesPerGroup, r.groupsPerCluster = doctor.NotRead[float64](blocked), doctor.NotRead[float64](blocked)
			return r
		}
	}
	r.nodesPerGroup = lookAtQuota(ctx, r.quotas, doctor.NodesPerGroup)
	r.groupsPerCluster = lookAtQuota(ctx, r.quotas, doctor.GroupsPerCluster)
	return r
}

// noQuota is how Service Quotas says that it does not have one.
const noQuota = "NoSuchResourceException"

// lookAtQuota reads the quota that is applied, or AWS's default if none is.
func lookAtQuota(ctx context.Context, api quotaAPI, q doctor.Quota) doctor.Fact[float64] {
	const doing = "looking at a quota"
	applied, err := api.GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: &q.Service, QuotaCode: &q.Code})
	if err == nil {
		return doctor.Known(aws.ToFloat64(applied.Quota.Value))
	}
	if !hasCode(err, noQuota) {
		return fact(0.0, err, doing, "servicequotas:GetServiceQuota")
	}
	standard, err := api.GetAWSDefaultServiceQuota(ctx, &servicequotas.GetAWSDefaultServiceQuotaInput{ServiceCode: &q.Service, QuotaCode: &q.Code})
	if err != nil {
		return fact(0.0, err, doing, "servicequotas:GetAWSDefaultServiceQuota", noQuota)
	}
	return doctor.Known(aws.ToFloat64(standard.Quota.Value))
}

// lookAtClusters looks at the clusters, and then at the node groups of those that are there.
func (x *examination) lookAtClusters(ctx context.Context) {
	atMost(looksAtOnce, len(x.examined), func(i int) { x.lookAtCluster(ctx, &x.examined[i]) })
	type target struct {
		cluster *doctor.Cluster
		group   string
	}
	var targets []target
	for i := range x.examined {
		for name, group := range x.examined[i].Groups {
			if group.Unread == nil {
				targets = append(targets, target{&x.examined[i], name})
			}
		}
	}
	found := make([]doctor.Fact[doctor.Nodegroup], len(targets))
	atMost(looksAtOnce, len(targets), func(i int) {
		c := targets[i].cluster
		found[i] = lookAtNodegroup(ctx, x.places[placeOf(c.Cluster)].eks, c.Name, targets[i].group)
	})
	for i, t := range targets {
		t.cluster.Groups[t.group] = found[i]
	}
}

// lookAtCluster looks at a cluster, and says of its node groups why they cannot be looked at, if so.
func (x *examination) lookAtCluster(ctx context.Context, c *doctor.Cluster) {
	there := x.places[placeOf(c.Cluster)]
	c.Role = there.role
	if there.role.Unread != nil {
		blocked := doctor.BecauseOf("the cluster's role could not be assumed")
		c.Status = doctor.NotRead[string](blocked)
		c.Block(blocked)
		return
	}
	out, err := there.eks.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &c.Name})
	status := ""
	if err == nil {
		status = string(out.Cluster.Status)
	}
	c.Status = fact(status, err, "looking at the cluster", "eks:DescribeCluster", noCluster)
	if c.Status.Missing {
		c.Block(doctor.BecauseOf("there is no such cluster"))
		return
	}
	names, err := listNodegroups(ctx, there.eks, c.Name)
	c.Existing = fact(names, err, "listing the node groups", "eks:ListNodegroups", noCluster)
	for name := range c.Nodegroups {
		c.Groups[name] = doctor.Fact[doctor.Nodegroup]{}
	}
}

// noCluster is how EKS says that there is no such cluster, or node group.
const noCluster = "ResourceNotFoundException"

func listNodegroups(ctx context.Context, api eksAPI, cluster string) ([]string, error) {
	var names []string
	pages := eks.NewListNodegroupsPaginator(api, &eks.ListNodegroupsInput{ClusterName: &cluster})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, page.Nodegroups...)
	}
	return names, nil
}

func lookAtNodegroup(ctx context.Context, api eksAPI, cluster, name string) doctor.Fact[doctor.Nodegroup] {
	out, err := api.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &cluster, NodegroupName: &name})
	if err != nil {
		return fact(doctor.Nodegroup{}, err, "looking at the node group", "eks:DescribeNodegroup", noCluster)
	}
	found := doctor.Nodegroup{Status: string(out.Nodegroup.Status), Health: healthOf(out.Nodegroup.Health)}
	if s := out.Nodegroup.ScalingConfig; s != nil {
		found.Sizes = scaling.Sizes{MinSize: aws.ToInt32(s.MinSize), MaxSize: aws.ToInt32(s.MaxSize), DesiredSize: aws.ToInt32(s.DesiredSize)}
	}
	return doctor.Known(found)
}

func healthOf(health *ekstypes.NodegroupHealth) []string {
	if health == nil {
		return nil
	}
	var issues []string
	for _, issue := range health.Issues {
		issues = append(issues, string(issue.Code)+": "+aws.ToString(issue.Message))
	}
	return issues
}
