package configcmd

import (
	"encoding/json"
	"slices"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

// grown is a table in which berlin has three versions: of ana, of rui, and one in which it is switched off.
func grown(t *testing.T) *clitest.Memory {
	t.Helper()
	m := clitest.Filled(t)
	if a := clitest.AskIn(t, clitest.Holding(m), "config", "apply", "--by", "rui", "--reason", "OPS-1",
		clitest.RichWith(t, "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 5}}")); a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Does(t, m, "config", "disable", "--cluster", "berlin", "--reason", "incident 7")
	m.Writes = nil
	return m
}

func TestHistoryOfWhatIsGone(t *testing.T) {
	t.Parallel()
	m := grown(t)
	e := m.Items["cluster/berlin"]
	if err := m.Delete(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	clitest.Says(t, clitest.Does(t, m, "config", "history", "berlin"), "removed, ", "version 3, ")
	clitest.Does(t, m, "config", "rollback", "berlin", "2", "--yes")
	if e := m.Items["cluster/berlin"]; e.Version != 1 || e.Reason != "back to version 2" {
		t.Errorf("found %+v; want it back, as version 1", e)
	}
	// There are two versions 1 by now: the newest is meant, and that is what is there.
	clitest.Says(t, clitest.Does(t, m, "config", "rollback", "berlin", "1", "--yes"), "cluster berlin is as it was in version 1 already; nothing was written\n")
}

func TestRefusedRollbacks(t *testing.T) {
	t.Parallel()
	withoutCalendar, withStrangeOverride := grown(t), grown(t)
	delete(withoutCalendar.Items, "calendar/holidays")
	clitest.Does(t, withoutCalendar, "config", "disable", "--cluster", "production", "--reason", "r")
	withStrangeOverride.Items["override/web"] = inventory.Item{Kind: inventory.KindOverride, Name: "web", Version: 1, Spec: json.RawMessage(
		`{"name": "web", "cluster": "berlin", "sizes": {"other": 1}, "from": "2026-11-23T10:00:00Z", "until": "2026-11-23T20:00:00Z", "reason": "r"}`)}
	for _, tt := range []struct {
		name string
		m    *clitest.Memory
		args []string
		exit int
		want string
	}{
		{"a version that never was", grown(t), []string{"berlin", "4"}, frame.ExitNotFound, `no version 4 of cluster "berlin" is on record; known: 1, 2, 3`},
		{"a calendar that is gone", withoutCalendar, []string{"production", "1"}, frame.ExitFailed, "nothing was written, as version 1 of cluster production does not fit what else is in the table: schedule.periods[0].calendars.only[0]: unknown calendar \"holidays\""},
		{"an override that does not fit", withStrangeOverride, []string{"berlin", "1"}, frame.ExitFailed, `override/web: sizes.other: unknown node group "other"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := len(tt.m.Writes)
			clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(tt.m), append([]string{"config", "rollback", "--yes"}, tt.args...)...), tt.exit, tt.want)
			if writes := slices.DeleteFunc(slices.Clone(tt.m.Writes[before:]), func(call string) bool { return call == "read" }); len(writes) > 0 {
				t.Errorf("found %q; want nothing written", writes)
			}
		})
	}
}
