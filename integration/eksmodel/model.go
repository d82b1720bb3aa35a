package eksmodel

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/shared/account"
)

// Model is EKS in one region of one account. It is not safe for concurrent use, but a clone is independent of its original.
type Model struct {
	// Now is EKS's clock. It must not go back.
	Now             func() time.Time
	Account, Region string

	clusters []string     // by name; a cluster stays when its node groups are gone
	groups   []*nodegroup // by cluster and name
	created  int          // node groups so far
	updates  []*update    // in the order of time, including deleted node groups'
	changes  []Change     // append-only, so clones share the common part
	budget   *budget      // of calls; nil without a limit
}

// New returns a model of ACTIVE node groups in eu-central-1 that have their desired nodes.
func New(now func() time.Time, groups ...Nodegroup) *Model {
	m := &Model{Now: now, Account: "123456789012", Region: "eu-central-1"}
	for _, g := range groups {
		m.Add(g)
	}
	return m
}

// Add creates or replaces a node group that is ACTIVE and has its nodes at once.
func (m *Model) Add(n Nodegroup) {
	m.settle()
	m.created++
	now := m.Now()
	g := &nodegroup{
		ref: n.Ref, number: m.created, sizes: n.Sizes, nodes: n.Desired, maxUnavailable: max(n.MaxUnavailable, 1), behavior: n.Behavior.clone(),
		status: types.NodegroupStatusActive, created: now, modified: now,
		arn: m.arn("nodegroup/" + n.Cluster + "/" + n.Nodegroup + "/" + id(m.created)),
	}
	if at, found := slices.BinarySearch(m.clusters, n.Cluster); !found {
		m.clusters = slices.Insert(m.clusters, at, n.Cluster)
	}
	at, found := m.search(n.Ref)
	if found {
		m.groups[at] = g
	} else {
		m.groups = slices.Insert(m.groups, at, g)
	}
	m.log(Change{At: now, Ref: n.Ref, Cause: CauseCreated, SizesAfter: n.Sizes, NodesAfter: g.nodes})
}

// Clone copies the model with its clock. Set Now of the copy to give it its own.
func (m *Model) Clone() *Model {
	c := *m
	c.clusters, c.changes, c.budget = slices.Clone(m.clusters), slices.Clip(m.changes), m.budget.clone()
	c.groups, c.updates = slices.Clone(m.groups), slices.Clone(m.updates)
	for i, u := range m.updates {
		if u.Ended.IsZero() { // one that has ended never changes again
			c.updates[i] = new(*u)
		}
	}
	for i, g := range m.groups {
		c.groups[i] = g.clone()
		if g.running != nil {
			c.groups[i].running = c.update(g.running.ID)
		}
	}
	return &c
}

// ClusterARN returns the ARN of a cluster, whether it exists or not.
func (m *Model) ClusterARN(name string) string { return m.arn("cluster/" + name) }

// NodegroupARN returns the ARN of a node group. The last part, an ID, is zero if there is none.
func (m *Model) NodegroupARN(r Ref) string {
	if g := m.group(r); g != nil {
		return g.arn
	}
	return m.arn("nodegroup/" + r.Cluster + "/" + r.Nodegroup + "/" + id(0))
}

func (m *Model) arn(resource string) string {
	return "arn:" + account.Partition(m.Region) + ":eks:" + m.Region + ":" + m.Account + ":" + resource
}

// id returns the ID of an update or a node group. It ends in the number and begins with a hash, so that the order of IDs does not
// reveal the order of time.
func id(number int) string {
	return fmt.Sprintf("%08x-0000-4000-8000-%012d", uint32(number)*2654435761, number)
}

func (m *Model) search(r Ref) (at int, found bool) {
	return slices.BinarySearchFunc(m.groups, r, func(g *nodegroup, r Ref) int { return g.ref.compare(r) })
}

// group finds a node group; nil if there is none.
func (m *Model) group(r Ref) *nodegroup {
	if at, found := m.search(r); found {
		return m.groups[at]
	}
	return nil
}

// update finds an update by its id; nil if there is none.
func (m *Model) update(id string) *update {
	if at := slices.IndexFunc(m.updates, func(u *update) bool { return u.ID == id }); at >= 0 {
		return m.updates[at]
	}
	return nil
}
