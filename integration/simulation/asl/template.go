package asl

import (
	"maps"
	"slices"
	"strings"
)

// template is the value of Parameters, ItemSelector and ResultSelector: JSON in which fields that end in .$ are computed.
type template struct {
	fields map[string]expression // of an object
	items  []expression          // of a list
	names  []string              // of the fields, in order
}

func (t template) value(s scope) (any, *failure) {
	if t.fields == nil {
		all := make([]any, len(t.items))
		for i, item := range t.items {
			v, fail := item.value(s)
			if fail != nil {
				return nil, fail
			}
			all[i] = v
		}
		return all, nil
	}
	all := make(object, len(t.fields))
	for _, name := range t.names {
		v, fail := t.fields[name].value(s)
		if fail != nil {
			return nil, fail
		}
		all[name] = v
	}
	return all, nil
}

// template reads a field with a payload template; nil if it is not there.
func (f fields) template(key string, at place) expression {
	v, ok := f.get(key)
	if !ok {
		return nil
	}
	if _, isObject := v.(object); !isObject {
		f.add(f.at(key), "must be an object")
	}
	return f.templateOf(f.at(key), v, at)
}

func (c *complaints) templateOf(where string, v any, at place) expression {
	switch v := v.(type) {
	case object:
		return c.templateOfObject(where, v, at)
	case []any:
		t := template{}
		for i, item := range v {
			t.items = append(t.items, c.templateOf(within(where, string(encode(nil, number(i)))), item, at))
		}
		return t
	case string:
		c.constant(where, v)
	}
	return literal{v}
}

func (c *complaints) templateOfObject(where string, v object, at place) expression {
	t := template{fields: map[string]expression{}}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		name, computed := strings.CutSuffix(key, ".$")
		if _, ok := t.fields[name]; ok || name == "" {
			c.add(within(where, key), "there is another field of this name, or none")
		}
		t.names = append(t.names, name)
		if !computed {
			t.fields[name] = c.templateOf(within(where, key), v[key], at)
			continue
		}
		text, _ := v[key].(string)
		e, err := at.parseExpression(text)
		if err != nil {
			c.add(within(where, key), "%v", err)
		}
		t.fields[name] = e
	}
	return t
}

// constant refuses a text that still has a placeholder of deployment.
func (c *complaints) constant(where, text string) {
	if strings.Contains(text, "${") {
		c.add(where, "the placeholder in %q is not filled in", text)
	}
}
