package main

import (
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/spoke"
)

// externalID is what the configuration sends to all spokes.
const externalID = "hub-of-the-platform-team"

// deploySpokes deploys the spoke of each account.
func (f *fleet) deploySpokes() error {
	for _, id := range f.ids() {
		if err := f.DeploySpoke(id, f.template(), nil); err != nil {
			return err
		}
	}
	return nil
}

// template returns the template of all spokes.
func (f *fleet) template() spoke.Template {
	t := spoke.Template{Defaults: spoke.Parameters{ExternalID: externalID}}
	for unit := range f.units {
		t.Clusters = append(t.Clusters, spoke.Cluster{Account: f.account(unit), Region: f.region(unit), Name: f.cluster(unit)})
	}
	return t
}

// ids returns the accounts.
func (f *fleet) ids() []string {
	all := map[string]bool{}
	for unit := range f.units {
		all[f.account(unit)] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// unnamed returns the calls of EKS whose session does not name a run, and the cluster by a tag, as CloudTrail would show it. It also
// says if there are no calls.
func (f *fleet) unnamed() []string {
	sessions := map[string]bool{}
	for _, hub := range f.Hubs() {
		for _, x := range hub.Engine.Executions() {
			sessions[account.SessionName(x.Name)] = true
		}
	}
	calls := f.EKS.Calls()
	if len(calls) == 0 {
		return []string{"EKS was not called"}
	}
	var all []string
	for _, c := range calls {
		if !sessions[c.Caller.Session] || c.Caller.Tags[account.RunTag] == "" || c.Caller.Tags[account.ClusterTag] != c.Cluster {
			all = append(all, fmt.Sprintf("%s in %s of %s was called by %s with the tags %v", c.Operation, c.Region, c.Account, c.Caller.ARN, c.Caller.Tags))
		}
	}
	return all
}

// spot is a cluster of EKS.
type spot struct{ account, region, cluster string }

// updates returns the accepted updates by cluster.
func (f *fleet) updates() map[spot][]eks.Event {
	all := map[spot][]eks.Event{}
	for _, e := range f.EKS.Events() {
		if e.Operation == "UpdateNodegroupConfig" && e.Accepted {
			at := spot{e.Account, e.Region, e.Cluster}
			all[at] = append(all[at], e)
		}
	}
	return all
}

func (f *fleet) spot(unit int) spot { return spot{f.account(unit), f.region(unit), f.cluster(unit)} }
