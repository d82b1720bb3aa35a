package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// TestHelpFitsTheTerminal looks at the help of every command. A line that is too long is a single word.
func TestHelpFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 80, 120} {
		env := frame.Environment{Width: width}
		for _, path := range paths(NewRoot(env), nil) {
			text := clitest.AskIn(t, env, append(path, "--help")...).Stdout
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if utf8.RuneCountInString(line) > width && len(shellWords(strings.TrimSuffix(line, ` \`))) > 1 {
					t.Errorf("%q at %d columns: found the line %q", path, width, line)
				}
			}
		}
	}
}

// paths returns the words of every command below one.
func paths(cmd *cobra.Command, above []string) [][]string {
	all := [][]string{above}
	for _, verb := range cmd.Commands() {
		all = append(all, paths(verb, append(append([]string{}, above...), verb.Name()))...)
	}
	return all
}

func TestHelpIsWrappedAtWords(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		line      string
		isExample bool
		want      []string
	}{
		"text":                      {"one two three four five six", false, []string{"one two three four", "five six"}},
		"a flag below its text":     {"  --a   one two three four", false, []string{"  --a   one two", "        three four"}},
		"a long word stays whole":   {"arn:aws:eks:x:y", false, []string{"arn:aws:eks:x:y"}},
		"an example can be pasted":  {`  run --reason "a b c" --wait`, true, []string{`  run --reason \`, `    "a b c" --wait`}},
		"a comment in the examples": {"  # one two three four", true, []string{"  # one two three", "  # four"}},
	} {
		if diff := cmp.Diff(row.want, wrapLine(row.line, 20, row.isExample)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got, want := paragraphs("one\ntwo\n\nthree\n  list\nfour"), "one two\n\nthree\n  list\nfour"; got != want {
		t.Errorf("found %q; want %q", got, want)
	}
}
