package change_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/inventory"
)

const christmas, boxingDay = "2026-12-25", "2026-12-26"

// halfWritten is a table after an apply that ended when the hold, the calendar and a cluster were written. File is its document.
func halfWritten(t *testing.T) (m *clitest.Memory, file string) {
	t.Helper()
	m = clitest.NewMemory()
	if _, err := applied(t.Context(), t, m, m, three(t, "UTC", christmas, 1)); err != nil {
		t.Fatal(err)
	}
	file = three(t, "UTC", boxingDay, 2)
	if _, err := applied(t.Context(), t, &killed{Memory: m, n: 4}, m, file); !errors.Is(err, errPower) || m.Items["settings/global"].Hold == nil {
		t.Fatalf("found %v and the settings %+v; want an interruption on hold", err, m.Items["settings/global"])
	}
	return m, file
}

// unchecked is a table whose role lacks dynamodb:ConditionCheckItem.
type unchecked struct{ *clitest.Memory }

func (u unchecked) WriteAll(ctx context.Context, writes []tables.Write) (conflicting int, err error) {
	for _, w := range writes {
		if w.Check {
			return -1, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "not authorized to perform: dynamodb:ConditionCheckItem"}
		}
	}
	return u.Memory.WriteAll(ctx, writes)
}

// TestWhoMayNotCheckPausesNothing, as the steps after the pause need the permission.
func TestWhoMayNotCheckPausesNothing(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	if _, err := applied(t.Context(), t, m, m, three(t, "UTC", christmas, 1)); err != nil {
		t.Fatal(err)
	}
	_, err := applied(t.Context(), t, unchecked{m}, m, three(t, "UTC", boxingDay, 2))
	if err == nil || !strings.HasPrefix(err.Error(), "nothing was written: ") {
		t.Errorf("found %v; want nothing to be written", err)
	}
	if e := m.Items["settings/global"]; e.PauseState() != inventory.NotPaused || e.Hold != nil || e.Version != 1 {
		t.Errorf("found the settings %+v; want them as before", e)
	}
}

// TestOnlyTheSameDocumentGoesOn after an interruption on hold.
func TestOnlyTheSameDocumentGoesOn(t *testing.T) {
	t.Parallel()
	turned := func(t *testing.T, file string) string {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, clusters, _ := strings.Cut(string(text), "clusters:\n")
		lines := strings.SplitAfter(strings.TrimSuffix(clusters, "\n"), "\n")
		return clitest.WriteDocument(t, head+"clusters:\n"+lines[2]+"\n"+lines[1]+lines[0])
	}
	exported := func(t *testing.T, m *clitest.Memory) string {
		t.Helper()
		return clitest.WriteDocument(t, clitest.AskIn(t, clitest.Holding(m), "config", "export").Stdout)
	}
	const refused = "nothing was written: another document is written only in part since 2026-11-23 12:00 UTC by rui (paused until 3 clusters are written: OPS-7), and scaling is paused until then. " +
		"Apply the same document again: eks-scaling config apply DOCUMENT. To give it up, add --abandon-hold: then clusters may stay half written"
	for _, row := range []struct {
		rule string
		file func(t *testing.T, m *clitest.Memory, file string) string
		want string
	}{
		{"the same", func(_ *testing.T, _ *clitest.Memory, file string) string { return file }, ""},
		{"the same in another order", func(t *testing.T, _ *clitest.Memory, file string) string { t.Helper(); return turned(t, file) }, ""},
		{"the same, while somebody has paused a cluster", func(t *testing.T, m *clitest.Memory, file string) string {
			t.Helper()
			clitest.AskIn(t, clitest.Holding(m), "pause", "c1", "--reason", "incident 7")
			return file
		}, ""},
		{"the table as it is", func(t *testing.T, m *clitest.Memory, _ string) string { t.Helper(); return exported(t, m) }, refused},
		{"the same items with other sizes", func(t *testing.T, _ *clitest.Memory, _ string) string {
			t.Helper()
			return three(t, "UTC", boxingDay, 3)
		}, refused},
	} {
		m, file := halfWritten(t)
		other := row.file(t, m, file)
		_, err := applied(t.Context(), t, m, m, other)
		if row.want == "" {
			isResumed(t, row.rule, m, err)
			continue
		}
		if frame.ExitCode(err) != frame.ExitConflict || !strings.HasPrefix(err.Error(), row.want) || m.Items["settings/global"].Hold == nil {
			t.Errorf("%s: found exit code %d and %v; want 4, and %s", row.rule, frame.ExitCode(err), err, row.want)
		}
		a := clitest.AskIn(t, clitest.Holding(m), "config", "apply", "--yes", "--abandon-hold", other)
		isResumed(t, row.rule+", with --abandon-hold", m, a.Err)
	}
}

