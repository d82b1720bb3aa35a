package template

import (
	"fmt"
	"reflect"
	"slices"
)

// noValue is what Ref AWS::NoValue returns: the member or element is left out.
type noValue struct{}

// holds reports whether a condition of the template holds; the empty name always does.
func (r *resolver) holds(name string) (bool, error) {
	if name == "" {
		return true, nil
	}
	condition, found := r.source.Conditions[name]
	if !found {
		return false, fmt.Errorf("%s is no condition of the template", name)
	}
	return r.truth(condition)
}

// truth evaluates a condition.
func (r *resolver) truth(v any) (bool, error) {
	condition, _ := v.(map[string]any)
	if name, isName := condition["Condition"].(string); isName {
		return r.holds(name)
	}
	name, argument, _ := function(condition)
	arguments, _ := argument.([]any)
	switch {
	case name == "Fn::Equals" && len(arguments) == 2:
		return r.equal(arguments)
	case name == "Fn::Contains" && len(arguments) == 2: // in rules only
		return r.contains(arguments)
	case name == "Fn::Not" && len(arguments) == 1:
		is, err := r.truth(arguments[0])
		return !is, err
	case name == "Fn::And":
		return r.all(arguments)
	case name == "Fn::Or":
		return r.some(arguments)
	default:
		return false, fmt.Errorf("found the condition %v; want Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition", v)
	}
}

// all reports whether all conditions hold.
func (r *resolver) all(conditions []any) (bool, error) {
	for _, each := range conditions {
		if is, err := r.truth(each); err != nil || !is {
			return is, err
		}
	}
	return true, nil
}

// some reports whether at least one condition holds.
func (r *resolver) some(conditions []any) (bool, error) {
	for _, each := range conditions {
		if is, err := r.truth(each); err != nil || is {
			return is, err
		}
	}
	return false, nil
}

// equal compares two values.
func (r *resolver) equal(arguments []any) (bool, error) {
	compared, err := r.value(arguments)
	if err != nil {
		return false, err
	}
	pair := compared.([]any)
	return reflect.DeepEqual(pair[0], pair[1]), nil
}

// contains reports whether a value is in a list.
func (r *resolver) contains(arguments []any) (bool, error) {
	resolved, err := r.value(arguments)
	if err != nil {
		return false, err
	}
	pair := resolved.([]any)
	list, _ := pair[0].([]any)
	return slices.ContainsFunc(list, func(each any) bool { return reflect.DeepEqual(each, pair[1]) }), nil
}

// choose resolves Fn::If: [condition, then, otherwise].
func (r *resolver) choose(argument any) (any, error) {
	arguments, _ := argument.([]any)
	const parts = 3
	name, _ := at(arguments, 0).(string)
	if len(arguments) != parts || name == "" {
		return nil, fmt.Errorf("in Fn::If: found %v; want a condition and two values", argument)
	}
	holds, err := r.holds(name)
	if err != nil {
		return nil, fmt.Errorf("in Fn::If: %w", err)
	}
	if holds {
		return r.value(arguments[1])
	}
	return r.value(arguments[2])
}

// findInMap resolves Fn::FindInMap: [mapping, key, second key].
func (r *resolver) findInMap(argument any) (any, error) {
	resolved, err := r.value(argument)
	if err != nil {
		return nil, err
	}
	keys, _ := resolved.([]any)
	const parts = 3
	if len(keys) != parts {
		return nil, fmt.Errorf("in Fn::FindInMap: found %v; want a mapping and two keys", argument)
	}
	value, found := r.source.Mappings[fmt.Sprint(keys[0])][fmt.Sprint(keys[1])][fmt.Sprint(keys[2])]
	if !found {
		return nil, fmt.Errorf("in Fn::FindInMap: the template has no mapping %v.%v.%v", keys[0], keys[1], keys[2])
	}
	return r.value(value)
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}
