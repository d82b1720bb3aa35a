package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	iam "eks-scaling-automation/integration/aws/policy"
	deployed "eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	grants "eks-scaling-automation/shared/permissions"
)

// installation is a choice of options, for cdk deploy and for the released template.
type installation struct {
	name       string
	context    map[string]any
	parameters map[string]string
}

// installations give every parameter two values at least. The first one has the defaults of the released template.
func installations() []installation {
	return []installation{
		{
			"defaults", map[string]any{permissionsKey: "all"}, nil,
		},
		{
			"a key", map[string]any{permissionsKey: "all", dataKeyKey: someKey}, map[string]string{"KeyArn": someKey},
		},
		{
			"a tag",
			map[string]any{
				permissionsKey: "tag:team/scaling=night", clustersRegionKey: "eu-west-1", spokeRoleKey: "night", alertEmailsKey: "ops@example.com",
				reconcileKey: "cron(8/15 * ? * * *)", logRetentionKey: 90, auditRetentionKey: 30, signalHostsKey: "api.example.com,b.example.com",
				metricsKey: switchedOn, dashboardKey: switchedOn, eventBusKey: "ops", alertKeyKey: "own",
			},
			map[string]string{
				"Permissions": "tag", "PermissionsTagKey": "team/scaling", "PermissionsTagValue": "night", "ClustersRegion": "eu-west-1", "SpokeRole": "night",
				"AlertEmail": "ops@example.com", "Reconcile": "every-15-minutes", "LogRetentionDays": "90", "AuditRetentionDays": "30",
				"SignalHosts": "api.example.com,b.example.com", "Metrics": switchedOn, "Dashboard": switchedOn, "EventBus": "ops", "AlertKey": "own",
			},
		},
		{
			"own region, no spokes, and signals",
			map[string]any{
				permissionsKey: "all", regionKey: "own", spokeRoleKey: "", configKey: "signals", signalHostsKey: "api.example.com",
				subnetsKey: "subnet-01234567,subnet-89abcdef", vpcKey: "vpc-01234567", securityGroupsKey: "sg-01234567", routeTablesKey: "rtb-01234567", endpointsKey: "on",
			},
			map[string]string{
				"RegionScope": "own", "SpokeRole": "", "SignalAlarms": "all", "SignalParameters": "scaling/event", "SignalCalendars": "freeze",
				"SignalSecrets": "weather-key", "SignalHosts": "api.example.com", "ClustersRegion": "us-east-1", // own wins
				"SubnetIds": "subnet-01234567,subnet-89abcdef", "VpcId": "vpc-01234567", "SecurityGroupIds": "sg-01234567", "RouteTableIds": "rtb-01234567", "Endpoints": "on",
			},
		},
	}
}

// TestEveryParameterIsHeldAgainstItsContextKey in one of the installations.
func TestEveryParameterIsHeldAgainstItsContextKey(t *testing.T) {
	for name := range release(t).raw["Parameters"].(map[string]any) {
		used := slices.ContainsFunc(installations(), func(i installation) bool { return i.parameters[name] != "" })
		if !used && name != "CodeBucket" && name != "CodePrefix" {
			t.Errorf("no installation sets the parameter %s", name)
		}
	}
}

// someSignals needs each kind of permission on signals.
var someSignals = strings.Replace(minimal, "schedule: {default: on}\n", `schedule:
      default: on
      periods:
        - {name: queue, profile: on, when: {signal: queue, is: ALARM}}
        - {name: event, profile: on, when: {signal: event, is: launch}}
        - {name: freeze, profile: on, when: {signal: freeze, is: CLOSED}}
        - {name: rain, profile: on, when: {signal: rain, above: 20}}
signals:
  rain: {http: {url: "https://api.example.com/", header: {X-Api-Key: {secret: weather-key}}}, value: rain, otherwise: false}
  queue: {alarm: backlog, composite: true, otherwise: false}
  event: {parameter: /scaling/event, otherwise: false}
  freeze: {calendar: freeze, otherwise: true}
`, 1)

// TestBothTemplatesDeployTheSame holds the released template, with parameters, against the one of cdk deploy, with the same options as context.
// [deploymentOf] lists every difference that is allowed.
func TestBothTemplatesDeployTheSame(t *testing.T) {
	released := rawRelease(t)
	place := deployed.Place{Stack: deployment.DefaultName, Region: "sa-east-1", Account: "123456789012"}
	for _, i := range installations() {
		t.Run(i.name, func(t *testing.T) {
			if i.context[configKey] != nil {
				i.context[configKey] = configFile(t, someSignals)
			}
			want := deploymentOf(t, rawTemplate(t, i.context), place)
			place := place
			place.Parameters = map[string]string{"CodeBucket": "code", "CodePrefix": "eks-scaling/v1"}
			maps.Copy(place.Parameters, i.parameters)
			if diff := cmp.Diff(want, deploymentOf(t, released, place)); diff != "" {
				t.Errorf("(-cdk deploy +released):\n%s", diff)
			}
		})
	}
}

