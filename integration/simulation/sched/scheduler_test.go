package sched_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/integration/simulation/sched"
)

var midnight = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// story collects what happens, with the seconds since the start.
type story struct {
	*sched.Scheduler

	lines []string
}

func newStory(seed uint64) *story { return &story{Scheduler: sched.New(seed, midnight)} }

func (s *story) say(what string) {
	s.lines = append(s.lines, fmt.Sprintf("%v %s", s.Now().Sub(midnight).Seconds(), what))
}

func (s *story) wants(t *testing.T, want ...string) {
	t.Helper()
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, s.lines); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
}

func TestProcessesSleepByVirtualTime(t *testing.T) {
	s := newStory(1)
	s.Spawn("late", func() { s.Sleep(8 * time.Hour); s.say("late") })
	s.Spawn("early", func() {
		s.Sleep(time.Second)
		s.say("early")
		s.Spawn("child", func() { s.Sleep(2 * time.Second); s.say("child") }).Wait()
		s.say("early again")
	})
	s.wants(t, "1 early", "3 child", "3 early again", "28800 late")
}

func TestASleepIsNeverNegative(t *testing.T) {
	s := newStory(1)
	s.Spawn("one", func() { s.Sleep(time.Second); s.Sleep(-time.Minute); s.say("awake") })
	s.wants(t, "1 awake")
}

func TestTheSeedDecidesTheOrderWithinAnInstant(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(200) {
		s := newStory(seed)
		for _, name := range []string{"a", "b", "c"} {
			s.Spawn(name, func() { s.lines = append(s.lines, name) })
		}
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
		orders[strings.Join(s.lines, "")] = true
	}
	if len(orders) != 6 {
		t.Errorf("200 seeds gave the orders %v, want all six", orders)
	}
}

func TestTheSameSeedIsTheSameStory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		if diff := cmp.Diff(busy(seed), busy(seed)); diff != "" {
			t.Errorf("the second time (-first +second):\n%s", diff)
		}
	})
}

// busy is a story in which much happens by chance.
func busy(seed uint64) []string {
	s := newStory(seed)
	var all []*sched.Process
	for i := range 8 {
		name := fmt.Sprint("p", i)
		all = append(all, s.Spawn(name, func() {
			for range 4 {
				s.say(name)
				s.Sleep(time.Duration(s.Rand().IntN(3)) * time.Second)
				s.Yield()
			}
		}))
	}
	s.After(2*time.Second, func() { all[s.Rand().IntN(8)].Kill(); s.say("killed") })
	if err := s.Run(); err != nil {
		s.say(err.Error())
	}
	return s.lines
}

func TestAnEventWakesWhatWaitsForIt(t *testing.T) {
	s := newStory(1)
	e := s.NewEvent()
	s.Spawn("one", func() { e.Wait(); s.say("one") })
	s.Spawn("firing", func() { s.Sleep(time.Second); e.Fire(); e.Fire() })
	s.Spawn("after", func() { s.Sleep(2 * time.Second); e.Wait(); s.say("after") })
	s.wants(t, "1 one", "2 after")
}

func TestAWaitWithADeadline(t *testing.T) {
	s := newStory(1)
	e := s.NewEvent()
	s.Spawn("patient", func() { s.say(fmt.Sprint("patient ", e.WaitFor(time.Minute))) })
	s.Spawn("hasty", func() { s.say(fmt.Sprint("hasty ", e.WaitFor(time.Second))) })
	s.Spawn("firing", func() { s.Sleep(2 * time.Second); e.Fire(); s.say(fmt.Sprint("firing ", e.WaitFor(0))) })
	s.wants(t, "1 hasty false", "2 firing true", "2 patient true")
}

func TestTimers(t *testing.T) {
	s := newStory(1)
	s.After(2*time.Second, func() { s.say("two") })
	stopped := s.After(time.Hour, func() { s.say("never") })
	s.After(time.Second, func() { s.say(fmt.Sprint("stopped ", stopped.Stop())) })
	s.After(3*time.Second, func() { s.Spawn("child", func() { s.Sleep(time.Second); s.say("child") }) })
	s.wants(t, "1 stopped true", "2 two", "4 child")
	if stopped.Stop() {
		t.Error("a stopped timer says that it was pending")
	}
	if now := s.Now().Sub(midnight); now != 4*time.Second {
		t.Errorf("the clock is at %v: a stopped timer moved it", now)
	}
}

func TestADeadlockNamesWhatWaits(t *testing.T) {
	s := newStory(1)
	s.Spawn("stuck", func() { s.Sleep(time.Second); s.NewEvent().Wait() })
	s.Spawn("fine", func() {})
	deadlock, ok := errors.AsType[*sched.Deadlock](s.Run())
	if !ok || deadlock.Error() != "deadlock at 2026-11-24T00:00:01Z: stuck (event)" {
		t.Errorf("got %v", deadlock)
	}
}

func TestProcessesThatOnlyYieldAreALivelock(t *testing.T) {
	s := newStory(1)
	s.Spawn("busy", func() {
		for {
			s.Yield()
		}
	})
	if _, ok := errors.AsType[*sched.Livelock](s.Run()); !ok {
		t.Error("no livelock")
	}
}

func TestAPanicEndsTheRunWithItsStack(t *testing.T) {
	s := newStory(1)
	s.Spawn("other", func() { s.Sleep(time.Hour); s.say("never") })
	s.Spawn("faulty", func() { s.Sleep(time.Second); panic("broken invariant") })
	got, ok := errors.AsType[*sched.Panic](s.Run())
	if !ok || got.Process != "faulty" || got.Value != "broken invariant" || !strings.Contains(got.Stack, "scheduler_test.go") {
		t.Errorf("got %v", got)
	}
	if len(s.lines) > 0 {
		t.Errorf("after the panic: %v", s.lines)
	}
}

func TestStopEndsEverything(t *testing.T) {
	s := newStory(1)
	s.Spawn("endless", func() {
		defer s.say("ended")
		for {
			s.Sleep(time.Second)
		}
	})
	s.Spawn("stopping", func() { s.Sleep(90 * time.Second); s.Stop() })
	s.wants(t, "90 ended")
}

func TestARunCanBeFollowedByAnother(t *testing.T) {
	s := newStory(1)
	s.Spawn("first", func() { s.Sleep(time.Second) })
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
	s.Spawn("second", func() { s.Sleep(time.Second); s.say("second") })
	s.wants(t, "2 second")
}

func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	for seed := range uint64(50) {
		s := newStory(seed)
		for range 10 {
			s.Spawn("stuck", func() { s.NewEvent().Wait() })
		}
		s.Spawn("stopping", s.Stop)
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}
