package eksmodel

import (
	"cmp"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// Asked holds the sizes that an update sets; nil leaves a size unchanged.
type Asked struct{ Min, Max, Desired *int32 }

// AskedOf returns the sizes of a request.
func AskedOf(c *types.NodegroupScalingConfig) Asked {
	if c == nil {
		return Asked{}
	}
	return Asked{c.MinSize, c.MaxSize, c.DesiredSize}
}

// Over returns other sizes, overridden by the asked ones.
func (a Asked) Over(z Sizes) Sizes {
	return Sizes{*cmp.Or(a.Min, &z.Min), *cmp.Or(a.Max, &z.Max), *cmp.Or(a.Desired, &z.Desired)}
}

// Update is an accepted update.
type Update struct {
	ID      string
	Ref     Ref
	Kind    types.UpdateType
	By      string // its token, or the name given to [Model.StartUpdate]
	Asked   Asked
	Before  Sizes
	After   Sizes
	Created time.Time
	Ended   time.Time // zero while it runs
	Status  types.UpdateStatus
	Failure Issue
}

// update belongs to one model: a clone has its own.
type update struct {
	Update
	of          int   // the number of its node group
	called      bool  // By is a clientRequestToken
	nodesBefore int32 // that existed when it was accepted
	behavior    Behavior
	// handled marks the sizes that were changed by hand since the update was accepted. Its end leaves them alone.
	handled struct{ min, max, desired bool }
}

// ends returns when the update ends by itself; false if never, or by looks.
func (u *update) ends() (time.Time, bool) {
	return u.Created.Add(u.behavior.Duration), u.behavior.Duration != Forever && u.behavior.Looks == 0
}

// settle returns the sizes at the end of the update: its own or the previous ones, except for sizes changed by hand. They are
// always valid.
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
