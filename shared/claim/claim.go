// Package claim decides which run may act on a unit: the node groups that are scaled together. At most one run holds a unit's
// claim, and the newest decision wins. A [Unit] is the unit's record; a run writes an [Intent] there before it changes EKS.
//
// The units of a cluster have claims of their own, but share all that is recorded of node groups: a node group keeps its marks when
// it moves to another schedule, and no run under the new schedule overlooks a call under the old one.
//
// The package is pure: it never reads the clock and never calls AWS.
package claim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// Lifetime is how long a claim is valid without renewal.
const Lifetime = 5 * time.Minute

// Order ranks the decisions of runs: by the run's first instant, then by the name of its execution. A run keeps its order in all
// rounds and redrives. Orders sort as text.
type Order string

// orderTime has a fixed width, so that orders sort as text.
const orderTime = "2006-01-02T15:04:05.000Z"

// NewOrder returns the order of a run.
func NewOrder(takenAt time.Time, execution string) Order {
	return Order(takenAt.UTC().Format(orderTime) + "#" + execution)
}

// Run returns the name of the execution.
func (o Order) Run() string {
	_, run, _ := strings.Cut(string(o), "#")
	return run
}

// Claim is a run's right to change the node groups of a unit.
type Claim struct {
	Order Order `json:"order"`
	// RenewedAt is the last renewal; EndedAt is zero until the run has finished the unit.
	RenewedAt time.Time `json:"renewedAt"`
	EndedAt   time.Time `json:"endedAt,omitzero"`
	// Unfinished names the node groups that have not reached their goals, in alphabetical order.
	Unfinished []string `json:"unfinished"`
	// Goals holds the goal of each node group that the run covers.
	Goals map[string]scaling.Goal `json:"goals"`
}

// alive reports whether the claim's run may still be active.
func (c *Claim) alive(now time.Time) bool {
	return c != nil && c.EndedAt.IsZero() && now.Sub(c.RenewedAt) < Lifetime
}

// Intent announces a call to EKS. While it is open, the call may arrive at any moment.
type Intent struct {
	Nodegroup string        `json:"nodegroup"`
	Order     Order         `json:"order"`
	Round     int           `json:"round"`
	Sizes     scaling.Sizes `json:"sizes"`
	// Expires is when the call can no longer be made: the invocation's deadline plus a margin.
	Expires time.Time `json:"expires"`
}

// Update is an EKS update that a run requested and no run has seen end.
type Update struct {
	ID    string `json:"id"`
	Order Order  `json:"order"`
	Round int    `json:"round,omitempty"` // of the decision
}

// Unit is the record of a unit. Its maps may include node groups of the cluster's other units; see [Unit.Of].
type Unit struct {
	Name  string
	Claim *Claim // nil if no run ever claimed it
	// Orders holds the newest order that covered each node group, and Under the named schedule under which its run claimed it. A run
	// has the same order under all schedules of a cluster.
	Orders  map[string]Order
	Under   map[string]string
	Intents map[string]Intent // by an id of the invocation
	// Relied maps each node group that scale-downs rely on to the activation.
	Relied map[string]string
	// Raised maps each node group that was raised, and not seen ACTIVE since, to the order of the run that raised it.
	Raised  map[string]Order
	Updates map[string]Update
	// Took is the duration of each node group's last scale-up, in seconds.
	Took  map[string]int
	Marks map[string]scaling.Application
	// Conditions holds what the unit remembers of its conditional periods, by the period's name. The cluster's other units have their
	// own.
	Conditions map[string]signal.Memory
}

// Remembers reports whether exactly these conditions are on record.
func (u Unit) Remembers(conditions map[string]signal.Memory) bool {
	return maps.EqualFunc(u.Conditions, conditions, func(a, b signal.Memory) bool {
		sameTimes := a.Since.Equal(b.Since) && a.At.Equal(b.At)
		a.Since, a.At, b.Since, b.At = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		return sameTimes && a == b
	})
}

// Of returns the record with only the given node groups.
func (u Unit) Of(nodegroups []string) Unit {
	u.Orders, u.Under = among(u.Orders, nodegroups), among(u.Under, nodegroups)
	u.Relied, u.Raised = among(u.Relied, nodegroups), among(u.Raised, nodegroups)
	u.Updates, u.Took, u.Marks = among(u.Updates, nodegroups), among(u.Took, nodegroups), among(u.Marks, nodegroups)
	intents := map[string]Intent{}
	for id, i := range u.Intents {
		if slices.Contains(nodegroups, i.Nodegroup) {
			intents[id] = i
		}
	}
	u.Intents = intents
	return u
}

// among returns the entries of the given node groups; nil if there is no record.
func among[T any](record map[string]T, nodegroups []string) map[string]T {
	if record == nil {
		return nil
	}
	some := map[string]T{}
	for _, name := range nodegroups {
		if value, ok := record[name]; ok {
			some[name] = value
		}
	}
	return some
}

