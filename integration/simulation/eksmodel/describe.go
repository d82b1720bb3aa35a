package eksmodel

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// DescribeNodegroup reads a node group. It may show the old sizes, and the status before an update; see [Behavior].
func (m *Model) DescribeNodegroup(
	ctx context.Context, in *eks.DescribeNodegroupInput, _ ...func(*eks.Options),
) (*eks.DescribeNodegroupOutput, error) {
	c, g, err := m.begin(ctx, "DescribeNodegroup", in.ClusterName, in.NodegroupName)
	if err != nil {
		return finish[eks.DescribeNodegroupOutput](m, c, nil, err)
	}
	return finish(m, c, &eks.DescribeNodegroupOutput{Nodegroup: g.wire(c.Status)}, nil)
}

// begin starts the log of a call and finds its node group.
func (m *Model) begin(ctx context.Context, operation string, cluster, name *string) (Call, *nodegroup, error) {
	m.settle()
	c := Call{At: m.Now(), Operation: operation, Ref: Ref{aws.ToString(cluster), aws.ToString(name)}}
	if err := alive(ctx); err != nil {
		return c, nil, err
	}
	if _, found := slices.BinarySearch(m.clusters, c.Ref.Cluster); !found {
		return c, nil, noCluster(c.Ref.Cluster)
	}
	g := m.group(c.Ref)
	if g == nil {
		return c, nil, noGroup(c.Ref)
	}
	c.Before, c.Status = g.sizes, g.statusAt(c.At)
	return c, g, nil
}

// wire is the node group as EKS describes it.
func (g *nodegroup) wire(status types.NodegroupStatus) *types.Nodegroup {
	return &types.Nodegroup{
		ClusterName: aws.String(g.ref.Cluster), NodegroupName: aws.String(g.ref.Nodegroup), Status: status,
		NodegroupArn: aws.String(fmt.Sprintf("arn:aws:eks:eu-central-1:123456789012:nodegroup/%s/%s/0", g.ref.Cluster, g.ref.Nodegroup)),
		CreatedAt:    aws.Time(g.created), ModifiedAt: aws.Time(g.modified),
		ScalingConfig: &types.NodegroupScalingConfig{MinSize: new(g.sizes.Min), MaxSize: new(g.sizes.Max), DesiredSize: new(g.sizes.Desired)},
		UpdateConfig:  &types.NodegroupUpdateConfig{MaxUnavailable: new(g.maxUnavailable)},
		Health:        &types.NodegroupHealth{Issues: g.issues()},
		Resources: &types.NodegroupResources{AutoScalingGroups: []types.AutoScalingGroup{
			{Name: aws.String("eks-" + g.ref.Nodegroup + "-" + g.ref.Cluster)},
		}},
	}
}

func (g *nodegroup) issues() []types.Issue {
	issues := []types.Issue{}
	for _, i := range g.health {
		issues = append(issues, types.Issue{Code: types.NodegroupIssueCode(i.Code), Message: aws.String(i.Message)})
	}
	return issues
}

// DescribeUpdate reads an update.
func (m *Model) DescribeUpdate(
	ctx context.Context, in *eks.DescribeUpdateInput, _ ...func(*eks.Options),
) (*eks.DescribeUpdateOutput, error) {
	c, g, err := m.begin(ctx, "DescribeUpdate", in.Name, in.NodegroupName)
	c.Update = aws.ToString(in.UpdateId)
	if err == nil && (in.AddonName != nil || in.CapabilityName != nil) {
		err = unsupported("updates of add-ons and capabilities")
	}
	if err != nil {
		return finish[eks.DescribeUpdateOutput](m, c, nil, err)
	}
	u := m.update(c.Update)
	if u == nil || u.ref != g.ref {
		return finish[eks.DescribeUpdateOutput](m, c, nil, noUpdate(c.Ref, c.Update))
	}
	return finish(m, c, &eks.DescribeUpdateOutput{Update: u.wire()}, nil)
}

// wire is the update as EKS describes it.
func (u *update) wire() *types.Update {
	w := &types.Update{
		Id: aws.String(u.id), Status: u.status, Type: u.kind, CreatedAt: aws.Time(u.created), Params: []types.UpdateParam{}, Errors: []types.ErrorDetail{},
	}
	for _, p := range []struct {
		kind  types.UpdateParamType
		value *int32
	}{{types.UpdateParamTypeMinSize, u.asked.Min}, {types.UpdateParamTypeMaxSize, u.asked.Max}, {types.UpdateParamTypeDesiredSize, u.asked.Desired}} {
		if p.value != nil {
			w.Params = append(w.Params, types.UpdateParam{Type: p.kind, Value: aws.String(fmt.Sprint(*p.value))})
		}
	}
	if u.failure != (Issue{}) {
		w.Errors = append(w.Errors, types.ErrorDetail{ErrorCode: types.ErrorCode(u.failure.Code), ErrorMessage: aws.String(u.failure.Message)})
	}
	return w
}

// maxPage is how many ids ListUpdates returns at most, and if a request names no number.
const maxPage = 100

// ListUpdates lists the ids of a node group's updates by the text of the id, because EKS promises no order. Ids are made so
// that this is not the order of time.
func (m *Model) ListUpdates(
	ctx context.Context, in *eks.ListUpdatesInput, _ ...func(*eks.Options),
) (*eks.ListUpdatesOutput, error) {
	c, g, err := m.begin(ctx, "ListUpdates", in.Name, in.NodegroupName)
	var out *eks.ListUpdatesOutput
	if err == nil {
		out, err = m.listUpdates(g, in)
	}
	return finish(m, c, out, err)
}

func (m *Model) listUpdates(g *nodegroup, in *eks.ListUpdatesInput) (*eks.ListUpdatesOutput, error) {
	size := int(*cmp.Or(in.MaxResults, aws.Int32(maxPage)))
	last, isToken := strings.CutPrefix(aws.ToString(in.NextToken), "after:")
	switch {
	case in.AddonName != nil || in.CapabilityName != nil:
		return nil, unsupported("updates of add-ons and capabilities")
	case size < 1 || size > maxPage:
		return nil, invalidParameter(g.ref, "maxResults must be a number from 1 to 100")
	case in.NextToken != nil && !isToken:
		return nil, invalidParameter(g.ref, "nextToken is not one that was given")
	}
	out := &eks.ListUpdatesOutput{UpdateIds: []string{}}
	for _, u := range m.updates {
		if u.ref != g.ref || u.id <= last {
			continue
		}
		if len(out.UpdateIds) == size {
			out.NextToken = aws.String("after:" + out.UpdateIds[size-1])
			break
		}
		out.UpdateIds = append(out.UpdateIds, u.id)
	}
	return out, nil
}
