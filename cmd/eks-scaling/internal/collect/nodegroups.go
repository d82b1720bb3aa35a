package collect

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/inventory"
)

// NoCluster is EKS's code for a cluster, or a node group, that does not exist.
const NoCluster = "ResourceNotFoundException"

// clusterGone starts EKS's message if a node group's cluster does not exist. The error code is the same as for a missing node
// group.
const clusterGone = "No cluster found"

// ReadNodegroups reads the configured node groups of clusters.
func (c Collector) ReadNodegroups(ctx context.Context, clusters []*health.ClusterFacts) {
	var found sync.Mutex
	var tasks []task
	for _, cluster := range clusters {
		at := PlaceOf(cluster.Config)
		at.Budget = c.budget
		for _, name := range slices.Sorted(maps.Keys(cluster.Config.Nodegroups)) {
			tasks = append(tasks, task{inventory.PlaceOfUnit(cluster.Config), func() {
				group, clusterNotFound := nodegroupFact(c.Nodegroups.Describe(ctx, at, name))
				found.Lock()
				defer found.Unlock()
				cluster.Nodegroups[name], cluster.Missing = group, cluster.Missing || clusterNotFound
			}})
		}
	}
	inPlaces(tasks)
}

// nodegroupFact turns EKS's answer about a node group into a fact, and reports whether its cluster is missing as well.
func nodegroupFact(state nodegroups.State, err error) (f health.Fact[health.Nodegroup], clusterNotFound bool) {
	if err == nil {
		return health.Known(health.Nodegroup{Sizes: state.Sizes, Status: string(state.Status), Health: state.Health, MaxUnavailable: state.MaxUnavailable}), false
	}
	f = Fact(health.Nodegroup{}, fmt.Errorf("looking at %w", err), "", "eks:DescribeNodegroup", NoCluster)
	f.Error = Why(err)
	if api, ok := errors.AsType[smithy.APIError](err); ok && f.Missing {
		f.Error, clusterNotFound = api.ErrorMessage(), strings.HasPrefix(api.ErrorMessage(), clusterGone)
	}
	return f, clusterNotFound
}
