package asl

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode"
)

// path is a JSONPath of field names, indexes and [*].
type path struct {
	text    string
	context bool // it begins with $$: it reads the context object
	steps   []step
	many    bool // it has a [*] and so gives a list
}

// step goes from a value to a part of it: a field, an item, or every item.
type step struct {
	field string
	index int
	kind  stepKind
}

type stepKind int

const (
	stepField stepKind = iota
	stepIndex
	stepAll
)

// parsePath takes $, $.a.b, $['a'], $.a[0] and $.a[*].b, and $$ in the place of $.
func parsePath(text string) (path, error) {
	p := path{text: text}
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return p, fmt.Errorf("%q is no path: it must begin with $", text)
	}
	rest, p.context = strings.CutPrefix(rest, "$")
	for rest != "" {
		s, after, err := parseStep(rest)
		if err != nil {
			return p, fmt.Errorf("path %q: %w", text, err)
		}
		p.steps, p.many, rest = append(p.steps, s), p.many || s.kind == stepAll, after
	}
	return p, nil
}

func parseStep(text string) (s step, rest string, err error) { //nolint:gocyclo // one case a rule, read from top to bottom
	if name, ok := strings.CutPrefix(text, "."); ok {
		end := strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' })
		if end < 0 {
			end = len(name)
		}
		if end == 0 {
			return s, "", fmt.Errorf("%q is not implemented here", text)
		}
		return step{field: name[:end]}, name[end:], nil
	}
	inside, rest, ok := strings.Cut(text, "]")
	inside, bracket := strings.CutPrefix(inside, "[")
	if !ok || !bracket {
		return s, "", fmt.Errorf("%q is not implemented here", text)
	}
	if inside == "*" {
		return step{kind: stepAll}, rest, nil
	}
	if name, ok := quoted(inside); ok {
		return step{field: name}, rest, nil
	}
	n, err := strconv.ParseUint(inside, 10, 31)
	if err != nil {
		return s, "", fmt.Errorf("[%s] is not implemented here", inside)
	}
	return step{kind: stepIndex, index: int(n)}, rest, nil
}

// quoted takes 'name' and "name".
func quoted(text string) (string, bool) {
	if len(text) < 3 {
		return "", false
	}
	quote, name := text[0], text[1:len(text)-1]
	return name, (quote == '\'' || quote == '"') && text[len(text)-1] == quote && !strings.ContainsAny(name, `'"\`)
}

// from returns what the path selects in a value; false if that is nothing.
func (p path) from(v any) (any, bool) {
	if p.many {
		found := selectAll([]any{}, v, p.steps)
		return found, true
	}
	for _, s := range p.steps {
		var ok bool
		if v, ok = s.from(v); !ok {
			return nil, false
		}
	}
	return v, true
}

// from takes a step that selects one value.
func (s step) from(v any) (any, bool) {
	if s.kind == stepIndex {
		items, ok := v.([]any)
		if !ok || s.index >= len(items) {
			return nil, false
		}
		return items[s.index], true
	}
	fields, _ := v.(object)
	v, ok := fields[s.field]
	return v, ok
}

func selectAll(found []any, v any, steps []step) []any {
	if len(steps) == 0 {
		return append(found, v)
	}
	s, rest := steps[0], steps[1:]
	if s.kind == stepAll {
		items, _ := v.([]any)
		for _, item := range items {
			found = selectAll(found, item, rest)
		}
		return found
	}
	if part, ok := s.from(v); ok {
		return selectAll(found, part, rest)
	}
	return found
}

// set returns a copy of a value in which the path's fields lead to another one. Objects on the way that are missing are
// made. It returns false if something else than an object is in the way.
func set(v any, steps []step, to any) (any, bool) {
	if len(steps) == 0 {
		return to, true
	}
	old, ok := v.(object)
	if !ok {
		return nil, false
	}
	part, ok := old[steps[0].field]
	if !ok {
		part = object{}
	}
	part, ok = set(part, steps[1:], to)
	if !ok {
		return nil, false
	}
	changed := make(object, len(old)+1)
	maps.Copy(changed, old)
	changed[steps[0].field] = part
	return changed, true
}
