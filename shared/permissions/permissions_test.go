package permissions_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/permissions"
)

const document = `
timezone: UTC
accounts: {externalId: hub}
clusters:
  - {name: a, region: eu-west-1, nodegroups: {web: {minSize: 0, maxSize: 3}, db: {minSize: 0, maxSize: 3}}, profiles: {on: {web: 1}}, schedule: {default: on}}
  - {name: b, account: "210987654321", region: eu-west-1, nodegroups: {web: {minSize: 0, maxSize: 3}}, profiles: {on: {web: 1}}, schedule: {default: on}}
`

// allowed lists the statements of a function, each as a line.
func allowed(t *testing.T, g permissions.Grant, function string) string {
	t.Helper()
	c, err := config.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range g.Of(function, permissions.Place{Partition: "aws", Account: "1"}, c.Clusters) {
		line := strings.Join(s.Actions, " ") + " on " + strings.Join(s.Resources, " ")
		for key, value := range s.Equals {
			line += " if " + key + "=" + value
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestEachModeAllowsWhatItSays(t *testing.T) {
	t.Parallel()
	everywhere := permissions.Grant{Mode: permissions.All, Region: "*", SpokeRole: "spoke"}
	byTag := permissions.Grant{Mode: permissions.Tagged, TagKey: "team", TagValue: "night", Region: "eu-west-1"}
	for _, row := range []struct {
		rule, function string
		grant          permissions.Grant
		want           string
	}{
		{
			"configured names each node group and each role", "scale",
			permissions.Grant{Mode: permissions.Configured},
			"eks:DescribeNodegroup eks:UpdateNodegroupConfig on arn:aws:eks:eu-west-1:1:nodegroup/a/db/* arn:aws:eks:eu-west-1:1:nodegroup/a/web/*\n" +
				"sts:AssumeRole sts:TagSession on arn:aws:iam::210987654321:role/eks-scaling-spoke",
		},
		{
			"all has every node group, and the spokes", "scale", everywhere,
			"eks:DescribeNodegroup eks:UpdateNodegroupConfig on arn:aws:eks:*:1:nodegroup/*\nsts:AssumeRole sts:TagSession on arn:aws:iam::*:role/spoke",
		},
		{
			"a tag is required of node groups and of clusters", "wait-for-nodegroup-active", byTag,
			"eks:DescribeNodegroup eks:DescribeUpdate on arn:aws:eks:eu-west-1:1:nodegroup/* if aws:ResourceTag/team=night\n" +
				"eks:DescribeUpdate on arn:aws:eks:eu-west-1:1:cluster/* if aws:ResourceTag/team=night",
		},
		{"a function that does not call EKS gets nothing", "audit", everywhere, ""},
	} {
		if diff := cmp.Diff(row.want, allowed(t, row.grant, row.function)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// TestExactPermissionsFitIntoIAM, or are refused.
func TestExactPermissionsFitIntoIAM(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	released, err := os.ReadFile("../../cdk/testdata/release.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(clusters int) ([]byte, error) {
		var text strings.Builder
		text.WriteString("timezone: UTC\nclusters:\n")
		for i := range clusters {
			fmt.Fprintf(&text, "  - name: a-cluster-with-a-long-name-%03d\n    region: ap-southeast-2\n    nodegroups:\n", i)
			for j := range 30 {
				fmt.Fprintf(&text, "      a-node-group-with-a-long-name-%03d: {minSize: 0, maxSize: 3}\n", j)
			}
			text.WriteString("    profiles: {all: {}}\n    schedule: {default: all}\n")
		}
		c, err := config.Parse([]byte(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		return permissions.Rewrite(released, c.Clusters)
	}
	rewritten, err := rewrite(10)
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				PolicyDocument json.RawMessage
				Roles          []any
			}
		}
	}
	if err := json.Unmarshal(rewritten, &template); err != nil {
		t.Fatal(err)
	}
	policies := 0
	for id, r := range template.Resources {
		if r.Type != "AWS::IAM::ManagedPolicy" || !strings.Contains(id, "Configured") {
			continue
		}
		policies++
		document := regexp.MustCompile(`\s+`).ReplaceAllString(string(r.Properties.PolicyDocument), "")
		document = strings.NewReplacer(`{"Fn::Sub":"`, `"`, `"}`, `"`, "${AWS::Partition}", "aws-us-gov", "${AWS::AccountId}", "123456789012").Replace(document)
		if len(document) > 6144 || len(r.Properties.Roles) != 1 {
			t.Errorf("%s has %d characters for %d roles; IAM allows 6144", id, len(document), len(r.Properties.Roles))
		}
	}
	if policies < 3*2 {
		t.Errorf("found %d policies", policies)
	}
	if _, err := rewrite(100); !errors.Is(err, permissions.ErrTooMany) {
		t.Errorf("found %v; want a refusal", err)
	}
}

// TestOnlyScaleChanges, in every mode.
func TestOnlyScaleChanges(t *testing.T) {
	t.Parallel()
	for _, function := range permissions.Functions() {
		for _, action := range append(permissions.OnNodegroups(function), permissions.OnClusters(function)...) {
			reads := strings.HasPrefix(action, "eks:Describe") || strings.HasPrefix(action, "eks:List")
			if !reads && function != "scale" {
				t.Errorf("%s may %s", function, action)
			}
		}
	}
}

func TestAGrantIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := permissions.Grant{Mode: rapid.SampledFrom([]permissions.Mode{permissions.Configured, permissions.Tagged, permissions.All}).Draw(t, "mode")}
		if g.Mode == permissions.Tagged {
			g.TagKey = rapid.StringMatching(permissions.TagPattern).Draw(t, "key")
			g.TagValue = rapid.StringMatching(permissions.TagPattern).Draw(t, "value")
		}
		if read, err := permissions.Parse(g.String()); err != nil || read != g {
			t.Fatalf("%s: found %+v, %v", g, read, err)
		}
	})
	for _, text := range []string{"", "some", "tag", "tag:", "tag:key", "tag:=value", "tag:key=", "tag:a b=c", `tag:a"b=c`, "tag:a=${b}", "tag:a=b=c"} {
		if g, err := permissions.Parse(text); err == nil {
			t.Errorf("%q: found %+v; want an error", text, g)
		}
	}
}
