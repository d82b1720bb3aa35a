package setupcmd

import (
	"context"
	"fmt"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// nodegroupsOf returns the node groups of a cluster, at least one.
func nodegroupsOf(ctx context.Context, api stackaws.EKSAPI, cluster, region string) ([]stackaws.Nodegroup, error) {
	groups, err := stackaws.Nodegroups(ctx, api, cluster)
	switch {
	case stackaws.IsMissing(err):
		known, _ := stackaws.Clusters(ctx, api) // the error is useful without them
		return nil, frame.NotFound(fmt.Errorf("unknown cluster %q in %s; known: %s%s", cluster, region, english.OrNone(known), english.DidYouMean(cluster, known)))
	case err != nil:
		return nil, err
	case len(groups) == 0:
		return nil, frame.NotFound(fmt.Errorf("cluster %s in %s %s", cluster, region, noNodegroups))
	}
	return groups, nil
}

// noNodegroups follows the name of a cluster.
const noNodegroups = "has no managed node groups; eks-scaling does not scale self-managed nodes, Fargate or Auto Mode"

// clustersOf returns the clusters of a region that can be configured, and why the others cannot.
func clustersOf(ctx context.Context, api stackaws.EKSAPI, region string, snapshot inventory.Snapshot) (free []stackaws.Cluster, others []string, err error) {
	all, err := stackaws.Discover(ctx, api)
	if err != nil {
		return nil, nil, err
	}
	if len(all) == 0 {
		return nil, nil, frame.NotFound(fmt.Errorf("no EKS clusters in %s; create one with managed node groups, or use another --region or --profile", region))
	}
	configured, unread := 0, error(nil)
	for _, c := range all {
		_, unknown := snapshot.FindCluster(c.Name)
		switch {
		case unknown == nil:
			others = append(others, c.Name+" is already configured")
			configured++
		case c.Err != nil:
			others = append(others, c.Name+" cannot be read: "+frame.Sentence(c.Err))
			unread = c.Err
		case len(c.Nodegroups) == 0:
			others = append(others, c.Name+" "+noNodegroups)
		default:
			free = append(free, c)
		}
	}
	if len(free) > 0 {
		return free, others, nil
	}
	if configured == len(all) {
		return nil, nil, frame.NotFound(fmt.Errorf("all clusters in %s are already configured; edit them with: eks-scaling config edit", region))
	}
	none := frame.Remedied{Found: fmt.Sprintf("no cluster in %s can be configured: %s", region, strings.Join(others, "; ")), Err: unread}
	if unread != nil {
		return nil, nil, none // one of the unread clusters may do
	}
	return nil, nil, frame.NotFound(none)
}

// nodegroupsInWords lists node groups in one line. A longest of 0 is no limit.
func nodegroupsInWords(groups []stackaws.Nodegroup, longest int) string {
	text := ""
	for i, g := range groups {
		next := g.String()
		if i > 0 {
			next = text + ", " + next
		}
		if rest := fmt.Sprintf(" and %d more", len(groups)-i); longest > 0 && i > 0 && len(next)+len(rest) > longest {
			return text + rest
		}
		text = next
	}
	return text
}
