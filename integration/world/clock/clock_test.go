package clock_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/world/clock"
)

var began = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestClock(t *testing.T) {
	t.Parallel()
	tuesday := began.Add(21 * time.Hour)
	for name, row := range map[string]struct {
		clock clock.Clock
		want  time.Time // a minute later on the machine
	}{
		"the machine's own": {clock.Clock{}, began.Add(time.Minute)},
		"another day":       {clock.Clock{Machine: began, World: tuesday, Speed: 1}, tuesday.Add(time.Minute)},
		"60 times as fast":  {clock.Clock{Machine: began, World: began, Speed: 60}, began.Add(time.Hour)},
		"it stands still":   {clock.Clock{Machine: began, World: tuesday}, tuesday},
	} {
		if got := row.clock.Of(func() time.Time { return began.Add(time.Minute) })(); !got.Equal(row.want) {
			t.Errorf("%s: found %s; want %s", name, got, row.want)
		}
	}
}

func TestReadingsInOrder(t *testing.T) {
	t.Parallel()
	machine := func() time.Time { return began.Add(time.Minute) }
	for name, row := range map[string]struct {
		clock clock.Clock
		later time.Duration // the second reading after the first
	}{
		"the machine's own": {clock.Clock{}, 0},
		"one that runs":     {clock.Clock{Machine: began, World: began, Speed: 60}, 0},
		"it stands still":   {clock.Clock{Machine: began, World: began}, time.Millisecond},
	} {
		now := row.clock.InOrder().Of(machine)
		if first := now(); now().Sub(first) != row.later {
			t.Errorf("%s: the second reading is not %s after the first", name, row.later)
		}
	}
}

// TestProgramsCanBeBuiltToGoByIt builds one that prints the time.
func TestProgramsCanBeBuiltToGoByIt(t *testing.T) {
	t.Parallel()
	overlay, err := clock.Overlay(t.TempDir(), "testdata/program/main.go")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "program")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", binary, "./testdata/program").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := exec.CommandContext(t.Context(), binary)
	for key, value := range (clock.Clock{Machine: began, World: began}).Env() {
		run.Env = append(run.Env, key+"="+value)
	}
	out, err := run.CombinedOutput()
	if got, want := strings.TrimSpace(string(out)), began.Format(time.RFC3339); err != nil || got != want {
		t.Errorf("found %q (%v); want %s", got, err, want)
	}
}

// TestAClockMovedByHand tells other processes the time that it was moved to, and never goes back.
func TestAClockMovedByHand(t *testing.T) {
	t.Chdir(t.TempDir())
	byHand := clock.ByHand(began)
	if err := byHand.Hand().Publish("."); err != nil {
		t.Fatal(err)
	}
	for name, value := range byHand.InOrder().Env() {
		t.Setenv(name, value)
	}
	elsewhere := clock.FromEnv(time.Now)
	for _, row := range []struct {
		to, want time.Time
	}{
		{began, began},
		{began.Add(time.Hour), began.Add(time.Hour)},
		{began, began.Add(time.Hour)},
	} {
		byHand.Hand().MoveTo(row.to)
		here, there := byHand.Of(time.Now)(), elsewhere()
		if !here.Equal(row.want) || there.Before(row.want) || there.After(row.want.Add(time.Second)) {
			t.Errorf("moved to %s: found %s here and %s elsewhere; want %s", row.to, here, there, row.want)
		}
	}
	if err := byHand.Hand().Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("clock"); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
}
