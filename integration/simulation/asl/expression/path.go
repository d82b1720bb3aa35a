package expression

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
)

// Path is a JSONPath of field names and indexes.
type Path struct {
	text    string
	context bool // it begins with $$: it reads the context object
	Steps   []Step
}

// Step selects a part of a value: a field of an object or, without a field, an item of a list.
type Step struct {
	Field string
	index int
}

var step = regexp.MustCompile(`^(?:\.([\p{L}\p{Nd}_-]+)|\[(\d{1,9})\])`)

// parsePath accepts $, $.a.b and $.a[0], and $$ instead of $.
func parsePath(text string) (Path, error) {
	p := Path{text: text}
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return p, fmt.Errorf("%q is no path: it must begin with $", text)
	}
	rest, p.context = strings.CutPrefix(rest, "$")
	for rest != "" {
		match := step.FindStringSubmatch(rest)
		if match == nil {
			return p, fmt.Errorf("path %q: %q is not implemented here", text, rest)
		}
		index, _ := strconv.Atoi(match[2])
		p.Steps, rest = append(p.Steps, Step{match[1], index}), rest[len(match[0]):]
	}
	return p, nil
}

// from returns what the path selects in a value; false if it selects nothing.
func (p Path) from(v any) (any, bool) {
	for _, s := range p.Steps {
		items, _ := v.([]any)
		fields, _ := v.(Object)
		inside := s.index < len(items)
		if s.Field != "" {
			v, inside = fields[s.Field]
		} else if inside {
			v = items[s.index]
		}
		if !inside {
			return nil, false
		}
	}
	return v, true
}

// Set returns a copy of a value with another value at the path. It creates missing objects, and returns false if the path crosses
// anything but an object.
func Set(v any, steps []Step, to any) (any, bool) {
	if len(steps) == 0 {
		return to, true
	}
	old, ok := v.(Object)
	if !ok {
		return nil, false
	}
	part, ok := old[steps[0].Field]
	if !ok {
		part = Object{}
	}
	part, ok = Set(part, steps[1:], to)
	if !ok {
		return nil, false
	}
	changed := make(Object, len(old)+1)
	maps.Copy(changed, old)
	changed[steps[0].Field] = part
	return changed, true
}
