package pace_test

import (
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/shared/pace"
)

func TestWaitsGrowWithAge(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule       string
		age        time.Duration
		look, busy time.Duration
	}{
		{"at the beginning", 0, 5 * time.Second, 30 * time.Second},
		{"while a quarter is less than that", 23 * time.Second, 5 * time.Second, 30 * time.Second},
		{"a quarter of the age, and half of it when busy", 24 * time.Second, 6 * time.Second, 30 * time.Second},
		{"in whole seconds", 79*time.Second + 1, 10 * time.Second, 39 * time.Second},
		{"an update that may be a short one", 2*time.Minute - 1, 10 * time.Second, 59 * time.Second},
		{"one that is not", 2 * time.Minute, 30 * time.Second, time.Minute},
		{"a quarter again", 6 * time.Minute, 90 * time.Second, 2 * time.Minute},
		{"two minutes at most", 8 * time.Minute, 2 * time.Minute, 2 * time.Minute},
		{"never longer than a claim may be silent", 100 * time.Hour, pace.Longest, pace.Longest},
	} {
		if look, busy := pace.Look(row.age), pace.Busy(row.age); look != row.look || busy != row.busy {
			t.Errorf("%s: found %s and, when busy, %s; want %s and %s", row.rule, look, busy, row.look, row.busy)
		}
	}
}

// TestTheEndIsNoticedLateByAtMostAQuarter tries updates of every second of two hours.
func TestTheEndIsNoticedLateByAtMostAQuarter(t *testing.T) {
	t.Parallel()
	at := time.Duration(0) // of the look that finds the update ended
	for ends := time.Second; ends <= 2*time.Hour; ends += time.Second {
		for at < ends {
			at += pace.Look(at)
		}
		most := max(5*time.Second, ends/4)
		if ends < 2*time.Minute {
			most = min(most, 10*time.Second)
		}
		if late := at - ends; late > most || late >= pace.Longest {
			t.Errorf("the end of an update of %s is noticed %s late; want at most %s", ends, late, most)
		}
	}
}

// TestThrottledWaitsAreSpread from name to name, and equal for equal names.
func TestThrottledWaitsAreSpread(t *testing.T) {
	t.Parallel()
	for age, want := range map[time.Duration][2]time.Duration{
		0:               {15 * time.Second, 30 * time.Second},
		4 * time.Minute: {time.Minute, 75 * time.Second},
		time.Hour:       {2 * time.Minute, 150 * time.Second},
	} {
		waits := map[time.Duration]int{}
		for i := range 1000 {
			wait := pace.Throttled(age, fmt.Sprint("unit", i))
			waits[wait]++
			if wait < want[0] || wait > want[1] || wait != wait.Truncate(time.Second) || wait != pace.Throttled(age, fmt.Sprint("unit", i)) {
				t.Errorf("after %s: found %s; want whole seconds, from %s to %s", age, wait, want[0], want[1])
			}
		}
		seconds := int((want[1]-want[0])/time.Second) + 1
		for wait, units := range waits {
			if units > 1000/seconds*2 {
				t.Errorf("after %s: %d of 1000 units come back after %s", age, units, wait)
			}
		}
	}
}

// TestThrottledLooksAreNoMoreThanOthers because shared/limits counts the events of those alone.
func TestThrottledLooksAreNoMoreThanOthers(t *testing.T) {
	t.Parallel()
	for i := range 100 {
		looks, name := 0, fmt.Sprint("unit", i)
		for at := time.Duration(0); at < 3*time.Hour; at += pace.Throttled(at, name) {
			looks++
			if most := pace.Looks(at + 1); looks > most {
				t.Fatalf("%s: found look %d after %s; want at most %d by then", name, looks, at, most)
			}
		}
	}
	for age := time.Duration(0); age < 3*time.Hour; age += time.Second {
		if wait, least := pace.Throttled(age, "unit"), pace.Look(age); wait < least {
			t.Errorf("after %s: found %s; want at least %s, as for any look", age, wait, least)
		}
	}
}

func TestNoWaitIsLongerThanTheTimeLeft(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule       string
		wait, left time.Duration
		want       int
	}{
		{"far from the deadline", 2 * time.Minute, time.Hour, 120},
		{"the last look is at the deadline", 2 * time.Minute, 30 * time.Second, 30},
		{"not a moment before it", 2 * time.Minute, 29*time.Second + 1, 30},
		{"right before it", 5 * time.Second, 1, 1},
	} {
		if got := pace.Seconds(row.wait, row.left); got != row.want {
			t.Errorf("%s: found %d s; want %d", row.rule, got, row.want)
		}
	}
}

func TestLooksOfAnUpdate(t *testing.T) {
	t.Parallel()
	for duration, want := range map[time.Duration][2]int{
		0:                 {1, 1},
		5 * time.Second:   {1, 1},
		6 * time.Second:   {2, 1},
		30 * time.Second:  {6, 1},
		2 * time.Minute:   {16, 4},
		10 * time.Minute:  {24, 9},
		20 * time.Minute:  {29, 14},
		60 * time.Minute:  {49, 34},
		121 * time.Second: {16, 4},
	} {
		if looks, busy := pace.Looks(duration), pace.BusyLooks(duration); looks != want[0] || busy != want[1] {
			t.Errorf("an update of %s: found %d looks and, when busy, %d; want %d", duration, looks, busy, want)
		}
	}
}
