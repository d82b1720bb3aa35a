package cli_test

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"eks-scaling-automation/cmd/eks-scaling/internal/cli"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// generated separates what people write in docs/cli.md from what this test writes.
const generated = "<!-- make reference writes everything below -->\n"

// TestReference compares docs/cli.md with the commands; -update rewrites it.
func TestReference(t *testing.T) {
	t.Parallel()
	const file = "../../../../docs/cli.md"
	page := clitest.Read(t, file)
	written, _, found := strings.Cut(page, generated)
	if !found {
		t.Fatalf("%s: found no line %q", file, generated)
	}
	root := cli.NewRoot(frame.Environment{User: "$USER"})
	var reference strings.Builder
	describe(&reference, root)
	want := written + generated + reference.String()
	if *clitest.Update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(want, page); diff != "" {
		t.Errorf("%s is out of date; run: make reference (-want +got)\n%s", file, diff)
	}
}

// describe documents a command and those below it.
func describe(out *strings.Builder, cmd *cobra.Command) {
	if cmd.Runnable() || cmd.HasParent() {
		fmt.Fprintf(out, "\n## %s\n\n%s\n", cmd.CommandPath(), prose(cmp.Or(cmd.Long, cmd.Short)))
		fmt.Fprintf(out, "\n```text\n%s\n```\n", usage(cmd))
		if cmd.Example != "" {
			fmt.Fprintf(out, "\nExamples:\n\n```sh\n%s\n```\n", outdent(cmd.Example))
		}
		options(out, cmd.LocalFlags())
	}
	for _, child := range cmd.Commands() {
		if child.IsAvailableCommand() && child.Name() != "help" && child.Name() != "completion" {
			describe(out, child)
		}
	}
}

func usage(cmd *cobra.Command) string {
	if cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " COMMAND"
	}
	return cmd.UseLine()
}

// prose keeps paragraphs as they are, and shows those with indented lines, such as lists, as they are typed.
func prose(help string) string {
	paragraphs := strings.Split(strings.TrimSpace(help), "\n\n")
	for i, p := range paragraphs {
		if strings.HasPrefix(p, " ") || strings.Contains(p, "\n ") {
			paragraphs[i] = "```text\n" + p + "\n```"
		} else {
			paragraphs[i] = markdown.Replace(p)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// markdown escapes what has a meaning in Markdown.
var markdown = strings.NewReplacer("<", "&lt;", "*", `\*`, "|", `\|`, "[", `\[`)

func outdent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}

func options(out *strings.Builder, flags *pflag.FlagSet) {
	var rows []string
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		value, about := pflag.UnquoteUsage(f)
		if value != "" {
			name += " " + value
		}
		standard := ""
		switch f.DefValue {
		case "", "[]", "false", "0", "0s":
		default:
			standard = "`" + f.DefValue + "`"
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |\n", strings.ReplaceAll(name, "|", `\|`), standard, markdown.Replace(about)))
	})
	if len(rows) > 0 {
		fmt.Fprintf(out, "\n| flag | default | meaning |\n|---|---|---|\n%s", strings.Join(rows, ""))
	}
}
