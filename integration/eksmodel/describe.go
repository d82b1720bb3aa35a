package eksmodel

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// ListClusters lists the clusters that have or had node groups.
func (m *Model) ListClusters(ctx context.Context, in *eks.ListClustersInput, _ ...func(*eks.Options)) (*eks.ListClustersOutput, error) {
	return call(ctx, m, "ListClusters", nil, nil, func(*nodegroup) (*eks.ListClustersOutput, error) {
		names, next, err := page(m.clusters, in.MaxResults, in.NextToken)
		return &eks.ListClustersOutput{Clusters: names, NextToken: next}, err
	})
}

// DescribeCluster reads a cluster, which is always ACTIVE.
func (m *Model) DescribeCluster(
	ctx context.Context, in *eks.DescribeClusterInput, _ ...func(*eks.Options),
) (*eks.DescribeClusterOutput, error) {
	return call(ctx, m, "DescribeCluster", in.Name, nil, func(*nodegroup) (*eks.DescribeClusterOutput, error) {
		arn := m.ClusterARN(*in.Name)
		return &eks.DescribeClusterOutput{Cluster: &types.Cluster{Name: in.Name, Arn: &arn, Status: types.ClusterStatusActive}}, nil
	})
}

// ListNodegroups lists the node groups of a cluster by name.
func (m *Model) ListNodegroups(
	ctx context.Context, in *eks.ListNodegroupsInput, _ ...func(*eks.Options),
) (*eks.ListNodegroupsOutput, error) {
	return call(ctx, m, "ListNodegroups", in.ClusterName, nil, func(*nodegroup) (*eks.ListNodegroupsOutput, error) {
		var all []string
		for _, g := range m.groups {
			if g.ref.Cluster == *in.ClusterName {
				all = append(all, g.ref.Nodegroup)
			}
		}
		names, next, err := page(all, in.MaxResults, in.NextToken)
		return &eks.ListNodegroupsOutput{Nodegroups: names, NextToken: next}, err
	})
}

// DescribeNodegroup reads a node group. It may show the old sizes and status; see [Behavior].
func (m *Model) DescribeNodegroup(
	ctx context.Context, in *eks.DescribeNodegroupInput, _ ...func(*eks.Options),
) (*eks.DescribeNodegroupOutput, error) {
	return call(ctx, m, "DescribeNodegroup", in.ClusterName, in.NodegroupName, func(g *nodegroup) (*eks.DescribeNodegroupOutput, error) {
		defer m.look(g)
		return &eks.DescribeNodegroupOutput{Nodegroup: g.describe(m.Now())}, nil
	})
}

// describe returns the node group as EKS does.
func (g *nodegroup) describe(now time.Time) *types.Nodegroup {
	asg := "eks-" + g.ref.Cluster + "-" + g.ref.Nodegroup
	issues := []types.Issue{}
	for _, i := range g.health {
		issues = append(issues, types.Issue{Code: types.NodegroupIssueCode(i.Code), Message: aws.String(i.Message), ResourceIds: []string{asg}})
	}
	return &types.Nodegroup{
		ClusterName: aws.String(g.ref.Cluster), NodegroupName: aws.String(g.ref.Nodegroup), NodegroupArn: aws.String(g.arn),
		Status: g.statusAt(now), CreatedAt: aws.Time(g.created), ModifiedAt: aws.Time(g.modified),
		ScalingConfig: &types.NodegroupScalingConfig{MinSize: new(g.sizes.Min), MaxSize: new(g.sizes.Max), DesiredSize: new(g.sizes.Desired)},
		UpdateConfig:  &types.NodegroupUpdateConfig{MaxUnavailable: new(g.maxUnavailable)},
		Health:        &types.NodegroupHealth{Issues: issues},
		Resources:     &types.NodegroupResources{AutoScalingGroups: []types.AutoScalingGroup{{Name: &asg}}},
		InstanceTypes: g.machines.Types, CapacityType: g.machines.Capacity, AmiType: g.machines.Image, LaunchTemplate: g.machines.Template,
	}
}

