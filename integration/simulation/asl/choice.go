package asl

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// condition is a rule of a Choice, or a part of one.
type condition interface {
	holds(scope) (bool, *failure)
}

// choice is a rule with the state it leads to.
type choice struct {
	condition condition
	next      string
}

type (
	and []condition
	or  []condition
	not struct{ condition condition }
)

func (all and) holds(s scope) (bool, *failure) {
	for _, c := range all {
		if ok, fail := c.holds(s); !ok || fail != nil {
			return false, fail
		}
	}
	return true, nil
}

func (some or) holds(s scope) (bool, *failure) {
	for _, c := range some {
		if ok, fail := c.holds(s); ok || fail != nil {
			return ok, fail
		}
	}
	return false, nil
}

func (n not) holds(s scope) (bool, *failure) {
	ok, fail := n.condition.holds(s)
	return !ok && fail == nil, fail
}

// present is IsPresent.
type present struct {
	variable path
	want     bool
}

func (c present) holds(s scope) (bool, *failure) {
	_, fail := c.variable.value(s)
	return (fail == nil) == c.want, nil
}

// isOf is IsNull, IsString, IsNumeric and IsBoolean.
type isOf struct {
	variable path
	kind     string
	want     bool
}

func (c isOf) holds(s scope) (bool, *failure) {
	v, fail := c.variable.value(s)
	return (kindOf(v) == c.kind) == c.want && fail == nil, fail
}

func kindOf(v any) string {
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

// comparison compares the variable with a constant or with the value at a path. It is false if the variable is of another kind.
type comparison struct {
	variable path
	kind     string
	fits     func(order int) bool
	operand  expression
}

func (c comparison) holds(s scope) (bool, *failure) {
	v, fail := c.variable.value(s)
	if fail != nil {
		return false, fail
	}
	other, fail := c.operand.value(s)
	if fail != nil {
		return false, fail
	}
	if kindOf(other) != c.kind {
		return false, runtimeFailure("The value %s to compare with is not of the kind %s", textOf(other), c.kind)
	}
	return kindOf(v) == c.kind && c.fits(order(v, other)), nil
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

// orders are the ends of the names of comparisons.
var orders = map[string]func(int) bool{
	"Equals":            func(o int) bool { return o == 0 },
	"LessThan":          func(o int) bool { return o < 0 },
	"LessThanEquals":    func(o int) bool { return o <= 0 },
	"GreaterThan":       func(o int) bool { return o > 0 },
	"GreaterThanEquals": func(o int) bool { return o >= 0 },
}

// comparisons are the operators of comparison, without Path, with their kinds.
var comparisons = func() map[string]string {
	all := map[string]string{"BooleanEquals": "Boolean"}
	for end := range orders {
		all["String"+end], all["Numeric"+end] = "String", "Numeric"
	}
	return all
}()

// condition reads a rule. Only those of a Choice itself have a Next.
func (f fields) condition() condition {
	var operators []string
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		if key != "Variable" && key != "Next" && key != "Comment" {
			operators = append(operators, key)
		}
	}
	if len(operators) != 1 {
		f.add(f.place, "must have one operator, not %d: %v", len(operators), operators)
		return and{}
	}
	f.text("Comment")
	switch operator := operators[0]; operator {
	case "And":
		return and(f.conditions(operator))
	case "Or":
		return or(f.conditions(operator))
	case "Not":
		v, _ := f.get(operator)
		return not{f.nested(f.at(operator), v)}
	default:
		return f.test(operator)
	}
}

func (f fields) conditions(key string) []condition {
	var all []condition
	for i, v := range f.list(key) {
		all = append(all, f.nested(fmt.Sprintf("%s[%d]", f.at(key), i), v))
	}
	return all
}

func (f fields) nested(where string, v any) condition {
	inner := f.fieldsOf(where, v)
	defer inner.done()
	return inner.condition()
}

// test reads a rule about one variable.
func (f fields) test(operator string) condition {
	f.required("Variable")
	variable := f.path("Variable", place{context: true})
	if variable == nil {
		variable = &path{}
	}
	switch operator {
	case "IsPresent":
		return present{*variable, f.truth(operator)}
	case "IsNull", "IsString", "IsNumeric", "IsBoolean":
		return isOf{*variable, strings.TrimPrefix(operator, "Is"), f.truth(operator)}
	}
	name, byPath := strings.CutSuffix(operator, "Path")
	kind, known := comparisons[name]
	if !known {
		return and{} // done says that the operator is not implemented
	}
	c := comparison{variable: *variable, kind: kind, fits: orders[strings.TrimPrefix(name, kind)]}
	if byPath {
		if p := f.path(operator, place{context: true}); p != nil {
			c.operand = *p
		}
		return c
	}
	v, _ := f.get(operator)
	if kindOf(v) != kind {
		f.add(f.at(operator), "must be of the kind %s", kind)
	}
	c.operand = literal{v}
	return c
}
