package main

import (
	"maps"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const releaseGolden = "cdk/testdata/release.golden.json"

// release is the released template, as the app writes it when the cdk tool runs it.
var release = once(func(t *testing.T) template {
	t.Helper()
	outdir, context := t.TempDir(), toolContext(t)
	context[functionsDirKey], context[templateKey] = builtFunctions, released
	if stderr, err := app(t, outdir, context); err != nil || stderr != "" {
		t.Errorf("the app is not quiet: found %v and\n%s", err, stderr)
	}
	return readTemplate(t, outdir)
})

// TestVersionsFollowTheParameters: CloudFormation publishes a version only if the version's resource changes. A parameter that a function
// depends on, directly or through a condition, must therefore be in the description of its version, and no other may be: Lambda refuses a
// version without a change.
func TestVersionsFollowTheParameters(t *testing.T) {
	made := release(t)
	functions := map[string]map[string]any{}
	for id, r := range made.Resources {
		if r.Type == "AWS::Lambda::Function" {
			functions[id] = raw(made, id)
		}
	}
	for id, r := range made.Resources {
		if r.Type != "AWS::Lambda::Version" {
			continue
		}
		version := raw(made, id)
		function := maps.Clone(functions[version["FunctionName"].(map[string]any)["Ref"].(string)])
		delete(function, "Code") // its hash is in the environment
		want, got := made.parametersIn(function), made.parametersIn(version["Description"])
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-function +description):\n%s", id, diff)
		}
		length := 0
		for _, name := range got {
			length += made.longest(t, name) + 1
		}
		if length > 256 {
			t.Errorf("%s: the description can have %d characters; Lambda allows 256", id, length)
		}
	}
}

// raw returns the properties of a resource as they are in the template.
func raw(made template, id string) map[string]any {
	resources := made.raw["Resources"].(map[string]any)
	return resources[id].(map[string]any)["Properties"].(map[string]any)
}

// parametersIn lists the parameters on which a value depends.
func (made template) parametersIn(value any) []string {
	found := map[string]bool{}
	var visit func(any)
	visit = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, element := range value {
				visit(element)
			}
		case map[string]any:
			if name, ok := value["Ref"].(string); ok && made.raw["Parameters"].(map[string]any)[name] != nil {
				found[name] = true
			}
			if decided, ok := value["Fn::If"].([]any); ok {
				visit(made.raw["Conditions"].(map[string]any)[decided[0].(string)])
			}
			if name, ok := value["Condition"].(string); ok {
				visit(made.raw["Conditions"].(map[string]any)[name])
			}
			for _, element := range value {
				visit(element)
			}
		}
	}
	visit(value)
	return slices.Sorted(maps.Keys(found))
}

// longest returns the length of the longest value of a parameter.
func (made template) longest(t *testing.T, name string) int {
	t.Helper()
	var p struct {
		AllowedValues []string
		MaxLength     int
		MaxValue      int
	}
	convert(t, made.raw["Parameters"].(map[string]any)[name], &p)
	// A description has only what differs between two values: of ids and ARNs, what stands behind their prefix.
	const digits, id = 17, 36
	if short, is := map[string]int{"SubnetIds": 3*(digits+1) - 1, "SecurityGroupIds": 2*(digits+1) - 1, "KeyArn": id}[name]; is {
		return short
	}
	longest := max(p.MaxLength, len(strconv.Itoa(p.MaxValue)))
	for _, value := range p.AllowedValues {
		longest = max(longest, len(value))
	}
	if p.AllowedValues == nil && p.MaxLength == 0 && p.MaxValue == 0 {
		t.Errorf("the parameter %s has no MaxLength", name)
	}
	return longest
}

// TestEveryParameterIsExplained in the console, and refuses what is wrong before anything is deployed.
func TestEveryParameterIsExplained(t *testing.T) {
	made := release(t)
	var shown struct {
		ParameterGroups []struct{ Parameters []string }
		ParameterLabels map[string]struct{ Default string }
	}
	convert(t, made.raw["Metadata"].(map[string]any)["AWS::CloudFormation::Interface"], &shown)
	var grouped []string
	for _, g := range shown.ParameterGroups {
		grouped = append(grouped, g.Parameters...)
	}
	all := map[string]struct {
		Description, AllowedPattern, ConstraintDescription, Type string
		AllowedValues                                            []string
	}{}
	convert(t, made.raw["Parameters"], &all)
	slices.Sort(grouped)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(all)), grouped); diff != "" {
		t.Errorf("parameters in groups (-exist +grouped):\n%s", diff)
	}
	for name, p := range all {
		if p.Description == "" || shown.ParameterLabels[name].Default == "" {
			t.Errorf("%s has no description or no label", name)
		}
		if p.AllowedValues == nil && (p.ConstraintDescription == "" || p.AllowedPattern == "" && p.Type != "Number") {
			t.Errorf("%s allows anything", name)
		}
	}
}

// TestTheReleasedTemplatePassesCfnLint where cfn-lint is installed.
func TestTheReleasedTemplatePassesCfnLint(t *testing.T) {
	linter, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Skip("cfn-lint is not installed")
	}
	const (
		redundant = "W3005" // the CDK adds dependencies that references already make
		empty     = "W103"  // W1030, W1033: an empty parameter is no id, and it is used only on the condition that it is not empty
		partition = "E3601" // cfn-lint does not fill in the definition's ${Partition}, and accepts only aws as one
	)
	found, err := exec.CommandContext(t.Context(), linter, "--ignore-checks", redundant, partition, empty, "--regions", "us-east-1", "--template", releaseGolden).CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s", err, found)
	}
}

// TestTheReleasedTemplateFits into what CloudFormation reads from a bucket.
func TestTheReleasedTemplateFits(t *testing.T) {
	const quota = 1_000_000
	if text := rawRelease(t); len(text) > quota {
		t.Errorf("found %d bytes; CloudFormation allows %d", len(text), quota)
	}
}

func TestGoldenRelease(t *testing.T) { isGoldenTemplate(t, releaseGolden, release(t)) }
