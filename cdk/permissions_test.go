package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// role is an AWS::IAM::Role.
type role struct {
	ManagedPolicyArns []string
	Policies          []any
}

// policy is an AWS::IAM::Policy, an inline policy of roles.
type policy struct {
	PolicyDocument struct{ Statement []statement }
	Roles          []string
}

type statement struct {
	Effect    string
	Action    any
	Resource  any
	Condition map[string]map[string]any
}

// String is the statement as one line, such as "Allow sqs:SendMessage on ${DeadLetterQueue.Arn}", with its conditions, if
// it has any, behind an "if".
func (s statement) String() string {
	line := fmt.Sprintf("%s %s on %s", s.Effect, strings.Join(textOrTexts(s.Action), " "), strings.Join(textOrTexts(s.Resource), " "))
	if len(s.Condition) == 0 {
		return line
	}
	conditions, err := json.Marshal(s.Condition)
	if err != nil {
		panic(err) // it comes from JSON
	}
	return line + " if " + string(conditions)
}

// textOrTexts reads what may be one text or a list of them.
func textOrTexts(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var texts []string
	for _, element := range list {
		texts = append(texts, fmt.Sprint(element))
	}
	slices.Sort(texts)
	return texts
}

// permissions are what each role may do, by the role.
func permissions(t *testing.T, from template) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, p := range all[policy](t, from, "AWS::IAM::Policy") {
		for _, r := range p.Roles {
			name := strings.Trim(r, "${}")
			for _, s := range p.PolicyDocument.Statement {
				found[name] = append(found[name], s.String())
			}
			slices.Sort(found[name])
		}
	}
	return found
}

func TestNoRoleHasMoreThanItsOwnPolicy(t *testing.T) {
	for _, r := range all[role](t, reference(t), "AWS::IAM::Role") {
		if len(r.ManagedPolicyArns) > 0 || len(r.Policies) > 0 {
			t.Errorf("found %v and %v beside the role's own policy", r.ManagedPolicyArns, r.Policies)
		}
	}
}

const clusterInAnotherAccount = `
timezone: UTC
clusters:
  - name: near
    region: eu-west-1
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}}
    schedule: {default: on}
  - name: far
    region: us-east-1
    roleArn: arn:aws:iam::210987654321:role/scaling
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}}
    schedule: {default: on}
  - name: farther
    region: us-east-2
    roleArn: arn:aws:iam::210987654321:role/scaling
    enabled: false
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}}
    schedule: {default: on}
`

func TestClusterWithARoleIsReachedThroughIt(t *testing.T) {
	roles := permissions(t, synthesize(t, map[string]any{configKey: configFile(t, clusterInAnotherAccount)}))
	for role, want := range map[string][]string{
		"DecideFunctionRole": {
			"Allow eks:DescribeNodegroup eks:DescribeUpdate eks:ListUpdates on " +
				"arn:${AWS::Partition}:eks:eu-west-1:${AWS::AccountId}:nodegroup/near/web/*",
			"Allow eks:DescribeUpdate eks:ListUpdates on arn:${AWS::Partition}:eks:eu-west-1:${AWS::AccountId}:cluster/near",
		},
		"ScaleFunctionRole": {
			"Allow eks:DescribeNodegroup eks:UpdateNodegroupConfig on " +
				"arn:${AWS::Partition}:eks:eu-west-1:${AWS::AccountId}:nodegroup/near/web/*",
		},
		"WaitForNodegroupActiveFunctionRole": {
			"Allow eks:DescribeNodegroup eks:DescribeUpdate on " +
				"arn:${AWS::Partition}:eks:eu-west-1:${AWS::AccountId}:nodegroup/near/web/*",
			"Allow eks:DescribeUpdate on arn:${AWS::Partition}:eks:eu-west-1:${AWS::AccountId}:cluster/near",
		},
	} {
		want = append(want, "Allow sts:AssumeRole on arn:aws:iam::210987654321:role/scaling")
		got := slices.DeleteFunc(roles[role], func(line string) bool { return !regexp.MustCompile(` (eks|sts):`).MatchString(line) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", role, diff)
		}
	}
	for _, role := range []string{"LoadConfigFunctionRole", "AuditFunctionRole", "AuditConfigFunctionRole"} {
		if got := strings.Join(roles[role], "\n"); strings.Contains(got, "sts:") || strings.Contains(got, "eks:") {
			t.Errorf("%s may do more than it has to:\n%s", role, got)
		}
	}
}

// TestManyClustersFitIntoIAM holds the policies against IAM's quotas, with names as long as an account has them.
func TestManyClustersFitIntoIAM(t *testing.T) {
	const inlineQuota, managedQuota, managedPerRole = 10240, 6144, 10
	var text strings.Builder
	text.WriteString("timezone: UTC\nclusters:\n")
	for i := range 30 {
		fmt.Fprintf(&text, "  - name: a-cluster-with-a-long-name-%03d\n    region: ap-southeast-2\n    nodegroups:\n", i)
		for j := range 10 {
			fmt.Fprintf(&text, "      a-node-group-with-a-long-name-%03d: {minSize: 0, maxSize: 3}\n", j)
		}
		text.WriteString("    profiles: {all: {}}\n    schedule: {default: all}\n")
	}
	made := synthesize(t, map[string]any{configKey: configFile(t, text.String())})
	length := func(p policy) (n int) {
		for _, s := range p.PolicyDocument.Statement {
			line := strings.NewReplacer("${AWS::Partition}", "aws", "${AWS::AccountId}", "123456789012").Replace(s.String())
			n += len(line) + len(`{"Action":[],"Effect":"","Resource":[]},`) + 3*strings.Count(line, " ")
		}
		return n
	}
	for _, p := range all[policy](t, made, "AWS::IAM::Policy") {
		if n := length(p); n > inlineQuota {
			t.Errorf("the inline policy of %v has %d characters; IAM allows %d", p.Roles, n, inlineQuota)
		}
	}
	perRole := map[string]int{}
	for _, p := range all[policy](t, made, "AWS::IAM::ManagedPolicy") {
		if n := length(p); n > managedQuota {
			t.Errorf("a managed policy of %v has %d characters; IAM allows %d", p.Roles, n, managedQuota)
		}
		for _, r := range p.Roles {
			perRole[r]++
		}
	}
	for r, n := range perRole {
		if n > managedPerRole {
			t.Errorf("%s has %d managed policies; IAM allows %d", r, n, managedPerRole)
		}
	}
}
