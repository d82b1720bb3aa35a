package cli

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

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
