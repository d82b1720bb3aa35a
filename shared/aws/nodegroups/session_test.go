package nodegroups

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/run"
)

var (
	spoke = account.Role{ARN: "spoke", ExternalID: "id", Spoke: true}
	other = account.Role{ARN: "other"}
)

func TestASessionIsOpenedOnce(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule           string
		places, opened []Place
	}{
		{
			"for each region and role, whatever the cluster",
			[]Place{{Cluster: "a", Region: "x"}, {Cluster: "b", Region: "x"}, {Cluster: "a", Region: "y"}, {Cluster: "a", Region: "x", Role: other}},
			[]Place{{Region: "x"}, {Region: "y"}, {Region: "x", Role: other}},
		},
		{
			"for each cluster and run where it has tags",
			[]Place{{Cluster: "a", Role: spoke, Run: "1"}, {Cluster: "b", Role: spoke, Run: "1"}, {Cluster: "a", Role: spoke, Run: "1"}},
			[]Place{{Cluster: "a", Role: spoke, Run: "1"}, {Cluster: "b", Role: spoke, Run: "1"}},
		},
		{
			"for all clusters of a spoke outside of runs",
			[]Place{{Cluster: "a", Role: spoke}, {Cluster: "b", Role: spoke}},
			[]Place{{Role: spoke}},
		},
		{
			"for all runs in the own account",
			[]Place{{Cluster: "a", Run: "1"}, {Cluster: "a", Run: "2"}},
			[]Place{{}},
		},
		{
			"and again once another run has opened one",
			[]Place{{Role: other, Run: "1"}, {Role: other, Run: "2"}, {Role: other, Run: "1"}, {}, {Role: other, Run: "1"}},
			[]Place{{Role: other, Run: "1"}, {Role: other, Run: "2"}, {Role: other, Run: "1"}, {}},
		},
	} {
		var opened []Place
		open := once(func(p Place) int {
			opened = append(opened, p)
			return 0
		})
		for _, p := range row.places {
			open(p)
		}
		if diff := cmp.Diff(row.opened, opened); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

func TestASessionTellsTheRun(t *testing.T) {
	t.Parallel()
	tags := []types.Tag{
		{Key: aws.String("eks-scaling:cluster"), Value: aws.String("eks name")},
		{Key: aws.String("eks-scaling:run"), Value: aws.String("night-2-")},
	}
	cluster := run.Cluster{Name: "name", EKSName: "eks name", RoleARN: "arn", ExternalID: "id", Spoke: true}
	plain := run.Cluster{Name: "name", RoleARN: "arn"}
	night := run.Run{Execution: run.Execution{Name: "night(2)"}}
	for _, row := range []struct {
		rule  string
		place Place
		want  stscreds.AssumeRoleOptions
	}{
		{"with tags and external id in a spoke", PlaceOf(cluster, night), stscreds.AssumeRoleOptions{RoleSessionName: "night-2-", ExternalID: aws.String("id"), Tags: tags}},
		{"without in another role", PlaceOf(plain, night), stscreds.AssumeRoleOptions{RoleSessionName: "night-2-"}},
		{"without tags outside of a run", Place{Cluster: "c", Role: spoke}, stscreds.AssumeRoleOptions{RoleSessionName: "eks-scaling", ExternalID: aws.String("id")}},
	} {
		var got stscreds.AssumeRoleOptions
		row.place.nameSession(&got)
		if diff := cmp.Diff(row.want, got, cmpopts.IgnoreUnexported(types.Tag{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

func TestCredentialsAreRenewedBeforeTheyExpire(t *testing.T) {
	t.Parallel()
	ends := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	got, err := cached(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "A", SecretAccessKey: "s", CanExpire: true, Expires: ends}, nil
	}).Retrieve(t.Context())
	if err != nil || !got.Expires.Equal(ends.Add(-time.Minute)) {
		t.Errorf("found %s, %v; want a minute before %s", got.Expires, err, ends)
	}
}
