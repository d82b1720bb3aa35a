package configcmd

import (
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// grown is a table in which berlin has three versions: of ana, of rui, and one in which it is paused.
func grown(t *testing.T) *clitest.Memory {
	t.Helper()
	m := clitest.Filled(t)
	if a := clitest.AskIn(t, clitest.Holding(m), "config", "apply", "--yes", "--by", "rui", "--reason", "OPS-1",
		clitest.RichWith(t, "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 5}}")); a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Does(t, m, "pause", "berlin", "--reason", "incident 7")
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
	clitest.Says(t, clitest.Does(t, m, "config", "history", "berlin"), "version 4 (removed), ", ", by unknown\n", "version 3, ")
	clitest.Does(t, m, "config", "rollback", "berlin", "2", "--yes")
	if e := m.Items["cluster/berlin"]; e.Version != 5 || e.Reason != "back to version 2" {
		t.Errorf("found %+v; want it back, as version 5", e)
	}
	clitest.Says(t, clitest.Does(t, m, "config", "rollback", "berlin", "5", "--yes"), "Cluster berlin is already as in version 5; nothing to do.\n")
	clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(m), "config", "rollback", "berlin", "4", "--yes"), frame.ExitNotFound, "version 4 of cluster berlin is its removal")
	if err := m.Delete(t.Context(), m.Items["cluster/berlin"]); err != nil {
		t.Fatal(err)
	}
	clitest.Does(t, m, "config", "apply", "--yes", clitest.RichWith(t, "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 6}}"))
	if e := m.Items["cluster/berlin"]; e.Version != 7 {
		t.Errorf("found %+v; want it added again as version 7, after its removal as version 6", e)
	}
}

func TestTablesOfTheConfigurationFitTheTerminal(t *testing.T) {
	t.Parallel()
	for _, m := range []*clitest.Memory{clitest.Filled(t), clitest.BrokenTable(t)} {
		clitest.FitsTheTerminal(t, clitest.Holding(m), "config", "show")
		clitest.FitsTheTerminal(t, clitest.Holding(m), "override", "list", "--all")
	}
}

// TestWhatIsWrittenBearsTheInstantOfTheWriting has a clock that advances ten minutes with each reading of the table, as it does
// while somebody looks at what would change.
func TestWhatIsWrittenBearsTheInstantOfTheWriting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		item string
		args []string
	}{
		{"cluster/production", []string{"config", "apply", "--yes", "../../../../examples/sao-paulo.yaml"}},
		{"settings/global", []string{"pause", "--reason", "r"}},
		{"override/load", []string{"override", "set", "production", "--to", "peak", "--for", "3h", "--name", "load", "--reason", "r", "--yes"}},
		{"override/keep-big", []string{"override", "cancel", "keep-big", "--yes"}},
	} {
		t.Run(tt.args[0]+" "+tt.args[1], func(t *testing.T) {
			t.Parallel()
			m := clitest.Filled(t)
			now := clitest.Monday.Add(50 * time.Hour) // while keep-big is active
			env := clitest.Holding(m)
			env.Now = func() time.Time { return now }
			m.Before = func(call string) error {
				if call == "read" {
					now = now.Add(10 * time.Minute)
				}
				return nil
			}
			if a := clitest.AskIn(t, env, tt.args...); a.Err != nil {
				t.Fatal(a.Err)
			}
			if got, want := m.Items[tt.item].UpdatedAt, now.Truncate(time.Second); !got.Equal(want) {
				t.Errorf("found %s written at %s; want %s", tt.item, got, want)
			}
		})
	}
}
