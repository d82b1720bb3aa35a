package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	smithy "github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/nodegroups"
)

// AtOnce limits the concurrent calls of status, so that AWS does not throttle.
const AtOnce = 64

// NoCluster is EKS's code for a cluster, or a node group, that does not exist.
const NoCluster = "ResourceNotFoundException"

// clusterGone starts EKS's message if a node group's cluster does not exist. The code is that of a missing node group.
const clusterGone = "No cluster found"

// ReadNodegroups reads the configured node groups of clusters, at most limit at once.
func (c Collector) ReadNodegroups(ctx context.Context, clusters []*health.ClusterFacts, limit int) {
	var all errgroup.Group
	all.SetLimit(limit)
	var found sync.Mutex
	for _, cluster := range clusters {
		place := nodegroups.Place{Cluster: cluster.Name, Region: cluster.Config.Region, RoleARN: cluster.Config.RoleARN}
		for name := range cluster.Config.Nodegroups {
			all.Go(func() error {
				group, clusterMissing := nodegroupFact(c.Nodegroups.Describe(ctx, place, name))
				found.Lock()
				defer found.Unlock()
				cluster.Nodegroups[name], cluster.Missing = group, cluster.Missing || clusterMissing
				return nil
			})
		}
	}
	_ = all.Wait() // none fails
}

// nodegroupFact turns EKS's answer about a node group into a fact, and reports whether its cluster is missing as well.
func nodegroupFact(state nodegroups.State, err error) (f health.Fact[health.Nodegroup], clusterMissing bool) {
	if err == nil {
		return health.Known(health.Nodegroup{Sizes: state.Sizes, Status: string(state.Status), Health: state.Health}), false
	}
	f = Fact(health.Nodegroup{}, fmt.Errorf("looking at %w", err), "", "eks:DescribeNodegroup", NoCluster)
	f.Error = Why(err)
	if api, ok := errors.AsType[smithy.APIError](err); ok && f.Missing {
		f.Error, clusterMissing = api.ErrorMessage(), strings.HasPrefix(api.ErrorMessage(), clusterGone)
	}
	return f, clusterMissing
}
