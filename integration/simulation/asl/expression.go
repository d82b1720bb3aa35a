package asl

import (
	"fmt"
	"slices"
	"strings"
)

// scope is what an expression can read.
type scope struct {
	input     any
	execution *Execution
	state     string
	item      *mapItem // in an ItemSelector
}

// mapItem is the item for which an iteration of a Map is made.
type mapItem struct {
	index int
	value any
}

// expression is anything that has a value.
type expression interface {
	value(scope) (any, *failure)
}

// literal is a constant.
type literal struct{ constant any }

func (l literal) value(scope) (any, *failure) { return l.constant, nil }

func (p path) value(s scope) (any, *failure) {
	from := s.input
	if p.context {
		from = s.contextObject()
	}
	v, ok := p.from(from)
	if !ok {
		return nil, runtimeFailure("Path expression '%s' does not point to a value", p.text)
	}
	return v, nil
}

// contextPaths are what is known of the context object. Below those that end in a dot everything is.
var contextPaths = []string{
	"$$.Execution.Id", "$$.Execution.Name", "$$.Execution.StartTime", "$$.Execution.Input", "$$.Execution.Input.", "$$.State.Name",
}

var itemPaths = []string{"$$.Map.Item.Index", "$$.Map.Item.Value", "$$.Map.Item.Value."}

func (s scope) contextObject() object {
	context := object{"Execution": s.execution.context, "State": object{"Name": s.state}}
	if s.item != nil {
		context["Map"] = object{"Item": object{"Index": number(s.item.index), "Value": s.item.value}}
	}
	return context
}

// place tells which expressions a field of the definition may have.
type place struct {
	many    bool // paths with [*]
	context bool // paths into the context object
	item    bool // paths to $$.Map.Item
}

// allowedPath parses a path and refuses what its place does not allow.
func (at place) allowedPath(text string) (path, error) {
	p, err := parsePath(text)
	switch {
	case err != nil:
		return p, err
	case p.many && !at.many:
		return p, fmt.Errorf("path %q: [*] is not implemented here", text)
	case p.context && !at.knows(text):
		return p, fmt.Errorf("path %q is not implemented here", text)
	}
	return p, nil
}

func (at place) knows(text string) bool {
	var known []string
	if at.context {
		known = append(known, contextPaths...)
	}
	if at.item {
		known = append(known, itemPaths...)
	}
	return slices.ContainsFunc(known, func(k string) bool {
		return text == k || strings.HasSuffix(k, ".") && strings.HasPrefix(text, k)
	})
}

// parseExpression takes a path or a call of an intrinsic function.
func (at place) parseExpression(text string) (expression, error) {
	if strings.HasPrefix(text, "$") {
		return at.allowedPath(text)
	}
	return at.parseIntrinsic(text)
}

// path reads a field with a path into the state's input; nil if the field is not there.
func (f fields) path(key string, at place) *path {
	text := f.text(key)
	if text == "" {
		return nil
	}
	p, err := at.allowedPath(text)
	if err != nil {
		f.add(f.at(key), "%v", err)
	}
	return &p
}
