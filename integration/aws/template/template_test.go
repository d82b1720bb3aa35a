package template_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/template"
)

var place = template.Place{Stack: "EksScaling", Region: "sa-east-1", Account: "123456789012"}

func stack(t *testing.T) *template.Template {
	t.Helper()
	data, err := os.ReadFile("../../../cdk/testdata/template.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	deployed, err := template.Read(data, place)
	if err != nil {
		t.Fatal(err)
	}
	return deployed
}

func TestStackOutputsNameItsResources(t *testing.T) {
	t.Parallel()
	deployed := stack(t)
	values := map[string]string{}
	for _, o := range deployed.Outputs {
		values[o.Key] = o.Value
	}
	const machine = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"
	want := map[string]string{
		"AlertTopicArn":      "arn:aws:sns:sa-east-1:123456789012:eks-scaling-alerts",
		"ConfigTableName":    "eks-scaling-config",
		"LogsTableName":      "eks-scaling-logs",
		"DeadLetterQueueUrl": "https://sqs.sa-east-1.amazonaws.com/123456789012/eks-scaling-undelivered",
		"ScheduleGroupName":  "eks-scaling-triggers",
		"StateMachineArn":    machine,
		"ExecutionsConsole":  "https://sa-east-1.console.aws.amazon.com/states/home?region=sa-east-1#/statemachines/view/" + machine,
	}
	for key, value := range want {
		if values[key] != value {
			t.Errorf("output %s: found %q; want %q", key, values[key], value)
		}
	}
}

func TestResourcesHaveTheirNamesAndARNs(t *testing.T) {
	t.Parallel()
	const ofAccount = ":sa-east-1:123456789012:"
	kinds := map[string]template.Resource{}
	for _, r := range stack(t).Resources {
		r.LogicalID, r.Properties = "", nil
		if _, seen := kinds[r.Type+" "+r.Name]; seen {
			t.Errorf("there are two %s called %s", r.Type, r.Name)
		}
		kinds[r.Type+" "+r.Name] = r
	}
	for _, want := range []template.Resource{
		{Type: "AWS::Lambda::Function", Name: "eks-scaling-decide", ARN: "arn:aws:lambda" + ofAccount + "function:eks-scaling-decide"},
		{Type: "AWS::DynamoDB::Table", Name: "eks-scaling-config", ARN: "arn:aws:dynamodb" + ofAccount + "table/eks-scaling-config"},
		{Type: "AWS::Scheduler::Schedule", Name: "reconcile", ARN: "arn:aws:scheduler" + ofAccount + "schedule/eks-scaling/reconcile"},
		{Type: "AWS::Logs::LogGroup", Name: "/aws/lambda/eks-scaling-audit", ARN: "arn:aws:logs" + ofAccount + "log-group:/aws/lambda/eks-scaling-audit:*"},
		{Type: "AWS::CloudWatch::Alarm", Name: "eks-scaling-reconcile-missing", ARN: "arn:aws:cloudwatch" + ofAccount + "alarm:eks-scaling-reconcile-missing"},
		{Type: "AWS::IAM::Role", Name: "EksScaling-SchedulerRole59E73443", ARN: "arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443"},
		{
			Type: "AWS::SQS::Queue", Name: "eks-scaling-undelivered", ARN: "arn:aws:sqs" + ofAccount + "eks-scaling-undelivered",
			PhysicalID: "https://sqs.sa-east-1.amazonaws.com/123456789012/eks-scaling-undelivered",
		},
	} {
		if want.PhysicalID == "" {
			want.PhysicalID = want.Name
		}
		want.Named = want.Type != "AWS::IAM::Role"
		found := kinds[want.Type+" "+want.Name]
		found.DeletionPolicy = ""
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Name, diff)
		}
	}
}

func TestPropertiesAreResolved(t *testing.T) {
	t.Parallel()
	deployed := stack(t)
	for _, f := range deployed.Of("AWS::Lambda::Function") {
		if f.Name != "eks-scaling-sync-triggers" {
			continue
		}
		environment, _ := f.Properties["Environment"].(map[string]any)
		want := map[string]any{
			"CODE_SHA256":  "(hash)", // of the golden template
			"CONFIG_TABLE": "eks-scaling-config", "SCHEDULE_GROUP": "eks-scaling-triggers",
			"EVENTS_GROUP": "eks-scaling-events", "EVENT_BUS_ARN": "arn:aws:events:sa-east-1:123456789012:event-bus/default",
			"DEAD_LETTER_QUEUE_ARN": "arn:aws:sqs:sa-east-1:123456789012:eks-scaling-undelivered",
			"DEAD_LETTER_QUEUE_URL": "https://sqs.sa-east-1.amazonaws.com/123456789012/eks-scaling-undelivered",
			"SCHEDULER_ROLE_ARN":    "arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443",
			"STATE_MACHINE_ARN":     "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",
		}
		if diff := cmp.Diff(want, environment["Variables"]); diff != "" {
			t.Errorf("variables (-want +got):\n%s", diff)
		}
		return
	}
	t.Error("the stack has no function eks-scaling-sync-triggers")
}

