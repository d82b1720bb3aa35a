package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/inventory"
)

// theirs is the change of somebody else: berlin's night begins later.
func theirs(t *testing.T, m *memory) {
	t.Helper()
	e := m.items["cluster/berlin"]
	e.Spec = []byte(strings.Replace(string(e.Spec), `"from":"22:00"`, `"from":"23:00"`, 1))
	e.UpdatedBy, e.Reason, e.UpdatedAt = "rui", "OPS-5", monday.Add(time.Minute)
	e.Version++
	m.items[inventory.DisplayKey(e)] = e
}

func TestAnOverrideThatIsGoneIsAConflict(t *testing.T) {
	t.Parallel()
	m := filled(t)
	m.before = func(call string) error {
		if strings.HasPrefix(call, "delete") {
			delete(m.items, "override/black-friday")
		}
		return nil
	}
	a := askIn(t, holding(m), "override", "cancel", "black-friday", "--yes")
	if a.exit != exitConflict {
		t.Fatalf("found exit code %d (%v); want 4", a.exit, a.err)
	}
	says(t, a.err.Error(), "override/black-friday was removed")
}

// TestEndedAtAnyMoment ends each verb ahead of each of its calls to the table: all of the table is then as before or as
// afterwards, never half, and the same verb once more gets to where it wanted.
func TestEndedAtAnyMoment(t *testing.T) {
	t.Parallel()
	changed := strings.Replace(read(t, rich), "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 5}}", 1)
	changed = strings.Replace(changed, "reason: load test", "reason: a longer load test", 1)
	changed = strings.Replace(changed, "2026-12-14..2027-01-03", "2026-12-14..2027-01-04", 1)
	changed = strings.Replace(changed, "timezone: Europe/Berlin", "timezone: Europe/Berlin\n    enabled: false", 1)
	file := richWith(t, read(t, rich), changed)
	for _, args := range [][]string{
		{"config", "apply", file},
		{"config", "disable", "--reason", "r"},
		{"config", "rollback", "berlin", "1", "--yes"},
		{"override", "set", "berlin", "--profile", "low", "--for", "1h", "--reason", "r", "--name", "o", "--yes"},
		{"override", "cancel", "black-friday", "--yes"},
	} {
		t.Run(strings.Join(args[:2], " "), func(t *testing.T) {
			t.Parallel()
			before, after := switched(t), switched(t)
			calls := 0
			after.before = func(string) error {
				calls++
				return nil
			}
			does(t, after, args...)
			if calls < 2 {
				t.Fatalf("found the calls %q; want a read and a write at least", after.calls)
			}
			for n := range calls {
				m := switched(t)
				endsAfter(t, m, n, args...)
				eitherOr(t, n, m, before, after)
				does(t, m, args...)
				if diff := sameSpecs(after, m); diff != "" {
					t.Errorf("ended after %d calls and called again: %s", n, diff)
				}
			}
		})
	}
}

// switched is a table in which berlin is off.
func switched(t *testing.T) *memory {
	t.Helper()
	m := filled(t)
	does(t, m, "config", "disable", "--cluster", "berlin", "--reason", "r")
	m.calls = nil
	return m
}

// endsAfter calls the tool, whose table fails after n calls and then recovers.
func endsAfter(t *testing.T, m *memory, n int, args ...string) {
	t.Helper()
	calls := 0
	m.before = func(string) error {
		if calls++; calls > n {
			return errors.New("the power is out")
		}
		return nil
	}
	if a := askIn(t, holding(m), args...); a.exit != exitFailed || strings.Contains(a.stdout, "written to") {
		t.Errorf("ended after %d calls: exit code %d, and printed\n%s\nwant 1, and no word of success", n, a.exit, a.stdout)
	}
	m.before = func(string) error { return nil }
}

