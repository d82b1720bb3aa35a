package change_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/cli"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

func init() { clitest.NewTool = cli.NewRoot }

// killed is a table whose nth write fails, gets no answer, or is interrupted by Ctrl-C.
type killed struct {
	*clitest.Memory
	n         int
	afterward bool
	interrupt func()
	count     int
}

var errPower = errors.New("the power is out")

func (k *killed) WriteAll(ctx context.Context, writes []tables.Write) (conflicting int, err error) {
	k.count++
	dies := k.count == k.n
	if dies && k.interrupt != nil {
		k.interrupt()
		return k.Memory.WriteAll(ctx, writes)
	}
	if dies && !k.afterward {
		return -1, errPower
	}
	conflicting, err = k.Memory.WriteAll(ctx, writes)
	if dies {
		return -1, errPower
	}
	return conflicting, err
}

// three is a document of three clusters that share a calendar and the zone.
func three(t *testing.T, settings, date string, size int) string {
	t.Helper()
	var doc strings.Builder
	fmt.Fprintf(&doc, "timezone: %s\ncalendars: {holidays: {dates: [%s]}}\nclusters:\n", settings, date)
	for i := range 3 {
		fmt.Fprintf(&doc, "  - {name: c%d, region: sa-east-1, nodegroups: {big: {minSize: 0, maxSize: 9}}, profiles: {normal: {big: %d}}, "+
			"schedule: {default: normal, periods: [{name: p, profile: normal, calendars: {only: [holidays]}}]}}\n", i, size)
	}
	return clitest.WriteDocument(t, doc.String())
}

// applied applies a document in transactions of three items at most.
func applied(ctx context.Context, t *testing.T, table frame.Store, logs *clitest.Memory, file string) (change.Report, error) {
	t.Helper()
	return appliedBy(ctx, t, change.Options{}, table, logs, file)
}

// appliedBy is applied with some options.
func appliedBy(ctx context.Context, t *testing.T, o change.Options, table frame.Store, logs *clitest.Memory, file string) (change.Report, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := &cobra.Command{}
	cmd.SetContext(ctx)
	cmd.SetErr(&out)
	now := func() time.Time { return clitest.Monday }
	env := frame.Environment{Told: &out, Now: now}
	s := frame.Session{
		Stack: deployment.Stack{ConfigTable: "t"}, Config: table, Logs: logs, Now: clitest.Monday, Notes: &out, Opened: clitest.Monday, Clock: now,
	}
	doc, err := document.Read(cmd, file, "nothing was written", env)
	if err != nil {
		t.Fatal(err)
	}
	held, err := s.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	o.FromFile, o.Intent = true, frame.Intent{By: "rui", Yes: true, Reason: "OPS-7"}
	return o.InTransactionsOf(3).Apply(cmd, env, s, held, document.KeepPaused(doc, &out, held.Snapshot))
}

// TestKilledAtEveryWrite ends an apply at each of its writes, in three ways, and then makes the same command again.
func TestKilledAtEveryWrite(t *testing.T) {
	t.Parallel()
	const utc, lima, xmas, boxing = "UTC", "America/Lima", "2026-12-25", "2026-12-26"
	for _, row := range []struct {
		rule           string
		paused         bool // by a person, before
		settings, date string
		writes         int
		pausedAtLast   bool
	}{
		{"clusters alone", false, utc, xmas, 1, false},
		{"a calendar and its clusters", false, utc, boxing, 6, false},
		{"the zone and its clusters", false, lima, xmas, 5, false},
		{"a person paused it before", true, utc, boxing, 6, true},
		{"a person paused it, and the document resumes it", true, utc + "\npaused: false", boxing, 6, false},
		{"the document pauses it", false, utc + "\npaused: true", boxing, 6, true},
		{"the document pauses it without a hold", false, utc + "\npaused: true", xmas, 4, true},
		{"the document resumes it without a hold", true, utc + "\npaused: false", xmas, 4, false},
	} {
		start := func() *clitest.Memory { return beforeApply(t, three(t, utc, xmas, 1), row.paused) }
		file := three(t, row.settings, row.date, 2)
		before, after := start(), start()
		count := &killed{Memory: after}
		if _, err := applied(t.Context(), t, count, after, file); err != nil || count.count != row.writes {
			t.Fatalf("%s: found %d writes and %v; want %d", row.rule, count.count, err, row.writes)
		}
		for n := 1; n <= row.writes; n++ {
			for _, way := range []string{"not made", "no answer", "Ctrl-C"} {
				m := start()
				name := fmt.Sprintf("%s, write %d, %s", row.rule, n, way)
				made, err := appliedUntil(t, m, file, n, way)
				if isLast := way == "Ctrl-C" && n == row.writes; isLast != (err == nil) {
					t.Errorf("%s: found %v", name, err)
				} else if err != nil {
					tellsTheTruth(t, name, made, err, before, m)
				}
				wholeOrPaused(t, name, m, before, after)
				if _, err := applied(t.Context(), t, m, m, file); err != nil {
					t.Errorf("%s, and again: %v", name, err)
				}
				sameEnd(t, name, m, after, row.pausedAtLast)
				history(t, name, m)
			}
		}
	}
}

