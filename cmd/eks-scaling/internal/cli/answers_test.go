package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

// jsonAnswer matches a command of a script whose whole JSON answer is compared with a file, with random names replaced.
var jsonAnswer = regexp.MustCompile(`(?m)^(?:exec|exits \d) eks-scaling (.*-o json.*)\n` +
	`(?:(?:! ?)?(?:stderr .*|stdout .*|stdin stdout|exec sed -E .*)\n)*cmp stdout (\S+\.json)$`)

// verb matches the verb of a command line.
var verb = regexp.MustCompile(`^(?:(?:config|override|triggers|runs|import) )?[a-z]+(?:-[a-z]+)*`)

// TestAnswers compares docs/answers.md and its schema with the answers in the scripts of the integration tests; -update rewrites
// both.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const page, schemaFile = "../../../../docs/answers.md", "../../../../docs/answers.schema.json"
	answers := recordedAnswers(t)
	var verbs []string
	for v := range answers {
		verbs = append(verbs, v)
	}
	slices.Sort(verbs)
	definitions := []string{`"plan": {"$ref":"#/$defs/run"}`} // a line each
	var examples strings.Builder
	for _, v := range verbs {
		schema, err := json.Marshal(schemaOf(answers[v]))
		if err != nil {
			t.Fatal(err)
		}
		definitions = append(definitions, fmt.Sprintf("%q: %s", strings.ReplaceAll(strings.ReplaceAll(v, " --", " "), " ", "-"), schema))
		longest := slices.MaxFunc(answers[v], func(a, b node) int { return len(a.shortened().text("")) - len(b.shortened().text("")) })
		fmt.Fprintf(&examples, "\n## %s\n\n```json\n%s\n```\n", v, longest.shortened().text(""))
	}
	slices.Sort(definitions)
	schema := "{\n\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n\"title\": \"Answers of eks-scaling\",\n\"$defs\": {\n" +
		strings.Join(definitions, ",\n") + "\n}}\n"
	before, _, found := strings.Cut(clitest.Read(t, page), generated)
	if !found {
		t.Fatalf("%s: found no line %q", page, generated)
	}
	for file, want := range map[string]string{page: before + generated + examples.String(), schemaFile: schema} {
		if *clitest.Update {
			if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if diff := gocmp.Diff(want, clitest.Read(t, file)); diff != "" {
			t.Errorf("%s is out of date; run: make reference (-want +got)\n%s", file, diff)
		}
	}
}

// recordedAnswers are the JSON answers in the scripts, by verb.
func recordedAnswers(t *testing.T) map[string][]node {
	t.Helper()
	scripts, err := filepath.Glob("../../../../integration/testdata/scripts/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("found no scripts (%v)", err)
	}
	answers := map[string][]node{}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range jsonAnswer.FindAllStringSubmatch(string(archive.Comment), -1) {
			name := strings.TrimSpace(verb.FindString(call[1]))
			if strings.Contains(call[1], "--all-regions") { // its answer has another shape
				name += " --all-regions"
			}
			i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == call[2] })
			if i < 0 || isDocument(name) {
				continue
			}
			answer, err := decode(archive.Files[i].Data)
			if err != nil {
				t.Fatalf("%s: %s: %v", script, call[2], err)
			}
			answers[name] = append(answers[name], answer)
		}
	}
	return answers
}

// isDocument reports whether a verb answers with a document, which the configuration's own schema describes.
func isDocument(verb string) bool {
	return verb == "config export" || verb == "schema" || strings.HasPrefix(verb, "import ")
}