// Holder names the run that decides for a node group instead of the given one: a newer run that has claimed it, or else the run
// that has the unit's claim; "another run" if unknown.
func (u Unit) Holder(nodegroup string, me Order) string {
	switch newest := u.Orders[nodegroup]; {
	case newest > me:
		return newest.Run()
	case u.Claim == nil:
		return "another run"
	default:
		return u.Claim.Order.Run()
	}
}

// State is what a run may do on a unit.
type State string

// The states.
const (
	Holds     State = "holds"     // it has the claim
	Free      State = "free"      // it may take the claim
	Waits     State = "waits"     // another run must end first
	Overtaken State = "overtaken" // newer runs decide for all its node groups
)

// Verdict is a run's state on a unit, with the other runs involved.
type Verdict struct {
	State State
	// Other is the order of the run to wait for, or of the run that overtook this one.
	Other Order
	// LeftTo maps each node group that a newer run decides for to that run's order.
	LeftTo map[string]Order
}

// Stand compares a run, which covers some of the unit's node groups, with the unit's record.
func (u Unit) Stand(me Order, covers []string, now time.Time) Verdict {
	v := Verdict{LeftTo: map[string]Order{}}
	for _, nodegroup := range covers {
		if newer := u.Orders[nodegroup]; newer > me {
			v.LeftTo[nodegroup] = newer
		}
	}
	switch c := u.Claim; {
	case c != nil && c.Order == me && c.EndedAt.IsZero():
		v.State = Holds
	case len(covers) > 0 && len(v.LeftTo) == len(covers):
		v.State, v.Other = Overtaken, slices.MaxFunc(slices.Collect(maps.Values(v.LeftTo)), cmp.Compare[Order])
	case !c.alive(now):
		v.State = Free
	case c.Order > me, !isSubset(c.Unfinished, covers):
		v.State, v.Other = Waits, c.Order
	default:
		v.State = Free
	}
	return v
}

// Unclaimed returns the node groups that neither this run, under this unit, nor a newer run has claimed.
func (u Unit) Unclaimed(me Order, covers []string) (names []string) {
	_, schedule := scaling.SplitUnit(u.Name)
	for _, nodegroup := range covers {
		order := u.Orders[nodegroup]
		if order < me || order == me && u.Under[nodegroup] != schedule {
			names = append(names, nodegroup)
		}
	}
	return names
}

// Lost reports whether the run no longer decides for a node group that it claimed under this unit: a newer run does, or the same one
// under another unit.
func (u Unit) Lost(nodegroup string, me Order) bool {
	return u.Orders[nodegroup] > me || u.Orders[nodegroup] == me && u.Moved([]string{nodegroup})
}

// Moved reports whether another unit was the last one to claim one of the node groups.
func (u Unit) Moved(covers []string) bool {
	_, schedule := scaling.SplitUnit(u.Name)
	return slices.ContainsFunc(covers, func(nodegroup string) bool {
		return u.Orders[nodegroup] != "" && u.Under[nodegroup] != schedule
	})
}

func isSubset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// HeldByOther reports whether another run that may still be active holds the claim.
func (u Unit) HeldByOther(me Order, now time.Time) bool {
	return u.Claim.alive(now) && u.Claim.Order != me
}

// Opposes reports whether an older run that may still be active is moving a node group to another goal. That run may have the
// claim of another unit, from which the node group has moved: then only its announced call is left to arrive.
func (u Unit) Opposes(me Order, goals map[string]scaling.Goal, now time.Time) bool {
	for _, i := range u.Intents {
		goal, mine := goals[i.Nodegroup]
		if mine && i.Order <= me && i.open(now) && !goal.Reached(i.Sizes) {
			return true
		}
	}
	c := u.Claim
	if !c.alive(now) || c.Order >= me {
		return false
	}
	return slices.ContainsFunc(c.Unfinished, func(nodegroup string) bool {
		goal, mine := goals[nodegroup]
		return mine && !goal.Equal(c.Goals[nodegroup])
	})
}

// settling is how long EKS may take to show a call after its intent has expired.
const settling = 5 * time.Second

// open reports whether the call may still arrive.
func (i Intent) open(now time.Time) bool { return i.Expires.Add(settling).After(now) }

// OpenUntil returns when the last open intent ends; zero if none is open. Until then the node groups must not be read for a plan.
// Other is the order of that intent's run.
func (u Unit) OpenUntil(now time.Time) (until time.Time, other Order) {
	for _, i := range u.Intents {
		if end := i.Expires.Add(settling); i.open(now) && end.After(until) {
			until, other = end, i.Order
		}
	}
	return until, other
}

// Expired returns the IDs of intents that expired without being cleared, in alphabetical order.
func (u Unit) Expired(now time.Time) []string {
	var ids []string
	for id, i := range u.Intents {
		if !i.open(now) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Announced reports whether an earlier invocation of this round announced the same call, and may have made it.
func (u Unit) Announced(i Intent) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(u.Intents)), func(other Intent) bool {
		return other.Nodegroup == i.Nodegroup && other.Order == i.Order && other.Round == i.Round
	})
}
