// Package planted changes the steps' view of the logs table and EKS as faults of the product would, to prove that a simulation
// finds them.
package planted

import (
	"context"
	"time"

	"eks-scaling-automation/functions/steps/audit"
	"eks-scaling-automation/functions/steps/decide"
	"eks-scaling-automation/functions/steps/look"
	"eks-scaling-automation/functions/steps/scale"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
)

// Units is the part of the logs table that the steps use.
type Units interface {
	decide.Units
	scale.Units
	look.Units
	audit.Trail
}

// EKS is the part of EKS that the steps use.
type EKS interface {
	decide.EKS
	scale.EKS
}

// ChangedUnits changes what is read of a unit.
type ChangedUnits struct {
	Units
	Change func(*claim.Unit)
}

// Unit reads and changes the unit.
func (c ChangedUnits) Unit(ctx context.Context, name string) (claim.Unit, error) {
	u, err := c.Units.Unit(ctx, name)
	c.Change(&u)
	return u, err
}

// Claim changes the unit after the claim.
func (c ChangedUnits) Claim(ctx context.Context, u claim.Unit, to claim.Claim, nodegroups []string) (claim.Unit, error) {
	after, err := c.Units.Claim(ctx, u, to, nodegroups)
	c.Change(&after)
	return after, err
}

// Announce changes the unit before the intent.
func (c ChangedUnits) Announce(ctx context.Context, unit, id string, i claim.Intent, now time.Time, e tables.Effect) (claim.Unit, error) {
	before, err := c.Units.Announce(ctx, unit, id, i, now, e)
	c.Change(&before)
	return before, err
}

// ChangedEKS changes what EKS answers and is asked for. What is nil changes nothing.
type ChangedEKS struct {
	EKS
	OfNodegroup func(*nodegroups.State)
	OfUpdate    func(*nodegroups.Update)
	OfChange    func(*nodegroups.Change)
}

// Describe changes the state of a node group.
func (c ChangedEKS) Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error) {
	s, err := c.EKS.Describe(ctx, p, nodegroup)
	if err == nil && c.OfNodegroup != nil {
		c.OfNodegroup(&s)
	}
	return s, err
}

// Update changes the state of an update.
func (c ChangedEKS) Update(ctx context.Context, p nodegroups.Place, nodegroup, id string) (nodegroups.Update, error) {
	u, err := c.EKS.Update(ctx, p, nodegroup, id)
	if err == nil && c.OfUpdate != nil {
		c.OfUpdate(&u)
	}
	return u, err
}

// Scale changes what is asked for.
func (c ChangedEKS) Scale(ctx context.Context, p nodegroups.Place, nodegroup string, to nodegroups.Change, token string) (string, error) {
	if c.OfChange != nil {
		c.OfChange(&to)
	}
	return c.EKS.Scale(ctx, p, nodegroup, to, token)
}
