package integration_test

import (
	"strings"
	"testing"
)

// TestHistoryAndRollbackOfWhatTheStreamRecorded lets the real function record what the real tool writes, and reads it back.
func TestHistoryAndRollbackOfWhatTheStreamRecorded(t *testing.T) {
	t.Parallel()
	w := configured(t)
	deliver(t, w)
	cli := func(args ...string) string {
		t.Helper()
		printed, err := w.CLI(t.Context(), args...)
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, printed)
		}
		return printed
	}
	apply(t, w, `to: "06:30"`, `to: "07:15"`)
	deliver(t, w)
	history := cli("config", "history", "production")
	if !strings.Contains(history, `"06:30" -> "07:15"`) || !strings.Contains(history, "operator") {
		t.Errorf("the history is\n%s\nwant it to say what was changed, and by whom", history)
	}
	if back := cli("config", "rollback", "production", "1", "--yes", "--reason", "too late"); !strings.Contains(back, `"07:15" -> "06:30"`) {
		t.Errorf("the rollback says\n%s\nwant what it takes back", back)
	}
	deliver(t, w)
	if shown := cli("config", "export"); !strings.Contains(shown, "06:30") || strings.Contains(shown, "07:15") {
		t.Errorf("after the rollback the configuration is\n%s", shown)
	}
	if history := cli("config", "history", "production"); !strings.Contains(history, "too late") {
		t.Errorf("the history is\n%s\nwant the reason of the rollback", history)
	}
}