func isResumed(t *testing.T, rule string, m *clitest.Memory, err error) {
	t.Helper()
	if e := m.Items["settings/global"]; err != nil || e.Hold != nil || e.PauseState() != inventory.NotPaused {
		t.Errorf("%s: found %v and the settings %+v; want scaling to be resumed", rule, err, e)
	}
}

// TestPausedDuringAHold: the mark stays until the document is written, and the pause after that.
func TestPausedDuringAHold(t *testing.T) {
	t.Parallel()
	m, file := halfWritten(t)
	said := clitest.AskIn(t, clitest.Holding(m), "pause", "--reason", "incident 7")
	if e := m.Items["settings/global"]; said.Err != nil || e.Hold == nil || e.Hold.Resumes || e.Version != 3 {
		t.Fatalf("found %v and the settings %+v; want a hold that resumes nothing", said.Err, e)
	}
	clitest.Says(t, said.Stdout, "Paused everything. Node groups keep their sizes. Resume with: eks-scaling resume\nA document is written only in part; apply the same document again: eks-scaling config apply DOCUMENT\n")
	clitest.Says(t, clitest.AskIn(t, clitest.Holding(m), "pause", "--reason", "more").Stdout, "Scaling is already paused")
	a := clitest.AskIn(t, clitest.Holding(m), "resume")
	if a.Exit != frame.ExitConflict || m.Items["settings/global"].Version != 3 {
		t.Errorf("enable: found exit code %d (%v); want it to be refused", a.Exit, a.Err)
	}
	if _, err := applied(t.Context(), t, m, m, file); err != nil {
		t.Fatal(err)
	}
	if e := m.Items["settings/global"]; e.Hold != nil || e.PauseState() != inventory.Paused {
		t.Errorf("found the settings %+v; want scaling to stay paused without a hold", e)
	}
	clitest.Does(t, m, "resume")
}

// TestEditAndExportDuringAHold: neither makes a document of what is half written.
func TestEditAndExportDuringAHold(t *testing.T) {
	t.Parallel()
	m, _ := halfWritten(t)
	env := clitest.Holding(m)
	env.Editor = "false"
	a := clitest.AskIn(t, env, "config", "edit")
	if a.Exit != frame.ExitConflict {
		t.Errorf("edit: found exit code %d; want 4", a.Exit)
	}
	clitest.Says(t, a.Err.Error(), "nothing was opened: a document is written only in part since 2026-11-23 12:00 UTC by rui (", "; apply the same document again: eks-scaling config apply DOCUMENT")
	a = clitest.AskIn(t, clitest.Holding(m), "config", "export")
	clitest.Says(t, a.Stdout, ". It is written only in part: do not apply it.\npaused: false\n")
	clitest.Says(t, a.Stderr, "do not apply this export: a document is written only in part since 2026-11-23 12:00 UTC by rui (", "; apply the same document again: eks-scaling config apply DOCUMENT\n")
	clitest.Says(t, clitest.AskIn(t, clitest.Holding(m), "config", "export", "-o", "json").Stdout, `"paused": false`)
}
