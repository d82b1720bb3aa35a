package expression

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Condition is true or false of an item. A missing item is one without attributes.
type Condition interface{ Holds(attribute.Item) bool }

type (
	and struct{ left, right Condition }
	or  struct{ left, right Condition }
	// A grouped condition is in parentheses.
	grouped struct{ Condition }
	// The operators of a comparison are = <> < <= > >=.
	comparison struct {
		operator    token
		left, right operand
	}
	// A call is a function that is a condition.
	call struct {
		function token
		args     []operand
	}
)

func (c and) Holds(i attribute.Item) bool { return c.left.Holds(i) && c.right.Holds(i) }

func (c or) Holds(i attribute.Item) bool { return c.left.Holds(i) || c.right.Holds(i) }

func (c comparison) Holds(i attribute.Item) bool {
	left, right := c.left.value(i), c.right.value(i)
	switch c.operator {
	case "=":
		return attribute.Equal(left, right)
	case "<>":
		return !attribute.Equal(left, right)
	}
	by, ordered := attribute.Order(left, right)
	return ordered && fits(c.operator, by)
}

// fits says whether an operator is true of two values, given how they compare.
func fits(operator token, by int) bool {
	switch operator {
	case "<":
		return by < 0
	case "<=":
		return by <= 0
	case ">":
		return by > 0
	case ">=":
		return by >= 0
	}
	return by == 0
}

func (c call) Holds(i attribute.Item) bool {
	v := c.args[0].value(i)
	switch c.function {
	case "attribute_exists":
		return v != nil
	case "attribute_not_exists":
		return v == nil
	}
	text, isText := v.(*types.AttributeValueMemberS)
	prefix, also := c.args[1].value(i).(*types.AttributeValueMemberS)
	return isText && also && strings.HasPrefix(text.Value, prefix.Value)
}
