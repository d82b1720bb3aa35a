package eksmodel

import (
	"context"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/smithy-go"
)

// UpdateNodegroupConfig starts an update of sizes. The sizes of the request are laid over the stored ones and checked
// together. A token that was accepted before returns its update again, if the request is the same.
func (m *Model) UpdateNodegroupConfig(
	ctx context.Context, in *eks.UpdateNodegroupConfigInput, _ ...func(*eks.Options),
) (*eks.UpdateNodegroupConfigOutput, error) {
	type output = eks.UpdateNodegroupConfigOutput
	return call(ctx, m, "UpdateNodegroupConfig", in.ClusterName, in.NodegroupName, func(g *nodegroup) (*output, error) {
		u, err := m.updateConfig(g, in)
		if err != nil {
			return nil, err
		}
		return &output{Update: u.describe()}, nil
	})
}

func (m *Model) updateConfig(g *nodegroup, in *eks.UpdateNodegroupConfigInput) (*update, error) {
	if in.Labels != nil || in.NodeRepairConfig != nil || in.Taints != nil || in.UpdateConfig != nil || in.WarmPoolConfig != nil {
		return nil, unsupported("an update of anything but sizes")
	}
	token, asked := aws.ToString(in.ClientRequestToken), AskedOf(in.ScalingConfig)
	if asked == (Asked{}) {
		return nil, invalidParameter(g.ref, "No changes needed for the nodegroup update")
	}
	if u := m.calledWith(token); u != nil {
		if u.of != g.number || !reflect.DeepEqual(u.Asked, asked) {
			return nil, invalidParameter(g.ref, "The clientRequestToken was used before, with other parameters")
		}
		return u, nil
	}
	u := &update{Update: Update{Kind: types.UpdateTypeConfigUpdate, By: token, Asked: asked}, called: true}
	return u, m.tryStart(g, u)
}

// calledWith finds the update that a token started; nil if there is none.
func (m *Model) calledWith(token string) *update {
	if at := slices.IndexFunc(m.updates, func(u *update) bool { return u.called && u.By == token }); at >= 0 && token != "" {
		return m.updates[at]
	}
	return nil
}

// tryStart starts an update, if the node group and the sizes allow it.
func (m *Model) tryStart(g *nodegroup, u *update) error {
	if err := g.updatable(); err != nil {
		return err
	}
	if refusal := g.refusal(u.Asked.Over(g.sizes)); refusal != "" {
		return invalidParameter(g.ref, refusal)
	}
	m.start(g, u)
	return nil
}

// DeleteNodegroup starts to delete a node group that is not being updated; see [Model.Delete].
func (m *Model) DeleteNodegroup(
	ctx context.Context, in *eks.DeleteNodegroupInput, _ ...func(*eks.Options),
) (*eks.DeleteNodegroupOutput, error) {
	return call(ctx, m, "DeleteNodegroup", in.ClusterName, in.NodegroupName, func(g *nodegroup) (*eks.DeleteNodegroupOutput, error) {
		if g.running != nil || g.status == types.NodegroupStatusUpdating {
			return nil, inUse(g.ref, "Nodegroup cannot be deleted as it is currently UPDATING")
		}
		if err := m.Delete(g.ref); err != nil {
			return nil, err
		}
		return &eks.DeleteNodegroupOutput{Nodegroup: g.describe(m.Now())}, nil
	})
}

// call executes a call on its cluster and node group, if the account has calls left. Errors have the SDK's form.
func call[Out any](
	ctx context.Context, m *Model, operation string, cluster, name *string, do func(*nodegroup) (*Out, error),
) (*Out, error) {
	var g *nodegroup
	err := m.budget.admit(operation, m.Now())
	if err == nil {
		g, err = m.find(ctx, cluster, name)
	}
	if err == nil {
		var out *Out
		if out, err = do(g); err == nil {
			return out, nil
		}
	}
	return nil, &smithy.OperationError{ServiceID: "EKS", OperationName: operation, Err: err}
}

// find finds the named cluster and node group, or fails like the SDK once the context has ended.
func (m *Model) find(ctx context.Context, cluster, name *string) (*nodegroup, error) {
	m.settle()
	if err := ctx.Err(); err != nil {
		return nil, &aws.RequestCanceledError{Err: err}
	}
	if cluster == nil {
		return nil, nil
	}
	if _, found := slices.BinarySearch(m.clusters, *cluster); !found {
		return nil, notFound(Ref{Cluster: *cluster}, "No cluster found for name: "+*cluster+".")
	}
	if name == nil {
		return nil, nil
	}
	r := Ref{*cluster, *name}
	if g := m.group(r); g != nil {
		return g, nil
	}
	return nil, noGroup(r)
}
