package eksmodel

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// Cause is why the sizes or nodes of a node group changed.
type Cause string

// The causes of changes.
const (
	CauseCreated  Cause = "created"  // the node group was added
	CauseAccepted Cause = "accepted" // an update was accepted
	CauseEnded    Cause = "ended"    // an update ended
	CauseByHand   Cause = "by hand"  // a person or an autoscaler, named in By
	CauseDeleted  Cause = "deleted"  // DeleteNodegroup was accepted
	CauseGone     Cause = "gone"     // the deletion ended
)

// Change is one change of a node group. The sizes are those that a describe call shows.
type Change struct {
	At     time.Time
	Ref    Ref
	Cause  Cause
	By     string // the update's token, or the person or autoscaler
	Update string // the update's id, if the cause is one

	SizesBefore, SizesAfter Sizes
	NodesBefore, NodesAfter int32
}

func (c Change) String() string {
	return fmt.Sprintf("%s %s %s by %q %s: sizes %v -> %v, nodes %d -> %d", c.At.Format(time.RFC3339Nano), c.Ref, c.Cause, c.By, c.Update,
		c.SizesBefore, c.SizesAfter, c.NodesBefore, c.NodesAfter)
}

// Changes are all changes up to now, in the order of time. An accepted and an ended update are changes even if they move
// nothing. Do not change the slice.
func (m *Model) Changes() []Change {
	m.settle()
	return slices.Clip(m.changes)
}

// Call is a call of an operation of EKS.
type Call struct {
	At        time.Time
	Operation string // such as "UpdateNodegroupConfig"
	Ref       Ref
	Token     string // the clientRequestToken, if the operation has one
	Asked     Asked  // the sizes asked for
	Before    Sizes  // the sizes and the status that a describe call would have shown
	Status    types.NodegroupStatus
	Update    string // the id of the update that was accepted or looked at
	Accepted  bool   // a new update was accepted, or a deletion
	Error     string // the code of the error; empty after a success
}

// Calls are all calls up to now. Do not change the slice.
func (m *Model) Calls() []Call { return slices.Clip(m.calls) }

// UpdateRecord is an accepted update.
type UpdateRecord struct {
	ID      string
	Ref     Ref
	Kind    types.UpdateType
	By      string // its token, or what [Model.StartUpdate] was given
	Asked   Asked
	Before  Sizes
	After   Sizes
	Created time.Time
	Ended   time.Time // zero while it runs
	Status  types.UpdateStatus
	Failure Issue
}

// Updates are all accepted updates, also of deleted node groups, by time.
func (m *Model) Updates() []UpdateRecord {
	m.settle()
	records := make([]UpdateRecord, 0, len(m.updates))
	for _, u := range m.updates {
		records = append(records, UpdateRecord{u.id, u.ref, u.kind, u.by, u.asked, u.before, u.after, u.created, u.ended, u.status, u.failure})
	}
	slices.SortFunc(records, func(a, b UpdateRecord) int { return strings.Compare(serial(a.ID), serial(b.ID)) })
	return records
}

func (m *Model) log(c Change) { m.changes = append(m.changes, c) }

// change gives a node group new sizes and nodes, and logs it.
func (m *Model) change(g *nodegroup, at time.Time, c Change, sizes Sizes, nodes int32) {
	c.At, c.Ref = at, g.ref
	c.SizesBefore, c.SizesAfter, c.NodesBefore, c.NodesAfter = g.sizes, sizes, g.nodes, nodes
	g.sizes, g.nodes, g.modified = sizes, nodes, at
	m.log(c)
}

// updateID is the id of an update. Its end is the update's number; its beginning is scattered, so that the order of ids
// says nothing about time.
func updateID(number int) string {
	return fmt.Sprintf("%08x-0000-4000-8000-%012d", uint32(number)*2654435761, number)
}

// serial is the part of an id that orders updates by time.
func serial(id string) string { return id[strings.LastIndexByte(id, '-'):] }
