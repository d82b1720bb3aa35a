// Package reachtest fakes the accounts and regions of a fleet, as people reach them.
package reachtest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/nodegroups"
)

// ErrHangs is the error of an account that never answers.
var ErrHangs = errors.New("hangs")

// World has the node groups of clusters, by "ACCOUNT REGION CLUSTER". The account of a place without a role is Own.
type World struct {
	Own        string
	Nodegroups map[string][]string
	// ExternalIDs has the external ids that accounts with a spoke accept.
	ExternalIDs map[string]string
	Errs        map[string]error // of all calls in a place, by "ACCOUNT REGION"
	May         map[string]reach.Own
}

// Refusal returns the error of a call that a service refuses.
func Refusal(service, operation, code, message string) error {
	return &smithy.OperationError{ServiceID: service, OperationName: operation, Err: &smithy.GenericAPIError{Code: code, Message: message}}
}

// NotAssumed returns the error of a call of EKS for which STS refuses the role.
func NotAssumed(role string) error {
	return &smithy.OperationError{
		ServiceID: "EKS", OperationName: "ListClusters",
		Err: Refusal("STS", "AssumeRole", "AccessDenied", "User: arn:aws:iam::123456789012:user/ana is not authorized to perform: sts:AssumeRole on resource: "+role),
	}
}

// Surveyor looks into the world.
func (w World) Surveyor() reach.Surveyor {
	s := reach.New(aws.Config{}, collect.Pace{})
	s.Open = func(p nodegroups.Place) stackaws.EKSAPI { return region{w, p} }
	s.MayAssume = func(context.Context, []string) map[string]reach.Own { return w.May }
	return s
}

// region is EKS in a place.
type region struct {
	World
	at nodegroups.Place
}

func (r region) account() string {
	if id := r.at.Role.Account(); id != "" {
		return id
	}
	return r.Own
}

func (r region) answer(ctx context.Context) error {
	err := r.Errs[r.account()+" "+r.at.Region]
	switch {
	case errors.Is(err, ErrHangs):
		<-ctx.Done()
		return &smithy.OperationError{ServiceID: "EKS", OperationName: "ListClusters", Err: ctx.Err()}
	case err != nil:
		return err
	case r.at.Role.ARN != "" && r.ExternalIDs[r.account()] != r.at.Role.ExternalID:
		return NotAssumed(r.at.Role.ARN)
	}
	return nil
}

func (r region) ListClusters(ctx context.Context, _ *eks.ListClustersInput, _ ...func(*eks.Options)) (*eks.ListClustersOutput, error) {
	out := &eks.ListClustersOutput{}
	for _, key := range slices.Sorted(maps.Keys(r.Nodegroups)) {
		if name, here := strings.CutPrefix(key, r.account()+" "+r.at.Region+" "); here {
			out.Clusters = append(out.Clusters, name)
		}
	}
	return out, r.answer(ctx)
}

func (r region) ListNodegroups(ctx context.Context, in *eks.ListNodegroupsInput, _ ...func(*eks.Options)) (*eks.ListNodegroupsOutput, error) {
	return &eks.ListNodegroupsOutput{Nodegroups: r.Nodegroups[r.account()+" "+r.at.Region+" "+*in.ClusterName]}, r.answer(ctx)
}

func (r region) DescribeNodegroup(ctx context.Context, in *eks.DescribeNodegroupInput, _ ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error) {
	low, high := int32(0), int32(5)
	return &eks.DescribeNodegroupOutput{Nodegroup: &types.Nodegroup{
		NodegroupName: in.NodegroupName, Status: types.NodegroupStatusActive,
		ScalingConfig: &types.NodegroupScalingConfig{MinSize: &low, MaxSize: &high, DesiredSize: &low},
	}}, r.answer(ctx)
}
