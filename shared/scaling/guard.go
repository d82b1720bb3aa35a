package scaling

import "fmt"

// Guard is a condition for every scale-down in a unit: the node group is relied on, so it must be ACTIVE with its wanted nodes. A
// node group is relied on if it should have nodes, and either was not confirmed at that size when its activation began or has
// fewer now.
type Guard struct {
	Nodegroup string `json:"nodegroup"`
	AtLeast   int32  `json:"atLeast"` // in nodes
	// Activation is the activation during which the node group is relied on.
	Activation string `json:"activation"`
}

// Violation returns why the guard does not hold for an observation, or "" if it holds. Raised means that a run raised the node
// group and no run has confirmed it: EKS may report sizes that it failed to reach.
func (g Guard) Violation(o Observed, raised bool) string {
	switch {
	case o.Condition == Active && o.capacity() >= g.AtLeast && !raised:
		return ""
	case o.Condition == Active && o.capacity() >= g.AtLeast:
		return fmt.Sprintf("%s was raised, and the update is not known to have succeeded", g.Nodegroup)
	case o.Condition == Active:
		return fmt.Sprintf("%s has %d of %d nodes", g.Nodegroup, o.capacity(), g.AtLeast)
	case o.Condition == Gone:
		return fmt.Sprintf("%s does not exist (%d needed)", g.Nodegroup, g.AtLeast)
	default:
		return fmt.Sprintf("%s is %s: %s (%d needed)", g.Nodegroup, o.Condition, o.Detail, g.AtLeast)
	}
}

// MayEmpty reports whether a scale-down may leave the node group without nodes. Only such a scale-down is held back by an
// unconfirmed raise. Otherwise two node groups whose raises failed would hold each other back forever.
func (d Decision) MayEmpty() bool { return d.Goal.Wanted() == 0 }

// reliedOn reports whether scale-downs of other node groups wait for this one.
func (n Nodegroup) reliedOn(w Wanted, goal Goal) bool {
	wanted := goal.Wanted()
	switch {
	case wanted == 0:
		return false
	case n.Relied == w.Activation(goal):
		return true // a run recorded it: the set only grows during an activation
	case n.Earlier != nil && *n.Earlier < wanted:
		return true // the schedule wanted less before
	case n.Applied == nil || n.Applied.size() < wanted:
		return true // it was never confirmed at this size
	}
	// Lost capacity may not come back.
	return n.Observed.Condition != Unreadable && n.Observed.capacity() < wanted
}

// covered reports whether the node group's mark matches what the schedule wants now.
func (n Nodegroup) covered(w Wanted, goal Goal) bool {
	return n.Applied != nil && n.Applied.covers(w, goal)
}
