package configcmd

import (
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
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
