package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"testing"

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
		{[]string{"override", "list", "--all=perhaps"}, `--all: found "perhaps"; want true or false`},
	} {
		clitest.Refuses(t, clitest.Ask(t, tt.args...), frame.ExitUsage, tt.want, "; see: eks-scaling ", " --help")
	}
}

func TestInstantThatIsNone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"a date that does not exist", "2026-02-30 20:00", `found "2026-02-30", a date that does not exist; want 2026-02-01 to 2026-02-28`},
		{"a time that does not exist", "2026-11-23 25:00", `found "2026-11-23 25:00"; want an instant, as RFC 3339`},
		{"a date without a time", "2026-11-23", `or by the local clock ("2026-12-24 20:00")`},
		{"a word", "tomorrow", `found "tomorrow"; want an instant`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clitest.Refuses(t, clitest.Ask(t, "explain", "--config", clitest.Rich, "--cluster", "production", "--at", tt.text), frame.ExitUsage, "--at: ", tt.want)
		})
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
	folders := []string{"agenda", "change", "cli", "collect", "configcmd", "doctorcmd", "document", "frame", "health", "overridecmd", "previewcmd", "runcmd", "runscmd", "runwords", "schedulescmd", "setupcmd", "statuscmd"}
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
