package integration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/testkit/pty"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// asking is a verb that asks once.
type asking struct {
	args []string
	see  string // the question
	done string // what is said after yes
	env  []string
}

// answerInTurn leaves the question of each verb with Ctrl-C, says no to it, and nothing, and then yes. Only yes does
// anything.
func answerInTurn(t *testing.T, w *world.World, each asking) {
	t.Helper()
	leave(t, w, nil, each.see, each.env, each.args...)
	for _, no := range []string{"n", ""} {
		what := fmt.Sprintf("%q, with the answer %q,", each.args, no)
		changesNothing(t, w, what, func() {
			screen := terminal(t, w, each.env, each.args...)
			screen.WaitFor(each.see)
			screen.Type(no + pty.Enter)
			wantDeclined(t, what, screen)
		})
	}
	screen := terminal(t, w, each.env, each.args...)
	screen.WaitFor(each.see)
	screen.Type("y" + pty.Enter)
	if code := screen.Wait(); code != 0 || !strings.Contains(screen.Text(), each.done) {
		t.Errorf("yes to %q: found exit code %d, and\n%s\nwant 0, and %q", each.args, code, screen.Text(), each.done)
	}
}

// wantDeclined waits for the end of a verb whose question was not answered with yes.
func wantDeclined(t *testing.T, what string, screen *pty.Terminal) {
	t.Helper()
	if code := screen.Wait(); code != 1 || !strings.HasSuffix(lastLine(screen.Text()), "cancelled; nothing changed") {
		t.Errorf("%s: found exit code %d, and\n%s\nwant 1, and to be told at the end", what, code, screen.Text())
	}
}

// TestQuestionsBeforeTheConfigurationIsChanged has a second cluster, which has no configuration yet.
func TestQuestionsBeforeTheConfigurationIsChanged(t *testing.T) {
	t.Parallel()
	w := configured(t)
	w.EKS.CreateNodegroup(world.Region, "shop", "web", eks.Sizes{Max: 2, Desired: 1})
	for _, each := range []asking{
		{[]string{"config", "apply", example(t, `to: "06:30"`, `to: "07:00"`)}, "Apply these changes? [y/N]", "Applied: ", nil},
		{
			[]string{"override", "set", "production", "--nodegroup", "big", "--desired", "4", "--for", "3h", "--reason", "load", "--name", "load-test"},
			"Set this override? [y/N]", "Override created (takes effect within 2 min)", nil,
		},
		{[]string{"override", "cancel", "load-test"}, "Cancel this override? [y/N]", "Cancelled override load-test.", nil},
		{[]string{"config", "rollback", "production", "1"}, "Restore version 1 as version 3? [y/N]", "Applied: ", nil},
		{[]string{"config", "edit"}, "Apply these changes? [y/N]", "Applied: ", editor(t, `sed -i 's/to: "06:30"/to: "07:00"/' "$1"`)},
		{
			[]string{"init", "--cluster", "shop", "--timezone", "UTC", "--days", "mon-fri", "--from", "08:00", "--to", "20:00", "--nodegroup", "web=2"},
			"Apply these changes? [y/N]", "Applied: ", nil,
		},
	} {
		record(t, w)
		answerInTurn(t, w, each)
	}
}

// TestQuestionWhetherToEditAgain has an editor that makes the same error again and again. No answer is yes there, and opens
// the text again.
func TestQuestionWhetherToEditAgain(t *testing.T) {
	t.Parallel()
	w := configured(t)
	opened := filepath.Join(t.TempDir(), "opened")
	const again = "Open it again? [Y/n]"
	env := editor(t, "echo once more >> "+opened+"\ngrep -q oops: \"$1\" || echo oops: 1 >> \"$1\"")
	leave(t, w, nil, again, env, "config", "edit")
	for answers, want := range map[string]int{"n" + pty.Enter: 1, pty.Enter + "n" + pty.Enter: 2} {
		if err := os.RemoveAll(opened); err != nil {
			t.Fatal(err)
		}
		changesNothing(t, w, fmt.Sprintf("%q", answers), func() {
			screen := terminal(t, w, env, "config", "edit")
			screen.WaitFor(again)
			screen.Type(answers)
			wantDeclined(t, fmt.Sprintf("%q", answers), screen)
		})
		if text, err := os.ReadFile(opened); err != nil || strings.Count(string(text), "\n") != want {
			t.Errorf("%q: the editor was opened %d times (%v); want %d", answers, strings.Count(string(text), "\n"), err, want)
		}
	}
}

// editor is the environment in which a script is what people edit with. It finds the file's name in $1.
func editor(t *testing.T, script string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "editor")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	return []string{"EDITOR=" + file, "TMPDIR=" + t.TempDir()} // where a text is kept that is not written
}

// TestQuestionsBeforeARun has a run that was stopped, and after which there was none, and one that failed.
func TestQuestionsBeforeARun(t *testing.T) {
	t.Parallel()
	w := configured(t)
	w.EKS.FailUpdate(world.Region, "production", "big", "AsgInstanceLaunchFailures", "no capacity")
	runWorld(t, w, "failed", run.Input{At: tuesday("07:00:00")})
	stopped, err := w.Engine.StartExecution("stopped", []byte(`{"at": "2026-11-24T07:00:00-03:00"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := stopped.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := stopped.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, each := range []asking{
		{[]string{"retry", "stopped", "--reason", "it was a mistake", "--wait"}, "Retry this run? [y/N]", "Succeeded after", nil},
		{[]string{"retry", "failed", "--reason", "there is capacity", "--wait"}, "Start this run? [y/N]", "Succeeded after", nil},
		{[]string{"run", "--to", "sleep", "--reason", "maintenance", "--wait"}, "Start this run? [y/N]", "Succeeded after", nil},
		{[]string{"triggers", "sync"}, "Apply these changes? [y/N]", "Done: 4 created, 0 changed, 0 removed.", nil},
	} {
		answerInTurn(t, w, each)
	}
	if d := stopped.Describe(); d.Redrives != 1 {
		t.Errorf("the run that was stopped was redriven %d times; want once", d.Redrives)
	}
	if got := desired(w); got["big"] != 0 || got["small"] != 1 {
		t.Errorf("found the desired sizes %v; want profile sleep's", got)
	}
}

// record puts the version of production that is in the table into the history, as the function does that reads the table's
// stream.
func record(t *testing.T, w *world.World) {
	t.Helper()
	e := item(t, w, inventory.KindCluster, "production")
	change := inventory.ConfigChange{
		Kind: e.Kind, Name: e.Name, Time: time.Date(2026, 11, 23, 12, e.Version, 0, 0, time.UTC), Version: e.Version, By: e.UpdatedBy, After: e.Spec,
	}
	if err := tables.NewLogs(w.DynamoDB(), deployment.LogsTable).PutConfigChange(t.Context(), change, fmt.Sprint(e.Version)); err != nil {
		t.Fatal(err)
	}
}
