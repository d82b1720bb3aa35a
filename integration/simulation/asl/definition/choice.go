package definition

import (
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// choice is a rule with its next state.
type choice struct {
	Condition expression.Condition
	Next      string
}

// condition reads a rule. Only a Choice's own rules have a Next.
func (f fields) condition() expression.Condition {
	operators := slices.DeleteFunc(slices.Sorted(maps.Keys(f.values)), func(key string) bool {
		return slices.Contains([]string{"Variable", "Next", "Comment"}, key)
	})
	if len(operators) != 1 {
		f.add(f.place, "must have one operator, not %d: %v", len(operators), operators)
		return expression.And{}
	}
	f.text("Comment")
	switch operator := operators[0]; operator {
	case "And":
		var all expression.And
		for i, v := range f.list(operator) {
			inner := f.fieldsOf(fmt.Sprintf("%s[%d]", f.at(operator), i), v)
			all = append(all, inner.condition())
			inner.done()
		}
		return all
	case "IsPresent":
		if !f.truth(operator) {
			f.add(f.at(operator), "must be true")
		}
		return expression.Present{Variable: f.variable()}
	case "StringEquals":
		return expression.Equals{Variable: f.variable(), Want: f.text(operator)}
	case "BooleanEquals":
		return expression.Equals{Variable: f.variable(), Want: f.truth(operator)}
	}
	return expression.And{} // done reports that the operator is not implemented
}

func (f fields) variable() expression.Path {
	f.required("Variable")
	if p := f.path("Variable", expression.Place{Context: true}); p != nil {
		return *p
	}
	return expression.Path{}
}
