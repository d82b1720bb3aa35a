// Package clitest calls the tool in tests: on a table in memory, with executions on tape, and with typed answers.
package clitest

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/printable"
)

// Update is the flag -update.
var Update = flag.Bool("update", false, "rewrite the golden files in testdata")

// Monday is now: 09:00 in São Paulo, 13:00 in Berlin. Its fraction of a second must not get into an answer.
var Monday = time.Date(2026, 11, 23, 12, 0, 0, 987, time.UTC)

// NewTool makes the root command. Test packages set it, as the packages of the verbs cannot import the root's.
var NewTool func(frame.Environment) *cobra.Command

// Rich uses at least one of everything.
const Rich = "../clitest/testdata/rich.yaml"

// Answer is the output and the result of a call of the tool.
type Answer struct {
	Stdout, Stderr string
	Err            error
	Exit           int
}

// Ask calls the tool on Monday, without a terminal.
func Ask(t testing.TB, args ...string) Answer {
	t.Helper()
	return AskIn(t, frame.Environment{}, args...)
}

// AskIn calls the tool on Monday in another environment.
func AskIn(t testing.TB, env frame.Environment, args ...string) Answer {
	t.Helper()
	return AskTyping(t, env, strings.NewReader(""), args...)
}

// AskTyping calls the tool on Monday and types an answer.
func AskTyping(t testing.TB, env frame.Environment, in io.Reader, args ...string) Answer {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if env.User = "ana"; env.Now == nil {
		env.Now = func() time.Time { return Monday }
	}
	if env.Connect == nil {
		env.Connect = frame.Connect
	}
	root := NewTool(env)
	root.SetArgs(append([]string{}, args...)) // without arguments, cobra would use the test's
	root.SetIn(in)
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	err := root.ExecuteContext(t.Context())
	return Answer{stdout.String(), stderr.String(), err, frame.ExitCode(err)}
}

// MustSay fails unless the call went well, and returns what it printed.
func MustSay(t testing.TB, args ...string) string {
	t.Helper()
	a := Ask(t, args...)
	if a.Err != nil || a.Stderr != "" {
		t.Fatalf("%q failed: %v, and printed to stderr %q; want it to go well", args, a.Err, a.Stderr)
	}
	return a.Stdout
}

// Refuses checks that a call ends with the exit code, says all of the parts in its error, and prints nothing to stdout.
func Refuses(t *testing.T, a Answer, exit int, parts ...string) {
	t.Helper()
	if a.Err == nil || a.Exit != exit || a.Stdout != "" {
		t.Fatalf("found exit code %d (%v), and printed %q; want %d and nothing printed", a.Exit, a.Err, a.Stdout, exit)
	}
	for _, part := range parts {
		if !strings.Contains(a.Err.Error(), part) {
			t.Errorf("found the error\n%v\nwant in it %q", a.Err, part)
		}
	}
}

// WantJSON compares all of two JSON texts but their layout: every key, no more and no less.
func WantJSON(t *testing.T, got, want string) {
	t.Helper()
	if diff := cmp.Diff(Decode[any](t, want), Decode[any](t, got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

// Decode reads JSON that the tool printed, without its envelope.
func Decode[T any](t testing.TB, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(withoutEnvelope([]byte(text)), &v); err != nil {
		t.Fatalf("found\n%s\nwhich is not the JSON that is wanted: %v", text, err)
	}
	return v
}

// withoutEnvelope is the inverse of [frame.Envelope].
func withoutEnvelope(text []byte) []byte {
	var answer map[string]json.RawMessage
	if json.Unmarshal(text, &answer) != nil || string(answer["apiVersion"]) != strconv.Quote(frame.APIVersion) {
		return text
	}
	delete(answer, "apiVersion")
	if items, isList := answer["items"]; isList && len(answer) == 1 {
		return items
	}
	text, _ = json.Marshal(answer) // it was JSON before
	return text
}

// Golden compares a text with the one in testdata.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *Update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// RichWith is the path of a copy of the rich document with one text, which is there exactly once, in place of another.
func RichWith(t testing.TB, old, text string) string {
	t.Helper()
	document := Read(t, Rich)
	if strings.Count(document, old) != 1 {
		t.Fatalf("%q is there %d times; want it once", old, strings.Count(document, old))
	}
	dir := t.TempDir()
	Write(t, filepath.Join(dir, "holidays.ics"), Read(t, "../clitest/testdata/holidays.ics"))
	return Write(t, filepath.Join(dir, "rich.yaml"), strings.Replace(document, old, text, 1))
}

// Read returns the text of a file.
func Read(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Write makes a file and returns its path.
func Write(t testing.TB, file, text string) string {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// WriteDocument writes a configuration into a directory of its own and returns its path.
func WriteDocument(t testing.TB, text string) string {
	t.Helper()
	return Write(t, filepath.Join(t.TempDir(), "document.yaml"), text)
}

// Typist types, and has something else happen before that.
type Typist struct {
	Text   string
	Before func()
}

func (p *Typist) Read(to []byte) (int, error) {
	if p.Before != nil {
		p.Before()
		p.Before = nil
	}
	n := copy(to, p.Text)
	p.Text = p.Text[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// OnTerminal is an environment with somebody to ask.
func OnTerminal(env frame.Environment) frame.Environment {
	env.Interactive, env.StdinIsTerminal, env.StdoutIsTerminal = true, true, true
	return env
}

// Nasty is a hostile user name: it clears and colors the screen, and forges a line.
const Nasty = "ana\x1b[2J\u009b31m\r\nlast good run: today\x7f\u202e"

// WantPrintable fails if a text has more control characters than line breaks.
func WantPrintable(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if err := printable.Check(strings.TrimSuffix(line, "\n")); err != nil {
			t.Errorf("%s: %v in %q", what, err, line)
		}
	}
}

// ShownLine is what the test reads of a line of the runs.
type ShownLine struct {
	Actor string `json:"actor"`
}
