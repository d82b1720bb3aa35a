package accountscmd

import (
	"context"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// entry is an account in a region, as the answer shows it.
type entry struct {
	Account   string         `json:"account"`
	Region    string         `json:"region"`
	Own       bool           `json:"own"`            // the stack's account
	Role      string         `json:"role,omitempty"` // as which people look there
	Reachable bool           `json:"reachable"`
	Problem   *reach.Problem `json:"problem,omitempty"`
	// Configured has the clusters of the configuration.
	Configured []configured `json:"configured"`
	// NotConfigured names the other clusters of EKS.
	NotConfigured []string `json:"notConfigured"`
	Nodegroups    int      `json:"nodegroups"` // of all clusters in EKS
}

// configured is a cluster of the configuration.
type configured struct {
	Name        string `json:"name"`
	ClusterName string `json:"clusterName"` // in EKS
	NotFound    bool   `json:"notFound,omitempty"`
}

// look reads the clusters of all places, and compares them with the configuration.
func look(ctx context.Context, from reach.Surveyor, s deployment.Stack, places []reach.Place, held inventory.Checked) []entry {
	clusters, groups := make([][]string, len(places)), make([]int, len(places))
	problems := from.Look(ctx, places, func(ctx context.Context, api stackaws.EKSAPI, i int) error {
		var err error
		clusters[i], groups[i], err = countClusters(ctx, api)
		return err
	})
	known := reach.Configured(s, held)
	all := make([]entry, len(places))
	for i, p := range places {
		all[i] = entry{
			Account: p.Account, Region: p.Region, Own: p.Account == s.Account, Role: p.Role.Viewer().ARN, Reachable: problems[i] == nil,
			Problem: problems[i], Configured: configuredIn(s, held, p), NotConfigured: []string{},
		}
		if problems[i] != nil {
			continue
		}
		all[i].Nodegroups = groups[i]
		for n, c := range all[i].Configured {
			all[i].Configured[n].NotFound = !slices.Contains(clusters[i], c.ClusterName)
		}
		for _, name := range clusters[i] {
			if !known[reach.Cluster{Account: p.Account, Region: p.Region, Name: name}] {
				all[i].NotConfigured = append(all[i].NotConfigured, name)
			}
		}
	}
	return all
}

// countClusters returns the names of the clusters in a region, and how many node groups they have.
func countClusters(ctx context.Context, api stackaws.EKSAPI) (names []string, groups int, err error) {
	if names, err = stackaws.Clusters(ctx, api); err != nil {
		return nil, 0, err
	}
	for _, name := range names {
		found, err := stackaws.NodegroupNames(ctx, api, name)
		if err != nil && !stackaws.IsMissing(err) {
			return nil, 0, err
		}
		groups += len(found)
	}
	return names, groups, nil
}

func configuredIn(s deployment.Stack, held inventory.Checked, p reach.Place) []configured {
	found := []configured{}
	for _, c := range held.Config().Clusters {
		if reach.PlaceOf(s, c) == p {
			found = append(found, configured{Name: c.Name, ClusterName: c.EKSName()})
		}
	}
	return found
}
