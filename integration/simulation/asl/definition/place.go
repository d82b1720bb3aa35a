package definition

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// within returns the place of a key in a definition, such as States.Decide.Retry[0].ErrorEquals.
func within(place, key string) string {
	if place == "" {
		return key
	}
	return place + "." + key
}

func placeName(place string) string {
	if place == "" {
		return "the definition"
	}
	return place
}

// complaints collects the errors of a definition.
type complaints struct{ all []error }

func (c *complaints) add(place, format string, args ...any) {
	c.all = append(c.all, fmt.Errorf("%s: %s", placeName(place), fmt.Sprintf(format, args...)))
}

func (c *complaints) err() error { return errors.Join(c.all...) }

// fields reads the fields of an object in a definition. Unread fields are refused at the end.
type fields struct {
	*complaints

	place  string
	values expression.Object
	read   map[string]bool
}

func (c *complaints) fieldsOf(place string, v any) fields {
	values, ok := v.(expression.Object)
	if !ok {
		c.add(place, "must be an object")
	}
	return fields{c, place, values, map[string]bool{}}
}

// done refuses the fields that were not read.
func (f fields) done() {
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		if !f.read[key] {
			f.add(within(f.place, key), "is not implemented here")
		}
	}
}

func (f fields) at(key string) string { return within(f.place, key) }

// get returns a field and whether it exists.
func (f fields) get(key string) (any, bool) {
	f.read[key] = true
	v, ok := f.values[key]
	return v, ok
}

func (f fields) has(key string) bool {
	_, ok := f.values[key]
	return ok
}

// text returns a string; empty if it is missing.
func (f fields) text(key string) string {
	v, ok := f.get(key)
	if !ok {
		return ""
	}
	s, isText := v.(string)
	if !isText || s == "" {
		f.add(f.at(key), "must be a string that is not empty")
	}
	return s
}

func (f fields) required(key string) string {
	if !f.has(key) {
		f.add(f.at(key), "is missing")
	}
	return f.text(key)
}

func (f fields) truth(key string) bool {
	v, ok := f.get(key)
	if !ok {
		return false
	}
	b, isTruth := v.(bool)
	if !isTruth {
		f.add(f.at(key), "must be true or false")
	}
	return b
}

// whole returns a number from least to most, or fallback if it is missing.
func (f fields) whole(key string, fallback, least, most int64) int64 {
	v, ok := f.get(key)
	if !ok {
		return fallback
	}
	n, isWhole := expression.Integer(v)
	if !isWhole || n < least || n > most {
		f.add(f.at(key), "must be a whole number from %d to %d", least, most)
	}
	return n
}

func (f fields) number(key string, fallback, least float64) float64 {
	v, ok := f.get(key)
	if !ok {
		return fallback
	}
	n, isNumber := v.(json.Number)
	value, err := n.Float64()
	if !isNumber || err != nil || value < least {
		f.add(f.at(key), "must be a number of at least %v", least)
	}
	return value
}

// list returns a non-empty list; nil if it is missing.
func (f fields) list(key string) []any {
	v, ok := f.get(key)
	if !ok {
		return nil
	}
	items, isList := v.([]any)
	if !isList || len(items) == 0 {
		f.add(f.at(key), "must be a list that is not empty")
	}
	return items
}

func (f fields) oneOf(key, other string) {
	if f.has(key) == f.has(other) {
		f.add(f.place, "must have either %s or %s", key, other)
	}
}
