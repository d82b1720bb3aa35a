// Package reach looks into the accounts and regions of a fleet, as people reach them: through the viewer roles of the spokes. It says
// why an account cannot be reached, and what to do. One account that refuses or does not answer delays no other.
package reach

import (
	"cmp"
	"slices"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

// Place is an account in a region, and the role by which its clusters are reached.
type Place struct {
	Account, Region string
	Role            account.Role // of the functions; zero in the stack's account
}

// Viewed returns the place as people look at it.
func (p Place) Viewed() nodegroups.Place {
	return nodegroups.Place{Region: p.Region, Role: p.Role.Viewer()}
}

// PlaceOf returns the place of a cluster.
func PlaceOf(s deployment.Stack, c config.Cluster) Place {
	return Place{Account: cmp.Or(c.Role().Account(), s.Account), Region: c.Region, Role: c.Role()}
}

// PlacesOf returns the places of a configuration and of more, each once: the stack's own region first, then its account, then the
// others in order. Another account is looked into in the given regions, or else in all regions of the configuration. Another region is
// looked into in all accounts.
func PlacesOf(s deployment.Stack, c config.Config, more More) []Place {
	own := Place{Account: s.Account, Region: s.Region}
	all := []Place{own}
	for _, cluster := range c.Clusters {
		all = append(all, PlaceOf(s, cluster))
	}
	regions := more.Regions
	if len(regions) == 0 {
		for _, p := range all {
			regions = append(regions, p.Region)
		}
	}
	for _, id := range more.Accounts {
		for _, region := range regions {
			p := Place{Account: id, Region: region}
			if id != s.Account {
				p.Role = account.SpokeRole(region, id, c.Accounts.Role, c.Accounts.ExternalID)
			}
			all = append(all, p)
		}
	}
	for _, region := range more.Regions {
		for _, p := range all {
			p.Region = region
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b Place) int {
		return cmp.Or(first(a == own, b == own), first(a.Account == s.Account, b.Account == s.Account), cmp.Compare(a.Account, b.Account),
			cmp.Compare(a.Region, b.Region), cmp.Compare(a.Role.ARN, b.Role.ARN), cmp.Compare(a.Role.ExternalID, b.Role.ExternalID))
	})
	return slices.Compact(all)
}

// first sorts what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}
