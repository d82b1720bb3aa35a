package configcmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	smithy "github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// manyClusters writes a document of 120 clusters, which do not fit into one transaction. They are off, so that a run can carry them.
func manyClusters(t *testing.T, size int, holiday string) string {
	t.Helper()
	var doc strings.Builder
	fmt.Fprintf(&doc, "timezone: UTC\ncalendars: {holidays: {dates: [%s]}}\nclusters:\n", holiday)
	for i := range 120 {
		fmt.Fprintf(&doc, "  - {name: c%03d, region: sa-east-1, paused: true, nodegroups: {big: {minSize: 0, maxSize: 9}}, profiles: {normal: {big: %d}}, "+
			"schedule: {default: normal, periods: [{name: p, profile: normal, calendars: {only: [holidays]}}]}}\n", i, size)
	}
	return clitest.WriteDocument(t, doc.String())
}

const (
	christmas, boxingDay = "2027-04-21", "2027-04-22"
	notPaused            = "\neach cluster is as before or as in the document; scaling is not paused"
	goOn                 = notPaused + "\nto write the rest, apply the same document again"
)

// counting makes a table count its transactions, and fail the one of a number with what a function returns.
func counting(m *clitest.Memory, failing int, fail func() error) *int {
	count := new(int)
	m.Before = func(call string) error {
		if call != "write" {
			return nil
		}
		if *count++; *count == failing {
			return fail()
		}
		return nil
	}
	return count
}

// apply calls the tool without a terminal.
func apply(t *testing.T, m *clitest.Memory, file string) clitest.Answer {
	t.Helper()
	return clitest.AskIn(t, clitest.Holding(m), "config", "apply", "--yes", file)
}

func TestManyClustersAreATransactionEach(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	count := counting(m, 0, nil)
	a := apply(t, m, manyClusters(t, 1, christmas))
	if a.Err != nil || *count != 122 || len(m.Items) != 122 {
		t.Fatalf("found %d transactions and %d items (%v); want 122, of the settings, a calendar and 120 clusters", *count, len(m.Items), a.Err)
	}
	clitest.Says(t, a.Stdout, "\n120 clusters new, with the same fields: c000, c001, ", ", c119\n  + concurrency: 5\n", "\nThe coming week of 120 clusters changes; show it with --verbose\n", "\nPlan: 122 to add, 0 to change, 0 to remove\n", "\nApplied: ")
	if lines := strings.Count(a.Stdout, "\n"); lines > 100 {
		t.Errorf("printed %d lines; want a summary:\n%s", lines, a.Stdout)
	}
	if !strings.HasPrefix(a.Stderr, "wrote 12 of 120 clusters\nwrote 24 of 120 clusters\n") || !strings.HasSuffix(a.Stderr, "\nwrote 108 of 120 clusters\n") {
		t.Errorf("found on stderr\n%s\nwant a line for each tenth", a.Stderr)
	}
	*count = 0
	const paused = "120 clusters are PAUSED: c000, c001, c002 and 117 more. Show them with: eks-scaling config show\n"
	if a = apply(t, m, manyClusters(t, 1, christmas)); a.Err != nil || *count != 0 || a.Stderr != paused {
		t.Errorf("the same again: found %d transactions, %v and %q; want none, and that they are paused", *count, a.Err, a.Stderr)
	}
}

func TestProgressOnATerminalIsOneLine(t *testing.T) {
	t.Parallel()
	env := clitest.Holding(clitest.NewMemory())
	env.StderrIsTerminal = true
	a := clitest.AskIn(t, env, "config", "apply", "--yes", "-o", "json", manyClusters(t, 1, christmas))
	clitest.Says(t, a.Stderr, "\r\x1b[Kwrote 60 of 120 clusters\r\x1b[Kwrote 61 of 120 clusters", "wrote 119 of 120 clusters\r\x1b[KApplied: ")
	if made := clitest.Decode[change.Report](t, a.Stdout); len(made.Changes) != 122 {
		t.Errorf("found %d changes in JSON; want all 122", len(made.Changes))
	}
}

