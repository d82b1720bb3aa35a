package eksmodel

import (
	"cmp"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// Asked are the sizes that an update sets; nil leaves a size as it is.
type Asked struct{ Min, Max, Desired *int32 }

// AskedOf are the sizes of a request.
func AskedOf(c *types.NodegroupScalingConfig) Asked {
	if c == nil {
		return Asked{}
	}
	return Asked{c.MinSize, c.MaxSize, c.DesiredSize}
}

// Over lays the asked sizes over others.
func (a Asked) Over(z Sizes) Sizes {
	return Sizes{*cmp.Or(a.Min, &z.Min), *cmp.Or(a.Max, &z.Max), *cmp.Or(a.Desired, &z.Desired)}
}

// Update is an accepted update.
type Update struct {
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

// update is part of one model only: a clone has its own.
type update struct {
	Update
	of          int   // the number of its node group
	called      bool  // By is a clientRequestToken
	nodesBefore int32 // that existed when it was accepted
	behavior    Behavior
	// handled are the sizes that somebody changed by hand since the update was accepted. Its end leaves them alone.
	handled struct{ min, max, desired bool }
}

// ends is when the update ends by itself; false if never, or by looks.
func (u *update) ends() (time.Time, bool) {
	return u.Created.Add(u.behavior.Duration), u.behavior.Duration != Forever && u.behavior.Looks == 0
}

// settle are the sizes at the end of the update: its own, or those before it, but for what was changed by hand. They are
// always possible sizes.
func (u *update) settle(current Sizes, failed, keepsNew bool) Sizes {
	to := u.After
	if failed && !keepsNew {
		to = u.Before
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
