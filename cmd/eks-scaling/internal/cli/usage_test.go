package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

func TestUsageErrorEndsWithTwoAndPrintsNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"validate", "--strict"}, "unknown flag: --strict"},
		{[]string{"runs", "--limit", "many"}, `--limit: found "many"; want a whole number`},
		{[]string{"status", "--every", "often"}, `--every: found "often"; want a time, such as 5s or 1m`},
		{[]string{"override", "list", "--all=perhaps"}, `--all: must be true or false, not "perhaps"`},
	} {
		clitest.Refuses(t, clitest.Ask(t, tt.args...), frame.ExitUsage, tt.want, "; see: eks-scaling ", " --help")
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		"a release":           {"v1.2.0", []debug.BuildSetting{{Key: "vcs.revision", Value: "1f2e3d4c5b6a7f8e9d0c"}, {Key: "vcs.modified", Value: "false"}}, "v1.2.0 (revision 1f2e3d4c5b6a)"},
		"a tree with changes": {"(devel)", []debug.BuildSetting{{Key: "vcs.revision", Value: "1f2e3d4c5b6a7f8e9d0c"}, {Key: "vcs.modified", Value: "true"}}, "(devel) (revision 1f2e3d4c5b6a, with changes)"},
		"no repository":       {"", nil, "(devel)"},
	} {
		if got := versionOf(&debug.BuildInfo{Main: debug.Module{Version: tt.version}, Settings: tt.settings}); got != tt.want {
			t.Errorf("%s: found %q; want %q", name, got, tt.want)
		}
	}
	if got := clitest.MustSay(t, "--version"); got != "eks-scaling "+version()+"\n" {
		t.Errorf("found %q; want the name and the version in a line", got)
	}
}

// TestOnlyTermWrites: names, reasons and messages of AWS are made printable in package term, so nothing else may write for people.
// The watched status redraws a screen of term.
func TestOnlyTermWrites(t *testing.T) {
	t.Parallel()
	folders := []string{"agenda", "change", "cli", "collect", "configcmd", "doctorcmd", "document", "frame", "health", "overridecmd", "previewcmd", "runcmd", "runscmd", "runwords", "triggerscmd", "setupcmd", "statuscmd"}
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
		{"only the first argument", []string{"config", "rollback", "berlin", ""}, nothing},
		{"the flag of a cluster", []string{"run", "--cluster", ""}, clusters},
		{"but not that of a new one", []string{"init", "--cluster", ""}, nothing},
		{"nor that of a file's", []string{"import", "legacy", "--cluster", ""}, nothing},
		{"overrides", []string{"override", "cancel", ""}, "black-friday\nkeep-big\n:4\n"},
		{"files", []string{"config", "apply", ""}, ":0\n"},
		{"any number of files", []string{"validate", "a.yaml", ""}, ":0\n"},
		{"the file of a flag", []string{"explain", "--config", ""}, ":0\n"},
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
