package config

import (
	"cmp"
	"fmt"

	"eks-scaling-automation/shared/account"
)

func readAccounts(v value) Accounts {
	var a Accounts
	v.object(fields{
		"externalId": func(v value) { a.ExternalID = v.matching(account.IsExternalID, "external id", account.ExternalIDForm) },
		"role":       func(v value) { a.Role = v.matching(account.IsRoleName, "role name", account.RoleNameForm) },
	})
	return a
}

// roleOf returns the role that is assumed to reach the cluster.
func (r *clusterReader) roleOf() account.Role {
	externalID := cmp.Or(r.ExternalID, r.around.accounts.ExternalID)
	switch {
	case r.RoleARN != "":
		return account.Role{ARN: r.RoleARN, ExternalID: externalID}
	case account.IsID(r.Account):
		return account.SpokeRole(r.Region, r.Account, r.around.accounts.Role, externalID)
	default:
		return account.Role{}
	}
}

// readRole finds the role, and checks that account, role, external id and region fit each other.
func (r *clusterReader) readRole() {
	role := r.roleOf()
	r.role = role
	switch place := r.parts["roleArn"]; {
	case !isRoleARN(r.RoleARN):
	case r.Account != "" && r.Account != role.Account():
		place.fail("is a role in account %s, but account is %s: fix one of them, or remove account", role.Account(), r.Account)
	case isRegion(r.Region) && account.PartitionOf(r.RoleARN) != account.Partition(r.Region):
		place.fail("is a role in partition %s, but region %s is in %s", account.PartitionOf(r.RoleARN), r.Region, account.Partition(r.Region))
	}
	if id, given := r.parts["externalId"]; given && role.ARN == "" {
		id.fail("is only for a cluster in another account: add account or roleArn, or remove it")
	}
	if role.Spoke && role.ExternalID == "" {
		r.parts["account"].fail("needs the external id of its spoke: add accounts: {externalId: ...} to the settings, with the parameter ExternalId of the spoke stack")
	}
}

// Together collects clusters and refuses those that cannot be in one configuration with the ones before. The zero value is empty.
type Together struct {
	first Cluster // the first one with a region
	names map[eksRef]string
}

// eksRef identifies a cluster of EKS.
type eksRef struct{ account, region, name string }

// Add adds a cluster. The error says which earlier one it contradicts: two clusters that are one in EKS would both scale its node
// groups, and no role reaches from one partition into another.
func (t *Together) Add(c Cluster) error {
	if !isRegion(c.Region) || c.Name == "" {
		return nil // that they cannot be read is an error already
	}
	if t.names == nil {
		t.first, t.names = c, map[eksRef]string{}
	}
	if own, others := account.Partition(c.Region), account.Partition(t.first.Region); own != others {
		return fmt.Errorf("region: %s is in partition %s, but %s of cluster %s is in %s: use a deployment for each partition",
			c.Region, own, t.first.Region, t.first.Name, others)
	}
	if other, taken := t.names[c.ref()]; taken && other != c.Name {
		return fmt.Errorf("is the same EKS cluster as %s: %s; use one cluster with schedules", other, c.ref())
	}
	t.names[c.ref()] = c.Name
	return nil
}

func (c Cluster) ref() eksRef {
	return eksRef{cmp.Or(c.Account, account.Of(c.RoleARN)), c.Region, c.EKSName()}
}

// String names the cluster, its region and, if it is not the stack's, its account.
func (r eksRef) String() string {
	if r.account != "" {
		return fmt.Sprintf("%s in %s, account %s", r.name, r.region, r.account)
	}
	return fmt.Sprintf("%s in %s", r.name, r.region)
}

// sameName returns what to do with two clusters of one name.
func sameName(a, b Cluster) string {
	if a.ref() == b.ref() {
		return "for node groups with other hours or in another time zone, use schedules"
	}
	return fmt.Sprintf("give one another name, and add clusterName: %s", a.EKSName())
}
