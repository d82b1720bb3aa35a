// Package terraform_test checks the Terraform example against the released template.
package terraform_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

const folder = "../../examples/terraform"

// module returns the blocks of the example, whose files are formatted as Terraform formats them.
func module(t *testing.T) (blocks hclsyntax.Blocks) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found no file in %s", folder)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(hclwrite.Format(text), text) {
			t.Errorf("%s is not formatted; run: terraform fmt", name)
		}
		file, wrong := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
		if wrong.HasErrors() {
			t.Fatal(wrong)
		}
		blocks = append(blocks, file.Body.(*hclsyntax.Body).Blocks...)
	}
	return blocks
}

// TestTheExamplePassesTheParametersOfTheTemplate: all that have no default, and none that the template lacks.
func TestTheExamplePassesTheParametersOfTheTemplate(t *testing.T) {
	t.Parallel()
	passed := map[string]bool{}
	for _, block := range module(t) {
		if block.Type != "resource" || block.Labels[0] != "aws_cloudformation_stack" {
			continue
		}
		for _, pair := range block.Body.Attributes["parameters"].Expr.(*hclsyntax.FunctionCallExpr).Args[1].(*hclsyntax.ObjectConsExpr).Items {
			passed[hcl.ExprAsKeyword(pair.KeyExpr)] = true
		}
	}
	parameters := templateParameters(t)
	for name := range passed {
		if _, ok := parameters[name]; !ok {
			t.Errorf("the template has no parameter %s", name)
		}
	}
	for name, p := range parameters {
		if p.Default == nil && !passed[name] {
			t.Errorf("the template requires %s, which the example does not pass", name)
		}
	}
}

type parameter struct{ Default any }

func templateParameters(t *testing.T) map[string]parameter {
	t.Helper()
	text, err := os.ReadFile("../../cdk/testdata/release.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var template struct{ Parameters map[string]parameter }
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	return template.Parameters
}

// TestTheExampleRefersToWhatItDeclares: variables, locals and resources. Each variable is used.
func TestTheExampleRefersToWhatItDeclares(t *testing.T) {
	t.Parallel()
	blocks := module(t)
	known, refers := declared(blocks), used(blocks)
	for name := range refers {
		if !known[name] {
			t.Errorf("%s is used, but not declared", name)
		}
	}
	for name := range known {
		if strings.HasPrefix(name, "var.") && !refers[name] {
			t.Errorf("%s is declared, but not used", name)
		}
	}
}

func declared(blocks hclsyntax.Blocks) map[string]bool {
	names := map[string]bool{"each.value": true}
	for _, block := range blocks {
		switch block.Type {
		case "variable":
			names["var."+block.Labels[0]] = true
		case "locals":
			for name := range block.Body.Attributes {
				names["local."+name] = true
			}
		case "resource":
			names[block.Labels[0]+"."+block.Labels[1]] = true
		}
	}
	return names
}

// used returns the first two parts of each reference but those to data sources, whose parts are of AWS.
func used(blocks hclsyntax.Blocks) map[string]bool {
	names := map[string]bool{}
	for _, block := range blocks {
		_ = hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
			if found, ok := node.(*hclsyntax.ScopeTraversalExpr); ok && len(found.Traversal) > 1 && found.Traversal.RootName() != "data" {
				names[found.Traversal.RootName()+"."+found.Traversal[1].(hcl.TraverseAttr).Name] = true
			}
			return nil
		})
	}
	return names
}
