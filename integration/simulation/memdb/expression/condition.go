package expression

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Condition is true or false for an item. A missing item counts as one without attributes.
type Condition interface{ Holds(attribute.Item) bool }

type (
	and struct{ left, right Condition }
	or  struct{ left, right Condition }
	// A grouped condition is in parentheses.
	grouped struct{ Condition }
	// An equality compares two operands.
	equality struct{ left, right operand }
	// An ordering compares two numbers.
	ordering struct {
		operator    token // <, <= or >=
		left, right operand
	}
	// An existence requires a path to exist or not to exist.
	existence struct {
		path Path
		want bool
	}
	// A keyTest tests a part of the key, in key conditions only.
	keyTest struct {
		operator    token // >= or begins_with
		left, right operand
	}
)

func (c and) Holds(i attribute.Item) bool { return c.left.Holds(i) && c.right.Holds(i) }

func (c or) Holds(i attribute.Item) bool { return c.left.Holds(i) || c.right.Holds(i) }

func (c equality) Holds(i attribute.Item) bool {
	return attribute.Equal(c.left.value(i), c.right.value(i))
}

// Holds is false if one of the operands is missing or no number.
func (c ordering) Holds(i attribute.Item) bool {
	order, ok := attribute.CompareNumbers(c.left.value(i), c.right.value(i))
	switch c.operator {
	case "<":
		return ok && order < 0
	case "<=":
		return ok && order <= 0
	default:
		return ok && order >= 0
	}
}

func (c existence) Holds(i attribute.Item) bool { return (c.path.value(i) != nil) == c.want }

func (c keyTest) Holds(attribute.Item) bool { panic("memdb: a key condition is asked of an item") }

// text returns the value that the key is compared with, if it is a string.
func text(o operand) (string, bool) {
	l, _ := o.(literal)
	s, ok := l.AttributeValue.(*types.AttributeValueMemberS)
	if !ok {
		return "", false
	}
	return s.Value, true
}
