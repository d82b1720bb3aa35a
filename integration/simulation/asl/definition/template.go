package definition

import (
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// template reads a field with a payload template; nil if it is missing.
func (f fields) template(key string, at expression.Place) expression.Expression {
	v, ok := f.get(key)
	if !ok {
		return nil
	}
	if _, isObject := v.(expression.Object); !isObject {
		f.add(f.at(key), "must be an object")
	}
	return f.templateOf(f.at(key), v, at)
}

func (c *complaints) templateOf(where string, v any, at expression.Place) expression.Expression {
	switch v := v.(type) {
	case expression.Object:
		return c.templateOfObject(where, v, at)
	case []any:
		c.add(where, "a list is not implemented here")
	case string:
		c.constant(where, v)
	}
	return expression.Literal{Constant: v}
}

func (c *complaints) templateOfObject(where string, v expression.Object, at expression.Place) expression.Expression {
	var t expression.Template
	for _, key := range slices.Sorted(maps.Keys(v)) {
		name, computed := strings.CutSuffix(key, ".$")
		if _, twice := v[name]; computed && twice || name == "" {
			c.add(within(where, key), "there is another field of this name, or none")
		}
		if !computed {
			t = append(t, expression.Field{Name: name, Expression: c.templateOf(within(where, key), v[key], at)})
			continue
		}
		text, _ := v[key].(string)
		e, err := at.ParseExpression(text)
		if err != nil {
			c.add(within(where, key), "%v", err)
		}
		t = append(t, expression.Field{Name: name, Expression: e})
	}
	return t
}

// constant refuses a string with an unreplaced placeholder.
func (c *complaints) constant(where, text string) {
	if strings.Contains(text, "${") {
		c.add(where, "the placeholder in %q is not filled in", text)
	}
}

// path reads a field with a path into the state's input; nil if the field is missing.
func (f fields) path(key string, at expression.Place) *expression.Path {
	text := f.text(key)
	if text == "" {
		return nil
	}
	p, err := at.AllowedPath(text)
	if err != nil {
		f.add(f.at(key), "%v", err)
	}
	return &p
}
