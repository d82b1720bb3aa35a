package checks_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/permissions"
	"eks-scaling-automation/shared/scaling"
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
	names, roles := map[string]string{}, checks.RolesOf(deployed, resources)
	for name, arn := range roles {
		names[arn] = name
	}
	e := checks.Deployment{Stack: deployed, KeyARN: checks.KeyOf(deployed, resources), Clusters: []config.Unit{reference(t)}}
	e.SchedulerRoleARN = roles[deployment.SchedulerRole]
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

// TestEveryModeAllowsWhatIsRequired: doctor finds nothing wrong with a stack from the released template.
func TestEveryModeAllowsWhatIsRequired(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	data, err := os.ReadFile("../../../../../cdk/testdata/release.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	for output, parameters := range map[string]map[string]string{
		"all":            {"CodeBucket": "code", "CodePrefix": "v1"},
		"tag:team=night": {"CodeBucket": "code", "CodePrefix": "v1", "Permissions": "tag", "PermissionsTagKey": "team", "PermissionsTagValue": "night"},
	} {
		stack, err := template.Read(data, template.Place{Stack: deployed.Name, Region: deployed.Region, Account: deployed.Account, Parameters: parameters})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(stack.Outputs, func(o template.Output) bool { return o.Key == deployment.OutputPermissions && o.Value == output }) {
			t.Errorf("found the outputs %v; want %s", stack.Outputs, output)
		}
		e, _ := synthesized(t)
		e.Permissions = output
		e.Clusters[0].EKSName, e.Clusters[0].Region = "another", "eu-west-1"
		asked := 0
		for _, n := range e.RequiredPermissions() {
			i := slices.IndexFunc(stack.Roles, func(r template.Role) bool { return strings.HasPrefix(r.LogicalID, deployment.RoleID(n.Role)) })
			for _, action := range n.Actions {
				for _, resource := range n.Resources {
					r := policy.Request{Action: action, Resource: resource, Context: map[string][]string{}}
					for key, value := range n.Context {
						r.Context[key] = []string{value}
					}
					if parameters["Permissions"] == "tag" {
						r.Context["aws:ResourceTag/team"] = []string{"night"}
					}
					if asked++; !stack.Roles[i].Policy.Allows(r) && strings.HasPrefix(action, "eks:") {
						t.Errorf("%s: %s may not %s on %s", output, n.Role, action, resource)
					}
				}
			}
		}
		if asked < 60 {
			t.Errorf("%s: found %d permissions", output, asked)
		}
	}
}

