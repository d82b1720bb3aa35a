package expression

import (
	"strings"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// KeyCondition chooses the items of a query: one partition, and a part of its sort keys.
type KeyCondition struct {
	Partition string
	Sort      func(string) bool // nil: all of them
}

// KeySchema names the keys of a table.
type KeySchema struct{ Partition, Sort string }

// KeyCondition parses the key condition of a query. It refuses what a query cannot look up.
func (p *Placeholders) KeyCondition(text string, keys KeySchema) (k KeyCondition, err error) {
	c, err := parse("KeyConditionExpression", text, p, func(r *parser) (Condition, error) {
		r.keys = true
		return r.condition()
	})
	if err != nil {
		return k, err
	}
	parts := conjuncts(c)
	if len(parts) > 2 {
		return k, attribute.Invalid("Conditions can be of length 1 or 2 only")
	}
	found := map[string]bool{}
	for _, part := range parts {
		name, value, test, err := readKeyTest(part)
		if err != nil {
			return k, err
		}
		if found[name] {
			return k, attribute.Invalid("Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key")
		}
		found[name] = true
		switch name {
		case keys.Partition:
			if _, equals := part.(equality); !equals {
				return k, attribute.Invalid("Query key condition not supported")
			}
			k.Partition = value
		case keys.Sort:
			k.Sort = test
		default:
			return k, attribute.Invalid("Query condition missed key schema element: %s", keys.missing(found))
		}
	}
	if !found[keys.Partition] {
		return k, attribute.Invalid("Query condition missed key schema element: %s", keys.Partition)
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

// readKeyTest reads a condition on one key attribute: its name, the value that it is compared with, and the comparison.
func readKeyTest(c Condition) (name, value string, test func(string) bool, err error) {
	var left, right operand
	switch c := c.(type) {
	case equality:
		left, right, test = c.left, c.right, func(key string) bool { return key == value }
	case keyTest:
		left, right, test = c.left, c.right, func(key string) bool { return key >= value }
		if c.operator == "begins_with" {
			test = func(key string) bool { return strings.HasPrefix(key, value) }
		}
	default:
		return "", "", nil, attribute.Invalid("Invalid operator used in KeyConditionExpression")
	}
	p, ok := left.(Path)
	if !ok {
		return "", "", nil, attribute.Unsupported("a key condition that does not begin with the key")
	}
	if len(p) > 1 {
		return "", "", nil, attribute.Invalid("KeyConditionExpressions cannot have conditions on nested attributes")
	}
	if _, ok := right.(literal); !ok {
		return "", "", nil, attribute.Invalid("Invalid condition in KeyConditionExpression: a key is compared with a value")
	}
	if value, ok = text(right); !ok {
		return "", "", nil, attribute.Invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
	}
	return p[0], value, test, nil
}
