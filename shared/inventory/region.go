package inventory

import (
	"fmt"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
)

// ElsewhereError reports that a cluster belongs to the hub of another region.
type ElsewhereError struct {
	Cluster      string
	Region, This string // the cluster's region, and the one of this hub
}

// Error says which hub takes the cluster.
func (e *ElsewhereError) Error() string {
	return fmt.Sprintf("cluster %s belongs to the hub of %s, and this one takes only clusters of %s; add: --region %s", e.Cluster, e.Region, e.This, e.Region)
}

// scope limits a snapshot to the clusters of one region. The zero value limits nothing.
type scope struct {
	region    string
	elsewhere map[string]string // the region of each cluster that is left out
}

// RegionOf returns the region of a cluster; empty if it cannot be read, or if no partition can have such a region.
func RegionOf(cluster Item) string {
	region := textIn(cluster.Spec, "region")
	if config.CheckRegion(region) != nil || !account.IsRegion(region) {
		return ""
	}
	return region
}

// In returns the part of the configuration that the hub of a region takes, if it takes only its own clusters. Without a region it returns
// everything. A cluster whose region is unreadable stays: the hub whose table has it reports it. So does an override without its cluster.
// Settings and calendars belong to every hub.
func (s Snapshot) In(region string) Snapshot {
	if region == "" {
		return s
	}
	part := Snapshot{Settings: s.Settings, Calendars: s.Calendars, readings: s.readings, scope: scope{region, map[string]string{}}}
	for _, c := range s.Clusters {
		if of := RegionOf(c); of != "" && of != region {
			part.elsewhere[c.Name] = of
			continue
		}
		part.Clusters = append(part.Clusters, c)
	}
	for _, o := range s.Overrides {
		if !part.IsElsewhere(o.ClusterName()) {
			part.Overrides = append(part.Overrides, o)
		}
	}
	return part
}

// IsElsewhere reports whether a cluster belongs to the hub of another region.
func (s Snapshot) IsElsewhere(cluster string) bool { return s.elsewhere[cluster] != "" }

// Elsewhere returns the clusters of other regions that [Snapshot.In] has left out, with their regions.
func (s Snapshot) Elsewhere() map[string]string { return s.elsewhere }

// Here returns an [ElsewhereError] for a cluster that belongs to the hub of another region; nil otherwise.
func (s Snapshot) Here(cluster string) error {
	if !s.IsElsewhere(cluster) {
		return nil
	}
	return &ElsewhereError{Cluster: cluster, Region: s.elsewhere[cluster], This: s.region}
}

// Regions returns the regions of the clusters that can be read, each once per cluster.
func (s Snapshot) Regions() (regions []string) {
	for _, c := range s.Clusters {
		if region := RegionOf(c); region != "" {
			regions = append(regions, region)
		}
	}
	return regions
}
