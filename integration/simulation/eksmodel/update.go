package eksmodel

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// Asked are the sizes that an update sets; nil leaves a size as it is.
type Asked struct{ Min, Max, Desired *int32 }

func askedOf(c *types.NodegroupScalingConfig) Asked {
	if c == nil {
		return Asked{}
	}
	return Asked{copyInt(c.MinSize), copyInt(c.MaxSize), copyInt(c.DesiredSize)}
}

func copyInt(n *int32) *int32 {
	if n == nil {
		return nil
	}
	return new(*n)
}

// over lays the asked sizes over others.
func (a Asked) over(z Sizes) Sizes {
	for _, each := range []struct {
		from *int32
		to   *int32
	}{{a.Min, &z.Min}, {a.Max, &z.Max}, {a.Desired, &z.Desired}} {
		if each.from != nil {
			*each.to = *each.from
		}
	}
	return z
}

func (a Asked) equal(b Asked) bool {
	return sameInt(a.Min, b.Min) && sameInt(a.Max, b.Max) && sameInt(a.Desired, b.Desired)
}

func sameInt(a, b *int32) bool {
	return a == b || (a != nil && b != nil && *a == *b)
}

// update is an accepted update. It is part of one model only: a clone has its own.
type update struct {
	id     string
	ref    Ref
	kind   types.UpdateType
	status types.UpdateStatus
	by     string
	asked  Asked
	before Sizes
	after  Sizes
	// nodesBefore are the nodes that existed when the update was accepted.
	nodesBefore int32
	behavior    Behavior
	created     time.Time
	ended       time.Time // zero while it runs
	failure     Issue
	// handled are the sizes that somebody changed by hand since the update was accepted. Its end leaves them alone.
	handled struct{ min, max, desired bool }
}

// ends is when the update ends by itself; false if never.
func (u *update) ends() (time.Time, bool) {
	return u.created.Add(u.behavior.Duration), u.behavior.Duration != Forever
}

// settle are the sizes at the end of the update: its own, or those before it, but for what was changed by hand. They are
// always possible sizes.
func (u *update) settle(current Sizes, failed, keepsNew bool) Sizes {
	to := u.after
	if failed && !keepsNew {
		to = u.before
	}
	if u.handled.min {
		to.Min = current.Min
	}
	if u.handled.max {
		to.Max = current.Max
	}
	if u.handled.desired {
		to.Desired = current.Desired
	}
	to.Max = max(to.Max, to.Min)
	to.Desired = min(max(to.Desired, to.Min), to.Max)
	return to
}