// TestARewrittenTemplateDeploysTheSame: install writes exact permissions into the released template, as cdk deploy does into its own.
func TestARewrittenTemplateDeploysTheSame(t *testing.T) {
	file := configFile(t, clusterInAnotherAccount)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	rewritten, err := grants.Rewrite(rawRelease(t), c.Clusters)
	if err != nil {
		t.Fatal(err)
	}
	place := deployed.Place{Stack: deployment.DefaultName, Region: "sa-east-1", Account: "123456789012"}
	want := deploymentOf(t, rawTemplate(t, map[string]any{configKey: file}), place)
	place.Parameters = map[string]string{"CodeBucket": "code", "CodePrefix": "eks-scaling/v1"}
	got := deploymentOf(t, rewritten, place)
	// The released template leaves the policies for people as they are: clusters with a role need a permission on it.
	people := func(line string) bool { return strings.HasPrefix(line, "AWS::IAM::ManagedPolicy") }
	if diff := cmp.Diff(slices.DeleteFunc(want, people), slices.DeleteFunc(got, people)); diff != "" {
		t.Errorf("(-cdk deploy +rewritten):\n%s", diff)
	}
}

// rawRelease returns the text of the released template.
func rawRelease(t *testing.T) []byte {
	t.Helper()
	return rawTemplate(t, map[string]any{templateKey: released})
}

// rawTemplate returns the text of the template for a context.
func rawTemplate(t *testing.T, context map[string]any) []byte {
	t.Helper()
	app := testApp(t, environment{}, context)
	data, err := os.ReadFile(filepath.Join(*app.Synth(nil).Directory(), deployment.DefaultName+".template.json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// deploymentOf returns what a template deploys, line by line, without the differences that are allowed:
//   - the code of functions: an asset of the bootstrapped account, or an object in a bucket;
//   - where permissions stand: in which policy of the same role, and how statements are grouped;
//   - the descriptions of versions, which contain the values of parameters, and the hashes in their IDs;
//   - the IDs of e-mail subscriptions, which contain an address;
//   - endpoints that the configuration does not need: the released template has them for everything that the functions can call;
//   - network interfaces: cdk deploy names each subnet and security group, and the released template their VPC, as it makes no ARNs of a list;
//   - numbers as texts, which CloudFormation converts;
//   - the file in the next command, which the released template cannot know.
func deploymentOf(t *testing.T, data []byte, place deployed.Place) []string {
	t.Helper()
	made, err := deployed.Read(data, place)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range made.Resources {
		if !mayBeMissing(r) {
			lines = append(lines, linesOf(r)...)
		}
	}
	for _, o := range made.Outputs {
		value := o.Value
		if o.Key == deployment.OutputNextCommand {
			value = regexp.MustCompile(`apply \S+`).ReplaceAllString(value, "apply FILE")
		}
		lines = append(lines, fmt.Sprintf("output %s = %s (%s)", o.Key, value, o.Description))
	}
	for _, role := range made.Roles {
		lines = append(lines, grantedTo(role)...)
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// mayBeMissing reports whether only one of the templates may have a resource.
func mayBeMissing(r deployed.Resource) bool {
	switch r.Type {
	case "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy":
		return r.Properties["Roles"] != nil // see the roles
	case "AWS::EC2::VPCEndpoint":
		return hash.ReplaceAllString(r.LogicalID, "") == "StsEndpoint"
	default:
		return false
	}
}

// linesOf returns one line for each property of a resource, without the differences that are allowed.
func linesOf(r deployed.Resource) []string {
	id := hash.ReplaceAllString(r.LogicalID, "")
	switch r.Type {
	case "AWS::IAM::Role":
		delete(r.Properties, "Policies")
	case "AWS::Lambda::Function":
		delete(r.Properties, "Code")
	case "AWS::Lambda::Version":
		delete(r.Properties, "Description")
	case "AWS::SNS::Subscription":
		id = "Subscription"
	}
	var lines []string
	for path, value := range leaves("", r.Properties) {
		lines = append(lines, fmt.Sprintf("%s %s%s = %s", r.Type, id, path, value))
	}
	return lines
}

// leaves returns the scalar values in a value, by their paths.
func leaves(path string, value any) map[string]string {
	found := map[string]string{}
	switch value := value.(type) {
	case map[string]any:
		for key, element := range value {
			maps.Copy(found, leaves(path+"."+key, element))
		}
	case []any:
		for i, element := range value {
			maps.Copy(found, leaves(fmt.Sprintf("%s[%d]", path, i), element))
		}
	default:
		found[path] = fmt.Sprint(value)
	}
	return found
}

// grantedTo returns one line for each action and resource of a role.
func grantedTo(role deployed.Role) []string {
	var lines []string
	for _, s := range role.Policy {
		for _, action := range s.Actions {
			for _, resource := range s.Resources {
				if action == "ec2:CreateNetworkInterface" {
					continue
				}
				lines = append(lines, fmt.Sprintf("%s: %s on %s%s", hash.ReplaceAllString(role.LogicalID, ""), action, resource, conditionsOf(s)))
			}
		}
	}
	return lines
}

func conditionsOf(s iam.Statement) string {
	text := ""
	for _, c := range s.Conditions {
		text += fmt.Sprintf(" if %s %s %v", c.Key, c.Operator, c.Values)
	}
	return text
}
