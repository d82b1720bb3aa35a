package eksmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// UpdateNodegroupConfig starts an update of sizes. The sizes of the request are laid over the stored ones and checked
// together. A token that was accepted before returns its update again, if the request is the same.
func (m *Model) UpdateNodegroupConfig(
	ctx context.Context, in *eks.UpdateNodegroupConfigInput, _ ...func(*eks.Options),
) (*eks.UpdateNodegroupConfigOutput, error) {
	c, g, err := m.begin(ctx, "UpdateNodegroupConfig", in.ClusterName, in.NodegroupName)
	c.Token, c.Asked = aws.ToString(in.ClientRequestToken), askedOf(in.ScalingConfig)
	var u *update
	if err == nil {
		u, c.Accepted, err = m.updateConfig(g, in, c)
	}
	if err != nil {
		return finish[eks.UpdateNodegroupConfigOutput](m, c, nil, err)
	}
	c.Update = u.id
	return finish(m, c, &eks.UpdateNodegroupConfigOutput{Update: u.wire()}, nil)
}

func (m *Model) updateConfig(g *nodegroup, in *eks.UpdateNodegroupConfigInput, c Call) (u *update, accepted bool, err error) {
	if in.Labels != nil || in.NodeRepairConfig != nil || in.Taints != nil || in.UpdateConfig != nil || in.WarmPoolConfig != nil {
		return nil, false, unsupported("an update of anything but sizes")
	}
	if c.Asked == (Asked{}) {
		return nil, false, invalidParameter(g.ref, "No changes needed for the nodegroup update")
	}
	if u, err := m.repeated(g, c); u != nil || err != nil {
		return u, false, err
	}
	u = &update{kind: types.UpdateTypeConfigUpdate, by: c.Token, asked: c.Asked}
	if err := m.tryStart(g, u); err != nil {
		return nil, false, err
	}
	if at, _ := m.searchToken(c.Token); c.Token != "" {
		m.tokens = slices.Insert(m.tokens, at, token{c.Token, u.id})
	}
	return u, true, nil
}

// repeated finds the update that a token has started; nil if the token is new.
func (m *Model) repeated(g *nodegroup, c Call) (*update, error) {
	at, used := m.searchToken(c.Token)
	if !used {
		return nil, nil
	}
	u := m.update(m.tokens[at].update)
	if u.ref != g.ref || !u.asked.equal(c.Asked) {
		return nil, invalidParameter(g.ref, "The clientRequestToken was used before, with other parameters")
	}
	return u, nil
}

func (m *Model) searchToken(text string) (at int, found bool) {
	return slices.BinarySearchFunc(m.tokens, text, func(t token, text string) int { return strings.Compare(t.text, text) })
}

// tryStart starts an update, if the node group and the sizes allow it.
func (m *Model) tryStart(g *nodegroup, u *update) error {
	if err := g.updatable(); err != nil {
		return err
	}
	if refusal := g.refusal(u.asked.over(g.sizes)); refusal != "" {
		return invalidParameter(g.ref, refusal)
	}
	m.start(g, u)
	return nil
}

// updatable refuses an update that the node group cannot take now. A describe call may still say ACTIVE of it.
func (g *nodegroup) updatable() error {
	r := g.ref
	if g.running != nil {
		return inUse(r, fmt.Sprintf("Nodegroup cannot be updated as it is currently not in Active State: update %s is in progress", g.running.id))
	}
	switch g.status {
	case types.NodegroupStatusCreateFailed, types.NodegroupStatusDeleteFailed:
		return invalidRequest(r, fmt.Sprintf("Nodegroup cannot be updated as it is in status %s", g.status))
	case types.NodegroupStatusCreating, types.NodegroupStatusUpdating, types.NodegroupStatusDeleting:
		return inUse(r, fmt.Sprintf("Nodegroup cannot be updated as it is currently not in Active State: %s", g.status))
	case types.NodegroupStatusActive, types.NodegroupStatusDegraded:
	}
	return nil
}

// DeleteNodegroup starts to delete a node group. Its nodes are gone at once; it is DELETING for the time of its behavior,
// and then not found. A running update is cancelled at that end.
func (m *Model) DeleteNodegroup(
	ctx context.Context, in *eks.DeleteNodegroupInput, _ ...func(*eks.Options),
) (*eks.DeleteNodegroupOutput, error) {
	c, g, err := m.begin(ctx, "DeleteNodegroup", in.ClusterName, in.NodegroupName)
	if err == nil && g.status == types.NodegroupStatusDeleting {
		err = inUse(g.ref, "Nodegroup is already being deleted")
	}
	if err != nil {
		return finish[eks.DeleteNodegroupOutput](m, c, nil, err)
	}
	c.Accepted = true
	g.status = types.NodegroupStatusDeleting
	if g.behavior.Deletion != Forever {
		g.gone = c.At.Add(g.behavior.Deletion)
	}
	m.change(g, c.At, Change{Cause: CauseDeleted}, g.sizes, 0)
	return finish(m, c, &eks.DeleteNodegroupOutput{Nodegroup: g.wire(g.status)}, nil)
}
