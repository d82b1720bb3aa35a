package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Condition compares the values of a key with a statement's values. One match is enough, unless every value of the request must match.
type Condition struct {
	Operator string // such as StringEquals
	Key      string // such as iam:PassedToService
	Values   []string
	All      bool // ForAllValues: every value of the request must match, and none is fine
	IfExists bool // a request without the key matches
}

// operators holds the known condition operators. Each reports whether a request's value matches a statement's.
var operators = map[string]func(want, value string) bool{
	"StringEquals":           func(want, value string) bool { return want == value },
	"StringEqualsIgnoreCase": strings.EqualFold,
	"StringLike":             Match,
	"ArnEquals":              matchARN, // for ARNs, both operators are the same
	"ArnLike":                matchARN,
	"Bool":                   strings.EqualFold,
}

// null asks whether a key is missing.
const null = "Null"

// condition reads a condition with its qualifiers, as in ForAllValues:StringEqualsIfExists.
func condition(operator, key string, values []string) (Condition, error) {
	c := Condition{Operator: operator, Key: key, Values: values}
	c.Operator, c.All = strings.CutPrefix(c.Operator, "ForAllValues:")
	c.Operator = strings.TrimPrefix(c.Operator, "ForAnyValue:") // which is how all operators treat several values
	c.Operator, c.IfExists = strings.CutSuffix(c.Operator, "IfExists")
	if operators[c.Operator] == nil && c.Operator != null {
		return c, fmt.Errorf("condition %s is not understood; want one of %s", operator,
			strings.Join(append(slices.Sorted(maps.Keys(operators)), null), ", "))
	}
	return c, nil
}

// holds reports whether the condition holds, and whether the request lacks the key.
func (c Condition) holds(context map[string][]string) (holds, lacks bool) {
	values, known := lookUp(context, c.Key)
	switch {
	case c.Operator == null:
		return slices.ContainsFunc(c.Values, func(missing string) bool { return strings.EqualFold(missing, fmt.Sprint(!known)) }), false
	case !known && c.IfExists:
		return true, false
	case c.All:
		return !slices.ContainsFunc(values, func(value string) bool { return !c.fits(value, context) }), false
	default:
		return slices.ContainsFunc(values, func(value string) bool { return c.fits(value, context) }), !known
	}
}

func (c Condition) fits(value string, context map[string][]string) bool {
	return slices.ContainsFunc(c.Values, func(want string) bool {
		filled, ok := fill(want, context)
		return ok && operators[c.Operator](filled, value)
	})
}

// fill replaces policy variables, such as ${aws:PrincipalTag/team}, with their values. It reports false if one has none.
func fill(text string, context map[string][]string) (filled string, ok bool) {
	for {
		before, rest, found := strings.Cut(text, "${")
		if !found {
			return filled + text, true
		}
		key, after, closed := strings.Cut(rest, "}")
		values, known := lookUp(context, key)
		if !closed || !known || len(values) != 1 {
			return "", false
		}
		filled, text = filled+before+values[0], after
	}
}

// matchARN compares the six parts of ARNs one by one, so that a wildcard ends with its part.
func matchARN(pattern, arn string) bool {
	const parts = 6
	patterns, found := strings.SplitN(pattern, ":", parts), strings.SplitN(arn, ":", parts)
	if len(patterns) != len(found) {
		return pattern == "*"
	}
	for i := range patterns {
		if !Match(patterns[i], found[i]) {
			return false
		}
	}
	return true
}

func lookUp(context map[string][]string, key string) (values []string, known bool) {
	for name, values := range context {
		if strings.EqualFold(name, key) {
			return values, true
		}
	}
	return nil, false
}
