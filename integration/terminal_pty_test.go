package integration_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/testkit/pty"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// question is what is on the screen when it is to be answered, and the keys that answer it.
type question struct{ see, keys string }

// terminal runs the real command line tool in a terminal of 80 columns. The environment overrides the world's.
func terminal(t *testing.T, w *world.World, env []string, args ...string) *pty.Terminal {
	t.Helper()
	return tallTerminal(t, w, 24, env, args...)
}

// tallTerminal is a terminal with the given number of rows.
func tallTerminal(t *testing.T, w *world.World, rows int, env []string, args ...string) *pty.Terminal {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(binaries, "eks-scaling"), args...)
	cmd.Env = append(append(w.Env(), "TERM=xterm-256color"), env...)
	return pty.Start(t, cmd, 80, rows)
}

// situation is all that a verb could change: what the config table holds, the schedules, the sizes of the node groups, and
// the runs, but for those that only show what a run would do.
type situation struct {
	Config    inventory.Snapshot
	Schedules []scheduler.Schedule
	Desired   map[string]int32
	Runs      []string
}

func situationOf(t *testing.T, w *world.World) situation {
	t.Helper()
	snapshot, err := tables.NewConfig(w.DynamoDB(), deployment.ConfigTable).Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := situation{Config: snapshot, Schedules: w.Scheduler.Schedules(world.ScheduleGroup), Desired: desired(w)}
	for _, x := range w.Engine.Executions() {
		var input run.Input
		if err := json.Unmarshal(x.Input, &input); err != nil {
			t.Fatal(err)
		}
		if d := x.Describe(); !input.DryRun {
			s.Runs = append(s.Runs, fmt.Sprintf("%s %s, redriven %d times", x.Name, d.Status, d.Redrives))
		}
	}
	slices.Sort(s.Runs)
	return s
}

// changesNothing checks that all stands as before after something was done.
func changesNothing(t *testing.T, w *world.World, what string, do func()) {
	t.Helper()
	before := situationOf(t, w)
	do()
	if diff := cmp.Diff(before, situationOf(t, w), cmpopts.IgnoreUnexported(inventory.Snapshot{})); diff != "" {
		t.Errorf("%s has changed (-before +after):\n%s", what, diff)
	}
}

// leave answers questions and presses Ctrl-C at the one after them.
func leave(t *testing.T, w *world.World, answered []question, next string, env []string, args ...string) {
	t.Helper()
	changesNothing(t, w, fmt.Sprintf("%q, left at %q,", args, next), func() {
		screen := terminal(t, w, env, args...)
		for _, q := range answered {
			screen.WaitFor(q.see)
			screen.Type(q.keys)
		}
		screen.WaitFor(next)
		screen.Type(pty.Interrupt)
		if code := screen.Wait(); code != 1 {
			t.Errorf("%q, left at %q: found exit code %d; want 1", args, next, code)
		}
		const sentence = "eks-scaling: interrupted; nothing changed"
		if text := screen.Text(); !strings.HasPrefix(lastLine(text), sentence) {
			t.Errorf("%q, left at %q: found\n%s\nwant it to end with one sentence in a line of its own: %s...", args, next, text, sentence)
		}
	})
}

// lastLine is what a screen ends with, but for where the text of an edit is kept.
func lastLine(text string) string {
	text, _, _ = strings.Cut(text, "\nyour text is in")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
