package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sent returns the kinds of the sent events, with what they are about, a line each.
func (w *world) sent() (lines []string) {
	for _, e := range w.events {
		var d struct {
			Kind, Name, Cluster, Schedule, Override, Actor, Reason string
			Before, After                                          json.RawMessage
			TooLarge                                               bool
		}
		text, err := e.JSON()
		if err == nil {
			err = json.Unmarshal([]byte(text), &d)
		}
		if err != nil {
			w.t.Fatal(err)
		}
		line := fmt.Sprintf("%s %s %s %s %s %s by %s", e.Kind, d.Kind, d.Name, d.Cluster, d.Schedule, d.Override, d.Actor)
		if d.TooLarge {
			line += " too large"
		}
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return lines
}

func TestTheEventsOfAChange(t *testing.T) {
	t.Parallel()
	const paused, running = `{"M": {"paused": {"BOOL": true}}}`, `{"M": {"paused": {"BOOL": false}}}`
	schedules := func(paused bool) string {
		return fmt.Sprintf(`{"M": {"schedules": {"L": [{"M": {"name": {"S": "batch"}, "paused": {"BOOL": %t}}}]}}}`, paused)
	}
	held := func(i string, resumes bool) string {
		return strings.TrimSuffix(i, "}") + fmt.Sprintf(`, "hold": {"M": {"document": {"S": "d"}, "resumes": {"BOOL": %t}}}}`, resumes)
	}
	override := func(until string) string {
		return item(1, "ana", "", fmt.Sprintf(`{"M": {"cluster": {"S": "production"}, "profile": {"S": "low"}, "reason": {"S": "x"},
			"from": {"S": "2026-11-24T12:00:00Z"}, "until": {"S": %q}}}`, until))
	}
	for _, row := range []struct {
		rule   string
		record string
		want   []string
	}{
		{"a write", byAna, []string{"Configuration Changed cluster production by ana"}},
		{"pausing all", streamed(1, "settings", "global", item(1, "ben", "", running), item(2, "ana", "", paused)), []string{
			"Configuration Changed settings global by ana", "Paused by ana",
		}},
		{"resuming all", streamed(1, "settings", "global", item(1, "ben", "", paused), item(2, "ana", "", running)), []string{
			"Configuration Changed settings global by ana", "Resumed by ana",
		}},
		{"nothing paused by a write in several steps", streamed(1, "settings", "global", item(1, "", "", running), held(item(2, "ana", "", paused), true)), []string{
			"Configuration Changed settings global by ana",
		}},
		{"nor resumed after it", streamed(1, "settings", "global", held(item(1, "", "", paused), true), item(2, "ana", "", running)), []string{
			"Configuration Changed settings global by ana",
		}},
		{"paused by such a write that does not resume", streamed(1, "settings", "global", held(item(1, "", "", paused), true), item(2, "ana", "", paused)), []string{
			"Configuration Changed settings global by ana", "Paused by ana",
		}},
		{"pausing a cluster", streamed(1, "cluster", "production", item(1, "", "", running), item(2, "ana", "", paused)), []string{
			"Configuration Changed cluster production by ana", "Paused production by ana",
		}},
		{"pausing a schedule", streamed(1, "cluster", "production", item(1, "", "", schedules(false)), item(2, "ana", "", schedules(true))), []string{
			"Configuration Changed cluster production by ana", "Paused production batch by ana",
		}},
		{"nothing paused that cannot be read", streamed(1, "settings", "global", item(1, "", "", running), item(2, "ana", "", `{"M": {"paused": {"N": "1"}}}`)), []string{
			"Configuration Changed settings global by ana",
		}},
		{"removing an active override", streamed(1, "override", "production/launch", override("2026-11-24T18:00:00Z"), ""), []string{
			"Configuration Changed override launch production by", "Override Ended production launch by",
		}},
		{"removing an override that was over", streamed(1, "override", "production/launch", override("2026-11-24T12:30:00Z"), ""), []string{
			"Configuration Changed override launch production by",
		}},
		{"nothing but the change if the override expired", byTimeToLive(streamed(1, "override", "production/launch", override("2026-11-24T18:00:00Z"), "")), []string{
			"Configuration Changed override launch production by expired",
		}},
		{"a change that is too large for an event", streamed(1, "cluster", "production", "", item(1, "ana", "", `{"S": "`+strings.Repeat("x", 220_000)+`"}`)), []string{
			"Configuration Changed cluster production by ana too large",
		}},
	} {
		w := start(t, configured(cluster("production", "low")))
		w.does(result{Recorded: 1}, row.record)
		if diff := cmp.Diff(row.want, w.sent()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// TestUnsentEventsFailTheBatch so that Lambda delivers it again, with the same ids. If people were alerted, they are not alerted again.
func TestUnsentEventsFailTheBatch(t *testing.T) {
	t.Parallel()
	w := start(t, configured(cluster("production", "low")))
	w.emitErr = errors.New("no bus")
	if _, err := w.invoke(byAna); err == nil || !strings.Contains(err.Error(), "no bus") {
		t.Errorf("found %v; want the failure", err)
	}
	w.emitErr = nil
	w.does(result{Recorded: 1}, byAna)
	if a, b := w.events[0].ID(), w.events[1].ID(); a != b {
		t.Errorf("found the ids %s and %s; want the same", a, b)
	}
	invalid := start(t, configured(cluster("production", "nothing")))
	invalid.emitErr = errors.New("no bus")
	invalid.does(result{Recorded: 1, Alerted: true}, byAna)
	if !strings.Contains(invalid.log.String(), "events were not sent") {
		t.Errorf("the log does not report the unsent events:\n%s", invalid.log.String())
	}
}

// TestUnsentEventsAreGivenUp after five minutes, because later changes wait for them. People are told.
func TestUnsentEventsAreGivenUp(t *testing.T) {
	t.Parallel()
	w := start(t, configured(cluster("production", "low")))
	w.emitErr, w.late = errors.New("no bus"), 4*time.Minute
	if _, err := w.invoke(byAna); err == nil {
		t.Error("the batch succeeded after four minutes; want another attempt")
	}
	w.late = 6 * time.Minute
	w.does(result{Recorded: 1, Alerted: true}, byAna)
	told := w.alert()
	for _, want := range []string{"Why:   no bus", "To do: ", "Changed: cluster/production"} {
		if !strings.Contains(told.message, want) {
			t.Errorf("the alert lacks %q:\n%s", want, told.message)
		}
	}
}

// TestEveryEventFits whatever somebody wrote into the table: EventBridge refuses 256 KiB, and the batch would be repeated for a day.
func TestEveryEventFits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("<", 99_000) // each takes six bytes in JSON
	spec := `{"M": {"cluster": {"S": "production"}, "profile": {"S": "` + long + `"}, "reason": {"S": "` + long + `"},
		"from": {"S": "2026-11-24T12:00:00Z"}, "until": {"S": "2026-11-24T18:00:00Z"}}}`
	for rule, record := range map[string]string{
		"a long reason":           streamed(1, "cluster", "production", "", item(1, long, long, three)),
		"a spec of special signs": streamed(1, "cluster", "production", "", item(1, "ana", "", `{"M": {"x": {"S": "`+long+`"}}}`)),
		"a removed override":      streamed(1, "override", "production/launch", item(1, "ana", "", spec), ""),
	} {
		w := start(t, configured(cluster("production", "low")))
		w.does(result{Recorded: 1}, record)
		for _, e := range w.events {
			if text, err := e.JSON(); err != nil || len(text) > 250_000 {
				t.Errorf("%s: %s has %d bytes (%v)", rule, e.Kind, len(text), err)
			}
		}
	}
}
