package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// monday is the instant that the tests take for now: 09:00 in São Paulo, 13:00 in Berlin. Its fraction of a second shows
// whether one gets into an answer.
var monday = time.Date(2026, 11, 23, 12, 0, 0, 987, time.UTC)

// newTool makes the root command. Every package whose tests call the tool sets it, as the packages of the verbs cannot import the root's.
var newTool func(environment) *cobra.Command

// rich uses at least one of everything.
const rich = "testdata/rich.yaml"

// answer is what a call of the tool printed, and how it ended.
type answer struct {
	stdout, stderr string
	err            error
	exit           int
}

// ask calls the tool on Monday, without a terminal.
func ask(t testing.TB, args ...string) answer {
	t.Helper()
	return askIn(t, environment{}, args...)
}

// askIn calls the tool on Monday in another environment.
func askIn(t testing.TB, env environment, args ...string) answer {
	t.Helper()
	return askTyping(t, env, strings.NewReader(""), args...)
}

// askTyping calls the tool on Monday with somebody who types.
func askTyping(t testing.TB, env environment, in io.Reader, args ...string) answer {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if env.user = "ana"; env.now == nil {
		env.now = func() time.Time { return monday }
	}
	if env.connect == nil {
		env.connect = connect
	}
	root := newTool(env)
	root.SetArgs(append([]string{}, args...)) // without any, cobra takes those of the test
	root.SetIn(in)
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	err := root.ExecuteContext(t.Context())
	return answer{stdout.String(), stderr.String(), err, exitCode(err)}
}

// mustSay fails unless the call went well, and returns what it printed.
func mustSay(t testing.TB, args ...string) string {
	t.Helper()
	a := ask(t, args...)
	if a.err != nil || a.stderr != "" {
		t.Fatalf("%q failed: %v, and printed to stderr %q; want it to go well", args, a.err, a.stderr)
	}
	return a.stdout
}

// refuses checks that a call ends with the exit code, says all of the parts in its error, and prints nothing to stdout.
func refuses(t *testing.T, a answer, exit int, parts ...string) {
	t.Helper()
	if a.err == nil || a.exit != exit || a.stdout != "" {
		t.Fatalf("found exit code %d (%v), and printed %q; want %d and nothing printed", a.exit, a.err, a.stdout, exit)
	}
	for _, part := range parts {
		if !strings.Contains(a.err.Error(), part) {
			t.Errorf("found the error\n%v\nwant in it %q", a.err, part)
		}
	}
}

// wantJSON compares all of two JSON texts but their layout: every key, no more and no less.
func wantJSON(t *testing.T, got, want string) {
	t.Helper()
	if diff := cmp.Diff(decode[any](t, want), decode[any](t, got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func decode[T any](t testing.TB, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("found\n%s\nwhich is not the JSON that is wanted: %v", text, err)
	}
	return v
}

// golden compares a text with the one in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
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

// richWith is the path of a copy of the rich document with one text, which is there exactly once, in place of another.
func richWith(t testing.TB, old, text string) string {
	t.Helper()
	document := read(t, rich)
	if strings.Count(document, old) != 1 {
		t.Fatalf("%q is there %d times; want it once", old, strings.Count(document, old))
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "holidays.ics"), read(t, "testdata/holidays.ics"))
	return write(t, filepath.Join(dir, "rich.yaml"), strings.Replace(document, old, text, 1))
}

func read(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// write makes a file and returns its path.
func write(t testing.TB, file, text string) string {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// document writes a configuration into a directory of its own and returns its path.
func document(t testing.TB, text string) string {
	t.Helper()
	return write(t, filepath.Join(t.TempDir(), "document.yaml"), text)
}
