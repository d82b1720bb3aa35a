package eksmodel

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// SetBehavior says how the next updates of a node group go. A running update is not affected; see [Model.End].
func (m *Model) SetBehavior(r Ref, b Behavior) error {
	return m.with(r, func(g *nodegroup) error {
		g.behavior = b.clone()
		return nil
	})
}

// SetSizes has a person or an autoscaler change the sizes behind EKS's back, such as desiredSize of the Auto Scaling
// group. The sizes are visible at once, and so are the nodes. The end of a running update leaves what has changed alone.
func (m *Model) SetSizes(r Ref, z Sizes, by string) error {
	return m.with(r, func(g *nodegroup) error {
		if refusal := g.refusal(z); refusal != "" {
			return invalidParameter(r, refusal)
		}
		if u := g.running; u != nil {
			u.handled.min = u.handled.min || z.Min != g.sizes.Min
			u.handled.max = u.handled.max || z.Max != g.sizes.Max
			u.handled.desired = u.handled.desired || z.Desired != g.sizes.Desired
		}
		m.change(g, m.Now(), Change{Cause: CauseByHand, By: by}, z, z.Desired)
		return nil
	})
}

// SetNodes changes how many nodes exist, but not the sizes: nodes die, or come back.
func (m *Model) SetNodes(r Ref, nodes int32, by string) error {
	return m.with(r, func(g *nodegroup) error {
		m.change(g, m.Now(), Change{Cause: CauseByHand, By: by}, g.sizes, nodes)
		return nil
	})
}

// SetStatus makes a describe call show a status, with health issues in place of the ones so far. ACTIVE gives the status
// back to the model: UPDATING while an update runs, DEGRADED while there are health issues. DEGRADED without an issue gets
// one. No other status accepts an update, and all of them stay until they are set again. Nodes do not change. A deletion that
// has begun stops.
func (m *Model) SetStatus(r Ref, s types.NodegroupStatus, health ...Issue) error {
	if !slices.Contains(s.Values(), s) {
		return fmt.Errorf("%s: unknown status %q", r, s)
	}
	return m.with(r, func(g *nodegroup) error {
		g.status, g.health, g.modified, g.gone, g.looks = s, slices.Clone(health), m.Now(), time.Time{}, 0
		if s == types.NodegroupStatusDegraded {
			g.status = types.NodegroupStatusActive
			if len(health) == 0 {
				g.health = []Issue{{Code: string(types.NodegroupIssueCodeAsgInstanceLaunchFailures), Message: "Could not launch instances"}}
			}
		}
		return nil
	})
}

// StartUpdate has somebody else start a version update. It is refused like a call of UpdateNodegroupConfig.
func (m *Model) StartUpdate(r Ref, by string) error {
	return m.with(r, func(g *nodegroup) error {
		return m.tryStart(g, &update{Update: Update{Kind: types.UpdateTypeVersionUpdate, By: by}})
	})
}

// End ends the running update of a node group now, however long it would have taken. It returns false if none runs.
func (m *Model) End(r Ref, how Ending) bool {
	g := m.settled(r)
	if g == nil || g.running == nil {
		return false
	}
	m.end(g, m.Now(), how)
	return true
}

// Running returns the id of the running update of a node group; empty if none runs.
func (m *Model) Running(r Ref) string {
	if g := m.settled(r); g != nil && g.running != nil {
		return g.running.ID
	}
	return ""
}

// Delete starts to delete a node group, even one that is being updated. Its nodes are gone at once; it is DELETING for the time
// of its behavior, and then not found. A running update is cancelled at that end.
func (m *Model) Delete(r Ref) error {
	return m.with(r, func(g *nodegroup) error {
		if g.status == types.NodegroupStatusDeleting {
			return inUse(r, "Nodegroup cannot be deleted as it is currently DELETING")
		}
		now := m.Now()
		g.status, g.looks = types.NodegroupStatusDeleting, g.behavior.Looks
		if g.looks == 0 && g.behavior.Deletion != Forever {
			g.gone = now.Add(g.behavior.Deletion)
		}
		m.change(g, now, Change{Cause: CauseDeleted}, g.sizes, 0)
		return nil
	})
}

// State is how a node group is now; false if there is none. It is not a look.
func (m *Model) State(r Ref) (State, bool) {
	g := m.settled(r)
	if g == nil {
		return State{}, false
	}
	return State{g.sizes, g.statusAt(m.Now()), slices.Clone(g.health)}, true
}

// Nodes is how many nodes of a node group exist; 0 if there is no such node group.
func (m *Model) Nodes(r Ref) int32 {
	if g := m.settled(r); g != nil {
		return g.nodes
	}
	return 0
}

// settled finds a node group as it is now; nil if there is none.
func (m *Model) settled(r Ref) *nodegroup {
	m.settle()
	return m.group(r)
}

func (m *Model) with(r Ref, do func(*nodegroup) error) error {
	if g := m.settled(r); g != nil {
		return do(g)
	}
	return noGroup(r)
}
