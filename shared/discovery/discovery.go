// Package discovery finds out what there is to be scaled: the EKS clusters of a region and their managed node groups, with
// the sizes that they have now. It only reads. Nodes that are not in a managed node group (self-managed ones, Fargate, Auto
// Mode) are not seen, as nothing here could scale them.
package discovery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/scaling"
)

// API is the part of EKS that is needed. A client is for one region.
type API interface {
	ListClusters(context.Context, *eks.ListClustersInput, ...func(*eks.Options)) (*eks.ListClustersOutput, error)
	ListNodegroups(context.Context, *eks.ListNodegroupsInput, ...func(*eks.Options)) (*eks.ListNodegroupsOutput, error)
	DescribeNodegroup(context.Context, *eks.DescribeNodegroupInput, ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error)
}

// Cluster is one of a region.
type Cluster struct {
	Name       string
	Nodegroups []Nodegroup // by name
	Err        error       // why the node groups could not be read
}

// Nodegroup is a managed node group as EKS reports it.
type Nodegroup struct {
	Name              string
	Sizes             scaling.Sizes
	AutoScalingGroups []string // the names of those behind it, hardly ever more than one
}

// String is such as "big 3 (0..5)".
func (g Nodegroup) String() string {
	return g.Name + " " + g.Sizes.String()
}

// How much is read at the same time: so many clusters, and of each so many node groups.
const (
	clustersAtATime   = 4
	nodegroupsAtATime = 4
)

// Region reads all clusters of a region with their node groups, by name. A cluster whose node groups cannot be read is
// among them, and says why. An error is that of the list itself, or the end of ctx.
func Region(ctx context.Context, api API) ([]Cluster, error) {
	names, err := Clusters(ctx, api)
	if err != nil {
		return nil, err
	}
	clusters := make([]Cluster, len(names))
	var reading errgroup.Group
	reading.SetLimit(clustersAtATime)
	for i, name := range names {
		reading.Go(func() error {
			groups, err := Nodegroups(ctx, api, name)
			clusters[i] = Cluster{Name: name, Nodegroups: groups, Err: err}
			if ctx.Err() != nil {
				return err
			}
			return nil
		})
	}
	if err := reading.Wait(); err != nil {
		return nil, err
	}
	return clusters, nil
}

// Clusters are the names of a region's clusters, in order.
func Clusters(ctx context.Context, api API) ([]string, error) {
	var names []string
	for pages := eks.NewListClustersPaginator(api, &eks.ListClustersInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the EKS clusters: %w", err)
		}
		names = append(names, page.Clusters...)
	}
	slices.Sort(names)
	return names, nil
}

// Nodegroups are those of a cluster, by name. One that goes away meanwhile is not among them. Whether an error says that the
// cluster is not there tells [IsMissing].
func Nodegroups(ctx context.Context, api API, cluster string) ([]Nodegroup, error) {
	var names []string
	for pages := eks.NewListNodegroupsPaginator(api, &eks.ListNodegroupsInput{ClusterName: &cluster}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the node groups of cluster %s: %w", cluster, err)
		}
		names = append(names, page.Nodegroups...)
	}
	found := make([]*Nodegroup, len(names))
	reading, ctx := errgroup.WithContext(ctx)
	reading.SetLimit(nodegroupsAtATime)
	for i, name := range names {
		reading.Go(func() (err error) {
			found[i], err = describe(ctx, api, cluster, name)
			return err
		})
	}
	if err := reading.Wait(); err != nil {
		return nil, err
	}
	var groups []Nodegroup
	for _, g := range found {
		if g != nil {
			groups = append(groups, *g)
		}
	}
	slices.SortFunc(groups, func(a, b Nodegroup) int { return strings.Compare(a.Name, b.Name) })
	return groups, nil
}

// describe reads one node group; nil if it is not there any more.
func describe(ctx context.Context, api API, cluster, name string) (*Nodegroup, error) {
	out, err := api.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &cluster, NodegroupName: &name})
	if IsMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading node group %s/%s: %w", cluster, name, err)
	}
	g := &Nodegroup{Name: name}
	if sizes := out.Nodegroup.ScalingConfig; sizes != nil {
		g.Sizes = scaling.Sizes{
			MinSize: aws.ToInt32(sizes.MinSize), MaxSize: aws.ToInt32(sizes.MaxSize), DesiredSize: aws.ToInt32(sizes.DesiredSize),
		}
	}
	if behind := out.Nodegroup.Resources; behind != nil {
		for _, group := range behind.AutoScalingGroups {
			g.AutoScalingGroups = append(g.AutoScalingGroups, aws.ToString(group.Name))
		}
	}
	return g, nil
}

// IsMissing says that an error means that a cluster or a node group is not there.
func IsMissing(err error) bool {
	_, missing := errors.AsType[*types.ResourceNotFoundException](err)
	return missing
}