// DescribeUpdate reads an update of a node group. Clusters have no updates.
func (m *Model) DescribeUpdate(
	ctx context.Context, in *eks.DescribeUpdateInput, _ ...func(*eks.Options),
) (*eks.DescribeUpdateOutput, error) {
	return call(ctx, m, "DescribeUpdate", in.Name, in.NodegroupName, func(g *nodegroup) (*eks.DescribeUpdateOutput, error) {
		if in.AddonName != nil || in.CapabilityName != nil {
			return nil, unsupported("updates of add-ons and capabilities")
		}
		u := m.update(*in.UpdateId)
		if g == nil || u == nil || u.of != g.number {
			return nil, notFound(Ref{*in.Name, aws.ToString(in.NodegroupName)}, "No update found for ID: "+*in.UpdateId)
		}
		defer m.look(g)
		return &eks.DescribeUpdateOutput{Update: u.describe()}, nil
	})
}

// describe returns the update as EKS does.
func (u *update) describe() *types.Update {
	d := &types.Update{
		Id: aws.String(u.ID), Status: u.Status, Type: u.Kind, CreatedAt: aws.Time(u.Created),
		Params: []types.UpdateParam{}, Errors: []types.ErrorDetail{},
	}
	for _, p := range []struct {
		kind  types.UpdateParamType
		value *int32
	}{
		{types.UpdateParamTypeMinSize, u.Asked.Min},
		{types.UpdateParamTypeMaxSize, u.Asked.Max},
		{types.UpdateParamTypeDesiredSize, u.Asked.Desired},
	} {
		if p.value != nil {
			d.Params = append(d.Params, types.UpdateParam{Type: p.kind, Value: aws.String(strconv.Itoa(int(*p.value)))})
		}
	}
	if u.Failure != (Issue{}) {
		d.Errors = append(d.Errors, types.ErrorDetail{ErrorCode: types.ErrorCode(u.Failure.Code), ErrorMessage: aws.String(u.Failure.Message)})
	}
	return d
}

// ListUpdates lists the IDs of a node group's updates, sorted as text. This is not the order of time, because EKS promises no
// order.
func (m *Model) ListUpdates(ctx context.Context, in *eks.ListUpdatesInput, _ ...func(*eks.Options)) (*eks.ListUpdatesOutput, error) {
	return call(ctx, m, "ListUpdates", in.Name, in.NodegroupName, func(g *nodegroup) (*eks.ListUpdatesOutput, error) {
		if in.AddonName != nil || in.CapabilityName != nil {
			return nil, unsupported("updates of add-ons and capabilities")
		}
		var all []string
		for _, u := range m.updates {
			if g != nil && u.of == g.number {
				all = append(all, u.ID)
			}
		}
		slices.Sort(all)
		ids, next, err := page(all, in.MaxResults, in.NextToken)
		return &eks.ListUpdatesOutput{UpdateIds: ids, NextToken: next}, err
	})
}

// maxPage is the maximum and default size of a page.
const maxPage = 100

// page returns one page of sorted names, and the token of the next page.
func page(names []string, most *int32, token *string) ([]string, *string, error) {
	size := int(*cmp.Or(most, aws.Int32(maxPage)))
	last, isToken := strings.CutPrefix(aws.ToString(token), "after:")
	switch {
	case size < 1 || size > maxPage:
		return nil, nil, invalidParameter(Ref{}, "maxResults must be a number from 1 to 100")
	case token != nil && !isToken:
		return nil, nil, invalidParameter(Ref{}, "nextToken is not one that was given")
	}
	at, found := slices.BinarySearch(names, last)
	if found {
		at++
	}
	if names = append([]string{}, names[at:]...); len(names) <= size {
		return names, nil, nil
	}
	return names[:size], aws.String("after:" + names[size-1]), nil
}
