package checks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/config"
)

const (
	streamARN = "arn:aws:dynamodb:sa-east-1:123456789012:table/eks-scaling-config/stream/2026"
	keyARN    = "arn:aws:kms:sa-east-1:123456789012:key/k"
)

// values are what the references of the template stand for in the stack of these tests.
var values = map[string]string{
	"AWS::Partition": "aws", "AWS::Region": "sa-east-1", "AWS::AccountId": "123456789012",
	"ConfigTable.Arn":       "arn:aws:dynamodb:sa-east-1:123456789012:table/eks-scaling-config",
	"ConfigTable.StreamArn": streamARN,
	"LogsTable.Arn":         "arn:aws:dynamodb:sa-east-1:123456789012:table/eks-scaling-logs",
	"AlertTopic":            deployed.AlertTopicARN,
	"AlertKey.Arn":          keyARN,
	"DeadLetterQueue.Arn":   deployed.DeadLetterARN,
	"SchedulerRole.Arn":     deployed.SchedulerRoleARN,
}

// template is the part of the synthesized stack that is about permissions.
type template struct {
	Resources map[string]struct {
		Type       string
		Properties struct {
			FunctionName, LogGroupName any
			Roles                      []struct{ Ref string }
			PolicyDocument             struct{ Statement []statement }
		}
	}
}

type statement struct {
	Effect           string
	Action, Resource any
	Condition        map[string]map[string]any
}

// TestNeedsAreWhatTheStackGives holds the table of needs against the policies of the synthesized stack: neither may have
// what the other has not.
func TestNeedsAreWhatTheStackGives(t *testing.T) {
	t.Parallel()
	var stack template
	read(t, "../../../../../cdk/testdata/template.golden.json", &stack)
	names, known := roleNames(t, stack), resolved(t, stack)
	var given, needed []string
	for _, r := range stack.Resources {
		if r.Type != "AWS::IAM::Policy" {
			continue
		}
		for _, s := range r.Properties.PolicyDocument.Statement {
			given = append(given, s.lines(t, names[r.Properties.Roles[0].Ref], known)...)
		}
	}
	for _, n := range estate(t).RequiredPermissions() {
		needed = append(needed, lines(n)...)
	}
	slices.Sort(given)
	slices.Sort(needed)
	if diff := cmp.Diff(given, needed); diff != "" {
		t.Errorf("(-the stack gives +is needed):\n%s", diff)
	}
	if len(needed) < 60 {
		t.Errorf("only %d permissions were compared", len(needed))
	}
}

// lines are what a statement of a role gives, one by one, with its conditions.
func (s statement) lines(t *testing.T, role string, known map[string]string) []string {
	t.Helper()
	if s.Effect != "Allow" {
		t.Errorf("%v is not an Allow", s)
	}
	n := checks.Permission{Role: role, Context: map[string]string{}}
	for _, action := range list(s.Action) {
		n.Actions = append(n.Actions, fmt.Sprint(action))
	}
	for _, resource := range list(s.Resource) {
		n.Resources = append(n.Resources, text(t, known, resource))
	}
	for _, keys := range s.Condition {
		for key, value := range keys {
			n.Context[key] = fmt.Sprint(value)
		}
	}
	return lines(n)
}

func lines(n checks.Permission) []string {
	var all []string
	for _, action := range n.Actions {
		for _, resource := range n.Resources {
			line := fmt.Sprintf("%s: %s on %s", n.Role, action, resource)
			for key, value := range n.Context {
				line += fmt.Sprintf(" if %s is %s", key, value)
			}
			all = append(all, line)
		}
	}
	return all
}

// estate is that of the configuration for which the template was synthesized.
func estate(t *testing.T) checks.Deployment {
	t.Helper()
	return checks.Deployment{Stack: deployed, StreamARN: streamARN, KeyARN: keyARN, Clusters: []config.Cluster{reference(t)}}
}

// resolved adds the functions and the log groups to the values.
func resolved(t *testing.T, stack template) map[string]string {
	t.Helper()
	known := maps.Clone(values)
	for id, r := range stack.Resources {
		switch r.Type {
		case "AWS::Lambda::Function":
			known[short(id)+".Arn"] = "arn:aws:lambda:sa-east-1:123456789012:function:" + fmt.Sprint(r.Properties.FunctionName)
		case "AWS::Logs::LogGroup":
			known[short(id)+".Arn"] = "arn:aws:logs:sa-east-1:123456789012:log-group:" + fmt.Sprint(r.Properties.LogGroupName) + ":*"
		}
	}
	return known
}

// roleNames are the names that the package has for the template's roles.
func roleNames(t *testing.T, stack template) map[string]string {
	t.Helper()
	var resources []checks.Resource
	for id, r := range stack.Resources {
		resources = append(resources, checks.Resource{LogicalID: id, PhysicalID: id, Type: r.Type})
	}
	names := map[string]string{}
	for name, arn := range checks.RolesOf(deployed, resources) {
		names[strings.TrimPrefix(arn, "arn:aws:iam::123456789012:role/")] = name
	}
	if len(names) != len(checks.Roles()) {
		t.Fatalf("found the roles %v in the template; want one for each of %v", names, checks.Roles())
	}
	return names
}

// text resolves Ref, Fn::GetAtt and Fn::Join.
func text(t *testing.T, known map[string]string, value any) string {
	t.Helper()
	function, isFunction := value.(map[string]any)
	if !isFunction {
		return fmt.Sprint(value)
	}
	reference := ""
	switch {
	case function["Ref"] != nil:
		reference = short(fmt.Sprint(function["Ref"]))
	case function["Fn::GetAtt"] != nil:
		parts := list(function["Fn::GetAtt"])
		reference = short(fmt.Sprint(parts[0])) + "." + fmt.Sprint(parts[1])
	case function["Fn::Join"] != nil:
		joined := ""
		for _, part := range list(list(function["Fn::Join"])[1]) {
			joined += text(t, known, part)
		}
		return joined
	}
	resolved, isKnown := known[reference]
	if !isKnown {
		t.Fatalf("it is not known what %v stands for", value)
	}
	return resolved
}

// short is a logical id without what is generated.
func short(id string) string {
	return regexp.MustCompile("[0-9A-F]{8}$").ReplaceAllString(id, "")
}

func list(value any) []any {
	if l, ok := value.([]any); ok {
		return l
	}
	return []any{value}
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func TestNeedsOfWhatIsNotKnownAreLeftOut(t *testing.T) {
	t.Parallel()
	e := estate(t)
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
	e := estate(t)
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
