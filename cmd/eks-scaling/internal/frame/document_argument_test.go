package frame_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// readBy calls a command that prints the name and the text of its documents.
func readBy(ctx context.Context, d frame.DocumentArgument, in io.Reader, args ...string) (string, error) {
	var out strings.Builder
	cmd := &cobra.Command{Use: "read FILE", SilenceErrors: true, SilenceUsage: true, Args: d.Args}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, name := range d.Names(args) {
			data, err := frame.ReadDocument(cmd, name)
			if err != nil {
				return err
			}
			out.WriteString(filepath.Base(frame.DocumentName(name)) + "=" + string(data) + " ")
		}
		return nil
	}
	d.AddFlag(cmd)
	cmd.SetArgs(append([]string{}, args...))
	cmd.SetIn(in)
	err := cmd.ExecuteContext(ctx)
	return strings.TrimSpace(out.String()), err
}

func TestADocumentIsAFileOrStdin(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	one, optional, several := frame.DocumentArgument{}, frame.DocumentArgument{Optional: true}, frame.DocumentArgument{Several: true}
	for _, row := range []struct {
		rule string
		doc  frame.DocumentArgument
		args []string
		want string // what is read, or the error
	}{
		{"an argument", one, []string{file}, "a.yaml=text"},
		{"a flag", one, []string{"-f", file}, "a.yaml=text"},
		{"stdin as an argument", one, []string{"-"}, "<stdin>=typed"},
		{"stdin as a flag", one, []string{"-f", "-"}, "<stdin>=typed"},
		{"several, one of them stdin", several, []string{file, "-"}, "a.yaml=text <stdin>=typed"},
		{"several flags", several, []string{"-f", file, "-f", "-"}, "a.yaml=text <stdin>=typed"},
		{"none where it is optional", optional, nil, ""},
		{"none", one, nil, "missing argument FILE; see: read --help"},
		{"none of several", several, nil, "missing argument FILE; see: read --help"},
		{"both", one, []string{"a", "-f", "b"}, "found both a and -f b: name the document once; see: read --help"},
		{"two arguments", one, []string{"a", "b"}, `unexpected argument "b"; see: read --help`},
		{"two flags", one, []string{"-f", "a", "-f", "b"}, "found -f twice: name one document; see: read --help"},
		{"an empty name", one, []string{"-f", ""}, "the name of the document is empty; see: read --help"},
		{"stdin twice", several, []string{"-", "-"}, `found "-" twice: stdin can be read once; see: read --help`},
	} {
		got, err := readBy(t.Context(), row.doc, strings.NewReader("typed"), row.args...)
		if err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%s: found %q; want %q", row.rule, got, row.want)
		}
	}
}

func TestAnInterruptionEndsTheReadingOfStdin(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never, typing := io.Pipe()
	defer func() { _ = typing.Close() }()
	if _, err := readBy(ctx, frame.DocumentArgument{}, never, "-"); !errors.Is(err, term.ErrInterrupted) {
		t.Errorf("found %v; want %v", err, term.ErrInterrupted)
	}
}