// beforeApply is a table with a document, paused by a person or not.
func beforeApply(t *testing.T, file string, paused bool) *clitest.Memory {
	t.Helper()
	m := clitest.NewMemory()
	if _, err := applied(t.Context(), t, m, m, file); err != nil {
		t.Fatal(err)
	}
	if paused {
		clitest.Does(t, m, "pause", "--reason", "incident 7")
	}
	return m
}

// appliedUntil ends an apply at its n-th write, in one of the ways.
func appliedUntil(t *testing.T, m *clitest.Memory, file string, n int, way string) (change.Report, error) {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	k := &killed{Memory: m, n: n, afterward: way == "no answer"}
	if way == "Ctrl-C" {
		k.interrupt = interrupt
	}
	return applied(ctx, t, k, m, file)
}

// tellsTheTruth compares what an interrupted command says with what is in the table.
func tellsTheTruth(t *testing.T, name string, made change.Report, err error, before, m *clitest.Memory) {
	t.Helper()
	for _, c := range made.Changes {
		key := c.Kind + "/" + c.Name
		if isWritten := m.Items[key].Version >= c.Version; c.Written != "unknown" && (c.Written == "yes") != isWritten {
			t.Errorf("%s: says %q of version %d of %s, which has %d", name, c.Written, c.Version, key, m.Items[key].Version)
		}
	}
	if answered, ok := errors.AsType[frame.AnsweredError](err); !ok || !made.Interrupted || answered.Answer == nil {
		t.Errorf("%s: found no answer for machines beside %v", name, err)
	}
	saysWhetherPaused(t, name, err, before, m)
}

func saysWhetherPaused(t *testing.T, name string, err error, before, m *clitest.Memory) {
	t.Helper()
	text := strings.ReplaceAll(err.Error(), "it is not known whether scaling is paused", "(paused or not)")
	paused := m.Items["settings/global"].PauseState() == inventory.Paused
	for says, isTrue := range map[string]bool{
		"scaling is not paused": !paused, "scaling is paused": paused, "scaling stays paused": paused,
		"nothing was written": clitest.SameSpecs(before, m) == "",
	} {
		if strings.Contains(text, says) && !isTrue {
			t.Errorf("%s: paused is %t, and it says\n%s", name, paused, text)
		}
	}
	if strings.Contains(text, "\nwritten: ") && !strings.Contains(text, "paused") {
		t.Errorf("%s: it does not say whether scaling is paused:\n%s", name, text)
	}
}

// wholeOrPaused checks that each cluster is with its calendar and zone as before or as afterwards, unless scaling is on hold.
func wholeOrPaused(t *testing.T, name string, m, before, after *clitest.Memory) {
	t.Helper()
	snapshot, err := m.Read(t.Context())
	if held := inventory.Check(snapshot, clitest.Monday); err != nil || len(held.Invalid) > 0 {
		t.Errorf("%s: found %v (%v); want nothing invalid", name, held.Invalid, err)
	}
	if snapshot.Held() != nil {
		return
	}
	view := func(m *clitest.Memory, cluster string) string {
		settings := m.Items["settings/global"]
		zone, _ := settings.Timezone()
		return fmt.Sprint(zone, string(m.Items["calendar/holidays"].Spec), string(m.Items[cluster].Spec))
	}
	for _, cluster := range []string{"cluster/c0", "cluster/c1", "cluster/c2"} {
		if now := view(m, cluster); now != view(before, cluster) && now != view(after, cluster) {
			t.Errorf("%s: scaling is not on hold, and %s is half written: %s", name, cluster, now)
		}
	}
}

// sameEnd compares the table with the result of an uninterrupted command.
func sameEnd(t *testing.T, name string, m, want *clitest.Memory, paused bool) {
	t.Helper()
	settings := m.Items["settings/global"]
	if diff := clitest.SameSpecs(want, m); diff != "" || settings.Hold != nil || (settings.PauseState() == inventory.Paused) != paused {
		t.Errorf("%s, and again: found %q, the hold %v, and the pause state %d; want paused to be %t", name, diff, settings.Hold, settings.PauseState(), paused)
	}
}

// history checks that each version is recorded once, after the previous one, with its author and reason.
func history(t *testing.T, name string, m *clitest.Memory) {
	t.Helper()
	for key, changes := range m.History {
		for i, c := range changes {
			if c.Version != len(changes)-i || i+1 < len(changes) && string(c.Before) != string(changes[i+1].After) {
				t.Errorf("%s: found version %d of %s on record after %d others, over %s", name, c.Version, key, len(changes)-i-1, c.Before)
			}
			if c.By == "" || c.Reason == "" {
				t.Errorf("%s: found version %d of %s on record by %q because of %q", name, c.Version, key, c.By, c.Reason)
			}
		}
	}
}
