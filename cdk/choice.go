package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// choice is a yes or no. The context decides it at synthesis; in the released template, a condition decides it at deployment. Code
// that uses a choice works for both.
type choice struct {
	yes       bool                // the answer, if there is no condition
	condition awscdk.CfnCondition // nil: the answer is known
}

// always is the choice that is already made.
func always() choice { return choice{yes: true} }

// possible reports whether the answer can be yes. What is impossible needs no resource.
func (c choice) possible() bool { return c.yes || c.condition != nil }

// and returns whether both hold. Its condition gets the ID.
func (c choice) and(other choice, stack awscdk.Stack, id string) choice {
	switch {
	case c.condition == nil && c.yes:
		return other
	case other.condition == nil && other.yes:
		return c
	case !c.possible() || !other.possible():
		return choice{}
	}
	return newCondition(stack, id, awscdk.Fn_ConditionAnd(c.condition, other.condition))
}

// not returns the opposite. Its condition gets the ID.
func (c choice) not(stack awscdk.Stack, id string) choice {
	if c.condition == nil {
		return choice{yes: !c.yes}
	}
	return newCondition(stack, id, awscdk.Fn_ConditionNot(c.condition))
}

// value returns a value of a property, or none.
func (c choice) value(value any) any {
	switch {
	case c.condition != nil:
		return awscdk.Fn_ConditionIf(c.condition.LogicalId(), value, awscdk.Aws_NO_VALUE())
	case c.yes:
		return value
	default:
		return nil
	}
}

// pick returns one of two texts.
func (c choice) pick(yes, no string) string {
	switch {
	case c.condition != nil:
		return *awscdk.Token_AsString(awscdk.Fn_ConditionIf(c.condition.LogicalId(), yes, no), nil)
	case c.yes:
		return yes
	default:
		return no
	}
}

// add sets a key of a map, such as a variable of an environment, if the answer is yes.
func (c choice) add(to map[string]string, key, value string) {
	if c.possible() {
		to[key] = c.pick(value, *awscdk.Aws_NO_VALUE())
	}
}

// permits returns permissions that a role has only if the answer is yes.
func (c choice) permits(allowed ...permission) []permission {
	if !c.possible() {
		return nil
	}
	for i := range allowed {
		allowed[i].only = c.condition
	}
	return allowed
}

// limit creates the resources of some constructs only if the answer is yes. If it can never be yes, do not create the constructs.
func (c choice) limit(parts ...constructs.IConstruct) {
	if c.condition == nil {
		return
	}
	for _, part := range parts {
		for _, construct := range *part.Node().FindAll(constructs.ConstructOrder_PREORDER) {
			if resource, ok := construct.(awscdk.CfnResource); ok {
				resource.CfnOptions().SetCondition(c.condition)
			}
		}
	}
}

// newCondition returns the choice of a condition, which is created once.
func newCondition(stack awscdk.Stack, id string, expression awscdk.ICfnConditionExpression) choice {
	if found, ok := stack.Node().TryFindChild(&id).(awscdk.CfnCondition); ok {
		return choice{condition: found}
	}
	return choice{condition: awscdk.NewCfnCondition(stack, &id, &awscdk.CfnConditionProps{Expression: expression})}
}
