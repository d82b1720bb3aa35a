package integration_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// cli runs the real command line tool, checks how it ends and returns what it printed.
func cli(t *testing.T, w *world.World, exit int, args ...string) string {
	t.Helper()
	printed, err := w.CLI(t.Context(), args...)
	if got := exitOf(err); got != exit {
		t.Fatalf("%q ended with %d, and printed\n%s\nwant %d", args, got, printed, exit)
	}
	return printed
}

func exitOf(err error) int {
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return failed.ExitCode()
	}
	return 0
}

// wantText checks that a text has all of the parts.
func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("found\n%s\nwant in it %q", text, part)
		}
	}
}

// example is a file with the reference configuration, changed.
func example(t *testing.T, changes ...string) string {
	t.Helper()
	text, err := os.ReadFile("../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(strings.NewReplacer(changes...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// item is an item of the config table.
func item(t *testing.T, w *world.World, kind, name string) inventory.Item {
	t.Helper()
	s, err := tables.NewConfig(w.DynamoDB(), deployment.ConfigTable).Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := append(append(s.Clusters, s.Overrides...), *s.Settings)
	for _, e := range all {
		if e.Kind == kind && e.Name == name {
			return e
		}
	}
	return inventory.Item{}
}

func TestTheSwitchStopsEveryRun(t *testing.T) {
	t.Parallel()
	w := configured(t)
	wantText(t, cli(t, w, 0, "config", "disable", "--reason", "incident 7"), "the switch is off (settings/global version 2)")
	wantText(t, cli(t, w, 0, "config", "show"), "the switch is off since 20", " UTC by operator (incident 7): nothing is scaled", "switch OFF, time zone America/Sao_Paulo (version 2")
	runWorld(t, w, "off", run.Input{At: tuesday("06:30:00")})
	if got := desired(w)["big"]; got != normal["big"] {
		t.Errorf("big is at %d though the switch is off; want %d", got, normal["big"])
	}
	cli(t, w, 0, "config", "enable")
	runWorld(t, w, "on", run.Input{At: tuesday("06:31:00")})
	if got := desired(w)["big"]; got != 3 {
		t.Errorf("big is at %d after the switch is on again; want 3", got)
	}
	cli(t, w, 0, "config", "disable", "--cluster", "production", "--reason", "migration")
	runWorld(t, w, "cluster-off", run.Input{At: tuesday("11:31:00")})
	if got := desired(w)["big"]; got != 3 {
		t.Errorf("big is at %d though its cluster is off; want 3", got)
	}
	cli(t, w, 2, "config", "disable")
	cli(t, w, 3, "config", "disable", "--cluster", "nowhere", "--reason", "r")
}

func TestAnOverrideThatIsSetIsAppliedAndEndsWhenCancelled(t *testing.T) {
	t.Parallel()
	w := configured(t)
	now := time.Now().UTC()
	out := cli(t, w, 0, "override", "set", "production", "--nodegroup", "big", "--desired", "5", "--from", now.Add(-time.Hour).Format(time.RFC3339),
		"--until", now.Add(3*time.Hour).Format(time.RFC3339), "--reason", "load test", "--name", "load", "--yes")
	wantText(t, out, "override load of production: big 5, for 4h", "-> 5", "eks-scaling override cancel load")
	wantText(t, cli(t, w, 0, "override", "list"), "load", "in force", "big 5", "load test", "operator")
	runWorld(t, w, "under", run.Input{})
	if got := desired(w)["big"]; got != 5 {
		t.Errorf("big is at %d under the override; want 5", got)
	}
	wantText(t, cli(t, w, 2, "override", "cancel", "load"), "there is no terminal", "--yes")
	wantText(t, cli(t, w, 0, "override", "cancel", "load", "--yes"), "ends now, in place of", "override load is cancelled")
	wantText(t, cli(t, w, 0, "override", "list"), "no override is in force or coming")
	wantText(t, cli(t, w, 0, "override", "list", "--all", "-o", "json"), `"state": "ended"`)
	runWorld(t, w, "after", run.Input{})
	if got := desired(w)["big"]; got == 5 {
		t.Error("big is at 5 still, after the override was cancelled")
	}
	if e := item(t, w, inventory.KindOverride, "load"); e.ExpiresAt == 0 || e.Version != 2 {
		t.Errorf("found %+v; want its second version in the table, with an expiry", e)
	}
	wantText(t, cli(t, w, 1, "override", "set", "production", "--nodegroup", "big", "--desired", "6", "--for", "1h", "--reason", "r", "--yes"),
		"sizes.big: found desiredSize 6; want it within the node group's limits, 0 to 5")
	cli(t, w, 3, "override", "cancel", "nothing", "--yes")
}

func TestExportComesBackUnchanged(t *testing.T) {
	t.Parallel()
	w := begin(t)
	wantText(t, cli(t, w, 3, "config", "export"), "has no configuration yet")
	cli(t, w, 0, "config", "apply", example(t, "enabled: true ", "overrides: [{cluster: production, profile: peak, from: 2126-11-27 08:00, until: 2126-11-27 22:00, reason: r}]\nenabled: true "))
	text := cli(t, w, 0, "config", "export")
	file := filepath.Join(t.TempDir(), "exported.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	wantText(t, cli(t, w, 0, "validate", file), ": fine (1 cluster, 3 periods, 1 override)")
	if out := cli(t, w, 0, "config", "diff", file); out != "" {
		t.Errorf("found the difference\n%s\nwant none", out)
	}
	wantText(t, cli(t, w, 0, "config", "apply", "--prune", file), "0 written")
	wantText(t, cli(t, w, 1, "config", "diff", example(t, `to: "06:30"`, `to: "07:00"`)), `~ schedule.periods[night].to: "06:30" -> "07:00"`)
	if !json.Valid([]byte(cli(t, w, 0, "config", "show", "-o", "json"))) {
		t.Error("found no JSON in config show -o json")
	}
}

// TestHistoryAndRollback has the records that follow a change put there as the function does that reads the table's stream.
func TestHistoryAndRollback(t *testing.T) {
	t.Parallel()
	w := configured(t)
	record := func() {
		t.Helper()
		e := item(t, w, inventory.KindCluster, "production")
		err := tables.NewLogs(w.DynamoDB(), deployment.LogsTable).PutConfigChange(t.Context(), inventory.ConfigChange{
			Kind: e.Kind, Name: e.Name, Time: time.Date(2026, 11, 24, 12, e.Version, 0, 0, time.UTC), Version: e.Version,
			By: e.UpdatedBy, Reason: fmt.Sprint("reason ", e.Version), After: e.Spec,
		}, fmt.Sprint(e.Version))
		if err != nil {
			t.Fatal(err)
		}
	}
	record()
	wantText(t, cli(t, w, 0, "config", "apply", "--reason", "a longer night", example(t, `to: "06:30"`, `to: "07:00"`)), "1 written")
	record()
	wantText(t, cli(t, w, 0, "config", "history", "production"),
		"version 2, Tue 2026-11-24 09:02 -03:00 (2026-11-24 12:02 UTC), by operator: reason 2", "version 1, ")
	wantText(t, cli(t, w, 2, "config", "rollback", "production", "1"), "--yes")
	wantText(t, cli(t, w, 0, "config", "rollback", "production", "1", "--yes"), `~ schedule.periods[night].to: "07:00" -> "06:30"`, "1 written")
	if e := item(t, w, inventory.KindCluster, "production"); e.Version != 3 {
		t.Errorf("found version %d; want 3", e.Version)
	}
	wantText(t, cli(t, w, 3, "config", "rollback", "production", "7", "--yes"), "no version 7", "known: 1, 2")
}

// TestEditAndSomebodyFaster has somebody else apply another change while the editor is open.
func TestEditAndSomebodyFaster(t *testing.T) {
	t.Parallel()
	w := configured(t)
	edit := func(script string) (string, int) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), filepath.Join(binaries, "eks-scaling"), "config", "edit")
		file := filepath.Join(t.TempDir(), "editor.sh")
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(w.Env(), "EDITOR=sh "+file, "TMPDIR="+t.TempDir())
		printed, err := cmd.CombinedOutput()
		return string(printed), exitOf(err)
	}
	const longer = `sed -i 's/to: "06:30"/to: "07:00"/' "$1"` + "\n"
	printed, exit := edit(longer)
	if exit != 0 {
		t.Fatalf("ended with %d, and printed\n%s", exit, printed)
	}
	wantText(t, printed, `~ schedule.periods[night].to: "06:30" -> "07:00"`, "1 written")
	theirs := fmt.Sprintf("%s config apply --by rui --reason OPS-5 %s\n", filepath.Join(binaries, "eks-scaling"), example(t, "big: 3}", "big: 4}"))
	printed, exit = edit(theirs + `sed -i 's/big: 3/big: 2/' "$1"` + "\n")
	if exit != 4 {
		t.Fatalf("ended with %d, and printed\n%s\nwant 4", exit, printed)
	}
	wantText(t, printed, "cluster/production has version 3 since 20", "by rui (OPS-5)", "~ profiles.peak.big: 3 -> 4", "your text is kept in ")
	if e := item(t, w, inventory.KindCluster, "production"); e.Version != 3 || !strings.Contains(string(e.Spec), `"big":4`) {
		t.Errorf("found %+v; want the other one's change as it was", e)
	}
}

