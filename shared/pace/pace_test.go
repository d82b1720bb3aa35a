package pace_test

import (
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
		{"at the beginning", 0, 5 * time.Second, 15 * time.Second},
		{"right before half a minute", 30*time.Second - 1, 5 * time.Second, 15 * time.Second},
		{"after half a minute", 30 * time.Second, 10 * time.Second, 15 * time.Second},
		{"right before two minutes", 2*time.Minute - 1, 10 * time.Second, 15 * time.Second},
		{"after two minutes", 2 * time.Minute, 30 * time.Second, 30 * time.Second},
		{"right before ten minutes", 10*time.Minute - 1, 30 * time.Second, 30 * time.Second},
		{"after ten minutes", 10 * time.Minute, 2 * time.Minute, 2 * time.Minute},
		{"never longer than a claim may be silent", 100 * time.Hour, pace.Longest, pace.Longest},
	} {
		if look, busy := pace.Look(row.age), pace.Busy(row.age); look != row.look || busy != row.busy {
			t.Errorf("%s: found %s and, when busy, %s; want %s and %s", row.rule, look, busy, row.look, row.busy)
		}
	}
}

func TestLooksOfAnUpdate(t *testing.T) {
	t.Parallel()
	for duration, want := range map[time.Duration]int{
		0:                 1,
		5 * time.Second:   1,
		6 * time.Second:   2,
		30 * time.Second:  6,
		2 * time.Minute:   15,
		121 * time.Second: 16,
		10 * time.Minute:  31,
		20 * time.Minute:  36,
		60 * time.Minute:  56,
	} {
		if got := pace.Looks(duration); got != want {
			t.Errorf("an update of %s: found %d looks; want %d", duration, got, want)
		}
	}
}
