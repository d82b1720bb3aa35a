package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// permission allows actions on resources, given by their ARNs.
type permission struct {
	actions    []string
	resources  []string
	conditions map[string]any      // nil: none
	denied     bool                // the actions are denied
	only       awscdk.CfnCondition // of the template, under which the role has the permission; nil: always
}

func allow(resource string, actions ...string) permission {
	return permission{actions: actions, resources: []string{resource}}
}

// when returns the permission limited by conditions, in policy syntax.
func (p permission) when(conditions map[string]any) permission {
	p.conditions = conditions
	return p
}

// statement returns the permission as a statement of a role's policy.
func (p permission) statement() awsiam.PolicyStatement {
	effect := awsiam.Effect_ALLOW
	if p.denied {
		effect = awsiam.Effect_DENY
	}
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Effect: effect, Actions: jsii.Strings(p.actions...), Resources: jsii.Strings(p.resources...), Conditions: &p.conditions,
	})
}

// givenTo returns the permission as a statement of a resource's policy, for a service.
func (p permission) givenTo(service, sid string) awsiam.PolicyStatement {
	s := p.statement()
	s.SetSid(&sid)
	s.AddPrincipals(awsiam.NewServicePrincipal(&service, nil))
	return s
}

// newRole creates a role that the service may assume under the conditions, with exactly the given permissions.
func newRole(stack awscdk.Stack, id, service, description string, conditions map[string]any, allowed ...permission) awsiam.Role {
	role := awsiam.NewRole(stack, &id, &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(&service, &awsiam.ServicePrincipalOpts{Conditions: &conditions}),
		Description: &description,
	})
	var conditional []permission
	for _, p := range allowed {
		if p.only == nil {
			role.AddToPolicy(p.statement())
		} else {
			conditional = append(conditional, p)
		}
	}
	if conditional != nil {
		role.Node().DefaultChild().(awsiam.CfnRole).SetPolicies(conditionalPolicies(conditional))
	}
	return role
}

// conditionalPolicies returns one policy for each condition of the template. They are parts of the role: as resources of their own, they might
// not exist, and what depends on the role would depend on them.
func conditionalPolicies(allowed []permission) *[]any {
	statements := map[string][]awsiam.PolicyStatement{}
	var order []string
	for _, p := range allowed {
		condition := *p.only.Node().Id()
		if statements[condition] == nil {
			order = append(order, condition)
		}
		statements[condition] = append(statements[condition], p.statement())
	}
	var policies []any
	for _, condition := range order {
		of := statements[condition]
		policies = append(policies, awscdk.Fn_ConditionIf(&condition, map[string]any{
			"PolicyName":     "If" + condition,
			"PolicyDocument": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &of}),
		}, awscdk.Aws_NO_VALUE()))
	}
	return &policies
}

// only returns the condition that a service acts for these sources in this account.
func only(stack awscdk.Stack, sourceARNs ...string) map[string]any {
	return map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()},
		"ArnLike":      map[string]any{"aws:SourceArn": sourceARNs},
	}
}

// arn returns the ARN of a resource in this account.
func arn(stack awscdk.Stack, service, region, resource string) string {
	return *stack.FormatArn(&awscdk.ArnComponents{
		Service: &service, Region: &region, Resource: &resource, ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})
}