func TestRolesMayDoWhatTheirPoliciesSay(t *testing.T) {
	t.Parallel()
	deployed := stack(t)
	const big = "arn:aws:eks:sa-east-1:123456789012:nodegroup/production/big/id"
	for _, row := range []struct {
		name, function, action, resource string
		context                          map[string][]string
		want                             policy.Decision
	}{
		{"decide reads node groups", "eks-scaling-decide", "eks:DescribeNodegroup", big, nil, policy.Allowed},
		{"decide scales nothing", "eks-scaling-decide", "eks:UpdateNodegroupConfig", big, nil, policy.ImplicitDeny},
		{"scale scales", "eks-scaling-scale", "eks:UpdateNodegroupConfig", big, nil, policy.Allowed},
		{
			"scale keeps to its node groups", "eks-scaling-scale", "eks:UpdateNodegroupConfig",
			"arn:aws:eks:sa-east-1:123456789012:nodegroup/production/other/id", nil, policy.ImplicitDeny,
		},
		{
			"audit writes to the trail", "eks-scaling-audit", "dynamodb:PutItem",
			"arn:aws:dynamodb:sa-east-1:123456789012:table/eks-scaling-logs", nil, policy.Allowed,
		},
		{
			"sync-triggers hands its role to the scheduler", "eks-scaling-sync-triggers", "iam:PassRole",
			"arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443",
			map[string][]string{"iam:PassedToService": {"scheduler.amazonaws.com"}},
			policy.Allowed,
		},
		{
			"sync-triggers hands it to nobody else", "eks-scaling-sync-triggers", "iam:PassRole",
			"arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443",
			map[string][]string{"iam:PassedToService": {"lambda.amazonaws.com"}},
			policy.ImplicitDeny,
		},
	} {
		role, err := deployed.RoleOf(row.function)
		if err != nil {
			t.Fatal(err)
		}
		request := policy.Request{Action: row.action, Resource: row.resource, Context: row.context}
		if got := role.Policy.Decide(request).Decision; got != row.want {
			t.Errorf("%s: found %s; want %s", row.name, got, row.want)
		}
	}
	if _, err := deployed.RoleOf("eks-scaling-nothing"); err == nil {
		t.Error("a function that is not there has a role")
	}
}

func TestFunctionsOfTemplates(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, value, want string }{
		{"a text is itself", `"${AWS::Region}"`, "${AWS::Region}"},
		{"Ref of a pseudo parameter", `{"Ref": "AWS::StackName"}`, "EksScaling"},
		{"Ref of a topic is its ARN", `{"Ref": "Topic"}`, "arn:aws:sns:sa-east-1:123456789012:alerts"},
		{"Ref of a role that has no name", `{"Ref": "Role"}`, "EksScaling-Role"},
		{"GetAtt with a point", `{"Fn::GetAtt": "Topic.TopicName"}`, "alerts"},
		{"GetAtt of a list", `{"Fn::GetAtt": ["Role", "Arn"]}`, "arn:aws:iam::123456789012:role/EksScaling-Role"},
		{"Join with a delimiter", `{"Fn::Join": ["-", ["a", {"Ref": "AWS::Partition"}]]}`, "a-aws"},
		{"Sub of everything", `{"Fn::Sub": "${AWS::AccountId} ${Topic.TopicName} ${Role} ${!Literal}"}`, "123456789012 alerts EksScaling-Role ${Literal}"},
		{"Sub with its own variables", `{"Fn::Sub": ["${A}/${AWS::Region}", {"A": {"Ref": "Role"}}]}`, "EksScaling-Role/sa-east-1"},
		{"FindInMap by a pseudo parameter", `{"Fn::FindInMap": ["Hosts", {"Ref": "AWS::Partition"}, "Host"]}`, "console.example"},
		{"an object of two keys is no function", `{"Fn::Join": ["", ["a", "b"]]}`, "ab"},
	} {
		read, err := template.Read([]byte(`{"Outputs": {"O": {"Value": `+row.value+`}}, "Mappings": {"Hosts": {"aws": {"Host": "console.example"}}}, "Resources": {
			"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "alerts"}}},
			"Role": {"Type": "AWS::IAM::Role"}}}`), place)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if got := read.Outputs[0].Value; got != row.want {
			t.Errorf("%s: found %q; want %q", row.name, got, row.want)
		}
	}
}

