package checks_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/shared/config"
)

// synthesized returns the stack that cdk synthesizes for the reference configuration, and what it grants, one line each.
func synthesized(t *testing.T) (checks.Deployment, []string) {
	t.Helper()
	data, err := os.ReadFile("../../../../../cdk/testdata/template.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	stack, err := template.Read(data, template.Place{Stack: deployed.Name, Region: deployed.Region, Account: deployed.Account})
	if err != nil {
		t.Fatal(err)
	}
	var resources []checks.Resource
	for _, r := range stack.Resources {
		resources = append(resources, checks.Resource{LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type})
	}
	names := map[string]string{}
	for name, arn := range checks.RolesOf(deployed, resources) {
		names[arn] = name
	}
	e := checks.Deployment{Stack: deployed, KeyARN: checks.KeyOf(deployed, resources), Clusters: []config.Cluster{reference(t)}}
	var granted []string
	for _, role := range stack.Roles {
		for _, s := range role.Policy {
			n := checks.Permission{Role: names[role.ARN], Actions: s.Actions, Resources: s.Resources, Context: map[string]string{}}
			for _, c := range s.Conditions {
				n.Context[c.Key] = strings.Join(c.Values, ",")
			}
			if s.Deny || n.Role == "" {
				t.Errorf("role %s has %+v; want a known role and an Allow", role.Name, s)
			}
			granted = append(granted, lines(n)...)
			if slices.Contains(n.Actions, "dynamodb:GetRecords") {
				e.StreamARN = n.Resources[0]
			}
		}
		if names[role.ARN] == "scheduler" {
			e.SchedulerRoleARN = role.ARN
		}
	}
	return e, granted
}

func lines(n checks.Permission) []string {
	var all []string
	for _, action := range n.Actions {
		for _, resource := range n.Resources {
			all = append(all, fmt.Sprintf("%s: %s on %s if %v", n.Role, action, resource, n.Context))
		}
	}
	return all
}

// TestRequiredPermissionsAreWhatTheStackGrants compares them with the policies of the synthesized stack, both ways.
func TestRequiredPermissionsAreWhatTheStackGrants(t *testing.T) {
	t.Parallel()
	e, granted := synthesized(t)
	var required []string
	for _, n := range e.RequiredPermissions() {
		required = append(required, lines(n)...)
	}
	slices.Sort(granted)
	slices.Sort(required)
	if diff := cmp.Diff(granted, required); diff != "" || len(required) < 60 {
		t.Errorf("%d are required (-granted +required):\n%s", len(required), diff)
	}
}

func TestNeedsOfWhatIsNotKnownAreLeftOut(t *testing.T) {
	t.Parallel()
	e, _ := synthesized(t)
	e.StreamARN, e.KeyARN = "", ""
	for _, n := range e.RequiredPermissions() {
		if slices.Contains(n.Resources, "") || slices.Contains(n.Actions, "kms:Decrypt") || slices.Contains(n.Actions, "dynamodb:GetRecords") {
			t.Errorf("found %+v", n)
		}
	}
}

func TestAClusterWithARoleIsReachedThroughIt(t *testing.T) {
	t.Parallel()
	other := reference(t)
	other.Name, other.RoleARN = "other", "arn:aws:iam::999999999999:role/scaler"
	e, _ := synthesized(t)
	e.Clusters = []config.Cluster{other, other}
	found := map[string]int{}
	for _, n := range e.RequiredPermissions() {
		for _, action := range n.Actions {
			if strings.HasPrefix(action, "eks:") {
				t.Errorf("%s needs %v on %v in the stack's own account", n.Role, n.Actions, n.Resources)
			}
			if action == "sts:AssumeRole" && n.Resources[0] == other.RoleARN {
				found[n.Role]++
			}
		}
	}
	want := map[string]int{"decide": 1, "scale": 1, "wait-for-nodegroup-active": 1}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("who may assume the role, and how often it is said (-want +got):\n%s", diff)
	}
}
