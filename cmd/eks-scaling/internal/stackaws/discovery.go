package stackaws

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/scaling"
)

// EKSAPI is the part of EKS that is needed. A client is for one region.
type EKSAPI interface {
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

// Discover reads all clusters of a region with their node groups, by name. A cluster whose node groups cannot be read is
// among them, and says why. An error is that of the list itself, or the end of ctx.
func Discover(ctx context.Context, api EKSAPI) ([]Cluster, error) {
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
func Clusters(ctx context.Context, api EKSAPI) ([]string, error) {
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

// NodegroupNames are the names of a cluster's node groups, in order.
func NodegroupNames(ctx context.Context, api eks.ListNodegroupsAPIClient, cluster string) ([]string, error) {
	var names []string
	for pages := eks.NewListNodegroupsPaginator(api, &eks.ListNodegroupsInput{ClusterName: &cluster}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the node groups of cluster %s: %w", cluster, err)
		}
		names = append(names, page.Nodegroups...)
	}
	slices.Sort(names)
	return names, nil
}

// Nodegroups are those of a cluster, by name. One that goes away meanwhile is not among them. Whether an error says that the
// cluster is not there tells [IsMissing].
func Nodegroups(ctx context.Context, api EKSAPI, cluster string) ([]Nodegroup, error) {
	names, err := NodegroupNames(ctx, api, cluster)
	if err != nil {
		return nil, err
	}
	found := make([]*Nodegroup, len(names))
	reading, ctx := errgroup.WithContext(ctx)
	reading.SetLimit(nodegroupsAtATime)
	for i, name := range names {
		reading.Go(func() error {
			state, err := nodegroups.Read(ctx, api, cluster, name)
			switch {
			case IsMissing(err):
				return nil
			case err != nil:
				return fmt.Errorf("reading %w", err)
			}
			found[i] = &Nodegroup{Name: name, Sizes: state.Sizes, AutoScalingGroups: state.AutoScalingGroups}
			return nil
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
	return groups, nil
}

// IsMissing says that an error means that a cluster or a node group is not there.
func IsMissing(err error) bool {
	_, missing := errors.AsType[*types.ResourceNotFoundException](err)
	return missing
}
