package eksmodel

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// SetBehavior sets the behavior of a node group's next updates. It does not affect a running update; see [Model.End].
func (m *Model) SetBehavior(r Ref, b Behavior) error {
	return m.with(r, func(g *nodegroup) error {
		g.behavior = b.clone()
		return nil
	})
}

// SetSizes changes the sizes as a person or an autoscaler does outside of EKS, such as desiredSize of the Auto Scaling group.
// Sizes and nodes are visible at once. The end of a running update does not revert the changed sizes.
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

// SetNodes changes the number of existing nodes, but not the sizes: nodes fail or recover.
func (m *Model) SetNodes(r Ref, nodes int32, by string) error {
	return m.with(r, func(g *nodegroup) error {
		m.change(g, m.Now(), Change{Cause: CauseByHand, By: by}, g.sizes, nodes)
		return nil
	})
}

// SetStatus sets the status in describe calls and replaces the health issues. ACTIVE returns control to the model: UPDATING
// during an update, DEGRADED with health issues. DEGRADED without an issue gets one. All other statuses refuse updates and stay
// until the next call. Nodes do not change. A deletion in progress stops.
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

// StartUpdate starts a version update by somebody else. It may be refused like UpdateNodegroupConfig.
func (m *Model) StartUpdate(r Ref, by string) error {
	return m.with(r, func(g *nodegroup) error {
		return m.tryStart(g, &update{Update: Update{Kind: types.UpdateTypeVersionUpdate, By: by}})
	})
}

// End ends the running update of a node group now. It returns false if none runs.
func (m *Model) End(r Ref, how Ending) bool {
	g := m.settled(r)
	if g == nil || g.running == nil {
		return false
	}
	m.end(g, m.Now(), how)
	return true
}

// Running returns the ID of a node group's running update; empty if none runs.
func (m *Model) Running(r Ref) string {
	if g := m.settled(r); g != nil && g.running != nil {
		return g.running.ID
	}
	return ""
}

// Delete starts deleting a node group, even during an update. Its nodes are gone at once. It is DELETING for the duration in its
// behavior, and then not found. The end cancels a running update.
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

// State returns the current state of a node group; false if it does not exist. It does not count as a look.
func (m *Model) State(r Ref) (State, bool) {
	g := m.settled(r)
	if g == nil {
		return State{}, false
	}
	return State{g.sizes, g.statusAt(m.Now()), slices.Clone(g.health)}, true
}

// Nodes returns the number of a node group's existing nodes; 0 if there is no such node group.
func (m *Model) Nodes(r Ref) int32 {
	if g := m.settled(r); g != nil {
		return g.nodes
	}
	return 0
}

// settled finds a node group in its current state; nil if there is none.
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
