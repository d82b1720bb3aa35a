package definition

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// choice is a rule with the state it leads to.
type choice struct {
	Condition expression.Condition
	Next      string
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
func (f fields) condition() expression.Condition {
	var operators []string
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		if key != "Variable" && key != "Next" && key != "Comment" {
			operators = append(operators, key)
		}
	}
	if len(operators) != 1 {
		f.add(f.place, "must have one operator, not %d: %v", len(operators), operators)
		return expression.And{}
	}
	f.text("Comment")
	switch operator := operators[0]; operator {
	case "And":
		return expression.And(f.conditions(operator))
	case "Or":
		return expression.Or(f.conditions(operator))
	case "Not":
		v, _ := f.get(operator)
		return expression.Not{Condition: f.nested(f.at(operator), v)}
	default:
		return f.test(operator)
	}
}

func (f fields) conditions(key string) []expression.Condition {
	var all []expression.Condition
	for i, v := range f.list(key) {
		all = append(all, f.nested(fmt.Sprintf("%s[%d]", f.at(key), i), v))
	}
	return all
}

func (f fields) nested(where string, v any) expression.Condition {
	inner := f.fieldsOf(where, v)
	defer inner.done()
	return inner.condition()
}

// test reads a rule about one variable.
func (f fields) test(operator string) expression.Condition {
	f.required("Variable")
	variable := f.path("Variable", expression.Place{Context: true})
	if variable == nil {
		variable = &expression.Path{}
	}
	switch operator {
	case "IsPresent":
		return expression.Present{Variable: *variable, Want: f.truth(operator)}
	case "IsNull", "IsString", "IsNumeric", "IsBoolean":
		return expression.IsOf{Variable: *variable, Kind: strings.TrimPrefix(operator, "Is"), Want: f.truth(operator)}
	}
	name, byPath := strings.CutSuffix(operator, "Path")
	kind, known := comparisons[name]
	if !known {
		return expression.And{} // done says that the operator is not implemented
	}
	c := expression.Comparison{Variable: *variable, Kind: kind, Fits: orders[strings.TrimPrefix(name, kind)]}
	if byPath {
		if p := f.path(operator, expression.Place{Context: true}); p != nil {
			c.Operand = *p
		}
		return c
	}
	v, _ := f.get(operator)
	if expression.KindOf(v) != kind {
		f.add(f.at(operator), "must be of the kind %s", kind)
	}
	c.Operand = expression.Literal{Constant: v}
	return c
}
