package endpoint_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/template"
)

// names is a deployer that remembers which names exist.
type names map[string]bool

func (n names) Place(stack string) template.Place {
	return template.Place{Stack: stack, Region: region, Account: account}
}
func (n names) Object(string, string) ([]byte, bool)                      { return nil, false }
func (n names) Exists(r template.Resource) bool                           { return n[r.Name] }
func (n names) Import(template.Resource) error                            { return nil }
func (n names) Update(_, _ template.Resource) error                       { return nil }
func (n names) Delete(r template.Resource) error                          { delete(n, r.Name); return nil }
func (n names) Removed(*template.Template) error                          { return nil }
func (n names) Complete(t *template.Template) (*template.Template, error) { return t, nil }

func (n names) Create(r template.Resource) error {
	if n[r.Name] {
		return errors.New(r.Name + " already exists")
	}
	n[r.Name] = true
	return nil
}

// stacked is a CloudFormation with a client.
type stacked struct {
	*cloudformation.Client
	*endpoint.Stacks
	t *testing.T
}

func deploying(t *testing.T, n names) stacked {
	t.Helper()
	s := &endpoint.Stacks{Deployer: n, Now: func() time.Time { return noon }}
	return stacked{cloudformation.NewFromConfig(endpointtest.At(t, region, "cloudformation", s)), s, t}
}

// plan creates a change set and waits for it.
func (s stacked) plan(kind types.ChangeSetType, body string, more func(*cloudformation.CreateChangeSetInput)) (*cloudformation.DescribeChangeSetOutput, error) {
	in := &cloudformation.CreateChangeSetInput{
		StackName: aws.String("s"), ChangeSetName: aws.String("c"), ChangeSetType: kind, TemplateBody: &body, ImportExistingResources: aws.Bool(true),
	}
	if more != nil {
		more(in)
	}
	out, err := s.CreateChangeSet(s.t.Context(), in)
	if err != nil {
		return nil, err
	}
	for {
		set, err := s.DescribeChangeSet(s.t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: out.Id})
		if err != nil || set.Status != types.ChangeSetStatusCreateInProgress {
			return set, err
		}
	}
}

