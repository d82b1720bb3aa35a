package reach_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach/reachtest"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

const (
	hub   = "123456789012"
	spoke = "210987654321"
	other = "310987654321"
)

var stack = deployment.Stack{Account: hub, Region: "sa-east-1"}

// document has clusters in the stack's account, and in two others; b is in one region under two external ids.
const document = `
timezone: UTC
accounts: {externalId: hub}
clusters:
  - {name: a, region: eu-west-1, nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
  - {name: b, region: eu-west-1, account: "210987654321", nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
  - {name: c, region: eu-west-1, account: "210987654321", externalId: mine, nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
  - {name: d, region: us-east-1, roleArn: "arn:aws:iam::310987654321:role/scaler", nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
`

func configuration(t *testing.T) config.Config {
	t.Helper()
	c, err := config.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestThePlacesOfAFleet(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule string
		more reach.More
		want []string
	}{
		{"the stack's come first", reach.More{}, []string{
			"123456789012 sa-east-1", "123456789012 eu-west-1", "210987654321 eu-west-1 hub", "210987654321 eu-west-1 mine", "310987654321 us-east-1 hub",
		}},
		{"another account has all regions", reach.More{Accounts: []string{"410987654321"}}, []string{
			"123456789012 sa-east-1", "123456789012 eu-west-1", "210987654321 eu-west-1 hub", "210987654321 eu-west-1 mine", "310987654321 us-east-1 hub",
			"410987654321 eu-west-1 hub", "410987654321 sa-east-1 hub", "410987654321 us-east-1 hub",
		}},
		{"or the given ones, as the others do", reach.More{Accounts: []string{"410987654321"}, Regions: []string{"eu-west-1"}}, []string{
			"123456789012 sa-east-1", "123456789012 eu-west-1", "210987654321 eu-west-1 hub", "210987654321 eu-west-1 mine", "310987654321 eu-west-1 hub",
			"310987654321 us-east-1 hub", "410987654321 eu-west-1 hub",
		}},
		{"the stack's account has no role", reach.More{Accounts: []string{hub}, Regions: []string{"us-east-1"}}, []string{
			"123456789012 sa-east-1", "123456789012 eu-west-1", "123456789012 us-east-1", "210987654321 eu-west-1 hub", "210987654321 eu-west-1 mine",
			"210987654321 us-east-1 hub", "210987654321 us-east-1 mine", "310987654321 us-east-1 hub",
		}},
	} {
		var got []string
		for _, p := range reach.PlacesOf(stack, configuration(t), row.more) {
			got = append(got, strings.TrimSpace(p.Account+" "+p.Region+" "+p.Role.ExternalID))
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

func TestWhyAPlaceCannotBeReached(t *testing.T) {
	t.Parallel()
	role := account.SpokeRole("eu-west-1", spoke, "", "hub")
	at := reach.Place{Account: spoke, Region: "eu-west-1", Role: role}
	byHand := reach.Place{Account: spoke, Region: "eu-west-1", Role: account.Role{ARN: "arn:aws:iam::210987654321:role/scaler"}}
	own := reach.Place{Account: hub, Region: "sa-east-1"}
	refused, lacking := reachtest.NotAssumed(role.Viewer().ARN), reachtest.Refusal("EKS", "ListClusters", "AccessDeniedException", "no")
	viewer := "arn:aws:iam::210987654321:role/eks-scaling-spoke-viewer"
	for _, row := range []struct {
		rule  string
		place reach.Place
		err   error
		own   reach.Own
		kind  reach.Kind
		parts []string
	}{
		{"the spoke refuses", at, refused, reach.Allowed, reach.Refused, []string{
			"cannot assume " + viewer + ": it does not exist, its trust policy does not let you in, or its external id is another;",
			"deploy the spoke in account 210987654321: eks-scaling accounts template", "aws cloudformation describe-stacks --stack-name EksScalingSpoke",
		}},
		{"or perhaps the caller may not", at, refused, reach.NotKnown, reach.Refused, []string{"; or you lack sts:AssumeRole on it"}},
		{"the caller may not", at, refused, reach.Denied, reach.Permission, []string{"you may not assume " + viewer, "ask for the permission sts:AssumeRole"}},
		{"a role that is no spoke's", byHand, refused, reach.Allowed, reach.Refused, []string{"role/scaler", "fix the trust policy of scaler in account 210987654321"}},
		{"the viewer lacks a permission", at, lacking, 0, reach.Permission, []string{viewer + " lacks eks:ListClusters", "deploy the spoke in account 210987654321 again"}},
		{"the caller lacks it", own, lacking, 0, reach.Permission, []string{"you lack eks:ListClusters", "--profile"}},
		{"a role by hand lacks it", byHand, lacking, 0, reach.Permission, []string{"role/scaler lacks eks:ListClusters", "allow it in the role's policy"}},
		{"no answer", at, fmt.Errorf("listing: %w", context.DeadlineExceeded), 0, reach.NoAnswer, []string{"no answer from AWS in eu-west-1", "check the network"}},
		{"a region that is not enabled", at, reachtest.Refusal("EKS", "ListClusters", "UnrecognizedClientException", "invalid"), 0, reach.Permission, []string{
			"AWS rejects the credentials in eu-west-1", "aws account enable-region --region-name eu-west-1",
		}},
		{"what else AWS says", at, reachtest.Refusal("EKS", "ListClusters", "ServerException", "oops"), 0, reach.Other, []string{"AWS says ServerException: oops"}},
		{"any other error", at, errors.New("odd"), 0, reach.Other, []string{"odd"}},
	} {
		got := reach.Explain(row.place, row.err, row.own)
		if got.Kind != row.kind || got.Remedy == "" {
			t.Errorf("%s: found %+v; want the kind %s, and a remedy", row.rule, got, row.kind)
		}
		for _, part := range row.parts {
			if !strings.Contains(got.String(), part) {
				t.Errorf("%s: found %q; want in it %q", row.rule, got, part)
			}
		}
		if row.own == reach.Allowed && strings.Contains(got.String(), "or you lack") {
			t.Errorf("%s: found %q, which doubts what is known", row.rule, got)
		}
	}
}

// TestOneAccountDoesNotHinderTheOthers uses a virtual clock: a timeout takes no time.
func TestOneAccountDoesNotHinderTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		world := reachtest.World{
			Own: hub, ExternalIDs: map[string]string{spoke: "hub"},
			Errs: map[string]error{hub + " eu-west-1": reachtest.ErrHangs, other + " us-east-1": reachtest.NotAssumed("arn:aws:iam::310987654321:role/scaler")},
		}
		places := reach.PlacesOf(stack, configuration(t), reach.More{Accounts: []string{"410987654321"}, Regions: []string{"eu-west-1"}})
		places[len(places)-1].Role.ExternalID = ""
		kinds := map[string]reach.Kind{}
		for i, problem := range world.Surveyor().Look(t.Context(), places, func(ctx context.Context, api stackaws.EKSAPI, _ int) error {
			_, err := stackaws.Clusters(ctx, api)
			return err
		}) {
			if problem != nil {
				kinds[strings.TrimSpace(places[i].Account+" "+places[i].Region+" "+places[i].Role.ExternalID)] = problem.Kind
			}
		}
		want := map[string]reach.Kind{
			"123456789012 eu-west-1": reach.NoAnswer, "210987654321 eu-west-1 mine": reach.ExternalID, "310987654321 us-east-1 hub": reach.Refused,
			"410987654321 eu-west-1": reach.ExternalID, "310987654321 eu-west-1 hub": reach.Refused,
		}
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
