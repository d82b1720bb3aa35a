package eks

import "eks-scaling-automation/integration/eksmodel"

// Own is the account of calls without an assumed role.
const Own = "123456789012"

// Account is EKS in one account. Its clusters are not visible to other accounts. Methods about a node group panic if it does not exist,
// because that is a mistake in the test.
type Account struct {
	server *Server
	id     string
}

// Of returns an account by its ID. Server's own methods about node groups are those of [Own].
func (s *Server) Of(account string) *Account { return &Account{s, account} }

// FailIn is [Server.Fail] for the calls in one region of the account.
func (a *Account) FailIn(region, operation, cluster, nodegroup string, times int, f Failure) {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	fits := of(operation, cluster, nodegroup)
	a.server.faults.Fail(times, f, func(c Call) bool { return c.Account == a.id && c.Region == region && fits(c) })
}

// Tag sets a tag of a node group, or of the cluster if the node group is empty. Policies see it as aws:ResourceTag/KEY.
func (a *Account) Tag(region, cluster, nodegroup, key, value string) {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	tags, ref := a.in(region).tags, eksmodel.Ref{Cluster: cluster, Nodegroup: nodegroup}
	if tags[ref] == nil {
		tags[ref] = map[string]string{}
	}
	tags[ref][key] = value
}

func (a *Account) in(region string) *place { return a.server.in(Place{a.id, region}) }
