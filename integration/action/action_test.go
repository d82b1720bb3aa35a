// Package action_test runs the GitHub Action and the pre-commit hook against a release in a folder and a stand-in of GitHub's API. It
// needs bash, curl, git and jq, which GitHub's runners have.
package action_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const repository = "../.."

// action is what the tests read of action.yml.
type action struct {
	Inputs map[string]struct {
		Description string
		Default     string
	}
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Using string
		Steps []step
	}
}

type step struct {
	Name, ID, If, Shell, Run string
	Env                      map[string]string
}

func readAction(t *testing.T) action {
	t.Helper()
	var a action
	readYAML(t, "action.yml", &a)
	return a
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository, file))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

var expression = regexp.MustCompile(`\$\{\{ ([\w.]+) \}\}`)

// TestTheActionIsWhole: its inputs are used and its expressions known, as GitHub takes an unknown one for an empty text. Values reach
// scripts through the environment only, so that no title or file name becomes a command.
func TestTheActionIsWhole(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	a := readAction(t)
	used := map[string]bool{}
	for _, s := range a.Runs.Steps {
		if s.Shell != "bash" || strings.Contains(s.Run, "${{") {
			t.Errorf("step %q: want shell bash and no expression in run", s.Name)
		}
		for _, value := range append(slices.Collect(maps.Values(s.Env)), "${{ "+strings.Fields(s.If + " x")[0]+" }}") {
			for _, found := range expression.FindAllStringSubmatch(value, -1) {
				used[found[1]] = true
			}
		}
	}
	for name, input := range a.Inputs {
		if input.Description == "" || !used["inputs."+name] {
			t.Errorf("input %s: want a description, and a step that uses it", name)
		}
	}
	for name := range used {
		input, isInput := strings.CutPrefix(name, "inputs.")
		if _, known := a.Inputs[input]; isInput && !known {
			t.Errorf("found %s; there is no such input", name)
		}
	}
}

// run plays the steps of the action as a runner does, with these inputs and this context, until one fails.
func (r *runner) run(a action, inputs map[string]string) (failed string) {
	r.t.Helper()
	values := maps.Clone(r.context)
	for name, input := range a.Inputs {
		values["inputs."+name] = input.Default
	}
	for name, value := range inputs {
		values["inputs."+name] = value
	}
	for _, s := range a.Runs.Steps {
		if s.If != "" && values["inputs.comment"] != "true" {
			continue
		}
		env := r.env()
		for name, value := range s.Env {
			env = append(env, name+"="+expression.ReplaceAllStringFunc(value, func(found string) string {
				return values[expression.FindStringSubmatch(found)[1]]
			}))
		}
		bash := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
		bash.Env, bash.Dir = env, r.workspace
		said, err := bash.CombinedOutput()
		r.said += string(said)
		if err != nil {
			return s.Name
		}
		for line := range strings.Lines(r.read("output")) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			values["steps."+s.ID+".outputs."+name] = value
		}
	}
	return ""
}
