package configcmd

import (
	"context"
	"errors"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

func TestAnOverrideThatIsGoneIsAConflict(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	m.Before = func(call string) error {
		if strings.HasPrefix(call, "delete") {
			delete(m.Items, "override/black-friday")
		}
		return nil
	}
	a := clitest.AskIn(t, clitest.Holding(m), "override", "cancel", "black-friday", "--yes")
	if a.Exit != frame.ExitConflict {
		t.Fatalf("found exit code %d (%v); want 4", a.Exit, a.Err)
	}
	clitest.Says(t, a.Err.Error(), "override/black-friday was removed")
}

// TestEndedAtAnyMoment ends each verb ahead of each of its calls to the table: all of the table is then as before or as
// afterwards, never half, and the same verb once more gets to where it wanted.
func TestEndedAtAnyMoment(t *testing.T) {
	t.Parallel()
	changed := strings.Replace(clitest.Read(t, clitest.Rich), "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 5}}", 1)
	changed = strings.Replace(changed, "reason: load test", "reason: a longer load test", 1)
	changed = strings.Replace(changed, "2026-12-14..2027-01-03", "2026-12-14..2027-01-04", 1)
	changed = strings.Replace(changed, "timezone: Europe/Berlin", "timezone: Europe/Berlin\n    paused: true", 1)
	file := clitest.RichWith(t, clitest.Read(t, clitest.Rich), changed)
	for _, args := range [][]string{
		{"config", "apply", "--yes", file},
		{"pause", "--reason", "r"},
		{"config", "rollback", "berlin", "1", "--yes"},
		{"override", "set", "berlin", "--to", "low", "--for", "1h", "--reason", "r", "--name", "o", "--yes"},
		{"override", "cancel", "black-friday", "--yes"},
	} {
		t.Run(strings.Join(args[:2], " "), func(t *testing.T) {
			t.Parallel()
			before, after := withPaused(t), withPaused(t)
			calls := 0
			after.Before = func(string) error {
				calls++
				return nil
			}
			clitest.Does(t, after, args...)
			if calls < 2 {
				t.Fatalf("found the calls %q; want a read and a write at least", after.Writes)
			}
			for n := range calls {
				m := withPaused(t)
				endsAfter(t, m, n, args...)
				eitherOr(t, n, m, before, after)
				clitest.Does(t, m, args...)
				if diff := clitest.SameSpecs(after, m); diff != "" {
					t.Errorf("ended after %d calls and called again: %s", n, diff)
				}
			}
		})
	}
}

// withPaused is a table in which berlin is paused.
func withPaused(t *testing.T) *clitest.Memory {
	t.Helper()
	m := clitest.Filled(t)
	clitest.Does(t, m, "pause", "berlin", "--reason", "r")
	m.Writes = nil
	return m
}

// endsAfter calls the tool, whose table fails after n calls and then recovers.
func endsAfter(t *testing.T, m *clitest.Memory, n int, args ...string) {
	t.Helper()
	calls := 0
	m.Before = func(string) error {
		if calls++; calls > n {
			return errors.New("the power is out")
		}
		return nil
	}
	if a := clitest.AskIn(t, clitest.Holding(m), args...); a.Exit != frame.ExitFailed || strings.Contains(a.Stdout, "written to") {
		t.Errorf("ended after %d calls: exit code %d, and printed\n%s\nwant 1, and no word of success", n, a.Exit, a.Stdout)
	}
	m.Before = func(string) error { return nil }
}

// eitherOr checks that everything is as before, or everything as afterwards, and that all can be used.
func eitherOr(t *testing.T, n int, m, before, after *clitest.Memory) {
	t.Helper()
	if old, news := clitest.SameSpecs(before, m), clitest.SameSpecs(after, m); old != "" && news != "" {
		t.Errorf("ended after %d calls: %s; and %s; want all of it as before, or all as afterwards", n, old, news)
	}
	snapshot, err := m.Read(t.Context())
	if held := inventory.Check(snapshot, clitest.Monday); err != nil || len(held.Invalid) > 0 {
		t.Errorf("ended after %d calls: found %v (%v); want nothing broken", n, held.Invalid, err)
	}
}

// nobody types: it must not be read.
type nobody struct{ t *testing.T }

func (n nobody) Read([]byte) (int, error) {
	n.t.Error("found somebody waiting for an answer")
	return 0, errors.New("nobody is there")
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed   string
		written bool
	}{{"y\n", true}, {" YES \r\n", true}, {"y", true}, {"\n", false}, {"", false}, {"n\n", false}, {"yeah\n", false}, {"\ny\n", false}} {
		m := clitest.Filled(t)
		a := clitest.AskTyping(t, clitest.OnTerminal(clitest.Holding(m)), strings.NewReader(tt.typed), "override", "cancel", "black-friday")
		clitest.Says(t, a.Stdout, "Cancel this override? [y/N] ")
		if _, kept := m.Items["override/black-friday"]; kept == tt.written {
			t.Errorf("typed %q: kept is %t; want %t", tt.typed, kept, !tt.written)
		}
		if !tt.written && (a.Exit != frame.ExitFailed || !errors.Is(a.Err, term.ErrDeclined)) {
			t.Errorf("typed %q: exit code %d (%v); want 1", tt.typed, a.Exit, a.Err)
		}
	}
}

