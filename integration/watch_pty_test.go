package integration_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/integration/testkit/pty"
	"eks-scaling-automation/integration/world"
)

// TestPauseAtATerminal shows that pause never asks: it is for emergencies.
func TestPauseAtATerminal(t *testing.T) {
	t.Parallel()
	w := configured(t)
	for _, args := range [][]string{{"pause", "--reason", "incident"}, {"resume"}} {
		screen := terminal(t, w, nil, args...)
		if code := screen.Wait(); code != 0 || strings.Contains(screen.Text(), "[y/N]") {
			t.Errorf("%q: found exit code %d, and\n%s\nwant 0, and no question", args, code, screen.Text())
		}
	}
}

// TestStatusIsWatchedUntilCtrlC has things change while somebody watches.
func TestStatusIsWatchedUntilCtrlC(t *testing.T) {
	t.Parallel()
	w := configured(t)
	const rows = 60 // in which all of it has room
	screen := tallTerminal(t, w, rows, nil, "status", "--watch", "--every", "2s")
	screen.WaitFor("System: scaling active;", "alarms 1, none", "again every 2s, until Ctrl-C")
	cli(t, w, "pause", "--reason", "incident 4711")
	alarm, _ := w.Alarms.Get(world.Region, w.Template.Of("AWS::CloudWatch::Alarm")[0].Name)
	alarm.State, alarm.Reason = "ALARM", "Threshold Crossed"
	w.Alarms.Put(alarm)
	screen.WaitFor("scaling PAUSED", "incident 4711", alarm.Name, "again every 2s, until Ctrl-C")
	screen.Type(pty.Interrupt)
	if code := screen.Wait(); code != 1 {
		t.Errorf("found exit code %d; want 1, as an alarm was firing at the last look", code)
	}
	if text := screen.Text(); strings.Count(text, "\nSystem: ") != 1 {
		t.Errorf("found\n%s\nwant each look in the place of the one before", text)
	}
}

// TestStatusIsWatchedOnASmallTerminal has no room for all, so that it begins with what matters most. At the end all is there.
func TestStatusIsWatchedOnASmallTerminal(t *testing.T) {
	t.Parallel()
	w := configured(t)
	alarm, _ := w.Alarms.Get(world.Region, w.Template.Of("AWS::CloudWatch::Alarm")[0].Name)
	alarm.State, alarm.Reason = "ALARM", "Threshold Crossed"
	w.Alarms.Put(alarm)
	screen := tallTerminal(t, w, 10, nil, "status", "--watch", "--every", "2s")
	screen.WaitFor(" more lines) updated at ")
	if text := screen.Text(); !strings.HasPrefix(text, "Unhealthy: ") || !strings.Contains(text, "\nPROBLEMS\n") {
		t.Errorf("found\n%s\nwant it to begin with what is wrong, and nothing to have scrolled away", text)
	}
	screen.Type(pty.Interrupt)
	if code := screen.Wait(); code != 1 {
		t.Errorf("found exit code %d; want 1, as an alarm was firing", code)
	}
	if text := screen.Text(); !strings.Contains(text, "\nSystem: ") || !strings.Contains(text, "alarm "+alarm.Name) {
		t.Errorf("found\n%s\nwant the last look to stay, all of it", text)
	}
}
