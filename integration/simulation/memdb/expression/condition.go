package expression

import (
	"bytes"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Condition is true or false of an item. A missing item is one without attributes.
type Condition interface{ Holds(attribute.Item) bool }

type (
	and struct{ left, right Condition }
	or  struct{ left, right Condition }
	not struct{ Condition }
	// A grouped condition is in parentheses.
	grouped struct{ Condition }
	// The operators of a comparison are = <> < <= > >=.
	comparison struct {
		operator    token
		left, right operand
	}
	between struct{ value, low, high operand }
	in      struct {
		value operand
		among []operand
	}
	// A call is a function that is a condition.
	call struct {
		function token
		args     []operand
	}
)

func (c and) Holds(i attribute.Item) bool { return c.left.Holds(i) && c.right.Holds(i) }

func (c or) Holds(i attribute.Item) bool { return c.left.Holds(i) || c.right.Holds(i) }

func (c not) Holds(i attribute.Item) bool { return !c.Condition.Holds(i) }

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

func (c between) Holds(i attribute.Item) bool {
	v := c.value.value(i)
	low, ordered := attribute.Order(v, c.low.value(i))
	high, also := attribute.Order(v, c.high.value(i))
	return ordered && also && low >= 0 && high <= 0
}

func (c in) Holds(i attribute.Item) bool {
	v := c.value.value(i)
	for _, each := range c.among {
		if attribute.Equal(v, each.value(i)) {
			return true
		}
	}
	return false
}

func (c call) Holds(i attribute.Item) bool {
	v := c.args[0].value(i)
	switch c.function {
	case "attribute_exists":
		return v != nil
	case "attribute_not_exists":
		return v == nil
	case "attribute_type":
		wanted, _ := c.args[1].value(i).(*types.AttributeValueMemberS)
		return v != nil && attribute.KindOf(v) == wanted.Value
	case "begins_with":
		return beginsWith(v, c.args[1].value(i))
	}
	return contains(v, c.args[1].value(i))
}

func beginsWith(v, prefix types.AttributeValue) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		p, ok := prefix.(*types.AttributeValueMemberS)
		return ok && strings.HasPrefix(v.Value, p.Value)
	case *types.AttributeValueMemberB:
		p, ok := prefix.(*types.AttributeValueMemberB)
		return ok && bytes.HasPrefix(v.Value, p.Value)
	}
	return false
}

// contains looks for a part of a text, or for a member of a set or list.
func contains(v, part types.AttributeValue) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		p, ok := part.(*types.AttributeValueMemberS)
		return ok && strings.Contains(v.Value, p.Value)
	case *types.AttributeValueMemberB:
		p, ok := part.(*types.AttributeValueMemberB)
		return ok && bytes.Contains(v.Value, p.Value)
	case *types.AttributeValueMemberL:
		for _, each := range v.Value {
			if attribute.Equal(each, part) {
				return true
			}
		}
		return false
	}
	return setContains(v, part)
}

func setContains(set, member types.AttributeValue) bool {
	members, kind := attribute.SetOf(set)
	if kind == 0 || member == nil || attribute.KindOf(set) != attribute.KindOf(member)+"S" {
		return false
	}
	text := ""
	switch m := member.(type) {
	case *types.AttributeValueMemberS:
		text = m.Value
	case *types.AttributeValueMemberN:
		text = m.Value
	case *types.AttributeValueMemberB:
		text = string(m.Value)
	}
	return slices.Contains(members, text)
}
