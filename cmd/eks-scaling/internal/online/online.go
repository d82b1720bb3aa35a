// Package online compares a configuration with the clusters and node groups that exist in EKS. It finds what a run would fail on: names
// that are not there, limits and sizes that differ, and permissions that are missing. "config apply" and "validate --online" use it:
//
//	result := online.Check(ctx, online.New(awsConfig, pace), configuration.Clusters)
//	for _, f := range result.Findings { ... }  // warnings with the path of a field
//	for _, u := range result.Unchecked { ... } // clusters that could not be read, and why
//
// The package only reads.
package online

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// timeout limits a check. Clusters without an answer by then are unchecked.
const timeout = 20 * time.Second

// Open returns EKS in the region of a place, as the role of the place if it has one.
type Open func(nodegroups.Place) stackaws.EKSAPI

// New opens EKS with the given credentials, within a budget.
func New(own aws.Config, pace collect.Pace) Open {
	reach := nodegroups.Reaching(own)
	return func(p nodegroups.Place) stackaws.EKSAPI { return pace.EKS(reach(p), p) }
}

// Finding is a difference between a cluster of the configuration and EKS.
type Finding struct {
	Index     int             // of the cluster in the list
	Cluster   string          // its name
	Nodegroup string          // empty if the finding is about the cluster
	Signal    string          // of a finding about a signal, which has no cluster
	Path      string          // of the field, such as "clusters[0].nodegroups.big"
	Severity  config.Severity // an error fails a run as things are; a warning does not
	Message   string
}

// String returns text such as `production/bigg: node group not found in EKS; existing: big, small`.
func (f Finding) String() string {
	switch {
	case f.Signal != "":
		return "signal " + f.Signal + ": " + f.Message
	case f.Nodegroup == "":
		return f.Cluster + ": " + f.Message
	}
	return f.Cluster + "/" + f.Nodegroup + ": " + f.Message
}

// Result is the result of a check, in the order of the clusters.
type Result struct {
	Findings  []Finding
	Unchecked []Unchecked
}

func placesOf(clusters []config.Cluster) (places []inventory.Place) {
	for _, c := range clusters {
		places = append(places, inventory.Place{Account: c.Role().Account(), Region: c.Region})
	}
	return places
}

// Check compares clusters with EKS. It reads the clusters of all regions and accounts at the same time.
func Check(ctx context.Context, open Open, clusters []config.Cluster) Result {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	checks := make([]check, len(clusters))
	collect.EachPlace(placesOf(clusters), func(i int) {
		c := clusters[i]
		api := open(nodegroups.Place{Cluster: c.EKSName(), Region: c.Region, Role: c.Role().Viewer()})
		checks[i] = check{index: i, cluster: c, api: api}
		checks[i].err = checks[i].run(ctx)
	})
	var r Result
	for _, c := range checks {
		r.Findings = append(r.Findings, c.findings...)
		if c.err != nil {
			r.Unchecked = join(r.Unchecked, ofCluster(c.cluster, c.err))
		}
	}
	return r
}
