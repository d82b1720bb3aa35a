package expression

import (
	"encoding/json"
	"strings"
)

// Condition is a rule of a Choice, or a part of one.
type Condition interface {
	Holds(Scope) (bool, *Failure)
}

type (
	// And is true if all its conditions are.
	And []Condition
	// Or is true if any of its conditions is.
	Or []Condition
	// Not is true if its condition is false.
	Not struct{ Condition Condition }
)

// Holds stops at the first condition that is false.
func (all And) Holds(s Scope) (bool, *Failure) {
	for _, c := range all {
		if ok, fail := c.Holds(s); !ok || fail != nil {
			return false, fail
		}
	}
	return true, nil
}

// Holds stops at the first condition that is true.
func (some Or) Holds(s Scope) (bool, *Failure) {
	for _, c := range some {
		if ok, fail := c.Holds(s); ok || fail != nil {
			return ok, fail
		}
	}
	return false, nil
}

// Holds negates the condition.
func (n Not) Holds(s Scope) (bool, *Failure) {
	ok, fail := n.Condition.Holds(s)
	return !ok && fail == nil, fail
}

// Present is IsPresent.
type Present struct {
	Variable Path
	Want     bool
}

// Holds looks whether the variable has a value.
func (c Present) Holds(s Scope) (bool, *Failure) {
	_, fail := c.Variable.Value(s)
	return (fail == nil) == c.Want, nil
}

// IsOf is IsNull, IsString, IsNumeric and IsBoolean.
type IsOf struct {
	Variable Path
	Kind     string
	Want     bool
}

// Holds compares the kind of the variable.
func (c IsOf) Holds(s Scope) (bool, *Failure) {
	v, fail := c.Variable.Value(s)
	return (KindOf(v) == c.Kind) == c.Want && fail == nil, fail
}

// KindOf names the kind of a value as comparisons do; empty for an object or a list.
func KindOf(v any) string {
	switch v.(type) {
	case nil:
		return "Null"
	case string:
		return "String"
	case json.Number:
		return "Numeric"
	case bool:
		return "Boolean"
	}
	return ""
}

// Comparison compares the variable with a constant or with the value at a path. It is false if the variable is of another kind.
type Comparison struct {
	Variable Path
	Kind     string
	Fits     func(order int) bool
	Operand  Expression
}

// Holds compares the variable with the operand.
func (c Comparison) Holds(s Scope) (bool, *Failure) {
	v, fail := c.Variable.Value(s)
	if fail != nil {
		return false, fail
	}
	other, fail := c.Operand.Value(s)
	if fail != nil {
		return false, fail
	}
	if KindOf(other) != c.Kind {
		return false, RuntimeFailure("The value %s to compare with is not of the kind %s", TextOf(other), c.Kind)
	}
	return KindOf(v) == c.Kind && c.Fits(order(v, other)), nil
}

// order compares two values of the same kind.
func order(a, b any) int {
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case json.Number:
		return compareNumbers(a, b.(json.Number))
	}
	if a == b {
		return 0
	}
	return 1
}