func TestWhatCannotBeResolvedNamesItsPlace(t *testing.T) {
	t.Parallel()
	const role = `"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyName": "p", "PolicyDocument": `
	for _, row := range []struct{ name, template, want string }{
		{"no JSON", `yaml: yes`, "template: invalid character"},
		{"a mapping that is missing", outputs(`{"Fn::FindInMap": ["Hosts", "aws", "Host"]}`), "output O: in Fn::FindInMap: the template has no mapping Hosts.aws.Host"},
		{"an unknown function", outputs(`{"Fn::Cidr": [0, ["a"]]}`), "output O: Fn::Cidr is not supported"},
		{"nothing of that name", outputs(`{"Ref": "Nothing"}`), "in Ref: Nothing is neither a resource nor a pseudo parameter"},
		{"a type that is not known", outputs(`{"Ref": "Odd"}`), "what Odd, a AWS::Odd::Thing, is called is not known"},
		{"an attribute that is not known", outputs(`{"Fn::GetAtt": ["Odd", "Arn"]}`), "of Odd, the attribute Arn of a AWS::Odd::Thing is not known"},
		{"GetAtt of nothing", outputs(`{"Fn::GetAtt": "Odd"}`), "the attribute  of a AWS::Odd::Thing is not known"},
		{"GetAtt of three", outputs(`{"Fn::GetAtt": ["Odd", "A", "B"]}`), "want a resource and an attribute"},
		{"Join of one", outputs(`{"Fn::Join": [""]}`), "want a delimiter and a list"},
		{"Join of a number", outputs(`{"Fn::Join": ["", [1]]}`), "found 1; want a text"},
		{"Join without a delimiter", outputs(`{"Fn::Join": [1, []]}`), "want a delimiter and a list"},
		{"Sub of a list", outputs(`{"Fn::Sub": [1]}`), "in Fn::Sub: found [1]; want a text"},
		{"Sub of something unknown", outputs(`{"Fn::Sub": "${Nothing}"}`), "in Fn::Sub: in Ref: Nothing is neither"},
		{"deep in a resource", resources(`"R": {"Type": "T", "Properties": {"A": [{"B": {"Ref": "N"}}]}}`), "resource R: A: 0: B: in Ref: N is neither"},
		{
			"a name that depends on itself",
			resources(`"R": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "R"}}}`), "the name of R depends on itself",
		},
		{
			"a schedule without a group",
			resources(`"R": {"Type": "AWS::Scheduler::Schedule", "Properties": {"Name": "n"}}`), "resource R: property GroupName: found <nil>; want a text",
		},
		{
			"a managed policy that is not known",
			resources(`"R": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:x"]}}`), "role R: what the managed policy arn:x allows is not known",
		},
		{
			"a policy that is not understood",
			resources(role + `{"Statement": [{"Effect": "Allow", "NotAction": "a:b", "Resource": "*"}]}}]}}`), "role Role: policy p: statement 0: only Action",
		},
		{
			"a policy of nobody",
			resources(`"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "p", "Roles": ["r"], "PolicyDocument": {"Statement": []}}}`),
			"policy P: it is of the role r, which the template does not have",
		},
	} {
		_, err := template.Read([]byte(row.template), place)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: found the error %v; want %q in it", row.name, err, row.want)
		}
	}
}

func outputs(value string) string {
	return `{"Outputs": {"O": {"Value": ` + value + `}}, "Resources": {"Odd": {"Type": "AWS::Odd::Thing"}}}`
}

func resources(text string) string { return `{"Resources": {` + text + `}}` }

func TestManagedAndInlinePoliciesOfARoleAddUp(t *testing.T) {
	t.Parallel()
	read, err := template.Read([]byte(resources(`"R": {"Type": "AWS::IAM::Role", "Properties": {
		"RoleName": "worker",
		"ManagedPolicyArns": [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]]}],
		"AssumeRolePolicyDocument": {"Version": "2012-10-17"},
		"Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}}]}}`)), place)
	if err != nil {
		t.Fatal(err)
	}
	role := read.Roles[0]
	if role.Name != "worker" || role.Trust != `{"Version":"2012-10-17"}` {
		t.Errorf("found the role %+v", role)
	}
	for action, want := range map[string]bool{"logs:PutLogEvents": true, "sqs:SendMessage": true, "sns:Publish": false} {
		if got := role.Policy.Allows(policy.Request{Action: action, Resource: "arn:aws:x"}); got != want {
			t.Errorf("%s: found %v; want %v", action, got, want)
		}
	}
}

// TestVersionsHaveTheNumbersOfTheirDeployment: a version's ARN is its function's ARN followed by the number.
func TestVersionsHaveTheNumbersOfTheirDeployment(t *testing.T) {
	t.Parallel()
	text := []byte(`{"Outputs": {"V": {"Value": {"Ref": "V"}}, "N": {"Value": {"Fn::GetAtt": ["V", "Version"]}}}, "Resources": {
		"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}},
		"V": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "F"}}}}}`)
	for number, versions := range map[string]map[string]int{"1": nil, "7": {"f": 7, "g": 3}} {
		at := place
		at.Versions = versions
		read, err := template.Read(text, at)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{number, "arn:aws:lambda:sa-east-1:123456789012:function:f:" + number} {
			if got := read.Outputs[i].Value; got != want {
				t.Errorf("found %s; want %s", got, want)
			}
		}
	}
}