// TestAnInterruptionSaysWhatIsWritten stops at the 62nd transaction, when the settings, the calendar and 59 clusters are written.
func TestAnInterruptionSaysWhatIsWritten(t *testing.T) {
	t.Parallel()
	const (
		written = "\nwritten: settings/global, calendar/holidays, cluster/c000, "
		more    = ", cluster/c017, and 42 more\n"
		others  = ", cluster/c118, and 1 more"
	)
	for _, row := range []struct {
		rule  string
		err   error
		exit  int
		wrote []string
	}{
		{"no answer", errors.New("the power is out"), frame.ExitFailed, []string{"wrote 60 of 120 clusters: the power is out" + written, more + "written or not: cluster/c060\nnot written: cluster/c061, cluster/c062, ", "and 39 more" + goOn}},
		{
			"a refusal", &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}, frame.ExitNoAccess,
			[]string{"wrote 60 of 120 clusters: ", written, more + "not written: cluster/c060, cluster/c061, ", "and 40 more" + goOn},
		},
	} {
		m := clitest.NewMemory()
		count := counting(m, 63, func() error { return row.err })
		a := apply(t, m, manyClusters(t, 1, christmas))
		if a.Exit != row.exit || len(m.Items) != 62 || strings.Contains(a.Stdout, "Applied: ") {
			t.Errorf("%s: found exit code %d and %d items; want %d, and 62", row.rule, a.Exit, len(m.Items), row.exit)
		}
		clitest.Says(t, a.Err.Error(), row.wrote...)
		*count = 0
		if a = apply(t, m, manyClusters(t, 1, christmas)); a.Err != nil || *count != 1 || len(m.Items) != 122 {
			t.Errorf("%s: the same command again: found %v, %d transactions and %d items; want one transaction of the rest", row.rule, a.Err, *count, len(m.Items))
		}
	}
}

func TestCtrlCWaitsForTheEndOfAStep(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	ctx, interrupt := context.WithCancel(t.Context())
	counting(m, 2, func() error { interrupt(); return nil })
	var steps []writeplan.Step
	for _, name := range []string{"a", "b", "c"} {
		item := inventory.Item{Kind: inventory.KindCluster, Name: name, Spec: []byte(`{}`)}
		steps = append(steps, writeplan.Step{Changes: []inventory.Change{{After: item}}})
	}
	cmd := &cobra.Command{}
	cmd.SetContext(ctx)
	var out bytes.Buffer
	s := frame.Session{
		Stack: deployment.Stack{ConfigTable: "t"}, Config: m, Logs: m, Now: clitest.Monday, Notes: &out,
		Opened: clitest.Monday, Clock: func() time.Time { return clitest.Monday },
	}
	err := clitest.ByAna.Write(cmd, frame.Environment{Told: &out}, s, writeplan.Plan{Steps: steps})
	const want = "wrote 2 of 3 clusters: interrupted\nwritten: cluster/a, cluster/b\nnot written: cluster/c"
	if err == nil || err.Error() != want || frame.ExitCode(err) != frame.ExitFailed || len(m.Items) != 2 {
		t.Errorf("found %d items and %v; want two, and %q", len(m.Items), err, want)
	}
}

