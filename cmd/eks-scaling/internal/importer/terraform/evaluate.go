package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// value returns a value that is written in these files, also behind references, operators and templates.
func (s setting) value() (cty.Value, error) {
	at, err := s.followed()
	if err != nil {
		return cty.NilVal, err
	}
	if hasHugeNumber(at.expr) {
		return cty.NilVal, s.unreadable("the number is too large: write a smaller one")
	}
	known := names{}
	for _, reference := range at.expr.Variables() {
		of, err := at.referenced(reference)
		if err != nil {
			return cty.NilVal, s.because(err)
		}
		v, err := of.value()
		if err != nil {
			return cty.NilVal, s.because(err)
		}
		if !known.add(reference, v) {
			return cty.NilVal, s.unreadable("expressions are not evaluated: write the value")
		}
	}
	v, diags := at.expr.Value(&hcl.EvalContext{Variables: known.values()})
	if diags.HasErrors() {
		return cty.NilVal, s.unreadable("%s", at.unread("the value"))
	}
	v, _ = v.Unmark()
	return v, nil
}

// maxExponent limits numbers, in powers of 2: as a text, 1e999999999 would fill the memory.
const maxExponent = 64

// hasHugeNumber reports whether a number in an expression is too large or too small to work with.
func hasHugeNumber(expr hcl.Expression) bool {
	node, ok := expr.(hclsyntax.Node)
	huge := false
	if ok {
		_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
			if l, ok := n.(*hclsyntax.LiteralValueExpr); ok && l.Val.Type() == cty.Number && !l.Val.IsNull() {
				number := l.Val.AsBigFloat()
				exponent := number.MantExp(nil)
				huge = huge || number.IsInf() || exponent > maxExponent || exponent < -maxExponent
			}
			return nil
		})
	}
	return huge
}

// names holds the values behind references, as a tree.
type names map[string]any

// add reports whether the reference fits to the others.
func (n names) add(reference hcl.Traversal, v cty.Value) bool {
	at := n
	for i, step := range reference {
		key := ""
		switch step := step.(type) {
		case hcl.TraverseRoot:
			key = step.Name
		case hcl.TraverseAttr:
			key = step.Name
		case hcl.TraverseIndex:
			key = step.Key.AsString() // referenced has checked it
		default:
			return false
		}
		if i == len(reference)-1 {
			_, inner := at[key].(names)
			at[key] = v
			return !inner
		}
		if at[key] == nil {
			at[key] = names{}
		}
		next, ok := at[key].(names)
		if !ok {
			return false
		}
		at = next
	}
	return true
}

func (n names) values() map[string]cty.Value {
	all := map[string]cty.Value{}
	for name, v := range n {
		switch v := v.(type) {
		case names:
			all[name] = cty.ObjectVal(v.values())
		case cty.Value:
			all[name] = v
		}
	}
	return all
}

// branch returns the branch of a conditional that Terraform would take. If the files do not tell, it is the only one that is not
// empty.
func (s setting) branch(e *hclsyntax.ConditionalExpr) (hclsyntax.Expression, error) {
	if s.in.steps++; s.in.steps > maxSteps {
		return nil, s.unreadable("it refers to itself, or through too many references: write the value")
	}
	condition := s.to("the condition", e.Condition)
	holds, err := condition.boolean()
	switch {
	case err == nil && holds:
		return e.TrueResult, nil
	case err == nil:
		return e.FalseResult, nil
	}
	for _, branch := range []struct {
		taken, other hclsyntax.Expression
		holds        string
	}{{e.TrueResult, e.FalseResult, "true"}, {e.FalseResult, e.TrueResult, "false"}} {
		if s.to(s.name, branch.other).isEmpty() && !s.to(s.name, branch.taken).isEmpty() {
			s.in.assume(condition.place()+condition.found(), condition.place(), "%s is read as if the condition were %s: %v", s.name, branch.holds, err)
			return branch.taken, nil
		}
	}
	return nil, s.because(err)
}

// isEmpty reports whether an expression is an empty object, or null.
func (s setting) isEmpty() bool {
	if s.isNull() {
		return true
	}
	entries, err := s.object()
	return err == nil && len(entries.names) == 0
}
