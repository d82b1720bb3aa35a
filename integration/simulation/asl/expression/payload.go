package expression

import (
	"slices"
)

// Template is the value of Parameters, ItemSelector and ResultSelector: JSON in which fields that end in .$ are computed.
type Template struct {
	Fields map[string]Expression // of an object
	Items  []Expression          // of a list
	Names  []string              // of the fields, in order
}

// Value computes the fields.
func (t Template) Value(s Scope) (any, *Failure) {
	if t.Fields == nil {
		all := make([]any, len(t.Items))
		for i, item := range t.Items {
			v, fail := item.Value(s)
			if fail != nil {
				return nil, fail
			}
			all[i] = v
		}
		return all, nil
	}
	all := make(Object, len(t.Fields))
	for _, name := range t.Names {
		v, fail := t.Fields[name].Value(s)
		if fail != nil {
			return nil, fail
		}
		all[name] = v
	}
	return all, nil
}

// Computes says whether anything in the template is not constant.
func (t Template) Computes() bool {
	return slices.ContainsFunc(t.all(), func(e Expression) bool {
		switch e := e.(type) {
		case Literal:
			return false
		case Template:
			return e.Computes()
		}
		return true
	})
}

func (t Template) all() []Expression {
	all := slices.Clone(t.Items)
	for _, name := range t.Names {
		all = append(all, t.Fields[name])
	}
	return all
}