// deploy executes a change set, and returns the stack's last status.
func (s stacked) deploy(kind types.ChangeSetType, body string) string {
	s.t.Helper()
	set, err := s.plan(kind, body, nil)
	if err == nil {
		_, err = s.ExecuteChangeSet(s.t.Context(), &cloudformation.ExecuteChangeSetInput{ChangeSetName: set.ChangeSetId})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	for {
		out, err := s.DescribeStacks(s.t.Context(), &cloudformation.DescribeStacksInput{StackName: set.StackId})
		if err != nil {
			s.t.Fatal(err)
		}
		if status := string(out.Stacks[0].StackStatus); !strings.HasSuffix(status, "_IN_PROGRESS") {
			return status
		}
	}
}

const table = `{"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "POLICY", "Properties": {"TableName": "t"}}}}`

func TestAChangeSetIsRefusedAsByAWS(t *testing.T) {
	t.Parallel()
	const choice = `{"Parameters": {"P": {"Type": "String", "AllowedValues": ["a", "b"]}}, "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}`
	value := func(v string) func(*cloudformation.CreateChangeSetInput) {
		return func(in *cloudformation.CreateChangeSetInput) {
			in.Parameters = []types.Parameter{{ParameterKey: aws.String("P"), ParameterValue: &v}}
		}
	}
	for name, row := range map[string]struct {
		kind types.ChangeSetType
		body string
		more func(*cloudformation.CreateChangeSetInput)
		want string
	}{
		"a role that is named": {types.ChangeSetTypeCreate, `{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}}}}`, func(in *cloudformation.CreateChangeSetInput) {
			in.Capabilities = []types.Capability{types.CapabilityCapabilityIam}
		}, "InsufficientCapabilitiesException"},
		"a value that is not allowed": {types.ChangeSetTypeCreate, choice, value("c"), "ValidationError"},
		"a value that is allowed":     {types.ChangeSetTypeCreate, choice, value("b"), ""},
		"no value":                    {types.ChangeSetTypeCreate, choice, nil, "ValidationError"},
		"an update of nothing":        {types.ChangeSetTypeUpdate, table, nil, "ValidationError"},
		"a body that is too large":    {types.ChangeSetTypeCreate, table + strings.Repeat(" ", 51_200), nil, "ValidationError"},
		"a template that is not in S3": {types.ChangeSetTypeCreate, "", func(in *cloudformation.CreateChangeSetInput) {
			in.TemplateBody, in.TemplateURL = nil, aws.String("https://b.s3.sa-east-1.amazonaws.com/k")
		}, "ValidationError"},
		"a previous value there is none": {types.ChangeSetTypeCreate, choice, func(in *cloudformation.CreateChangeSetInput) {
			in.Parameters = []types.Parameter{{ParameterKey: aws.String("P"), UsePreviousValue: aws.Bool(true)}}
		}, "ValidationError"},
	} {
		_, err := deploying(t, names{}).plan(row.kind, row.body, row.more)
		endpointtest.MustCode(t, name, err, row.want)
	}
}

func TestExistingResourcesAreImportedIfTheyAreRetained(t *testing.T) {
	t.Parallel()
	retained, deleted := strings.Replace(table, "POLICY", "Retain", 1), strings.Replace(table, "POLICY", "Delete", 1)
	set, err := deploying(t, names{"t": true}).plan(types.ChangeSetTypeCreate, retained, nil)
	if err != nil || set.Changes[0].ResourceChange.Action != types.ChangeActionImport {
		t.Errorf("a table that is retained: found %+v, %v; want an import", set, err)
	}
	set, err = deploying(t, names{"t": true}).plan(types.ChangeSetTypeCreate, deleted, nil)
	if err != nil || set.Status != types.ChangeSetStatusFailed || !strings.Contains(*set.StatusReason, "must have the DeletionPolicy attribute") {
		t.Errorf("a table that is not: found %+v, %v; want a failure", set, err)
	}
	s := deploying(t, names{"t": true})
	set, err = s.plan(types.ChangeSetTypeCreate, retained, func(in *cloudformation.CreateChangeSetInput) { in.ImportExistingResources = nil })
	if err != nil || set.Changes[0].ResourceChange.Action != types.ChangeActionAdd {
		t.Errorf("without the flag: found %+v, %v; want that it is added", set, err)
	}
}

func TestAStackThatFailsRollsBack(t *testing.T) {
	t.Parallel()
	exists := names{}
	s := deploying(t, exists)
	two := strings.Replace(strings.Replace(table, "POLICY", "Retain", 1), `"Resources": {`, `"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "n"}}, "Z": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}, `, 1)
	s.FailResource("Z", "no")
	if status := s.deploy(types.ChangeSetTypeCreate, two); status != "ROLLBACK_COMPLETE" {
		t.Errorf("found %s", status)
	}
	if !exists["t"] || exists["n"] {
		t.Errorf("found %v; want that only the table stays", exists)
	}
	_, err := s.plan(types.ChangeSetTypeUpdate, two, nil)
	endpointtest.MustCode(t, "an update after that", err, "ValidationError")
	if _, err := s.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: aws.String("s")}); err != nil {
		t.Fatal(err)
	}
	if status := s.deploy(types.ChangeSetTypeCreate, two); status != "CREATE_COMPLETE" {
		t.Errorf("the second time: found %s", status)
	}
	set, err := s.plan(types.ChangeSetTypeUpdate, two, nil)
	if err != nil || set.Status != types.ChangeSetStatusFailed || !strings.Contains(*set.StatusReason, "didn't contain changes") {
		t.Errorf("the same again: found %+v, %v", set, err)
	}
	changed := strings.Replace(two, `"QueueName": "q"`, `"QueueName": "q", "DelaySeconds": 3`, 1)
	s.FailResource("Z", "no")
	if status := s.deploy(types.ChangeSetTypeUpdate, changed); status != "UPDATE_ROLLBACK_COMPLETE" {
		t.Errorf("an update that fails: found %s", status)
	}
	if status := s.deploy(types.ChangeSetTypeUpdate, changed); status != "UPDATE_COMPLETE" {
		t.Errorf("an update: found %s", status)
	}
}
