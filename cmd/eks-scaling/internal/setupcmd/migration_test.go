package setupcmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

// TestMigrationGuide types every command of docs/migrating-from-terraform.md in order, and compares its output with the guide.
// With -update the guide gets the output.
func TestMigrationGuide(t *testing.T) {
	const file, example = "../../../../docs/migrating-from-terraform.md", "../../../../examples/terraform-aws-eks-v20/main.tf"
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	guide, module := clitest.Read(t, file), clitest.Read(t, example)
	shown := importFence.FindStringSubmatch(guide)[2]
	if !strings.HasSuffix(module, shown) {
		t.Errorf("the guide shows a module that is not the example:\n%s", shown)
	}
	t.Chdir(t.TempDir())
	clitest.Write(t, "main.tf", module)
	ran := 0
	got := consoleBlock.ReplaceAllStringFunc(guide, func(block string) string {
		var session strings.Builder
		for line := range strings.Lines(block) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				session.WriteString(line + typed(t, strings.TrimSpace(command)))
				ran++
			}
		}
		return "```console\n" + session.String() + "```"
	})
	if ran == 0 {
		t.Fatal("the guide has no commands")
	}
	if *clitest.Update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(got, guide); diff != "" {
		t.Errorf("the guide is out of date (-run +guide):\n%s", diff)
	}
}

// typed runs a command as a shell does, and returns what a terminal shows.
func typed(t *testing.T, command string) string {
	t.Helper()
	if file, ok := strings.CutPrefix(command, "cat "); ok {
		return clitest.Read(t, file)
	}
	command, target, redirected := strings.Cut(command, " > ")
	a := clitest.Ask(t, words(strings.TrimPrefix(command, "eks-scaling "))...)
	if a.Err != nil {
		t.Fatalf("%s: %v", command, a.Err)
	}
	if redirected {
		clitest.Write(t, target, a.Stdout)
		return a.Stderr
	}
	return a.Stderr + a.Stdout
}

// words splits a command at spaces outside of double quotes.
func words(command string) (all []string) {
	for _, word := range regexp.MustCompile(`"([^"]*)"|\S+`).FindAllStringSubmatch(command, -1) {
		if strings.HasPrefix(word[0], `"`) {
			all = append(all, word[1])
		} else {
			all = append(all, word[0])
		}
	}
	return all
}
