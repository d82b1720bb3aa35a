package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/deployment"
)

func TestUsageErrorEndsWithTwoAndPrintsNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"validate", "--pedantic"}, "unknown flag --pedantic"},
		{[]string{"status", "--clusters", "a"}, "unknown flag --clusters; did you mean --cluster?"},
		{[]string{"stauts"}, `unknown command "stauts"; did you mean "status"?`},
		{[]string{"apply", "x.yaml"}, `unknown command "apply"; did you mean "config apply"?`},
		{[]string{"status", "-o", "jsn"}, `invalid --output "jsn"; did you mean "json"?`},
		{[]string{"status", "-o", "xml"}, `invalid --output "xml": use table, json, yaml`},
		{[]string{"status", "--color", "maybe"}, `invalid --color "maybe": use auto, always, never`},
		{[]string{"status", "--region"}, "--region needs a value"},
		{[]string{"runs", "--limit", "many"}, `invalid --limit "many": use a whole number`},
		{[]string{"status", "--every", "often"}, `invalid --every "often": use a duration, for example 5s or 1m`},
		{[]string{"override", "list", "--all=perhaps"}, `invalid --all "perhaps": use true or false`},
	} {
		clitest.Refuses(t, clitest.Ask(t, tt.args...), frame.ExitUsage, tt.want)
		if !strings.HasSuffix(tt.want, "?") {
			clitest.Refuses(t, clitest.Ask(t, tt.args...), frame.ExitUsage, "; see: eks-scaling ", " --help")
		}
	}
}

func TestTheVersionIsOneLine(t *testing.T) {
	t.Parallel()
	if got := clitest.MustSay(t, "--version"); got != "eks-scaling "+deployment.ThisBuild().String()+"\n" {
		t.Errorf("found %q; want the name and the build in a line", got)
	}
}

// TestOnlyTermWrites: names, reasons and messages of AWS are made printable in package term, so nothing else may write for people.
// The watched status redraws a screen of term.
func TestOnlyTermWrites(t *testing.T) {
	t.Parallel()
	folders := []string{"accountscmd", "agenda", "change", "cli", "collect", "configcmd", "doctorcmd", "document", "frame", "health", "overridecmd", "previewcmd", "reach", "runcmd", "runscmd", "runwords", "triggerscmd", "setupcmd", "statuscmd"}
	redraws := []string{"../statuscmd/status_watch.go"}
	direct := regexp.MustCompile(`fmt\.F?[Pp]rint|fmt\.Append`)
	for _, folder := range folders {
		files, err := filepath.Glob("../" + folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(folder, files, err)
		}
		for _, file := range files {
			if matched, _ := filepath.Match("*_test.go", filepath.Base(file)); matched || slices.Contains(redraws, file) {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if found := direct.Find(text); found != nil {
				t.Errorf("%s: found %s; want term.Say, term.SayLine or term.Tell", file, found)
			}
		}
	}
}

func TestTheShellCompletesNames(t *testing.T) {
	t.Parallel()
	env := clitest.Holding(clitest.Filled(t))
	const clusters, nothing = "berlin\npaused\nproduction\n:4\n", ":4\n"
	for _, tt := range []struct {
		rule  string
		typed []string
		want  string
	}{
		{"the cluster of a verb", []string{"override", "set", ""}, clusters},
		{"one that may be left out", []string{"config", "show", ""}, clusters},
		{"one with a node group", []string{"history", ""}, clusters},
		{"only the first argument", []string{"config", "show", "berlin", ""}, nothing},
		{"the flag of a cluster", []string{"run", "--cluster", ""}, clusters},
		{"but not a new cluster's", []string{"init", "--cluster", ""}, ":6\n"},
		{"nor a file's", []string{"import", "legacy", "--cluster", ""}, nothing},
		{"overrides", []string{"override", "cancel", ""}, "black-friday\nkeep-big\n:4\n"},
		{"files", []string{"config", "apply", ""}, ":0\n"},
		{"any number of files", []string{"validate", "a.yaml", ""}, ":0\n"},
		{"the file of a flag", []string{"explain", "--config", ""}, ":0\n"},
		{"versions after their cluster", []string{"config", "rollback", "berlin", ""}, "1\n:36\n"},
		{"the profiles of all clusters", []string{"run", "--to", ""}, "high\nlow\nnormal\npeak\nsleep\nsteady\n:4\n"},
		{"the profiles of one", []string{"override", "set", "berlin", "--to", ""}, "high\nlow\n:4\n"},
		{"the node groups of one", []string{"run", "--cluster", "berlin", "--nodegroup", ""}, "web\n:4\n"},
		{"not the end of a working day", []string{"init", "--to", ""}, nothing},
		{"when to use colors", []string{"status", "--color", ""}, "auto\nalways\nnever\n:4\n"},
		{"the forms of an answer", []string{"status", "-o", ""}, "table\njson\nyaml\n:4\n"},
		{"a picture too", []string{"preview", "-o", ""}, "table\njson\nyaml\nsvg\n:4\n"},
		{"no files where none is meant", []string{"explain", ""}, nothing},
		{"nor as the value of a flag", []string{"override", "set", "berlin", "--reason", ""}, nothing},
	} {
		if got := clitest.AskIn(t, env, append([]string{"__complete"}, tt.typed...)...).Stdout; got != tt.want {
			t.Errorf("%s: found %q; want %q", tt.rule, got, tt.want)
		}
	}
	env.Connect = func(context.Context, frame.AWSPlace, io.Writer, func() time.Time) (frame.Session, error) {
		return frame.Session{}, errors.New("no credentials")
	}
	if a := clitest.AskIn(t, env, "__complete", "run", "--cluster", ""); a.Stdout != nothing {
		t.Errorf("without AWS: found %q and %q; want nothing", a.Stdout, a.Stderr)
	}
}
