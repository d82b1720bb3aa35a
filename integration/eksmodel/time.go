package eksmodel

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// settle applies all due events, in order. Every call does this first.
func (m *Model) settle() {
	now := m.Now()
	for {
		switch next, at, updated := m.due(now); {
		case next == nil:
			return
		case updated:
			m.end(next, at, next.running.behavior.Ends)
		default:
			m.drop(next, at)
		}
	}
}

// due finds the node group whose next event is the earliest that is not after an instant. The event is the end of its update or
// else of its deletion.
func (m *Model) due(now time.Time) (next *nodegroup, at time.Time, updated bool) {
	consider := func(g *nodegroup, event time.Time, ofUpdate bool) {
		if !event.After(now) && (next == nil || event.Before(at)) {
			next, at, updated = g, event, ofUpdate
		}
	}
	for _, g := range m.groups {
		if g.running != nil {
			if ends, ever := g.running.ends(); ever {
				consider(g, ends, true)
			}
		}
		if !g.gone.IsZero() {
			consider(g, g.gone, false)
		}
	}
	return next, at, updated
}

// drop removes a deleted node group from the model.
func (m *Model) drop(g *nodegroup, at time.Time) {
	if g.running != nil {
		g.running.Status, g.running.Ended = types.UpdateStatusCancelled, at
	}
	m.groups = slices.DeleteFunc(m.groups, func(other *nodegroup) bool { return other == g })
	m.log(Change{At: at, Ref: g.ref, Cause: CauseGone, SizesBefore: g.sizes, NodesBefore: g.nodes})
}

// look advances everything that ends by looks. It returns the state before that.
func (m *Model) look(g *nodegroup) {
	switch u := g.running; {
	case g.looks > 0:
		if g.looks--; g.looks == 0 {
			m.drop(g, m.Now())
		}
	case u != nil && u.behavior.Looks > 0:
		if u.behavior.Looks--; u.behavior.Looks == 0 {
			m.end(g, m.Now(), u.behavior.Ends)
		}
	}
}

// start accepts an update. New sizes and fewer nodes take effect at once, if the behavior says so.
func (m *Model) start(g *nodegroup, u *update) {
	now := m.Now()
	u.ID, u.Ref, u.of, u.behavior = id(len(m.updates)+1), g.ref, g.number, g.behavior.clone()
	u.Created, u.Status = now, types.UpdateStatusInProgress
	u.Before, u.After, u.nodesBefore = g.sizes, u.Asked.Over(g.sizes), g.nodes
	m.updates = append(m.updates, u)
	g.running = u
	sizes, nodes := g.sizes, g.nodes
	if u.behavior.Visible == AtOnce {
		sizes = u.After
	}
	if u.behavior.Lowers == AtOnce {
		nodes = min(nodes, u.After.Desired)
	}
	m.change(g, now, Change{Cause: CauseAccepted, By: u.By, Update: u.ID}, sizes, nodes)
	if ends, ever := u.ends(); ever && !ends.After(now) {
		m.end(g, now, u.behavior.Ends)
	}
}

// end ends the running update of a node group. Only a success without health issues adds nodes. If it raised desiredSize, it also
// clears older health issues, because capacity is available. A failure that restores the old sizes restores the old nodes.
func (m *Model) end(g *nodegroup, at time.Time, how Ending) {
	u := g.running
	g.running = nil
	u.Ended, u.Status, u.Failure = at, types.UpdateStatusSuccessful, how.Failure
	if how.fails() {
		u.Status = types.UpdateStatusFailed
	}
	sizes := u.settle(g.sizes, how.fails(), how.KeepsNewSizes)
	healthy := !how.fails() && len(how.Health) == 0
	if healthy && u.After.Desired > u.Before.Desired {
		g.health = nil
	}
	if len(how.Health) > 0 {
		g.health = slices.Clone(how.Health)
	}
	nodes := min(g.nodes, sizes.Desired)
	switch {
	case healthy:
		nodes = sizes.Desired
	case how.fails() && !how.KeepsNewSizes && !u.handled.desired:
		nodes = min(u.nodesBefore, sizes.Desired)
	}
	m.change(g, at, Change{Cause: CauseEnded, By: u.By, Update: u.ID}, sizes, nodes)
}
