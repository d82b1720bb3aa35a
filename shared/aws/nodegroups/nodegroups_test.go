package nodegroups_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/scaling"
)

// answering is an EKS with one answer.
type answering struct {
	out *eks.DescribeNodegroupOutput
	err error
}

func (a answering) DescribeNodegroup(context.Context, *eks.DescribeNodegroupInput, ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error) {
	return a.out, a.err
}

// TestReadTakesWhatThereIs has incomplete answers: a service may omit any field.
func TestReadTakesWhatThereIs(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for name, row := range map[string]struct {
		answering
		want nodegroups.State
		err  string
	}{
		"everything": {answering: answering{out: &eks.DescribeNodegroupOutput{Nodegroup: &types.Nodegroup{
			Status:        types.NodegroupStatusDegraded,
			ScalingConfig: &types.NodegroupScalingConfig{MinSize: aws.Int32(1), MaxSize: aws.Int32(5), DesiredSize: aws.Int32(3)},
			Health: &types.NodegroupHealth{Issues: []types.Issue{
				{Code: types.NodegroupIssueCodeAsgInstanceLaunchFailures, Message: aws.String("no capacity"), ResourceIds: []string{"asg-1", "asg-2"}},
				{Code: types.NodegroupIssueCodeAccessDenied},
			}},
			UpdateConfig: &types.NodegroupUpdateConfig{MaxUnavailable: aws.Int32(2)},
			Resources:    &types.NodegroupResources{AutoScalingGroups: []types.AutoScalingGroup{{Name: aws.String("asg-1")}}},
		}}}, want: nodegroups.State{
			Sizes: scaling.Sizes{MinSize: 1, MaxSize: 5, DesiredSize: 3}, Status: nodegroups.Degraded,
			Health:            []string{"AsgInstanceLaunchFailures: no capacity (asg-1, asg-2)", "AccessDenied"},
			AutoScalingGroups: []string{"asg-1"}, MaxUnavailable: 2,
		}},
		"next to nothing": {answering: answering{out: &eks.DescribeNodegroupOutput{Nodegroup: &types.Nodegroup{}}}},
		"nothing":         {answering: answering{out: &eks.DescribeNodegroupOutput{}}, err: "node group production/big: the answer of EKS is empty"},
		"an error":        {answering: answering{err: refused}, err: "node group production/big: refused"},
	} {
		got, err := nodegroups.Read(t.Context(), row.answering, "production", "big")
		text := ""
		if err != nil {
			text = err.Error()
		}
		if diff := cmp.Diff(row.want, got); diff != "" || text != row.err {
			t.Errorf("%s: %v; want %q (-want +got):\n%s", name, err, row.err, diff)
		}
	}
}

func TestAClusterIsReachedInItsRegionAndAsItsRole(t *testing.T) {
	t.Parallel()
	own := aws.Config{Region: "sa-east-1", Credentials: aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("x", "y", ""))}
	there := nodegroups.Place{Cluster: "c", Region: "eu-west-3"}.Reach(own)
	if there.Region != "eu-west-3" || there.Credentials != own.Credentials {
		t.Errorf("found %s and %v; want another region and the same credentials", there.Region, there.Credentials)
	}
	there = nodegroups.Place{Region: "eu-west-3", Role: account.Role{ARN: "arn:aws:iam::123456789012:role/scaler"}}.Reach(own)
	if there.Credentials == own.Credentials || own.Region != "sa-east-1" {
		t.Errorf("found %v, and the own region to be %s; want the role's credentials, and nothing changed", there.Credentials, own.Region)
	}
}
