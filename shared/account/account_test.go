package account_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/account"
)

func TestTheRoleOfASpokeFollowsFromTheAccount(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ region, name, role, viewer string }{
		{"sa-east-1", "", "arn:aws:iam::210987654321:role/eks-scaling-spoke", "arn:aws:iam::210987654321:role/eks-scaling-spoke-viewer"},
		{"us-gov-west-1", "night", "arn:aws-us-gov:iam::210987654321:role/night", "arn:aws-us-gov:iam::210987654321:role/night-viewer"},
		{"cn-north-1", "", "arn:aws-cn:iam::210987654321:role/eks-scaling-spoke", "arn:aws-cn:iam::210987654321:role/eks-scaling-spoke-viewer"},
	} {
		role := account.SpokeRole(row.region, "210987654321", row.name, "id")
		if role.ARN != row.role || role.Viewer().ARN != row.viewer || role.Account() != "210987654321" {
			t.Errorf("%s %s: found %v and %v", row.region, row.name, role, role.Viewer())
		}
	}
	if own := (account.Role{ARN: "arn:aws:iam::1:role/scaler"}); own.Viewer() != own {
		t.Errorf("a role that is no spoke's has the viewer %v", own.Viewer())
	}
}

func TestPartitionOfARegion(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"sa-east-1": "aws", "us-east-1": "aws", "us-gov-east-1": "aws-us-gov", "cn-northwest-1": "aws-cn", "us-iso-east-1": "aws-iso", "xx-new-1": "aws",
	} {
		if got := account.Partition(region); got != want {
			t.Errorf("%s: found %s; want %s", region, got, want)
		}
	}
	for region, want := range map[string]bool{"sa-east-1": true, "cn-north-1": true, "us-isob-east-1": false, "moon-east-1": false} {
		if account.Supported(region) != want {
			t.Errorf("%s: supported is %t", region, !want)
		}
	}
}

// The constraints on RoleSessionName and on a tag's value in the API reference of STS.
var (
	sessionForm = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
	tagForm     = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$`)
)

func TestSessionsAreNamedAfterTheirRun(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("run-", 20)
	for _, row := range []struct{ rule, run, want string }{
		{"as it is", "manual-2026-11-29_x", "manual-2026-11-29_x"},
		{"with hyphens for what STS refuses", "a run:2é", "a-run-2-"},
		{"not too short", "r", "run-r"},
		{"not too long", long, long[:55] + "-56d9ea76"},
	} {
		if got := account.SessionName(row.run); got != row.want {
			t.Errorf("%s: found %s; want %s", row.rule, got, row.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		run := rapid.StringN(1, 80, -1).Draw(t, "run")
		if name := account.SessionName(run); !sessionForm.MatchString(name) {
			t.Fatalf("%q: STS refuses the name %q", run, name)
		}
		if value := account.TagValue(run); !tagForm.MatchString(value) {
			t.Fatalf("%q: STS refuses the tag %q", run, value)
		}
	})
}

func TestTagsKeepWhatSTSAllows(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"manual-2026.11_29": "manual-2026.11_29", "Nacht für alle": "Nacht für alle", "test(2)!": "test-2--"} {
		if got := account.TagValue(text); got != want {
			t.Errorf("%s: found %s; want %s", text, got, want)
		}
	}
}
