package expression

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode"
)

// Path is a JSONPath of field names, indexes and [*].
type Path struct {
	text    string
	context bool // it begins with $$: it reads the context object
	Steps   []Step
	many    bool // it has a [*] and so gives a list
}

// Step goes from a value to a part of it: a field, an item, or every item.
type Step struct {
	field string
	index int
	Kind  stepKind
}

type stepKind int

const (
	// StepField goes to a field of an object.
	StepField stepKind = iota
	stepIndex
	stepAll
)

// parsePath takes $, $.a.b, $['a'], $.a[0] and $.a[*].b, and $$ in the place of $.
func parsePath(text string) (Path, error) {
	p := Path{text: text}
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
		p.Steps, p.many, rest = append(p.Steps, s), p.many || s.Kind == stepAll, after
	}
	return p, nil
}

func parseStep(text string) (s Step, rest string, err error) { //nolint:gocyclo // one case a rule, read from top to bottom
	if name, ok := strings.CutPrefix(text, "."); ok {
		end := strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' })
		if end < 0 {
			end = len(name)
		}
		if end == 0 {
			return s, "", fmt.Errorf("%q is not implemented here", text)
		}
		return Step{field: name[:end]}, name[end:], nil
	}
	inside, rest, ok := strings.Cut(text, "]")
	inside, bracket := strings.CutPrefix(inside, "[")
	if !ok || !bracket {
		return s, "", fmt.Errorf("%q is not implemented here", text)
	}
	if inside == "*" {
		return Step{Kind: stepAll}, rest, nil
	}
	if name, ok := quoted(inside); ok {
		return Step{field: name}, rest, nil
	}
	n, err := strconv.ParseUint(inside, 10, 31)
	if err != nil {
		return s, "", fmt.Errorf("[%s] is not implemented here", inside)
	}
	return Step{Kind: stepIndex, index: int(n)}, rest, nil
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
func (p Path) from(v any) (any, bool) {
	if p.many {
		found := selectAll([]any{}, v, p.Steps)
		return found, true
	}
	for _, s := range p.Steps {
		var ok bool
		if v, ok = s.from(v); !ok {
			return nil, false
		}
	}
	return v, true
}

// from takes a step that selects one value.
func (s Step) from(v any) (any, bool) {
	if s.Kind == stepIndex {
		items, ok := v.([]any)
		if !ok || s.index >= len(items) {
			return nil, false
		}
		return items[s.index], true
	}
	fields, _ := v.(Object)
	v, ok := fields[s.field]
	return v, ok
}

func selectAll(found []any, v any, steps []Step) []any {
	if len(steps) == 0 {
		return append(found, v)
	}
	s, rest := steps[0], steps[1:]
	if s.Kind == stepAll {
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

// Set returns a copy of a value in which the path's fields lead to another one. Objects on the way that are missing are
// made. It returns false if something else than an object is in the way.
func Set(v any, steps []Step, to any) (any, bool) {
	if len(steps) == 0 {
		return to, true
	}
	old, ok := v.(Object)
	if !ok {
		return nil, false
	}
	part, ok := old[steps[0].field]
	if !ok {
		part = Object{}
	}
	part, ok = Set(part, steps[1:], to)
	if !ok {
		return nil, false
	}
	changed := make(Object, len(old)+1)
	maps.Copy(changed, old)
	changed[steps[0].field] = part
	return changed, true
}
