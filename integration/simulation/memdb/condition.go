package memdb

import (
	"bytes"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// condition is true or false of an item. A missing item is one without attributes.
type condition interface{ holds(item) bool }

type (
	and struct{ left, right condition }
	or  struct{ left, right condition }
	not struct{ condition }
	// A grouped condition is in parentheses.
	grouped struct{ condition }
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

func (c and) holds(i item) bool { return c.left.holds(i) && c.right.holds(i) }

func (c or) holds(i item) bool { return c.left.holds(i) || c.right.holds(i) }

func (c not) holds(i item) bool { return !c.condition.holds(i) }

func (c comparison) holds(i item) bool {
	left, right := c.left.value(i), c.right.value(i)
	switch c.operator {
	case "=":
		return equal(left, right)
	case "<>":
		return !equal(left, right)
	}
	by, ordered := order(left, right)
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

func (c between) holds(i item) bool {
	v := c.value.value(i)
	low, ordered := order(v, c.low.value(i))
	high, also := order(v, c.high.value(i))
	return ordered && also && low >= 0 && high <= 0
}

func (c in) holds(i item) bool {
	v := c.value.value(i)
	for _, each := range c.among {
		if equal(v, each.value(i)) {
			return true
		}
	}
	return false
}

func (c call) holds(i item) bool {
	v := c.args[0].value(i)
	switch c.function {
	case "attribute_exists":
		return v != nil
	case "attribute_not_exists":
		return v == nil
	case "attribute_type":
		wanted, _ := c.args[1].value(i).(*types.AttributeValueMemberS)
		return v != nil && kindOf(v) == wanted.Value
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
			if equal(each, part) {
				return true
			}
		}
		return false
	}
	return setContains(v, part)
}

func setContains(set, member types.AttributeValue) bool {
	members, kind := setOf(set)
	if kind == 0 || member == nil || kindOf(set) != kindOf(member)+"S" {
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
