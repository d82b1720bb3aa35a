package eksmodel

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// Model is EKS in one account and region. It is not safe for concurrent use; a clone shares nothing that changes with its
// original.
type Model struct {
	// Now is the clock of EKS. It must not go back.
	Now func() time.Time

	clusters []string     // by name; a cluster stays when its node groups are gone
	groups   []*nodegroup // by cluster and name
	updates  []*update    // by id, with those of deleted node groups
	tokens   []token      // by token
	accepted int          // updates so far; ids are made of it

	// The logs only grow, so clones share what they have in common.
	calls   []Call
	changes []Change
}

// token is a clientRequestToken that was accepted.
type token struct {
	text   string
	update string // its id
}

// New makes a model of node groups. All of them are ACTIVE and have the nodes that they desire.
func New(now func() time.Time, groups ...Nodegroup) *Model {
	m := &Model{Now: now}
	for _, g := range groups {
		m.Add(g)
	}
	return m
}

// Add creates a node group that is ACTIVE and has its nodes at once. It replaces one of the same name.
func (m *Model) Add(n Nodegroup) {
	m.settle()
	now := m.Now()
	g := &nodegroup{
		ref: n.Ref, sizes: n.Sizes, nodes: n.Desired, maxUnavailable: max(n.MaxUnavailable, 1), behavior: n.Behavior.clone(),
		status: types.NodegroupStatusActive, created: now, modified: now,
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

// Clone copies the model with its clock. Set Now of the copy if it is to have its own.
func (m *Model) Clone() *Model {
	c := &Model{
		Now: m.Now, clusters: slices.Clone(m.clusters), groups: make([]*nodegroup, len(m.groups)), updates: make([]*update, len(m.updates)), tokens: slices.Clone(m.tokens),
		accepted: m.accepted, calls: slices.Clip(m.calls), changes: slices.Clip(m.changes),
	}
	for i, u := range m.updates {
		c.updates[i] = u
		if u.ended.IsZero() { // one that has ended never changes again
			c.updates[i] = new(*u)
		}
	}
	for i, g := range m.groups {
		c.groups[i] = g.clone()
		if g.running != nil {
			c.groups[i].running = c.update(g.running.id)
		}
	}
	return c
}

func (b Behavior) clone() Behavior {
	b.Ends.Health = slices.Clone(b.Ends.Health)
	return b
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
	at, found := slices.BinarySearchFunc(m.updates, id, func(u *update, id string) int { return strings.Compare(u.id, id) })
	if !found {
		return nil
	}
	return m.updates[at]
}