// eitherOr checks that everything is as before, or everything as afterwards, and that all can be used.
func eitherOr(t *testing.T, n int, m, before, after *memory) {
	t.Helper()
	if old, news := sameSpecs(before, m), sameSpecs(after, m); old != "" && news != "" {
		t.Errorf("ended after %d calls: %s; and %s; want all of it as before, or all as afterwards", n, old, news)
	}
	snapshot, err := m.Read(t.Context())
	if held := inventory.Check(snapshot, monday); err != nil || len(held.Invalid) > 0 {
		t.Errorf("ended after %d calls: found %v (%v); want nothing broken", n, held.Invalid, err)
	}
}

// sameSpecs says in what two tables differ, if they do.
func sameSpecs(a, b *memory) string {
	for key := range a.items {
		if string(a.items[key].Spec) != string(b.items[key].Spec) {
			return fmt.Sprintf("%s is %s; want %s", key, b.items[key].Spec, a.items[key].Spec)
		}
	}
	if len(a.items) != len(b.items) {
		return fmt.Sprintf("found %d items; want %d", len(b.items), len(a.items))
	}
	return ""
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
		m := filled(t)
		env := holding(m)
		env.terminal = true
		a := askTyping(t, env, strings.NewReader(tt.typed), "override", "cancel", "black-friday")
		says(t, a.stdout, "Cancel this override? [y/N] ")
		if _, kept := m.items["override/black-friday"]; kept == tt.written {
			t.Errorf("typed %q: kept is %t; want %t", tt.typed, kept, !tt.written)
		}
		if !tt.written && (a.exit != exitFailed || !errors.Is(a.err, errDeclined)) {
			t.Errorf("typed %q: exit code %d (%v); want 1", tt.typed, a.exit, a.err)
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
	if _, err := askFor(ctx, in, &out, "Go on? "); !errors.Is(err, context.Canceled) || exitCode(err) != exitFailed {
		t.Errorf("found %v; want it to be interrupted, with exit code 1", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestApplyOnATerminal(t *testing.T) {
	t.Parallel()
	changed := richWith(t, "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 5}}")
	m := filled(t)
	env := holding(m)
	env.terminal = true
	a := askTyping(t, env, strings.NewReader("y\n"), "config", "apply", "--reason", "OPS-1", changed)
	says(t, a.stdout, "cluster berlin: changed (version 2)\n", "cluster paused: unchanged\n",
		"berlin, from Mon 2026-11-23 13:00 +01:00 until Mon 2026-11-30 13:00 +01:00 (Europe/Berlin)\n", "web 1 to 5",
		"Write this? [y/N] ", "1 written")
	if strings.Contains(a.stdout, "production, from") {
		t.Errorf("printed\n%s\nwant the week of berlin alone", a.stdout)
	}
	if e := m.items["cluster/berlin"]; e.Reason != "OPS-1" {
		t.Errorf("found the reason %q; want OPS-1", e.Reason)
	}
	a = askTyping(t, env, nobody{t}, "config", "apply", changed) // nothing to ask about
	says(t, a.stdout, "0 written")
}

// TestTheWeekOfEveryClusterThatChanges changes clusters by way of something else.
func TestTheWeekOfEveryClusterThatChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, old, text, in, out string }{
		{"an override", "until: 2026-11-25 14:00", "until: 2026-11-25 15:00", "production", "berlin"},
		{"the zone", "timezone: America/Sao_Paulo", "timezone: America/Manaus", "production", "berlin"},
		{"a calendar that is not named in that week", "2026-12-14..2027-01-03", "2026-12-14..2027-01-04", "", "production"},
		{"a calendar", "{ics: holidays.ics}", "{dates: [2026-11-26]}", "production", "berlin"},
	} {
		m := filled(t)
		a := askIn(t, holding(m), "config", "apply", "--dry-run", richWith(t, tt.old, tt.text))
		if !strings.Contains(a.stdout, tt.in+", from Mon") && tt.in != "" || strings.Contains(a.stdout, tt.out+", from Mon") {
			t.Errorf("%s: printed\n%s\nwant the week of %q and not of %q", tt.name, a.stdout, tt.in, tt.out)
		}
	}
}
