package change_test

import (
	"context"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/inventory"
)

// meanwhile makes somebody else do something before the nth write.
type meanwhile struct {
	*clitest.Memory
	n     int
	other func()
}

func (m *meanwhile) WriteAll(ctx context.Context, writes []tables.Write) (conflicting int, err error) {
	if m.n--; m.n == 0 {
		m.other()
	}
	return m.Memory.WriteAll(ctx, writes)
}

// TestNobodyResumesScalingBetweenTwoSteps has others do something after the hold, the calendar and a cluster are written.
func TestNobodyResumesScalingBetweenTwoSteps(t *testing.T) {
	t.Parallel()
	const xmas, boxing = "2026-12-25", "2026-12-26"
	calls := func(args ...string) func(*testing.T, *clitest.Memory) clitest.Answer {
		return func(t *testing.T, m *clitest.Memory) clitest.Answer {
			return clitest.AskIn(t, clitest.Holding(m), args...)
		}
	}
	for _, row := range []struct {
		rule  string
		other func(*testing.T, *clitest.Memory) clitest.Answer
		exit  int
		says  string   // the other one's error
		ends  []string // the error of the first one; empty if it ends well
	}{
		{
			"enable is refused", calls("resume"), frame.ExitConflict,
			"a document is written only in part since 2026-11-23 12:00 UTC by rui (paused until 3 clusters are written: OPS-7); apply the same document again: eks-scaling config apply DOCUMENT", nil,
		},
		{
			"disable stops it", calls("pause", "--reason", "stop"), 0, "",
			[]string{
				"wrote 1 of 3 clusters: ", "\nsettings/global has version 3 since 2026-11-23 12:00 UTC by ana (stop)\nwritten: settings/global, calendar/holidays, cluster/c0\n" +
					"not written: cluster/c1, cluster/c2, settings/global\nscaling is paused; until the rest is written clusters may be written without ",
				"\nto write the rest, apply the same document again; scaling then stays paused, unless the document says paused: false",
			},
		},
		{
			"another document is refused", func(t *testing.T, m *clitest.Memory) clitest.Answer {
				t.Helper()
				return calls("config", "apply", "--yes", "../../../../examples/sao-paulo.yaml")(t, m)
			}, frame.ExitConflict, "nothing was written: another document is written only in part since 2026-11-23 12:00 UTC by rui (", nil,
		},
		{
			"the same document takes over", func(t *testing.T, m *clitest.Memory) clitest.Answer {
				t.Helper()
				return calls("config", "apply", "--yes", three(t, "UTC", boxing, 2))(t, m)
			}, 0, "", []string{"somebody else has changed it", "settings/global has version 3", "\nsomebody else has written the rest; scaling is not paused\nwait for that to end, and then compare with: "},
		},
		{
			"another document takes over with --abandon-hold", func(t *testing.T, m *clitest.Memory) clitest.Answer {
				t.Helper()
				_, err := appliedBy(t.Context(), t, change.Options{}.Abandoning(), &killed{Memory: m, n: 2}, m, three(t, "UTC", boxing, 3))
				return clitest.Answer{Err: err, Exit: frame.ExitCode(err)}
			}, frame.ExitFailed, "to write the rest and resume scaling, apply the same document again", []string{
				"settings/global has version 3 since 2026-11-23 12:00 UTC by rui", "\nscaling is paused until another eks-scaling has written the rest\nwait for that to end, and then compare with: eks-scaling config diff FILE",
			},
		},
		{
			"somebody enables scaling in the console", func(_ *testing.T, m *clitest.Memory) clitest.Answer {
				e := m.Items["settings/global"]
				e.Spec, _ = inventory.WithPaused(e.Spec, false)
				e.Version++
				m.Items["settings/global"] = e
				return clitest.Answer{}
			}, 0, "", []string{"\nscaling is NOT paused, and clusters may be written without ", "; pause it now with: eks-scaling pause --reason R\n"},
		},
		{
			"somebody writes a cluster", func(_ *testing.T, m *clitest.Memory) clitest.Answer {
				e := m.Items["cluster/c1"]
				e.Version++
				m.Items["cluster/c1"] = e
				return clitest.Answer{}
			}, 0, "", []string{"\nscaling is paused until the rest is written; ", "\ndo not apply the document as it is: put the change of cluster/c1 into it first (compare with: eks-scaling config diff FILE), and add --abandon-hold, as it is another document then"},
		},
	} {
		m := clitest.NewMemory()
		if _, err := applied(t.Context(), t, m, m, three(t, "UTC", xmas, 1)); err != nil {
			t.Fatal(err)
		}
		var other clitest.Answer
		k := &meanwhile{Memory: m, n: 4, other: func() { other = row.other(t, m) }}
		_, err := applied(t.Context(), t, k, m, three(t, "UTC", boxing, 2))
		if other.Exit != row.exit || other.Err != nil && !strings.Contains(other.Err.Error(), row.says) {
			t.Errorf("%s: found exit code %d (%v); want %d, and %q", row.rule, other.Exit, other.Err, row.exit, row.says)
		}
		if row.ends == nil {
			if err != nil || m.Items["settings/global"].PauseState() != inventory.NotPaused {
				t.Errorf("%s: found %v; want everything to be written", row.rule, err)
			}
			continue
		}
		if frame.ExitCode(err) != frame.ExitConflict {
			t.Fatalf("%s: found %v; want a conflict", row.rule, err)
		}
		clitest.Says(t, err.Error(), row.ends...)
		if again := row.rule == "disable stops it"; strings.Contains(err.Error(), "again") != again {
			t.Errorf("%s: advises to apply again over the change of somebody else:\n%v", row.rule, err)
		}
	}
}
