package eksmodel

import (
	"slices"
	"time"
)

// Cause is why the sizes or nodes of a node group changed.
type Cause string

// The causes of changes.
const (
	CauseCreated  Cause = "created"  // the node group was added
	CauseAccepted Cause = "accepted" // an update was accepted
	CauseEnded    Cause = "ended"    // an update ended
	CauseByHand   Cause = "by hand"  // a person or an autoscaler, named in By
	CauseDeleted  Cause = "deleted"  // a deletion began
	CauseGone     Cause = "gone"     // the deletion ended
)

// Change is one change of a node group. The sizes are as in a describe call.
type Change struct {
	At     time.Time
	Ref    Ref
	Cause  Cause
	By     string // the update's token, or the person or autoscaler
	Update string // the update's id, if the cause is one

	SizesBefore, SizesAfter Sizes
	NodesBefore, NodesAfter int32
}

// Changes returns all changes so far, in order. Accepted and ended updates are changes even without an effect. Do not modify the
// slice.
func (m *Model) Changes() []Change {
	m.settle()
	return slices.Clip(m.changes)
}

// Updates returns all accepted updates by time, including deleted node groups'.
func (m *Model) Updates() []Update {
	m.settle()
	all := make([]Update, len(m.updates))
	for i, u := range m.updates {
		all[i] = u.Update
	}
	return all
}

func (m *Model) log(c Change) { m.changes = append(m.changes, c) }

// change sets a node group's sizes and nodes, and logs it.
func (m *Model) change(g *nodegroup, at time.Time, c Change, sizes Sizes, nodes int32) {
	c.At, c.Ref = at, g.ref
	c.SizesBefore, c.SizesAfter, c.NodesBefore, c.NodesAfter = g.sizes, sizes, g.nodes, nodes
	g.sizes, g.nodes, g.modified = sizes, nodes, at
	m.log(c)
}