// TestTargetsOfAPermission are the clusters and node groups whose tags count.
func TestTargetsOfAPermission(t *testing.T) {
	t.Parallel()
	e, _ := synthesized(t)
	found := map[string]bool{}
	for _, n := range e.RequiredPermissions() {
		targets := n.Targets()
		if onEKS := strings.HasPrefix(n.Actions[0], "eks:"); onEKS != (len(targets) > 0) {
			t.Errorf("%v on %v has the targets %v", n.Actions, n.Resources, targets)
		}
		for _, target := range targets {
			found[target.Region+" "+target.Cluster+" "+target.Nodegroup] = true
		}
	}
	want := []string{"sa-east-1 production ", "sa-east-1 production big", "sa-east-1 production small"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
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

// TestSignalsNeedExactPermissions as cdk grants them; a test of cdk has the same list.
func TestSignalsNeedExactPermissions(t *testing.T) {
	t.Parallel()
	e, _ := synthesized(t)
	forecast := func(address string) config.Signal {
		header := map[string]config.HeaderValue{"X-Api-Key": {Secret: "weather-key"}, "Accept": {Text: "application/json"}}
		return config.Signal{HTTP: &config.HTTPSource{URL: address, Header: header}}
	}
	e.Signals = map[string]config.Signal{
		"rain": forecast("https://api.example.com/rain"), "wind": forecast("https://api.example.com/wind"),
		"queue": {Alarm: "ingest-backlog"}, "load": {Alarm: "load", Composite: true}, "event": {Parameter: "/scaling/event"}, "plain": {Parameter: "plain"},
		"freeze": {Calendar: "freeze"}, "shared": {Calendar: "arn:aws:ssm:sa-east-1:210987654321:document/freeze"},
	}
	own := func(service, resource string) string {
		return "arn:aws:" + service + ":" + e.Region + ":" + e.Account + ":" + resource
	}
	var found []string
	for _, n := range e.RequiredPermissions() {
		if n.Role == "read-signals" {
			found = append(found, n.Actions[0]+" "+n.Resources[0])
		}
	}
	want := []string{
		"logs:CreateLogStream " + own("logs", "log-group:/aws/lambda/eks-scaling-read-signals:*"), "xray:PutTelemetryRecords *",
		"cloudwatch:DescribeAlarms *",
		"cloudwatch:DescribeAlarms " + own("cloudwatch", "alarm:ingest-backlog"),
		"secretsmanager:GetSecretValue " + own("secretsmanager", "secret:weather-key-??????"),
		"ssm:GetCalendarState " + own("ssm", "document/freeze"),
		"ssm:GetCalendarState arn:aws:ssm:sa-east-1:210987654321:document/freeze",
		"ssm:GetParameter " + own("ssm", "parameter/plain"), "ssm:GetParameter " + own("ssm", "parameter/scaling/event"),
		"dynamodb:GetItem " + own("dynamodb", "table/eks-scaling-config"),
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAClusterWithARoleIsReachedThroughIt(t *testing.T) {
	t.Parallel()
	other := reference(t)
	other.Cluster, other.Role.ARN = "other", "arn:aws:iam::999999999999:role/scaler"
	e, _ := synthesized(t)
	e.Clusters = []config.Unit{other, other}
	found := map[string]int{}
	for _, n := range e.RequiredPermissions() {
		for _, action := range n.Actions {
			if strings.HasPrefix(action, "eks:") {
				t.Errorf("%s needs %v on %v in the stack's own account", n.Role, n.Actions, n.Resources)
			}
			if action == "sts:AssumeRole" && n.Resources[0] == other.Role.ARN {
				found[n.Role]++
			}
		}
	}
	want := map[string]int{"decide": 1, "scale": 1, "wait-for-nodegroup-active": 1}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("who may assume the role, and how often it is said (-want +got):\n%s", diff)
	}
}

// TestAThousandClustersTakeAHundredthOfTheirPermissions: the simulator is asked for each required permission.
func TestAThousandClustersTakeAHundredthOfTheirPermissions(t *testing.T) {
	t.Parallel()
	e, _ := synthesized(t)
	required := func(clusters int) (calls, resources int) {
		e.Clusters = nil
		for i := range clusters {
			c := reference(t)
			c.EKSName, c.Nodegroups = fmt.Sprint("c", i), map[string]scaling.Limits{}
			for n := range 10 {
				c.Nodegroups[fmt.Sprint("n", n)] = scaling.Limits{}
			}
			e.Clusters = append(e.Clusters, c)
		}
		all := e.RequiredPermissions()
		for _, n := range all {
			if resources += len(n.Resources); len(n.Resources) > 100 {
				t.Errorf("found %d resources in a call; want at most 100", len(n.Resources))
			}
		}
		return len(all), resources
	}
	fewCalls, fewResources := required(10)
	manyCalls, manyResources := required(1_000)
	// The node groups for each of three roles, the clusters for two of them.
	if manyCalls-fewCalls != 3*(100-1)+2*(10-1) || manyResources-fewResources != 990*(3*10+2) {
		t.Errorf("found %d calls more, about %d resources more", manyCalls-fewCalls, manyResources-fewResources)
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	need := checks.Permission{Actions: []string{"eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"}, Resources: []string{"a", "b"}}
	inMode := func(mode string, refused health.Fact[[]checks.Refusal]) []checks.Check {
		p := checks.Permissions{Role: "scale", ARN: "arn:aws:iam::123456789012:role/EksScaling-Scale", Grant: permissions.OfStack(mode)}
		p.Add(need, refused)
		return []checks.Check{p.Check()}
	}
	of := func(found ...health.Fact[[]checks.Refusal]) []checks.Check {
		p := checks.Permissions{Role: "scale", ARN: "arn:aws:iam::123456789012:role/EksScaling-Scale"}
		for _, f := range found {
			p.Add(need, f)
		}
		return []checks.Check{p.Check()}
	}
	refused := func(action string) health.Fact[[]checks.Refusal] {
		return health.Known([]checks.Refusal{{Action: action, Resource: "arn:x"}})
	}
	by := func(refuser checks.Refuser, denied bool, policies ...string) health.Fact[[]checks.Refusal] {
		return health.Known([]checks.Refusal{{Action: "eks:UpdateNodegroupConfig", Resource: "arn:x", By: refuser, Denied: denied, Policies: policies}})
	}
	const noHelp = "; redeploying the stack does not fix that"
	allowed, unread := health.Known([]checks.Refusal(nil)), health.NotRead[[]checks.Refusal](denied)
	judged(t, []row{
		{"allowed", of(allowed, allowed), "scale", checks.OK, "8 permissions, simulated", ""},
		{"a node group is not allowed", of(allowed, refused("eks:UpdateNodegroupConfig")), "scale", checks.Failed, "eks:UpdateNodegroupConfig on arn:x (no policy allows it)", "config export > my.yaml"},
		{"all are allowed, but not there", inMode("all", refused("eks:UpdateNodegroupConfig")), "scale", checks.Failed, "no policy allows it", "deploy the stack with permissions that include the region"},
		{"a tag is missing", inMode("tag:team=night", refused("eks:UpdateNodegroupConfig")), "scale", checks.Failed, "no policy allows it", "--tags team=night"},
		{"a role elsewhere, beside tags", inMode("tag:team=night", refused("sts:AssumeRole")), "scale", checks.Failed, "no policy allows it", "spokeRole"},
		{"a role is not allowed", of(refused("sts:AssumeRole")), "scale", checks.Failed, "sts:AssumeRole on arn:x", "config export > my.yaml"},
		{"something of the stack is not", of(refused("logs:PutLogEvents")), "scale", checks.Failed, "logs:PutLogEvents", "make deploy"},
		{
			"a Deny statement of a policy", of(allowed, by(checks.OwnPolicies, true, "night-freeze")), "scale", checks.Failed,
			"arn:x (policy night-freeze denies it explicitly)", "remove the Deny statement from policy night-freeze of role EksScaling-Scale" + noHelp,
		},
		{
			"a Deny statement of who knows which", of(by(checks.OwnPolicies, true)), "scale", checks.Failed,
			"(a policy denies it explicitly)", "aws iam list-attached-role-policies --role-name EksScaling-Scale)" + noHelp,
		},
		{
			"a deny of the organization", of(by(checks.Organization, true)), "scale", checks.Failed,
			"(a policy of the organization (SCP) denies it explicitly)", "remove the deny from its SCP" + noHelp,
		},
		{
			"nothing of the organization's allows it", of(by(checks.Organization, false)), "scale", checks.Failed,
			"(the policies of the organization (SCP) do not allow it)", "allow it in its SCPs" + noHelp,
		},
		{
			"a deny of the boundary", of(by(checks.Boundary, true)), "scale", checks.Failed,
			"permissions boundary denies it explicitly", "remove the deny from the permissions boundary of role EksScaling-Scale (see which: aws iam get-role",
		},
		{
			"the boundary does not allow it", of(by(checks.Boundary, false)), "scale", checks.Failed,
			"permissions boundary does not allow it", "allow it in the permissions boundary of role EksScaling-Scale",
		},
		{
			"one is denied, and another missing", of(by(checks.OwnPolicies, true, "p"), by(checks.OwnPolicies, true, "p"), refused("logs:PutLogEvents")), "scale", checks.Failed,
			"eks:UpdateNodegroupConfig", "remove the Deny statement from policy p of role EksScaling-Scale" + noHelp + ". For what no policy allows: make deploy",
		},
		{
			"what is denied is named, whatever else is missing",
			of(refused("a:1"), refused("a:2"), refused("a:3"), refused("a:4"), refused("a:5"), by(checks.OwnPolicies, true, "p")), "scale", checks.Failed,
			"not allowed: eks:UpdateNodegroupConfig on arn:x (policy p denies it explicitly), a:1 on arn:x", "remove the Deny statement from policy p",
		},
		{"not to be simulated", of(allowed, unread), "scale", checks.Unknown, "denied", "permission"},
		{"what is refused counts, whatever else is not known", of(unread, refused("sqs:SendMessage"), unread), "scale", checks.Failed, "sqs:SendMessage", "make deploy"},
		{"no role", of(health.Missing[[]checks.Refusal]()), "scale", checks.Failed, "no such role", "make deploy"},
	})
}
