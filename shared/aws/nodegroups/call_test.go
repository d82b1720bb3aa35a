package nodegroups_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/scaling"
)

func TestObserved(t *testing.T) {
	t.Parallel()
	sizes := scaling.Sizes{MinSize: 0, MaxSize: 5, DesiredSize: 1}
	for _, test := range []struct {
		status nodegroups.Status
		want   scaling.Condition
		sizes  bool
	}{
		{nodegroups.Active, scaling.Active, true},
		{nodegroups.Degraded, scaling.Degraded, true},
		{nodegroups.Updating, scaling.Updating, true},
		{nodegroups.Creating, scaling.Updating, true},
		{nodegroups.Deleting, scaling.Gone, false},
		{nodegroups.CreateFailed, scaling.Broken, false},
		{nodegroups.DeleteFailed, scaling.Broken, false},
		{"A_STATUS_OF_THE_FUTURE", scaling.Broken, false},
	} {
		got := nodegroups.State{Sizes: sizes, Status: test.status, Health: []string{"one", "two"}}.Observed()
		want := scaling.Observed{Condition: test.want, Detail: string(test.status) + ": one; two"}
		if test.sizes {
			want.Sizes = &sizes
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.status, diff)
		}
	}
	if got := (nodegroups.State{Status: "ACTIVE"}).Observed().Detail; got != "ACTIVE" {
		t.Errorf("found %q for a healthy node group; want its status alone", got)
	}
}

// service is an EKS that records its requests.
type service struct {
	nodegroups.API
	asked   []*eks.UpdateNodegroupConfigInput
	listed  []string // ids of updates, the newest first
	updates map[string]types.UpdateStatus
	looked  []string
	err     error
}

func (s *service) UpdateNodegroupConfig(_ context.Context, in *eks.UpdateNodegroupConfigInput, _ ...func(*eks.Options)) (*eks.UpdateNodegroupConfigOutput, error) {
	s.asked = append(s.asked, in)
	return &eks.UpdateNodegroupConfigOutput{Update: &types.Update{Id: aws.String("update-1")}}, s.err
}

func (s *service) ListUpdates(context.Context, *eks.ListUpdatesInput, ...func(*eks.Options)) (*eks.ListUpdatesOutput, error) {
	return &eks.ListUpdatesOutput{UpdateIds: s.listed, NextToken: aws.String("more")}, s.err
}

func (s *service) DescribeUpdate(_ context.Context, in *eks.DescribeUpdateInput, _ ...func(*eks.Options)) (*eks.DescribeUpdateOutput, error) {
	s.looked = append(s.looked, *in.UpdateId)
	return &eks.DescribeUpdateOutput{Update: &types.Update{Id: in.UpdateId, Status: s.updates[*in.UpdateId]}}, nil
}

func client(s *service) *nodegroups.Client {
	return nodegroups.Over(func(nodegroups.Place) nodegroups.API { return s })
}

func TestScaleSendsTheDesiredSizeUnlessItIsKept(t *testing.T) {
	t.Parallel()
	to := scaling.Sizes{MinSize: 1, MaxSize: 5, DesiredSize: 3}
	for _, keeps := range []bool{false, true} {
		s := &service{}
		id, err := client(s).Scale(t.Context(), nodegroups.Place{Cluster: "production"}, "big", nodegroups.Change{To: to, Keeps: keeps}, "token")
		if err != nil || id != "update-1" {
			t.Errorf("found update %q and %v", id, err)
		}
		want := &eks.UpdateNodegroupConfigInput{
			ClusterName: aws.String("production"), NodegroupName: aws.String("big"), ClientRequestToken: aws.String("token"),
			ScalingConfig: &types.NodegroupScalingConfig{MinSize: aws.Int32(1), MaxSize: aws.Int32(5), DesiredSize: aws.Int32(3)},
		}
		if keeps {
			want.ScalingConfig.DesiredSize = nil
		}
		ignored := cmpopts.IgnoreUnexported(eks.UpdateNodegroupConfigInput{}, types.NodegroupScalingConfig{})
		if diff := cmp.Diff([]*eks.UpdateNodegroupConfigInput{want}, s.asked, ignored); diff != "" {
			t.Errorf("keeps %t (-want +got):\n%s", keeps, diff)
		}
	}
	_, err := client(&service{err: errors.New("refused")}).Scale(t.Context(), nodegroups.Place{Cluster: "production"}, "big", nodegroups.Change{To: to}, "")
	if want := "node group production/big to 3 (1..5): refused"; err == nil || err.Error() != want {
		t.Errorf("found %v; want %s", err, want)
	}
}

func TestInProgressLooksAtNoMoreThanFiveUpdates(t *testing.T) {
	t.Parallel()
	var ids []string
	for i := range 7 {
		ids = append(ids, fmt.Sprintf("u%d", i))
	}
	for _, test := range []struct {
		rule    string
		listed  []string
		running string
		want    string
		looks   int
	}{
		{"none listed", nil, "", "", 0},
		{"none in progress", ids[:2], "", "", 2},
		{"the newest", ids, "u0", "u0", 1},
		{"the fifth", ids, "u4", "u4", 5},
		{"the sixth is not looked at", ids, "u5", "", 5},
	} {
		s := &service{listed: test.listed, updates: map[string]types.UpdateStatus{test.running: types.UpdateStatusInProgress}}
		id, err := client(s).InProgress(t.Context(), nodegroups.Place{Cluster: "production"}, "big")
		if err != nil || id != test.want || len(s.looked) != test.looks {
			t.Errorf("%s: found %q after %d looks (%v); want %q after %d", test.rule, id, len(s.looked), err, test.want, test.looks)
		}
	}
	if _, err := client(&service{err: errors.New("refused")}).InProgress(t.Context(), nodegroups.Place{Cluster: "c"}, "big"); err == nil {
		t.Error("a refused list is taken for one without updates")
	}
}
