package eventbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// pattern is an event pattern: fields that must all match. Exactly one of the two is set.
type pattern struct {
	fields map[string]pattern
	any    []matcher
}

// matcher reports whether a value matches. The value of a missing field is nil with found false.
type matcher func(value any, found bool) bool

func parsePattern(data json.RawMessage) (pattern, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || len(fields) == 0 {
		return pattern{}, errors.New("the event pattern must be an object with at least one field")
	}
	return parseFields("", fields)
}

func parseFields(path string, fields map[string]json.RawMessage) (pattern, error) {
	p := pattern{fields: map[string]pattern{}}
	for name, data := range fields {
		at := strings.TrimPrefix(path+"."+name, ".")
		if strings.HasPrefix(name, "$") {
			return p, fmt.Errorf("event pattern: %s is not supported", at)
		}
		var below map[string]json.RawMessage
		if json.Unmarshal(data, &below) == nil && below != nil {
			if len(below) == 0 {
				return p, fmt.Errorf("event pattern: %s: empty objects are not allowed", at)
			}
			inner, err := parseFields(at, below)
			if err != nil {
				return p, err
			}
			p.fields[name] = inner
			continue
		}
		leaf, err := parseLeaf(at, data)
		if err != nil {
			return p, err
		}
		p.fields[name] = leaf
	}
	return p, nil
}

func parseLeaf(at string, data json.RawMessage) (pattern, error) {
	var values []json.RawMessage
	if err := json.Unmarshal(data, &values); err != nil || len(values) == 0 {
		return pattern{}, fmt.Errorf("event pattern: %s: %q must be an object or an array with at least one value", at, at)
	}
	var p pattern
	for _, v := range values {
		m, err := parseMatcher(v)
		if err != nil {
			return pattern{}, fmt.Errorf("event pattern: %s: %w", at, err)
		}
		p.any = append(p.any, m)
	}
	return p, nil
}

// parseMatcher reads a value to be equal to, or one comparison.
func parseMatcher(data json.RawMessage) (matcher, error) {
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return nil, err
	}
	comparison, isComparison := value.(map[string]any)
	if _, isList := value.([]any); isList {
		return nil, errors.New("arrays in arrays are not allowed")
	}
	if !isComparison {
		return func(found any, there bool) bool { return there && found == value }, nil
	}
	if len(comparison) != 1 {
		return nil, fmt.Errorf("%s: want one comparison", data)
	}
	for name, argument := range comparison {
		if make := comparisons[name]; make != nil {
			return make(argument)
		}
		return nil, fmt.Errorf("unrecognized match type %s", name)
	}
	return nil, nil
}

// comparisons are the comparisons that are known here. AWS has more.
var comparisons map[string]func(argument any) (matcher, error)

func init() {
	comparisons = map[string]func(any) (matcher, error){
		"prefix": ofText(strings.HasPrefix), "suffix": ofText(strings.HasSuffix), "equals-ignore-case": ofText(strings.EqualFold),
		"exists": exists, "numeric": numeric, "anything-but": anythingBut,
	}
}

func ofText(compare func(text, with string) bool) func(any) (matcher, error) {
	return func(argument any) (matcher, error) {
		with, ok := argument.(string)
		if !ok {
			return nil, fmt.Errorf("found %v; want a text", argument)
		}
		return func(value any, _ bool) bool {
			text, isText := value.(string)
			return isText && compare(text, with)
		}, nil
	}
}

func exists(argument any) (matcher, error) {
	want, ok := argument.(bool)
	if !ok {
		return nil, fmt.Errorf("exists: found %v; want true or false", argument)
	}
	return func(_ any, found bool) bool { return found == want }, nil
}

// numeric takes pairs of an operator and a number, all of which must hold.
func numeric(argument any) (matcher, error) {
	parts, ok := argument.([]any)
	if !ok || len(parts) == 0 || len(parts)%2 != 0 || len(parts) > 4 {
		return nil, fmt.Errorf("numeric: found %v; want one or two pairs of an operator and a number", argument)
	}
	operators := map[string]func(a, b float64) bool{
		"=": func(a, b float64) bool { return a == b }, "<": func(a, b float64) bool { return a < b }, "<=": func(a, b float64) bool { return a <= b },
		">": func(a, b float64) bool { return a > b }, ">=": func(a, b float64) bool { return a >= b },
	}
	var all []func(float64) bool
	for i := 0; i < len(parts); i += 2 {
		name, _ := parts[i].(string)
		compare, with := operators[name], parts[i+1]
		limit, isNumber := with.(float64)
		if compare == nil || !isNumber {
			return nil, fmt.Errorf("numeric: found %v %v; want an operator and a number", parts[i], with)
		}
		all = append(all, func(n float64) bool { return compare(n, limit) })
	}
	return func(value any, _ bool) bool {
		n, isNumber := value.(float64)
		for _, holds := range all {
			isNumber = isNumber && holds(n)
		}
		return isNumber
	}, nil
}

// anythingBut takes a value, a list of values, or one of the comparisons prefix and suffix. A missing field does not match.
func anythingBut(argument any) (matcher, error) {
	not, err := excluded(argument)
	if err != nil {
		return nil, err
	}
	if len(not) == 0 {
		return nil, errors.New("anything-but: want at least one value")
	}
	return func(value any, found bool) bool {
		for _, m := range not {
			if m(value, found) {
				return false
			}
		}
		return found
	}, nil
}

// excluded returns the matchers of everything that anything-but excludes.
func excluded(argument any) ([]matcher, error) {
	switch a := argument.(type) {
	case []any:
		return excludedValues(a)
	case map[string]any:
		return excludedTexts(a)
	default:
		return excludedValues([]any{a})
	}
}

func excludedValues(values []any) ([]matcher, error) {
	var not []matcher
	for _, each := range values {
		m, err := plain(each)
		if err != nil {
			return nil, err
		}
		not = append(not, m)
	}
	return not, nil
}

// excludedTexts takes one of the comparisons prefix and suffix.
func excludedTexts(comparison map[string]any) ([]matcher, error) {
	var not []matcher
	for name, with := range comparison {
		if name != "prefix" && name != "suffix" || len(comparison) != 1 {
			return nil, fmt.Errorf("anything-but: found %v; want prefix or suffix", comparison)
		}
		m, err := comparisons[name](with)
		if err != nil {
			return nil, err
		}
		not = append(not, m)
	}
	return not, nil
}

func plain(value any) (matcher, error) {
	switch value.(type) {
	case string, float64:
		return func(found any, there bool) bool { return there && found == value }, nil
	default:
		return nil, fmt.Errorf("anything-but: found %v; want texts or numbers", value)
	}
}

func (p pattern) matches(data json.RawMessage) bool {
	var event any
	return json.Unmarshal(data, &event) == nil && p.match(event, true)
}

func (p pattern) match(value any, found bool) bool {
	if p.fields == nil {
		return p.matchLeaf(value, found)
	}
	object, _ := value.(map[string]any)
	for name, below := range p.fields {
		inner, there := object[name]
		if !below.match(inner, there) {
			return false
		}
	}
	return true
}

// matchLeaf compares a value, or each element of a list.
func (p pattern) matchLeaf(value any, found bool) bool {
	elements, isList := value.([]any)
	if !isList || len(elements) == 0 {
		elements = []any{value}
	}
	for _, m := range p.any {
		for _, each := range elements {
			if m(each, found) {
				return true
			}
		}
	}
	return false
}
