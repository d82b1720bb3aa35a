package template

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// parameter is a parameter of a template.
type parameter struct {
	Type                 string
	Default              *string
	AllowedPattern       string
	AllowedValues        []string
	MinLength, MaxLength int     // 0: no limit
	MinValue, MaxValue   float64 // both 0: no limit
}

// setParameters gives every parameter its value.
func (r *resolver) setParameters() error {
	r.values = map[string]any{}
	for name := range r.place.Parameters {
		if _, known := r.source.Parameters[name]; !known {
			return fmt.Errorf("parameter %s: the template has none of this name", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.source.Parameters)) {
		p := r.source.Parameters[name]
		text, given := r.place.Parameters[name]
		switch {
		case given:
		case p.Default == nil:
			return fmt.Errorf("parameter %s: has no default, and no value was given", name)
		default:
			text = *p.Default
		}
		if err := p.check(text); err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
		r.values[name] = p.value(text)
		r.texts = append(r.texts, Value{name, text})
	}
	return nil
}

// rule is a rule about the values of parameters.
type rule struct {
	RuleCondition any // nil: it always applies
	Assertions    []struct {
		Assert            any
		AssertDescription string
	}
}

// checkRules refuses parameters that do not fit together.
func (r *resolver) checkRules() error {
	for _, name := range slices.Sorted(maps.Keys(r.source.Rules)) {
		of := r.source.Rules[name]
		if of.RuleCondition != nil {
			if applies, err := r.truth(of.RuleCondition); err != nil || !applies {
				if err != nil {
					return fmt.Errorf("rule %s: %w", name, err)
				}
				continue
			}
		}
		for _, each := range of.Assertions {
			if holds, err := r.truth(each.Assert); err != nil || !holds {
				return errors.Join(err, fmt.Errorf("rule %s: %s", name, each.AssertDescription))
			}
		}
	}
	return nil
}

// check returns why CloudFormation refuses a value.
func (p parameter) check(text string) error {
	for _, check := range []func(string) error{p.checkPattern, p.checkAllowed, p.checkNumber, p.checkLength} {
		if err := check(text); err != nil {
			return err
		}
	}
	return nil
}

func (p parameter) checkPattern(text string) error {
	if p.AllowedPattern == "" {
		return nil
	}
	pattern, err := regexp.Compile("^(?:" + p.AllowedPattern + ")$")
	if err != nil {
		return err
	}
	if !pattern.MatchString(text) {
		return fmt.Errorf("found %q; want what matches %s", text, p.AllowedPattern)
	}
	return nil
}

func (p parameter) checkAllowed(text string) error {
	if p.AllowedValues != nil && !slices.Contains(p.AllowedValues, text) {
		return fmt.Errorf("found %q; want one of %s", text, strings.Join(p.AllowedValues, ", "))
	}
	return nil
}

func (p parameter) checkNumber(text string) error {
	if p.Type != "Number" {
		return nil
	}
	if n, err := strconv.ParseFloat(text, 64); err != nil || p.MaxValue != 0 && (n < p.MinValue || n > p.MaxValue) {
		return fmt.Errorf("found %q; want a number from %g to %g", text, p.MinValue, p.MaxValue)
	}
	return nil
}

func (p parameter) checkLength(text string) error {
	if len(text) < p.MinLength || p.MaxLength > 0 && len(text) > p.MaxLength {
		return fmt.Errorf("found %q; want %d to %d characters", text, p.MinLength, p.MaxLength)
	}
	return nil
}

// value returns a list for a parameter with commas, and the text for others.
func (p parameter) value(text string) any {
	if p.Type != "CommaDelimitedList" {
		return text
	}
	var list []any
	for each := range strings.SplitSeq(text, ",") {
		list = append(list, strings.TrimSpace(each))
	}
	return list
}
