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

// EKSAPI is the part of EKS that discovery needs. A client serves one region.
type EKSAPI interface {
	ListClusters(context.Context, *eks.ListClustersInput, ...func(*eks.Options)) (*eks.ListClustersOutput, error)
	ListNodegroups(context.Context, *eks.ListNodegroupsInput, ...func(*eks.Options)) (*eks.ListNodegroupsOutput, error)
	DescribeNodegroup(context.Context, *eks.DescribeNodegroupInput, ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error)
}

// Cluster is an EKS cluster with its node groups.
type Cluster struct {
	Name       string
	Nodegroups []Nodegroup // by name
	Err        error       // why the node groups could not be read
}

// Nodegroup is a managed node group as EKS reports it.
type Nodegroup struct {
	Name              string
	Sizes             scaling.Sizes
	AutoScalingGroups []string // names, rarely more than one
}

// String returns text such as "big 3 (0..5)".
func (g Nodegroup) String() string {
	return g.Name + " " + g.Sizes.String()
}

// The numbers of clusters, and of node groups in each cluster, that are read concurrently.
const (
	clustersAtATime   = 4
	nodegroupsAtATime = 4
)

// Discover reads all clusters of a region with their node groups, by name. A cluster whose node groups cannot be read has an Err.
// Discover itself fails only if the list cannot be read, or with ctx.
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

// Clusters returns the names of a region's clusters, in order.
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

// NodegroupNames returns the names of a cluster's node groups, in order.
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

// Nodegroups returns the node groups of a cluster, by name. It omits node groups that are deleted meanwhile. [IsMissing]
// recognizes an unknown cluster.
func Nodegroups(ctx context.Context, api EKSAPI, cluster string) ([]Nodegroup, error) {
	names, err := NodegroupNames(ctx, api, cluster)
	if err != nil {
		return nil, err
	}
	found := make([]Nodegroup, len(names))
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
			found[i] = Nodegroup{Name: name, Sizes: state.Sizes, AutoScalingGroups: state.AutoScalingGroups}
			return nil
		})
	}
	if err := reading.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(g Nodegroup) bool { return g.Name == "" }), nil
}

// IsMissing reports whether an error means that a cluster or a node group does not exist.
func IsMissing(err error) bool {
	_, missing := errors.AsType[*types.ResourceNotFoundException](err)
	return missing
}
