package expression

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// KeyCondition chooses the items of a query: one partition, and a part of its sort keys.
type KeyCondition struct {
	Partition string
	Sort      func(string) bool // nil: all of them
}

// KeySchema names the keys of a table.
type KeySchema struct{ Partition, Sort string }

// Condition turns a parsed condition into one on keys. It refuses what a query cannot look up.
func (s KeySchema) Condition(c Condition) (KeyCondition, error) {
	parts := conjuncts(c)
	if len(parts) > 2 {
		return KeyCondition{}, attribute.Invalid("Conditions can be of length 1 or 2 only")
	}
	var k KeyCondition
	found := map[string]bool{}
	for _, part := range parts {
		name, test, err := keyTest(part)
		if err != nil {
			return k, err
		}
		if found[name] {
			return k, attribute.Invalid("Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key")
		}
		found[name] = true
		switch name {
		case s.Partition:
			if k.Partition, err = equalTo(part); err != nil {
				return k, err
			}
		case s.Sort:
			k.Sort = test
		default:
			return k, attribute.Invalid("Query condition missed key schema element: %s", s.missing(found))
		}
	}
	if !found[s.Partition] {
		return k, attribute.Invalid("Query condition missed key schema element: %s", s.Partition)
	}
	return k, nil
}

func (s KeySchema) missing(found map[string]bool) string {
	if found[s.Partition] {
		return s.Sort
	}
	return s.Partition
}

// conjuncts splits a condition at its ANDs.
func conjuncts(c Condition) []Condition {
	switch c := c.(type) {
	case and:
		return append(conjuncts(c.left), conjuncts(c.right)...)
	case grouped:
		return conjuncts(c.Condition)
	}
	return []Condition{c}
}

// keyTest reads a condition on one key attribute.
func keyTest(c Condition) (name string, test func(string) bool, err error) {
	switch c := c.(type) {
	case comparison:
		if c.operator == "<>" {
			break
		}
		name, text, err := keyOperands(c.left, c.right)
		return name, func(k string) bool { return fits(c.operator, strings.Compare(k, text)) }, err
	case call:
		if c.function != "begins_with" {
			break
		}
		name, prefix, err := keyOperands(c.args[0], c.args[1])
		return name, func(k string) bool { return strings.HasPrefix(k, prefix) }, err
	}
	return "", nil, attribute.Invalid("Invalid operator used in KeyConditionExpression")
}

// equalTo is the value that a partition key must have.
func equalTo(c Condition) (string, error) {
	e, ok := c.(comparison)
	if !ok || e.operator != "=" {
		return "", attribute.Invalid("Query key condition not supported")
	}
	_, text, err := keyOperands(e.left, e.right)
	return text, err
}

// keyOperands reads a key attribute and the value that it is compared with.
func keyOperands(left, right operand) (name, text string, err error) {
	p, ok := left.(Path)
	if !ok {
		return "", "", attribute.Unsupported("a key condition that does not begin with the key")
	}
	if len(p) > 1 {
		return "", "", attribute.Invalid("KeyConditionExpressions cannot have conditions on nested attributes")
	}
	l, ok := right.(literal)
	if !ok {
		return "", "", attribute.Invalid("Invalid condition in KeyConditionExpression: a key is compared with a value")
	}
	s, ok := l.AttributeValue.(*types.AttributeValueMemberS)
	if !ok {
		return "", "", attribute.Invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
	}
	return p[0], s.Value, nil
}
