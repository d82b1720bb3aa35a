package online_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/online"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach/reachtest"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

func clustersOf(t *testing.T, document string) []config.Cluster {
	t.Helper()
	c, err := config.Parse([]byte("timezone: UTC\naccounts: {externalId: hub}\nclusters:\n" + document))
	if err != nil {
		t.Fatal(err)
	}
	return c.Clusters
}

const oneGroup = "nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}"

func TestClustersThatTheStackCannotReach(t *testing.T) {
	t.Parallel()
	s := deployment.Stack{Partition: "aws", Region: "sa-east-1", Account: "123456789012"}
	for _, row := range []struct {
		rule, fields string
		needs        bool
		want         []string
	}{
		{"the stack's account needs no field", `region: sa-east-1`, false, nil},
		{"another account", `region: sa-east-1, account: "210987654321"`, true, nil},
		{"the stack's own account", `region: sa-east-1, account: "123456789012"`, true, []string{
			"clusters[0].account: c: account 123456789012 is the stack's own: remove account",
		}},
		{"but a role in it is assumed", `region: sa-east-1, account: "123456789012", roleArn: "arn:aws:iam::123456789012:role/x"`, true, nil},
		{"another partition", `region: cn-north-1`, true, []string{
			"clusters[0].region: c: region cn-north-1 is in partition aws-cn, but the stack is in aws: use a stack in that partition",
		}},
	} {
		clusters := clustersOf(t, "  - {name: c, "+row.fields+", "+oneGroup+"}")
		var got []string
		for _, f := range online.Misplaced(clusters, s) {
			got = append(got, f.Path+": "+f.String())
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
		if needs := online.NeedsStack(clusters, s.Region); needs != row.needs {
			t.Errorf("%s: found that it needs the stack: %t", row.rule, needs)
		}
	}
}

func TestAnAccountThatCannotBeReachedIsNamedOnce(t *testing.T) {
	t.Parallel()
	clusters := clustersOf(t, `  - {name: a, region: sa-east-1, account: "210987654321", `+oneGroup+`}
  - {name: b, region: eu-west-1, account: "210987654321", `+oneGroup+`}
  - {name: c, region: sa-east-1, account: "310987654321", `+oneGroup+`}`)
	world := reachtest.World{Own: "123456789012", ExternalIDs: map[string]string{"310987654321": "hub"}, Nodegroups: map[string][]string{"310987654321 sa-east-1 c": {"n"}}}
	open := world.Surveyor().Open
	r := online.Check(t.Context(), func(p nodegroups.Place) stackaws.EKSAPI { return open(p) }, clusters)
	if len(r.Unchecked) != 1 {
		t.Fatalf("found %v; want one account", r.Unchecked)
	}
	const want = "a, b: not checked in EKS: cannot assume arn:aws:iam::210987654321:role/eks-scaling-spoke-viewer: it does not exist, its trust policy does not let " +
		"you in, or its external id is another; or you lack sts:AssumeRole on it; deploy the spoke in account 210987654321: eks-scaling accounts template; " +
		"if it is there, compare its parameters: aws cloudformation describe-stacks --stack-name EksScalingSpoke --query Stacks[0].Parameters"
	if diff := cmp.Diff(want, r.Unchecked[0].String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
