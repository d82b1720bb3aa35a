package spoke_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/spoke"
)

func TestATagSelectsClustersInPlaceOfTheirNames(t *testing.T) {
	t.Parallel()
	text, err := spoke.Template{Role: "night", TagKey: "team", TagValue: "web"}.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Mappings  map[string]any
		Resources map[string]struct {
			Properties struct {
				RoleName string
				Policies []struct {
					PolicyDocument struct{ Statement []map[string]any }
				}
			}
		}
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	onTagged := func(resource string, actions ...any) map[string]any {
		return map[string]any{
			"Effect": "Allow", "Action": actions,
			"Resource":  map[string]any{"Fn::Sub": "arn:${AWS::Partition}:eks:*:${AWS::AccountId}:" + resource},
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/team": "web"}},
		}
	}
	want := []map[string]any{
		onTagged("nodegroup/*", "eks:DescribeNodegroup", "eks:UpdateNodegroupConfig", "eks:DescribeUpdate", "eks:ListUpdates"),
		onTagged("cluster/*", "eks:DescribeUpdate", "eks:ListUpdates"),
	}
	role := document.Resources["Role"].Properties
	if diff := cmp.Diff(want, role.Policies[0].PolicyDocument.Statement); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if viewer := document.Resources["ViewerRole"].Properties.RoleName; role.RoleName != "night" || viewer != "night-viewer" || document.Mappings != nil {
		t.Errorf("found the roles %s and %s, and %v", role.RoleName, viewer, document.Mappings)
	}
}

func TestTemplatesThatAWSWouldRefuse(t *testing.T) {
	t.Parallel()
	clusters := func(accounts, each int) (all []spoke.Cluster) {
		for i := range accounts {
			for j := range each {
				all = append(all, spoke.Cluster{Account: fmt.Sprintf("%012d", i), Region: "sa-east-1", Name: fmt.Sprintf("%s%d", strings.Repeat("c", 50), j)})
			}
		}
		return all
	}
	for _, row := range []struct {
		rule     string
		clusters []spoke.Cluster
		want     string
	}{
		{"no account", nil, "no cluster has an account: add account to the clusters of other accounts, or select them by a tag"},
		{"200 accounts are allowed", clusters(200, 1), ""},
		{"201 are not", clusters(201, 1), "201 accounts: CloudFormation allows 200 in one template; select the clusters by a tag"},
		{"40 clusters in an account fit", clusters(1, 40), ""},
		{"50 do not", clusters(1, 50), "account 000000000000: its clusters take 9980 characters of an IAM policy, and 9500 fit; select the clusters by a tag"},
	} {
		_, err := spoke.Template{Clusters: row.clusters}.JSON()
		if got := fmt.Sprint(err); (err == nil) != (row.want == "") || err != nil && got != row.want {
			t.Errorf("%s: found %v; want %s", row.rule, err, row.want)
		}
	}
}

// TestFiveHubsFitATrustPolicy of 2,048 characters, the default quota of IAM. The roles have the names that CloudFormation gives them.
func TestFiveHubsFitATrustPolicy(t *testing.T) {
	t.Parallel()
	var roles []string
	for range 5 {
		for _, role := range []string{"DecideServiceRole12345678", "ScaleServiceRole12345678", "WaitForNodegroupActiveServiceRole1234567"} {
			roles = append(roles, "arn:aws:iam::123456789012:role/EksScaling-"+role+"-abcdefghijkl")
		}
	}
	template := spoke.Template{TagKey: "team", TagValue: "web", Defaults: spoke.Parameters{HubAccount: "123456789012", FunctionRoles: roles, ExternalID: strings.Repeat("x", 36)}}
	if n := template.TrustLength(); n > spoke.MaxTrust || n < 15*len(roles[0]) {
		t.Errorf("found %d characters; want at most %d", n, spoke.MaxTrust)
	}
	template.Defaults.FunctionRoles = append(roles, roles[:3]...)
	if n := template.TrustLength(); n <= spoke.MaxTrust {
		t.Errorf("found %d characters for 6 hubs; want more than %d", n, spoke.MaxTrust)
	}
}
