package statuscmd

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// opened is a session that was opened now, in the afternoon.
func opened() frame.Session {
	return frame.Session{Now: afternoon, Opened: time.Now(), Clock: func() time.Time { return time.Now() }, Notes: io.Discard}
}

// watch looks at a system three times, and is left in the middle of a fourth look. Before each something may be done.
func watch(t *testing.T, s *system, env frame.Environment, before func(look int)) (string, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	s.Meet = func(call string) {
		if !strings.HasPrefix(call, "GetQueueAttributes") {
			return
		}
		looks++
		before(looks)
		if looks == 4 {
			cancel()
		}
	}
	var out screenText
	err := watching{every: 5 * time.Second, all: true}.repeat(ctx, &out, env, opened(), s.sources())
	return string(out), err
}

// TestWatching looks three times: fine, then a message, then fine again. Each is as of its own instant.
func TestWatching(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := calmSystem(t)
		text, err := watch(t, s, frame.Environment{Width: 80}, func(look int) {
			s.letters(map[bool]string{true: "1", false: "0"}[look == 2])
		})
		if err != nil {
			t.Errorf("found %v; want what the last whole look was, which is fine", err)
		}
		watched, left, _ := strings.Cut(text, closeScreen)
		watchedThrice(t, watched)
		end := afternoon.Add(10 * time.Second)
		if want := shows(t, report.Examine(s.facts(t, end), end), 80); left != want {
			t.Errorf("found %q; want the last whole look to stay: %q", left, want)
		}
	})
}

func watchedThrice(t *testing.T, text string) {
	t.Helper()
	counts := map[string]int{
		"updated at 14:00:00 UTC; again every 5s": 1, "updated at 14:00:05 UTC": 1, "updated at 14:00:10 UTC": 1,
		openScreen: 1, goHome: 3, eraseBelow: 3, "1 message": 2,
	}
	for part, want := range counts {
		if got := strings.Count(text, part); got != want {
			t.Errorf("found %d times %q; want it %d times in %q", got, part, want, text)
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasSuffix(line, eraseRight) && !strings.Contains(line, eraseRight+eraseBelow) {
			t.Errorf("found the line %q; want it to empty what was there before", line)
		}
	}
}

// TestWatchingGoesByTheClockOfAWS, also when the one here is put wrong meanwhile.
func TestWatchingGoesByTheClockOfAWS(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := calmSystem(t)
		text, _ := watch(t, s, frame.Environment{Width: 80}, func(look int) {
			s.awsNow = map[int]time.Time{1: afternoon.Add(3 * time.Second), 2: afternoon.Add(8 * time.Hour)}[look]
		})
		for _, want := range []string{"updated at 14:00:00 UTC", "updated at 14:00:05 UTC", "updated at 22:00:00 UTC"} {
			if !strings.Contains(text, want) {
				t.Errorf("found %q; want in it %q", text, want)
			}
		}
	})
}

// TestWatchingASmallTerminal shows what is wrong first, never more than has room, and rereads the size for each look.
func TestWatchingASmallTerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sizes := [][2]int{{80, 24}, {30, 10}, {200, 500}, {200, 500}}
		s := calmSystem(t)
		wreck(t, s)
		look := 0
		env := frame.Environment{Width: 80, Size: func() (int, int) { return sizes[look][0], sizes[look][1] }}
		text, err := watch(t, s, env, func(now int) { look = now - 1 })
		if !errors.Is(err, frame.ErrFindings) {
			t.Errorf("found %v; want the findings", err)
		}
		watched, _, _ := strings.Cut(text, closeScreen)
		for i, shown := range strings.Split(watched, goHome)[1:] {
			columns, rows := sizes[i][0], sizes[i][1]
			lines := strings.Split(strings.NewReplacer(eraseRight, "", eraseBelow, "").Replace(shown), "\n")
			taken := 0
			for _, line := range lines {
				taken += rowsOf(term.ScreenLine{Text: line}, columns)
			}
			if taken > rows {
				t.Errorf("%d columns: found %d rows; want at most %d:\n%s", columns, taken, rows, shown)
			}
			if !strings.HasPrefix(lines[0], "Unhealthy: ") {
				t.Errorf("%d columns: found first %q; want the verdict", columns, lines[0])
			}
			if left := strings.Contains(lines[len(lines)-1], " more lines) "); left != (i < 2) {
				t.Errorf("%d columns: found at the end %q; want it to say if there is more", columns, lines[len(lines)-1])
			}
		}
	})
}

func TestWatchingEndsAsTheLastLook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := calmSystem(t)
		s.letters("1")
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		err := watching{every: 5 * time.Second, all: true}.repeat(ctx, io.Discard, frame.Environment{}, opened(), s.sources())
		if !errors.Is(err, frame.ErrFindings) {
			t.Errorf("found %v; want the findings", err)
		}
		cancel()
		if err := (watching{}).repeat(ctx, io.Discard, frame.Environment{}, opened(), s.sources()); err == nil || errors.Is(err, frame.ErrFindings) {
			t.Errorf("found %v; want that it was interrupted before the first look was over", err)
		}
	})
}

// TestWhatGoesWrongWhileWatchingIsReadOnTheOldScreen has the only cluster that is looked at be removed.
func TestWhatGoesWrongWhileWatchingIsReadOnTheOldScreen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := calmSystem(t)
		s.Meet = func(call string) {
			if call == "DescribeStacks" {
				delete(s.Items, "cluster/berlin")
			}
		}
		var out screenText
		err := watching{every: 5 * time.Second, of: question{Filter: filter.Filter{Clusters: []string{"berlin"}}}}.repeat(t.Context(), &out, frame.Environment{}, opened(), s.sources())
		if frame.ExitCode(err) != frame.ExitNotFound || !strings.HasSuffix(string(out), closeScreen) {
			t.Errorf("found %v, and on the screen at the end %q; want that there is no such cluster, and the old screen", err, string(out[max(0, len(out)-20):]))
		}
	})
}

// TestTheClockOfASessionGoesOnWhileTheMachineSleeps: the wall clock does, the other one does not.
func TestTheClockOfASessionGoesOnWhileTheMachineSleeps(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := frame.Session{Now: now, Opened: now, Clock: time.Now}
	if got := s.Current().String(); strings.Contains(got, "m=") {
		t.Errorf("found %s; want the wall clock alone", got)
	}
}
