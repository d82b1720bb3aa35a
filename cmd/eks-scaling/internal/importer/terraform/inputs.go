package terraform

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// inputsArgument is the attribute of terragrunt.hcl that holds the arguments of its module.
const inputsArgument = "inputs"

// readValues reads the attributes outside of blocks: those of .tfvars are values of variables, and terragrunt.hcl has inputs.
func (t *rootModule) readValues(body *hclsyntax.Body) {
	args := t.arguments(body)
	if inputs, ok := args[inputsArgument]; ok && inputs.isObject() {
		t.terragrunt().args[inputsArgument] = inputs
		t.terragrunt().at = inputs.place()
		return
	}
	maps.Copy(t.values, args)
}

// isObject reports whether a setting is more than one plain value.
func (s setting) isObject() bool {
	_, isText := s.expr.(*hclsyntax.TemplateExpr)
	_, isLiteral := s.expr.(*hclsyntax.LiteralValueExpr)
	return !isText && !isLiteral
}

func (t *rootModule) terragrunt() *module {
	if t.inputs == nil {
		t.inputs = &module{name: inputsArgument, args: map[string]setting{}, rootModule: t}
	}
	return t.inputs
}

// readSource reads the source of Terragrunt's module.
func (t *rootModule) readSource(args map[string]setting) {
	if source, ok := args["source"]; ok {
		t.terragrunt().args["source"] = source
	}
}

// readInputs reads Terragrunt's inputs as values of variables. Without a module in the files, they are the arguments of the module
// that terragrunt.hcl names as its source.
func (t *rootModule) readInputs() {
	if t.inputs == nil {
		return
	}
	inputs, ok := t.inputs.args[inputsArgument]
	if !ok {
		return
	}
	entries, err := inputs.object()
	if err != nil {
		t.found.Add(inputs.place(), "%v; the inputs are skipped", err)
		return
	}
	maps.Copy(t.values, entries.byName)
	for _, name := range slices.Sorted(maps.Keys(entries.byName)) {
		t.inputs.args[name] = entries.byName[name]
	}
	if len(t.modules) == 0 && t.inputs.relevant() {
		t.modules = append(t.modules, *t.inputs)
	}
}
