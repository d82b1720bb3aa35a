package expression

// Template is the value of Parameters, ItemSelector and ResultSelector: an object whose fields that end in .$ are computed.
type Template []Field

// Field is a field of a template.
type Field struct {
	Name string
	Expression
}

// Value computes the fields in their order.
func (t Template) Value(s Scope) (any, *Failure) {
	all := make(Object, len(t))
	for _, f := range t {
		v, fail := f.Value(s)
		if fail != nil {
			return nil, fail
		}
		all[f.Name] = v
	}
	return all, nil
}