// TestCtrlCWhileAsked waits for an answer that never comes.
func TestCtrlCWhileAsked(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	waiting := make(chan struct{})
	in := readerFunc(func([]byte) (int, error) {
		close(waiting)
		<-t.Context().Done()
		return 0, errors.New("too late")
	})
	go func() { <-waiting; interrupt() }()
	var out strings.Builder
	if _, err := term.Ask(ctx, in, &out, "Go on? "); !errors.Is(err, context.Canceled) || frame.ExitCode(err) != frame.ExitFailed {
		t.Errorf("found %v; want it to be interrupted, with exit code 1", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestApplyOnATerminal(t *testing.T) {
	t.Parallel()
	changed := clitest.RichWith(t, "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 5}}")
	m := clitest.Filled(t)
	env := clitest.OnTerminal(clitest.Holding(m))
	a := clitest.AskTyping(t, env, strings.NewReader("y\n"), "config", "apply", "--reason", "OPS-1", changed)
	clitest.Says(t, a.Stdout, "cluster berlin: changed (version 2)\n", "cluster paused: unchanged\n",
		"berlin, from Mon 2026-11-23 13:00 +01:00 until Mon 2026-11-30 13:00 +01:00 (Europe/Berlin)\n", "web 1 to 5",
		"Apply these changes? [y/N] ", "Applied: 0 added, 1 changed, 0 removed")
	if strings.Contains(a.Stdout, "production, from") {
		t.Errorf("printed\n%s\nwant the week of berlin alone", a.Stdout)
	}
	if e := m.Items["cluster/berlin"]; e.Reason != "OPS-1" {
		t.Errorf("found the reason %q; want OPS-1", e.Reason)
	}
	a = clitest.AskTyping(t, env, nobody{t}, "config", "apply", changed) // nothing to ask about
	clitest.Says(t, a.Stdout, "Plan: 0 to add, 0 to change, 0 to remove, 8 unchanged")
}

// TestTheWeekOfEveryClusterThatChanges changes clusters by way of something else.
func TestTheWeekOfEveryClusterThatChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, old, text, in, out string }{
		{"an override", "until: 2026-11-25 14:00", "until: 2026-11-25 15:00", "production", "berlin"},
		{"the zone", "timezone: America/Sao_Paulo", "timezone: America/Manaus", "production", "berlin"},
		{"a calendar that is not named in that week", "2026-12-14..2027-01-03", "2026-12-14..2027-01-04", "", "production"},
		{"a calendar", "{ics: holidays.ics, exclude: \"not a holiday*\"}", "{dates: [2026-11-26]}", "production", "berlin"},
	} {
		m := clitest.Filled(t)
		a := clitest.AskIn(t, clitest.Holding(m), "config", "apply", "--dry-run", clitest.RichWith(t, tt.old, tt.text))
		if !strings.Contains(a.Stdout, tt.in+", from Mon") && tt.in != "" || strings.Contains(a.Stdout, tt.out+", from Mon") {
			t.Errorf("%s: printed\n%s\nwant the week of %q and not of %q", tt.name, a.Stdout, tt.in, tt.out)
		}
	}
}