// TestTwoWriters: the later writer keeps the other's changes, and reports the conflict.
func TestTwoWriters(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	if a := apply(t, m, manyClusters(t, 1, christmas)); a.Err != nil {
		t.Fatal(a.Err)
	}
	var other clitest.Answer
	counting(m, 60, func() error {
		m.Before = func(string) error { return nil }
		other = clitest.AskIn(t, clitest.Holding(m), "config", "apply", "--yes", "--by", "rui", manyClusters(t, 3, christmas))
		return nil
	})
	a := apply(t, m, manyClusters(t, 2, christmas))
	if other.Err != nil || a.Exit != frame.ExitConflict {
		t.Fatalf("found %v, and exit code %d (%v); want the other to write all, and a conflict", other.Err, a.Exit, a.Err)
	}
	clitest.Says(t, a.Err.Error(), "wrote 59 of 120 clusters: writing cluster/c059 over version 1, which is 2 by now: somebody else has changed it",
		"\ncluster/c059 has version 2 since 2026-11-23 12:00 UTC by rui\n  ~ profiles.normal.big: 1 -> 3\nwritten: cluster/c000, ",
		"\nnot written: cluster/c059, cluster/c060, ", notPaused+"\ndo not apply the document as it is: put the change of cluster/c059 into it first (compare with: eks-scaling config diff FILE)")
	for i := range 120 {
		key, want := fmt.Sprintf("cluster/c%03d", i), 2
		if i < 59 {
			want = 3
		}
		if e := m.Items[key]; e.UpdatedBy != "rui" || e.Version != want {
			t.Errorf("found %s in version %d by %s; want %d, by rui, who was last", key, e.Version, e.UpdatedBy, want)
		}
	}
	if a = apply(t, m, manyClusters(t, 2, christmas)); a.Err != nil {
		t.Errorf("the same command again: %v", a.Err)
	}
}

// TestACalendarChangesWithAllItsClusters writes more clusters with their calendar than fit into one transaction.
func TestACalendarChangesWithAllItsClusters(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	count := counting(m, 0, nil)
	apply(t, m, manyClusters(t, 1, christmas))
	const announced = "scaling is paused while 120 clusters are written, because they change together with a calendar, a signal or the time zone; it resumes at the end\n"
	*count = 0
	a := clitest.AskIn(t, clitest.Holding(m), "config", "apply", "--dry-run", manyClusters(t, 2, boxingDay))
	clitest.Says(t, a.Stdout, announced, "Dry run: nothing was written.\n")
	a = apply(t, m, manyClusters(t, 2, boxingDay))
	if a.Err != nil || *count != 123 || m.Items["settings/global"].PauseState() != inventory.NotPaused {
		t.Fatalf("found %v and %d transactions; want 123, of the calendar, 120 clusters, and twice the settings", a.Err, *count)
	}
	clitest.Says(t, a.Stdout, announced, "\nApplied: ")
}

// TestAnInterruptionOnHold stops the command, reads it as JSON, and makes it again.
func TestAnInterruptionOnHold(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	apply(t, m, manyClusters(t, 1, christmas))
	counting(m, 62, func() error { return errors.New("the power is out") })
	file := manyClusters(t, 2, boxingDay)
	a := clitest.AskIn(t, clitest.Holding(m), "config", "apply", "--yes", "--reason", "OPS-7", "-o", "json", file)
	clitest.Says(t, a.Err.Error(), "wrote 59 of 120 clusters: the power is out\nwritten: settings/global, calendar/holidays, cluster/c000, ", "\nwritten or not: cluster/c059\n",
		"\nscaling is paused until the rest is written; until then clusters may be written without the calendars, the signals or the time zone that they use"+
			"\nto write the rest and resume scaling, apply the same document again")
	made, found := clitest.Decode[change.Report](t, a.Stdout), map[string]int{}
	for _, c := range made.Changes {
		found[c.Written]++
	}
	if !made.Interrupted || found["yes"] != 61 || found["unknown"] != 1 || found["no"] != 61 {
		t.Errorf("found %v in JSON; want 61 written, 1 that may be, and 61 that are not", found)
	}
	m.Before = func(string) error { return nil }
	a = clitest.AskIn(t, clitest.Holding(m), "config", "show")
	clitest.Says(t, a.Stderr, "Scaling is PAUSED since 2026-11-23 12:00 UTC by ana (paused until 120 clusters are written: OPS-7), while config apply writes a document. "+
		"If that was interrupted, apply the same document again.\n")
	if a = apply(t, m, file); a.Err != nil || m.Items["settings/global"].PauseState() != inventory.NotPaused {
		t.Errorf("the same command again: found %v; want scaling to be resumed", a.Err)
	}
	if a = clitest.AskIn(t, clitest.Holding(m), "config", "diff", file); a.Err != nil {
		t.Errorf("found a difference afterwards: %v\n%s", a.Err, a.Stdout)
	}
}
