package template

import (
	"encoding/json"
	"fmt"
	"slices"

	"eks-scaling-automation/integration/aws/policy"
)

// Role is a role of the stack.
type Role struct {
	LogicalID string
	Name      string
	ARN       string
	Trust     string // the trust policy, in JSON
	Policy    policy.Policy
}

// basicExecution is the managed policy that lets a function write its logs.
const basicExecution = `{"Statement": [{"Effect": "Allow", "Resource": "*",
	"Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]}]}`

// managed holds the known AWS managed policies, by ARN.
var managed = map[string]string{
	"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": basicExecution,
}

// document is a policy with its name.
type document struct {
	PolicyName     string
	PolicyDocument json.RawMessage
	Roles          []string
}

// RoleOf returns a function's role, by the function's name.
func (t *Template) RoleOf(function string) (Role, error) {
	for _, f := range t.Of("AWS::Lambda::Function") {
		if f.Name != function {
			continue
		}
		for _, role := range t.Roles {
			if role.ARN == f.Properties["Role"] {
				return role, nil
			}
		}
		return Role{}, fmt.Errorf("function %s runs as %v, which is no role of the template", function, f.Properties["Role"])
	}
	return Role{}, fmt.Errorf("the template has no function %s", function)
}

func (t *Template) readRoles() error {
	for _, r := range t.Of("AWS::IAM::Role") {
		role, err := readRole(r)
		if err != nil {
			return fmt.Errorf("role %s: %w", r.LogicalID, err)
		}
		t.Roles = append(t.Roles, role)
	}
	for _, p := range append(t.Of("AWS::IAM::Policy"), t.Of("AWS::IAM::ManagedPolicy")...) {
		if err := t.attach(p); err != nil {
			return fmt.Errorf("policy %s: %w", p.LogicalID, err)
		}
	}
	return nil
}

func readRole(r Resource) (Role, error) {
	var properties struct {
		AssumeRolePolicyDocument json.RawMessage
		Policies                 []document
		ManagedPolicyArns        []string
	}
	if err := r.decode(&properties); err != nil {
		return Role{}, err
	}
	role := Role{LogicalID: r.LogicalID, Name: r.Name, ARN: r.ARN, Trust: string(properties.AssumeRolePolicyDocument)}
	if len(properties.AssumeRolePolicyDocument) > 0 {
		if _, err := policy.ParseTrust(r.Name, properties.AssumeRolePolicyDocument); err != nil {
			return Role{}, err
		}
	}
	documents := properties.Policies
	for _, arn := range properties.ManagedPolicyArns {
		if managed[arn] == "" {
			return Role{}, fmt.Errorf("what the managed policy %s allows is not known", arn)
		}
		documents = append(documents, document{PolicyName: arn, PolicyDocument: json.RawMessage(managed[arn])})
	}
	for _, d := range documents {
		read, err := policy.Parse(d.PolicyName, d.PolicyDocument)
		if err != nil {
			return Role{}, err
		}
		role.Policy = append(role.Policy, read...)
	}
	return role, nil
}

// attach adds a policy's statements to its roles.
func (t *Template) attach(p Resource) error {
	var d document
	if err := p.decode(&d); err != nil {
		return err
	}
	var text string // CloudFormation also accepts a document as text
	if json.Unmarshal(d.PolicyDocument, &text) == nil {
		d.PolicyDocument = json.RawMessage(text)
	}
	read, err := policy.Parse(p.Name, d.PolicyDocument)
	if err != nil {
		return err
	}
	for _, name := range d.Roles {
		i := slices.IndexFunc(t.Roles, func(r Role) bool { return r.Name == name })
		if i < 0 {
			return fmt.Errorf("it is of the role %s, which the template does not have", name)
		}
		t.Roles[i].Policy = append(t.Roles[i].Policy, read...)
	}
	return nil
}

func (r Resource) decode(into any) error {
	data, err := json.Marshal(r.Properties)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
