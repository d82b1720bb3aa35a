package clock_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/world/clock"
)

// diary notes what happens on a virtual clock, with the seconds since it began.
type diary struct {
	v     *clock.VirtualTime
	mu    sync.Mutex
	lines []string
}

func newDiary() *diary { return &diary{v: clock.Virtual(began).Virtual()} }

func (d *diary) note(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf("%v %s", d.v.Now().Sub(began).Seconds(), what))
}

func (d *diary) at(seconds int, what string) (cancel func()) {
	return d.v.At(began.Add(time.Duration(seconds)*time.Second), func() { d.note(what) })
}

func (d *diary) run(t *testing.T, seconds int) (quiet bool) {
	t.Helper()
	until := time.Time{}
	if seconds > 0 {
		until = began.Add(time.Duration(seconds) * time.Second)
	}
	quiet, err := d.v.Run(t.Context(), until, nil)
	if err != nil {
		t.Fatal(err)
	}
	return quiet
}

func (d *diary) reads(t *testing.T, want ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if diff := cmp.Diff(want, d.lines); diff != "" {
		t.Errorf("diary (-want +got):\n%s", diff)
	}
}

func TestTimersRunInOrderOfTheirTimeThenOfTheirSetting(t *testing.T) {
	t.Parallel()
	d := newDiary()
	d.at(20, "last")
	d.at(10, "first of two")
	d.at(10, "second of two")
	cancel := d.at(15, "cancelled")
	d.at(5, "earliest")
	cancel()
	cancel()
	if !d.run(t, 0) {
		t.Error("not quiet at the end")
	}
	d.reads(t, "5 earliest", "10 first of two", "10 second of two", "20 last")
}

func TestRunStopsAtItsLimit(t *testing.T) {
	t.Parallel()
	d := newDiary()
	d.at(30, "at the limit")
	d.at(31, "after it")
	if d.run(t, 30) {
		t.Error("quiet, though a timer is left")
	}
	d.note("the limit")
	d.run(t, 60)
	d.note("the second limit")
	d.reads(t, "30 at the limit", "30 the limit", "31 after it", "60 the second limit")
}

func TestATimerMaySetTimersAndLetTimePass(t *testing.T) {
	t.Parallel()
	d := newDiary()
	d.v.At(began.Add(time.Second), func() {
		d.at(3, "set inside")
		d.at(0, "late")
		d.run(t, 2)
		d.note("inside")
	})
	d.run(t, 0)
	d.reads(t, "1 late", "2 inside", "3 set inside")
}

func TestTimeStandsStillWhileItIsHeld(t *testing.T) {
	t.Parallel()
	d := newDiary()
	release := d.v.Hold()
	d.at(10, "timer")
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		_, _ = d.v.Run(t.Context(), time.Time{}, nil)
	}()
	d.note("held")
	release()
	release()
	<-passed
	d.reads(t, "0 held", "10 timer")
}

func TestRunEndsWithItsContextAndWhenItIsStopped(t *testing.T) {
	t.Parallel()
	d := newDiary()
	d.at(10, "never")
	stop := make(chan struct{})
	close(stop)
	if _, err := d.v.Run(t.Context(), time.Time{}, stop); err != nil {
		t.Errorf("stopped: %v", err)
	}
	defer d.v.Hold()()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.v.Run(ctx, time.Time{}, nil); err == nil {
		t.Error("no error, though the context has ended")
	}
	d.reads(t)
}

func TestWorksHaveTheirTurnsInOrderAndSleepByTheClock(t *testing.T) {
	t.Parallel()
	d := newDiary()
	for i, sleeps := range []int{30, 10, 0} {
		w := d.v.Begin()
		go func() {
			defer w.End()
			w.Turn()
			d.note(fmt.Sprint("begins ", i))
			if sleeps > 0 {
				w.Sleep(time.Duration(sleeps) * time.Second)()
			}
			d.note(fmt.Sprint("ends ", i))
		}()
	}
	d.run(t, 0)
	d.reads(t, "0 begins 0", "0 begins 1", "0 begins 2", "0 ends 2", "10 ends 1", "30 ends 0")
}

// TestAnInterruptedWorkEndsButItsSleepContinues is about a function that is killed while a service takes its time.
func TestAnInterruptedWorkEndsButItsSleepContinues(t *testing.T) {
	t.Parallel()
	d := newDiary()
	w := d.v.Begin()
	slept, interrupted := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(slept)
		w.Turn()
		done := w.Sleep(30 * time.Second)
		d.note("slept")
		done()
	}()
	d.v.At(began.Add(20*time.Second), func() {
		w.Interrupt()
		close(interrupted)
	})
	go func() {
		<-interrupted
		d.note("interrupted")
		w.End()
	}()
	d.at(25, "time passes again")
	d.at(40, "afterwards")
	d.run(t, 0)
	<-slept
	d.reads(t, "20 interrupted", "25 time passes again", "30 slept", "40 afterwards")
}

func TestCloseEndsEverySleep(t *testing.T) {
	t.Parallel()
	d := newDiary()
	w := d.v.Begin()
	slept := make(chan struct{})
	go func() {
		defer close(slept)
		w.Turn()
		w.Sleep(time.Hour)()
	}()
	d.run(t, 1)
	if err := d.v.Close(); err != nil {
		t.Error(err)
	}
	<-slept
}

func TestOtherProcessesReadAPublishedTime(t *testing.T) {
	virtual := clock.Virtual(began)
	v := virtual.Virtual()
	dir := t.TempDir()
	if err := v.Publish(dir); err != nil {
		t.Fatal(err)
	}
	for key, value := range virtual.Env() {
		t.Setenv(key, value)
	}
	now := clock.FromEnv(func() time.Time { return time.Time{} })
	var read []time.Duration
	for _, after := range []time.Duration{0, time.Nanosecond, time.Hour} {
		if _, err := v.Run(t.Context(), began.Add(after), nil); err != nil {
			t.Fatal(err)
		}
		read = append(read, now().Sub(began))
	}
	if want := []time.Duration{0, time.Nanosecond, time.Hour}; !slices.Equal(read, want) {
		t.Errorf("read %v; want %v", read, want)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}
