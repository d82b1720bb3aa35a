// Package claim says which run may act on a unit: the node groups that are scaled together. At most one run holds the
// claim of a unit, and the newest decision wins. What is on record of a unit is a [Unit]; a run that changes EKS writes an
// [Intent] there first.
//
// The package is pure: values in, values out. It never asks for the current time and never talks to AWS.
package claim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// Lifetime is how long a claim lives without a sign of life from its run.
const Lifetime = 5 * time.Minute

// Order ranks the decisions of runs: by when the run took its first instant, then by the name of its execution. A run
// keeps its order over all rounds and redrives. As a text it sorts like the decisions.
type Order string

// orderTime has a fixed width, so that orders sort as texts.
const orderTime = "2006-01-02T15:04:05.000Z"

// NewOrder makes the order of a run.
func NewOrder(takenAt time.Time, execution string) Order {
	return Order(takenAt.UTC().Format(orderTime) + "#" + execution)
}

// Run is the name of the execution.
func (o Order) Run() string {
	_, run, _ := strings.Cut(string(o), "#")
	return run
}

// Claim is a run's right to change the node groups of a unit.
type Claim struct {
	Order Order `json:"order"`
	// RenewedAt is the last sign of life; EndedAt is zero until the run has finished the unit.
	RenewedAt time.Time `json:"renewedAt"`
	EndedAt   time.Time `json:"endedAt,omitzero"`
	// Unfinished are the node groups that the run still has to bring to their goals, in alphabetical order.
	Unfinished []string `json:"unfinished"`
	// Goals are what the run wants of each node group that it covers.
	Goals map[string]scaling.Goal `json:"goals"`
}

// alive reports whether the claim's run can still be at work.
func (c *Claim) alive(now time.Time) bool {
	return c != nil && c.EndedAt.IsZero() && now.Sub(c.RenewedAt) < Lifetime
}

// Intent announces a call to EKS. While it is open the call may come at any moment.
type Intent struct {
	Nodegroup string        `json:"nodegroup"`
	Order     Order         `json:"order"`
	Round     int           `json:"round"`
	Sizes     scaling.Sizes `json:"sizes"`
	// Expires is when the call can no longer be made: the invocation's deadline and some.
	Expires time.Time `json:"expires"`
}

// Update is an update of EKS that a run has asked for and nobody has seen end.
type Update struct {
	ID    string `json:"id"`
	Order Order  `json:"order"`
}

// Unit is what is on record of a unit.
type Unit struct {
	Name  string
	Claim *Claim // nil when no run has ever claimed it
	// Orders are the newest orders that covered each node group.
	Orders  map[string]Order
	Intents map[string]Intent // by an id of the invocation
	// Relied are the node groups that scale-downs rely on, each with the activation for which it is.
	Relied map[string]string
	// Raised are the node groups that a run has raised and none has seen ACTIVE since, with the order of that run.
	Raised  map[string]Order
	Updates map[string]Update
	// Took is how many seconds the last update of a node group took.
	Took  map[string]int
	Marks map[string]scaling.Application
}

// Holder is the name of the run that has the claim; "another run" when that is not known.
func (u Unit) Holder() string {
	if u.Claim == nil {
		return "another run"
	}
	return u.Claim.Order.Run()
}

// Standing is what a run may do on a unit.
type Standing string

// The standings.
const (
	Holds     Standing = "holds"     // it has the claim
	Free      Standing = "free"      // it may take the claim
	Waits     Standing = "waits"     // another run must end first
	Overtaken Standing = "overtaken" // newer runs decide for everything that it covers
)

// Verdict is a run's standing on a unit, and the other runs that it is about.
type Verdict struct {
	Standing Standing
	// Other is the order of the run that is waited for, or that overtook this one.
	Other Order
	// LeftTo are the node groups for which a newer run decides.
	LeftTo map[string]Order
}

// Stand weighs a run, which covers some of the unit's node groups, against what is on record.
func (u Unit) Stand(me Order, covers []string, now time.Time) Verdict {
	v := Verdict{LeftTo: map[string]Order{}}
	for _, nodegroup := range covers {
		if newer := u.Orders[nodegroup]; newer > me {
			v.LeftTo[nodegroup] = newer
		}
	}
	switch c := u.Claim; {
	case c != nil && c.Order == me && c.EndedAt.IsZero():
		v.Standing = Holds
	case len(covers) > 0 && len(v.LeftTo) == len(covers):
		v.Standing, v.Other = Overtaken, slices.MaxFunc(slices.Collect(maps.Values(v.LeftTo)), cmp.Compare[Order])
	case !c.alive(now):
		v.Standing = Free
	case c.Order > me, !isSubset(c.Unfinished, covers):
		v.Standing, v.Other = Waits, c.Order
	default:
		v.Standing = Free
	}
	return v
}

func isSubset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// HeldByOther reports whether a run that may still be at work holds the claim, other than the one with this order.
func (u Unit) HeldByOther(me Order, now time.Time) bool {
	return u.Claim.alive(now) && u.Claim.Order != me
}

// Opposes reports whether an older run that may still be at work is about to bring a node group to another goal.
func (u Unit) Opposes(me Order, goals map[string]scaling.Goal, now time.Time) bool {
	c := u.Claim
	if !c.alive(now) || c.Order >= me {
		return false
	}
	return slices.ContainsFunc(c.Unfinished, func(nodegroup string) bool {
		goal, mine := goals[nodegroup]
		return mine && !goal.Equal(c.Goals[nodegroup])
	})
}

// settling is how long after an intent's expiry EKS may take to show the call.
const settling = 5 * time.Second

// OpenUntil is when the last of the open intents is over: before that instant the node groups must not be read for a
// plan. It is zero when no intent is open. Other is the order of that intent's run.
func (u Unit) OpenUntil(now time.Time) (until time.Time, other Order) {
	for _, i := range u.Intents {
		if end := i.Expires.Add(settling); end.After(now) && end.After(until) {
			until, other = end, i.Order
		}
	}
	return until, other
}

// Expired are the ids of the intents that are over without having been cleared, in alphabetical order.
func (u Unit) Expired(now time.Time) []string {
	var ids []string
	for id, i := range u.Intents {
		if !i.Expires.Add(settling).After(now) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Announced reports whether an invocation of this round has announced the same call before, and may have made it.
func (u Unit) Announced(i Intent) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(u.Intents)), func(other Intent) bool {
		return other.Nodegroup == i.Nodegroup && other.Order == i.Order && other.Round == i.Round
	})
}
