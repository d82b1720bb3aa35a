package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/shared/deployment"

	"github.com/google/go-cmp/cmp"
)

// role is an AWS::IAM::Role.
type role struct {
	AssumeRolePolicyDocument struct{ Statement []statement }
	ManagedPolicyArns        []string
	Policies                 []any
}

// policy is an AWS::IAM::Policy, an inline policy of roles.
type policy struct {
	PolicyDocument struct{ Statement []statement }
	Roles          []string
}

type statement struct {
	Sid       string
	Effect    string
	Action    any
	Resource  any
	Principal any
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

const (
	stateMachineByName = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:eks-scaling"
	executionsOfUnits  = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:eks-scaling/Unit:*"

	xray       = "Allow xray:PutTelemetryRecords xray:PutTraceSegments on *"
	nodegroups = "arn:${AWS::Partition}:eks:sa-east-1:${AWS::AccountId}:nodegroup/production/big/* " +
		"arn:${AWS::Partition}:eks:sa-east-1:${AWS::AccountId}:nodegroup/production/small/*"
	cluster = "arn:${AWS::Partition}:eks:sa-east-1:${AWS::AccountId}:cluster/production"
)

const sendEvents = "Allow events:PutEvents on arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"

func writeLogs(function string) string {
	return "Allow logs:CreateLogStream logs:PutLogEvents on ${" + function + "Logs.Arn}"
}

func TestPermissions(t *testing.T) {
	want := map[string][]string{
		"LoadConfigFunctionRole": {
			"Allow dynamodb:GetItem dynamodb:Query on ${ConfigTable.Arn}",
			writeLogs("LoadConfigFunction"), xray,
		},
		"ReadSignalsFunctionRole": { // the reference configuration has no signals
			"Allow dynamodb:GetItem on ${ConfigTable.Arn}",
			writeLogs("ReadSignalsFunction"), xray,
		},
		"DecideFunctionRole": {
			"Allow dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query on ${ConfigTable.Arn}",
			"Allow dynamodb:GetItem dynamodb:UpdateItem on ${LogsTable.Arn}",
			"Allow eks:DescribeNodegroup eks:DescribeUpdate eks:ListUpdates on " + nodegroups,
			"Allow eks:DescribeUpdate eks:ListUpdates on " + cluster,
			writeLogs("DecideFunction"), xray,
		},
		"ScaleFunctionRole": {
			"Allow dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query on ${ConfigTable.Arn}",
			"Allow dynamodb:GetItem dynamodb:UpdateItem on ${LogsTable.Arn}",
			"Allow eks:DescribeNodegroup eks:UpdateNodegroupConfig on " + nodegroups,
			writeLogs("ScaleFunction"), xray,
		},
		"WaitForNodegroupActiveFunctionRole": {
			"Allow dynamodb:GetItem dynamodb:UpdateItem on ${LogsTable.Arn}",
			"Allow eks:DescribeNodegroup eks:DescribeUpdate on " + nodegroups,
			"Allow eks:DescribeUpdate on " + cluster,
			writeLogs("WaitForNodegroupActiveFunction"), xray,
		},
		"AuditFunctionRole": {
			"Allow dynamodb:GetItem dynamodb:PutItem dynamodb:Query on ${LogsTable.Arn}",
			sendEvents, writeLogs("AuditFunction"), xray,
		},
		"AuditConfigFunctionRole": {
			"Allow dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator on ${ConfigTable.StreamArn}",
			"Allow dynamodb:GetItem dynamodb:Query on ${ConfigTable.Arn}",
			"Allow dynamodb:ListStreams on ${ConfigTable.Arn}/stream/*",
			"Allow dynamodb:PutItem on ${LogsTable.Arn}",
			sendEvents,
			writeLogs("AuditConfigFunction"),
			"Allow sns:Publish on ${AlertTopic}",
			"Allow sqs:SendMessage on ${DeadLetterQueue.Arn}",
			xray,
		},
		"WeeklySummaryFunctionRole": {
			"Allow dynamodb:BatchGetItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query on ${LogsTable.Arn}",
			"Allow dynamodb:GetItem dynamodb:Query on ${ConfigTable.Arn}",
			"Allow dynamodb:Query on ${LogsTable.Arn}/index/by-day",
			writeLogs("WeeklySummaryFunction"),
			"Allow sns:Publish on ${AlertTopic}",
			xray,
		},
		"NotifyFunctionRole": {
			"Allow dynamodb:GetItem on ${ConfigTable.Arn}",
			writeLogs("NotifyFunction"),
			"Allow sns:Publish on ${ChatTopic}",
			"Allow sqs:SendMessage on ${DeadLetterQueue.Arn}",
			xray,
		},
		"SyncTriggersFunctionRole": {
			"Allow dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator on ${ConfigTable.StreamArn}",
			"Allow dynamodb:GetItem dynamodb:Query on ${ConfigTable.Arn}",
			"Allow dynamodb:ListStreams on ${ConfigTable.Arn}/stream/*",
			`Allow iam:PassRole on ${SchedulerRole.Arn} if {"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}`,
			writeLogs("SyncTriggersFunction"),
			"Allow scheduler:CreateSchedule scheduler:DeleteSchedule " +
				"on arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/eks-scaling-events/*",
			"Allow scheduler:CreateSchedule scheduler:DeleteSchedule scheduler:GetSchedule scheduler:UpdateSchedule " +
				"on arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/eks-scaling-triggers/*",
			"Allow scheduler:ListSchedules on arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/*/*",
			"Allow sqs:GetQueueAttributes sqs:SendMessage on ${DeadLetterQueue.Arn}",
			xray,
		},
		"StateMachineRole": {
			"Allow lambda:InvokeFunction on ${AuditFunction.Arn}:* ${DecideFunction.Arn}:* ${LoadConfigFunction.Arn}:* " +
				"${ReadSignalsFunction.Arn}:* ${ScaleFunction.Arn}:* ${SyncTriggersFunction.Arn}:* ${WaitForNodegroupActiveFunction.Arn}:*",
			"Allow logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies " +
				"logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery " +
				"xray:GetSamplingRules xray:GetSamplingTargets xray:PutTelemetryRecords xray:PutTraceSegments on *",
			"Allow sns:Publish on ${AlertTopic}",
			"Allow states:DescribeExecution states:StopExecution on " + executionsOfUnits + " " + strings.Replace(executionsOfUnits, "/Unit", "", 1),
			"Allow states:RedriveExecution on " + executionsOfUnits,
			"Allow states:StartExecution on " + stateMachineByName,
		},
		"SchedulerRole": {
			sendEvents,
			"Allow sqs:SendMessage on ${DeadLetterQueue.Arn}",
			"Allow states:StartExecution on " + stateMachineByName,
		},
	}
	if diff := cmp.Diff(want, permissions(t, reference(t))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestACompositeAlarmNeedsThePermissionOnAllAlarms, which includes that on others.
func TestACompositeAlarmNeedsThePermissionOnAllAlarms(t *testing.T) {
	composite := strings.Replace(withSignals, "{alarm: ingest-backlog,", "{alarm: ingest-backlog, composite: true,", 1)
	made := synthesize(t, environment{}, map[string]any{configKey: configFile(t, composite), signalHostsKey: "b.example.com,api.example.com"})
	const want = "Allow cloudwatch:DescribeAlarms xray:PutTelemetryRecords xray:PutTraceSegments on *"
	if got := permissions(t, made)["ReadSignalsFunctionRole"]; !slices.Contains(got, want) {
		t.Errorf("found %v; want %s", got, want)
	}
}

// TestSignalsAreReadWithExactPermissions: only what the configuration names, and each of it once.
func TestSignalsAreReadWithExactPermissions(t *testing.T) {
	made := synthesize(t, environment{}, map[string]any{configKey: configFile(t, withSignals), signalHostsKey: "b.example.com,api.example.com"})
	const own = "${AWS::Region}:${AWS::AccountId}:"
	want := []string{
		"Allow cloudwatch:DescribeAlarms on arn:${AWS::Partition}:cloudwatch:" + own + "alarm:ingest-backlog arn:${AWS::Partition}:cloudwatch:" + own + "alarm:is 5${*}2 > 9${?}",
		"Allow xray:PutTelemetryRecords xray:PutTraceSegments on *",
		"Allow dynamodb:GetItem on ${ConfigTable.Arn}",
		writeLogs("ReadSignalsFunction"),
		"Allow secretsmanager:GetSecretValue on arn:${AWS::Partition}:secretsmanager:" + own + "secret:weather-key-??????",
		"Allow ssm:GetCalendarState on arn:${AWS::Partition}:ssm:" + own + "document/freeze arn:aws:ssm:eu-west-1:210987654321:document/freeze",
		"Allow ssm:GetParameter on arn:${AWS::Partition}:ssm:" + own + "parameter/scaling/event",
	}
	got := permissions(t, made)["ReadSignalsFunctionRole"]
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for role, lines := range permissions(t, made) {
		if text := strings.Join(lines, "\n"); role != "ReadSignalsFunctionRole" && regexp.MustCompile(`\b(ssm|secretsmanager|cloudwatch):`).MatchString(text) {
			t.Errorf("%s may read signals:\n%s", role, text)
		}
	}
	const hosts = "api.example.com,b.example.com"
	if found := byName(t, made)["read-signals"].Environment.Variables["SIGNAL_HOSTS"]; found != hosts || made.Outputs["SignalHosts"].Value != hosts {
		t.Errorf("found the hosts %q, and %q in the outputs; want %q", found, made.Outputs["SignalHosts"].Value, hosts)
	}
}

// TestDocumentedDeploymentOfSignals synthesizes what docs/signals.md deploys.
func TestDocumentedDeploymentOfSignals(t *testing.T) {
	text, err := os.ReadFile("docs/signals.md")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`make deploy CONTEXT="-c (config)=(\S+) -c (signalHosts)=(\S+)"`).FindStringSubmatch(string(text))
	if command == nil {
		t.Fatal("docs/signals.md has no command for the deployment")
	}
	made := synthesize(t, environment{}, map[string]any{command[1]: command[2], command[3]: command[4]})
	granted := strings.Join(permissions(t, made)["ReadSignalsFunctionRole"], "\n")
	for _, action := range []string{"cloudwatch:DescribeAlarms", "ssm:GetCalendarState", "secretsmanager:GetSecretValue"} {
		if !strings.Contains(granted, action) {
			t.Errorf("%s is not granted:\n%s", action, granted)
		}
	}
}

// goldenPolicy is what read-signals may do in the account of the local world, which asks it about every call.
const goldenPolicy = "cdk/testdata/read-signals-policy.golden.json"

// TestGoldenPolicyOfSignals for a configuration with a signal of each kind. A test of integration runs it.
func TestGoldenPolicyOfSignals(t *testing.T) {
	made := synthesize(t, environment{account: "123456789012", region: "sa-east-1"}, map[string]any{
		configKey: "integration/testdata/signals.yaml", signalHostsKey: "api.weather.example",
	})
	isGolden(t, goldenPolicy, policiesOf(t, made)["ReadSignalsFunctionRole"])
}

// goldenPolicies are what the functions that call EKS may do with a cluster of the own account and one of a spoke.
const goldenPolicies = "cdk/testdata/accounts-policies.golden.json"

// TestGoldenPoliciesOfAccounts by the functions' names. A test of integration runs them.
func TestGoldenPoliciesOfAccounts(t *testing.T) {
	made := synthesize(t, environment{account: "123456789012", region: "sa-east-1"}, map[string]any{configKey: "integration/testdata/accounts.yaml"})
	policies := policiesOf(t, made)
	byFunction := map[string]any{}
	for _, name := range []string{"decide", "scale", "wait-for-nodegroup-active"} {
		byFunction[name] = policies[deployment.RoleID(name)]
	}
	isGolden(t, goldenPolicies, byFunction)
}

// policiesOf returns the documents of the roles' policies, by the roles' ids.
func policiesOf(t *testing.T, made template) map[string]any {
	t.Helper()
	documents := map[string]any{}
	for _, p := range all[map[string]any](t, made, "AWS::IAM::Policy") {
		documents[strings.Trim(textOrTexts(p["Roles"])[0], "${}")] = p["PolicyDocument"]
	}
	return documents
}

// isGolden compares a value with a golden file.
func isGolden(t *testing.T, path string, value any) {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(text.String(), "${AWS::Partition}", "aws")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("it is not what %s has (-want +got); if the change is meant, run make golden and review it:\n%s", path, diff)
	}
}

func TestNoRoleHasMoreThanItsOwnPolicy(t *testing.T) {
	for _, r := range all[role](t, reference(t), "AWS::IAM::Role") {
		if len(r.ManagedPolicyArns) > 0 || len(r.Policies) > 0 {
			t.Errorf("found %v and %v beside the role's own policy", r.ManagedPolicyArns, r.Policies)
		}
	}
}

func TestServicesActOnlyForThisAccount(t *testing.T) {
	want := map[string]map[string]map[string]any{
		"lambda.amazonaws.com": nil, // Lambda says in iam:PassRole who may use a role, not in the trust policy
		"states.amazonaws.com": {
			"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
			"ArnLike":      {"aws:SourceArn": []any{stateMachineByName, stateMachineByName + "/*"}},
		},
		"scheduler.amazonaws.com": {
			"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
			"ArnLike":      {"aws:SourceArn": []any{"${ScheduleGroup.Arn}", "${TriggersScheduleGroup.Arn}", "${EventsScheduleGroup.Arn}"}},
		},
	}
	got := map[string]map[string]map[string]any{}
	for _, r := range all[role](t, reference(t), "AWS::IAM::Role") {
		for _, s := range r.AssumeRolePolicyDocument.Statement {
			got[s.Principal.(map[string]any)["Service"].(string)] = s.Condition
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const clusterInAnotherAccount = `
timezone: UTC
accounts: {externalId: hub}
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
    paused: true
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}}
    schedule: {default: on}
  - name: farthest
    region: us-east-2
    account: "310987654321"
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}}
    schedule: {default: on}
`

func TestClusterWithARoleIsReachedThroughIt(t *testing.T) {
	roles := permissions(t, customized(t))
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
		want = append(want, "Allow sts:AssumeRole on arn:aws:iam::210987654321:role/scaling",
			"Allow sts:AssumeRole sts:TagSession on arn:aws:iam::310987654321:role/eks-scaling-spoke")
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

// crowded is a template for an account, as for a deployment, and for many clusters with names as long as an account has them.
var crowded = once(func(t *testing.T) template {
	t.Helper()
	var text strings.Builder
	text.WriteString("timezone: UTC\nclusters:\n")
	for i := range 30 {
		fmt.Fprintf(&text, "  - name: a-cluster-with-a-long-name-%03d\n    region: ap-southeast-2\n    nodegroups:\n", i)
		for j := range 10 {
			fmt.Fprintf(&text, "      a-node-group-with-a-long-name-%03d: {minSize: 0, maxSize: 3}\n", j)
		}
		text.WriteString("    profiles: {all: {}}\n    schedule: {default: all}\n")
	}
	return synthesize(t, environment{account: "123456789012", region: "eu-central-1"}, map[string]any{configKey: configFile(t, text.String())})
})

// TestManyClustersFitIntoIAM holds the policies against IAM's quotas.
func TestManyClustersFitIntoIAM(t *testing.T) {
	const inlineQuota, managedQuota, managedPerRole = 10240, 6144, 10
	made := crowded(t)
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