// TestTwoAppliesAtOnce starts several at the same time: each wins or ends with 4, and every win is a version.
func TestTwoAppliesAtOnce(t *testing.T) {
	t.Parallel()
	w := configured(t)
	files := []string{}
	for _, clock := range []string{"07:00", "07:15", "07:30"} {
		files = append(files, example(t, `to: "06:30"`, fmt.Sprintf("to: %q", clock)))
	}
	var all sync.WaitGroup
	exits := make(chan int, len(files))
	for _, file := range files {
		all.Go(func() {
			printed, err := w.CLI(t.Context(), "config", "apply", file)
			exit := exitOf(err)
			if exit != 0 && (exit != 4 || !strings.Contains(printed, "by operator")) {
				t.Errorf("ended with %d, and printed\n%s\nwant 0, or 4 and who was faster", exit, printed)
			}
			exits <- exit
		})
	}
	all.Wait()
	close(exits)
	wins := 0
	for exit := range exits {
		if exit == 0 {
			wins++
		}
	}
	if e := item(t, w, inventory.KindCluster, "production"); wins == 0 || e.Version != 1+wins {
		t.Errorf("found version %d of %s after %d wins; want a version for each", e.Version, e.Spec, wins)
	}
	if result := runWorld(t, w, "afterwards", run.Input{At: tuesday("08:00:00")}); result.Status != engine.Succeeded {
		t.Errorf("a run ends with %s (%s); want it to succeed", result.Status, result.Error)
	}
}
