package terraform

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// scope holds the files, and what they define for references.
type scope struct {
	sources  map[string][]byte // the files by name, so that messages can quote them
	locals   map[string]setting
	defaults map[string]setting // of variables
	values   map[string]setting // of variables, from .tfvars files and Terragrunt's inputs
	twice    map[string]bool    // names such as "local.a" that several files define
	modules  map[string]module
	found    *importer.Warnings
	told     map[string]bool // the assumptions that have a warning
	steps    int
}

// A reference leads to at most maxDepth others, and all references together take at most maxSteps steps.
const (
	maxDepth = 30
	maxSteps = 20_000
)

func newScope(found *importer.Warnings) *scope {
	return &scope{
		sources: map[string][]byte{}, locals: map[string]setting{}, defaults: map[string]setting{}, values: map[string]setting{},
		twice: map[string]bool{}, modules: map[string]module{}, found: found, told: map[string]bool{},
	}
}

// define adds a local, or the default of a variable.
func (c *scope) define(kind map[string]setting, prefix string, s setting) {
	if _, known := kind[s.name]; known {
		c.twice[prefix+s.name] = true
	}
	kind[s.name] = s
}

// assume warns once about an assumption.
func (c *scope) assume(key, place, format string, args ...any) {
	if !c.told[key] {
		c.told[key] = true
		c.found.Add(place, format, args...)
	}
}

// followed returns the setting behind references, parentheses and conditionals.
func (s setting) followed() (setting, error) {
	at := s
	for {
		next, err := at, error(nil)
		switch e := at.expr.(type) {
		case *hclsyntax.ParenthesesExpr:
			next.expr = e.Expression
		case *hclsyntax.TemplateWrapExpr:
			next.expr = e.Wrapped
		case *hclsyntax.ScopeTraversalExpr:
			next, err = at.referenced(e.Traversal)
		case *hclsyntax.IndexExpr:
			next, err = at.indexed(e)
		case *hclsyntax.ConditionalExpr:
			next.expr, err = at.branch(e)
		default:
			return at, nil
		}
		if err != nil {
			return at, s.because(err)
		}
		at = next
		at.name = s.name
	}
}

// because returns an error that quotes the setting once.
func (s setting) because(err error) error {
	if known, ok := errors.AsType[unreadError](err); ok {
		return unreadError{s.name + " = " + s.found(), known.why}
	}
	return err
}

// unreadError is the error for a value that is not in the files.
type unreadError struct{ what, why string }

func (e unreadError) Error() string {
	return e.what + ": " + e.why
}

func (s setting) unreadable(format string, args ...any) error {
	return unreadError{s.name + " = " + s.found(), fmt.Sprintf(format, args...)}
}

// unread says why an expression cannot be read, and what to write instead.
func (s setting) unread(instead string) string {
	if call, ok := s.expr.(*hclsyntax.FunctionCallExpr); ok {
		return call.Name + "() is not evaluated: write " + instead
	}
	return "expressions are not evaluated: write " + instead
}

// referenced returns what a reference such as local.a.b stands for.
func (s setting) referenced(t hcl.Traversal) (setting, error) {
	s.in.steps++
	if s.depth >= maxDepth || s.in.steps > maxSteps {
		return s, s.unreadable("it refers to itself, or through too many references: write the value")
	}
	if len(t) < 2 {
		return s, s.unreadable("only Terraform knows it: write the value")
	}
	first, ok := t[1].(hcl.TraverseAttr)
	if !ok {
		return s, s.unreadable("only Terraform knows it: write the value")
	}
	at, err := s.definition(t.RootName(), first.Name)
	if err != nil {
		return s, err
	}
	at.depth = s.depth + 1
	for _, step := range t[2:] {
		key, err := s.key(step)
		if err != nil {
			return s, err
		}
		if at, err = at.entry(key); err != nil {
			return s, s.because(err)
		}
	}
	return at, nil
}

// definition returns what the files define under a name.
func (s setting) definition(root, name string) (setting, error) {
	if s.in.twice[root+"."+name] {
		return s, s.unreadable("%s.%s is defined twice in these files: pass the files of one root module", root, name)
	}
	switch root {
	case "local":
		if at, ok := s.in.locals[name]; ok {
			return at, nil
		}
		return s, s.unreadable("local.%s is not in these files: pass the file that defines it", name)
	case "var":
		if at, ok := s.in.values[name]; ok {
			return at, nil
		}
		at, ok := s.in.defaults[name]
		if !ok {
			return s, s.unreadable("variable %q has no default: pass the .tfvars file that sets it", name)
		}
		s.in.assume(root+"."+name, at.place(), "variable %q is read as its default, %s: if it is set elsewhere, also pass that .tfvars file", name, at.found())
		return at, nil
	case "module":
		return s.in.outputs(s, name)
	}
	return s, s.unreadable("only Terraform knows it: write the value")
}

// outputs returns the arguments of a module, which its outputs repeat: cluster_name is one.
func (c *scope) outputs(s setting, name string) (setting, error) {
	m, ok := c.modules[name]
	arg, has := m.args["cluster_name"]
	if t, is := s.expr.(*hclsyntax.ScopeTraversalExpr); ok && has && is && len(t.Traversal) == 3 {
		if out, is := t.Traversal[2].(hcl.TraverseAttr); is && (out.Name == "cluster_name" || out.Name == "cluster_id") {
			object := &hclsyntax.ObjectConsExpr{SrcRange: arg.expr.Range(), Items: []hclsyntax.ObjectConsItem{{
				KeyExpr:   &hclsyntax.LiteralValueExpr{Val: cty.StringVal(out.Name), SrcRange: arg.expr.Range()},
				ValueExpr: arg.expr.(hclsyntax.Expression), //nolint:forcetypeassert // all files are in the native syntax
			}}}
			return setting{s.name, object, c, s.depth}, nil
		}
	}
	return s, s.unreadable("only Terraform knows it: write the value")
}

// key returns the name that a step of a reference selects.
func (s setting) key(step hcl.Traverser) (string, error) {
	switch step := step.(type) {
	case hcl.TraverseAttr:
		return step.Name, nil
	case hcl.TraverseIndex:
		if step.Key.Type() == cty.String && step.Key.IsKnown() && !step.Key.IsNull() {
			return step.Key.AsString(), nil
		}
	}
	return "", s.unreadable("lists are not followed: write the value")
}

// indexed returns an entry of an object under an evaluated key.
func (s setting) indexed(e *hclsyntax.IndexExpr) (setting, error) {
	key, err := s.to("the key", e.Key).text()
	if err != nil {
		return s, s.because(err)
	}
	of := s.to(s.name, e.Collection)
	of.depth++
	if of.depth > maxDepth {
		return s, s.unreadable("it refers to itself, or through too many references: write the value")
	}
	return of.entry(key)
}

func (s setting) entry(key string) (setting, error) {
	entries, err := s.object()
	if err != nil {
		return s, err
	}
	at, ok := entries.byName[key]
	if !ok {
		return s, s.unreadable("it has no %q", key)
	}
	return at, nil
}
