package integration_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// TestHistoryTellsWhatRunsDid lets real runs scale and fail, and asks the real tool what was done.
func TestHistoryTellsWhatRunsDid(t *testing.T) {
	t.Parallel()
	w := configured(t)
	history := func(args ...string) string {
		t.Helper()
		printed, err := w.CLI(t.Context(), append([]string{"history"}, args...)...)
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, printed)
		}
		return printed
	}
	if printed := history(); !strings.HasPrefix(printed, "no change of a node group is on record since ") {
		t.Errorf("before any run it says\n%s", printed)
	}
	up := run.Input{At: tuesday("06:30:00"), Trigger: "manual", Actor: "ana", Reason: "early launch"}
	if result := runWorld(t, w, "run-up", up); result.Status != engine.Succeeded {
		t.Fatalf("%s: %s", result.Error, result.Cause)
	}
	w.EKS.FailUpdate(world.Region, "production", "small", "AsgInstanceLaunchFailures", "no capacity")
	if result := runWorld(t, w, "run-failed", run.Input{At: tuesday("02:00:00").AddDate(0, 0, 1)}); result.Status != engine.Failed {
		t.Fatalf("found %s; want FAILED", result.Status)
	}
	lines := strings.Split(strings.TrimSpace(history("production")), "\n")
	if len(lines) != 4 {
		t.Fatalf("found\n%s\nwant a header and three changes", strings.Join(lines, "\n"))
	}
	for i, parts := range [][]string{
		{"production/big", "failed", "3 -> 0 (0..5)", "sleep (night)", "run-failed", "HeldBackError: ", "held back: small has 0 of 1 nodes"},
		{"production/small", "failed", "0 -> 1 (0..1)", "sleep (night)", "run-failed", "NodegroupFailedError: ", "no capacity"},
		{"production/big", "succeeded", "1 -> 3 (0..5)", "peak (", "ana (manual)", "run-up", "early launch"},
	} {
		if missing := slices.DeleteFunc(parts, func(part string) bool { return strings.Contains(lines[i+1], part) }); len(missing) > 0 {
			t.Errorf("found\n%s\nwant in it %q", lines[i+1], missing)
		}
	}
	if printed := history("production", "--since", "1ms"); !strings.HasPrefix(printed, "no change of a node group is on record since ") {
		t.Errorf("of the last millisecond it says\n%s\nwant nothing: the runs were before", printed)
	}
	var machine []struct{ Execution, Actor, RunReason string }
	if err := json.Unmarshal([]byte(history("production/big", "--since", "1h", "-o", "json")), &machine); err != nil {
		t.Fatal(err)
	}
	want := []struct{ Execution, Actor, RunReason string }{{"run-failed", "", ""}, {"run-up", "ana", "early launch"}}
	if diff := cmp.Diff(want, machine); diff != "" {
		t.Errorf("for machines (-want +got):\n%s", diff)
	}
}
