package expression

import (
	"fmt"
	"slices"
	"strings"
)

// Scope holds the values that an expression can read.
type Scope struct {
	Input     any
	Execution Object // the value of $$.Execution
	State     string
	Item      *MapItem // in an ItemSelector
}

// MapItem is the item of a Map's iteration.
type MapItem struct {
	Index int
	Value any
}

// Expression is anything with a value.
type Expression interface {
	Value(Scope) (any, *Failure)
}

// Literal is a constant.
type Literal struct{ Constant any }

// Value returns the constant.
func (l Literal) Value(Scope) (any, *Failure) { return l.Constant, nil }

// Value returns the value at the path.
func (p Path) Value(s Scope) (any, *Failure) {
	from := s.Input
	if p.context {
		from = s.contextObject()
	}
	v, ok := p.from(from)
	if !ok {
		return nil, RuntimeFailure("Path expression '%s' does not point to a value", p.text)
	}
	return v, nil
}

// contextPaths lists the known paths of the context object. A trailing dot includes everything below.
var contextPaths = []string{
	"$$.Execution.Id", "$$.Execution.Name", "$$.Execution.StartTime", "$$.Execution.Input", "$$.Execution.Input.", "$$.State.Name",
}

var itemPaths = []string{"$$.Map.Item.Index", "$$.Map.Item.Value", "$$.Map.Item.Value."}

func (s Scope) contextObject() Object {
	context := Object{"Execution": s.Execution, "State": Object{"Name": s.State}}
	if s.Item != nil {
		context["Map"] = Object{"Item": Object{"Index": Number(s.Item.Index), "Value": s.Item.Value}}
	}
	return context
}

// Place defines which expressions a field of the definition may contain.
type Place struct {
	Context bool // paths into the context object
	Item    bool // paths to $$.Map.Item
}

// AllowedPath parses a path that its place allows.
func (at Place) AllowedPath(text string) (Path, error) {
	p, err := parsePath(text)
	switch {
	case err != nil:
		return p, err
	case p.context && !at.knows(text):
		return p, fmt.Errorf("path %q is not implemented here", text)
	}
	return p, nil
}

func (at Place) knows(text string) bool {
	var known []string
	if at.Context {
		known = append(known, contextPaths...)
	}
	if at.Item {
		known = append(known, itemPaths...)
	}
	return slices.ContainsFunc(known, func(k string) bool {
		return text == k || strings.HasSuffix(k, ".") && strings.HasPrefix(text, k)
	})
}

// ParseExpression parses a path or a call of States.Format.
func (at Place) ParseExpression(text string) (Expression, error) {
	if strings.HasPrefix(text, "$") {
		return at.AllowedPath(text)
	}
	return at.parseFormat(text)
}
