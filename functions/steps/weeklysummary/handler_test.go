package weeklysummary_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"eks-scaling-automation/functions/steps/weeklysummary"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// monday is when the summary is due: 08:00 in Berlin.
var monday = time.Date(2026, time.November, 23, 7, 0, 0, 0, time.UTC)

// world is a configuration, its records, and what was sent.
type world struct {
	weekly  string
	changes []run.Change
	marks   map[string]bool
	sent    []weeklysummary.Message
	to      []config.Recipient
	broken  error // reading fails
	unsent  error // sending fails
	reads   int
}

func (w *world) Settings(context.Context) (inventory.Snapshot, error) {
	spec := `{"paused": false, "timezone": "Europe/Berlin", "prices": {"nodegroups": {"shop/web": 0.5}}` + w.weekly + `}`
	return inventory.Snapshot{Settings: &inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(spec)}}, nil
}

func (w *world) Read(ctx context.Context) (inventory.Snapshot, error) {
	w.reads++
	s, err := w.Settings(ctx)
	s.Clusters = []inventory.Item{{Kind: inventory.KindCluster, Name: "shop", Spec: json.RawMessage(`{
		"name": "shop", "region": "eu-central-1", "nodegroups": {"web": {"minSize": 0, "maxSize": 9, "baseline": 4}, "db": {"minSize": 0, "maxSize": 9, "baseline": 1}},
		"profiles": {"on": {"web": 4}}, "schedule": {"default": "on"}}`)}}
	s.Overrides = []inventory.Item{{Kind: inventory.KindOverride, Cluster: "shop", Name: "launch", Spec: json.RawMessage(`{
		"name": "launch", "cluster": "shop", "sizes": {"web": 6}, "from": "2026-11-20T08:00:00Z", "until": "2026-11-25T19:00:00Z", "reason": "the launch",
		"createdBy": "ana", "createdAt": "2026-11-20T07:00:00Z"}`)}}
	return s, err
}

func (w *world) EachChange(_ context.Context, since, until time.Time, visit func(run.Change) bool) error {
	for _, c := range w.changes {
		if !c.Run.TakenAt.Before(since) && !c.Run.TakenAt.After(until) {
			visit(c)
		}
	}
	return nil
}

func (w *world) Runs(context.Context, time.Time) (runs []run.Record, err error) {
	for at := monday.AddDate(0, 0, -8); at.Before(monday); at = at.Add(time.Hour) {
		runs = append(runs, run.Record{Summary: run.Summary{Outcome: run.Succeeded}, Run: run.Run{TakenAt: at}})
	}
	return runs, nil
}

func (*world) UnitRecordsOf(context.Context, []run.Run, []string) (map[string][]run.UnitRecord, error) {
	return nil, nil
}

func (*world) FirstChange(context.Context, string, string) (c run.Change, found bool, err error) {
	return c, false, nil
}

func (*world) ChangesBack(context.Context, string, string, time.Time, func(run.Change) bool) ([]run.Change, error) {
	return nil, nil
}

func (w *world) Has(_ context.Context, r tables.Record) (bool, error) {
	return w.marks[r.Subject+r.Time.String()], w.broken
}

func (w *world) Put(_ context.Context, r tables.Record) error {
	w.marks[r.Subject+r.Time.String()] = true
	return nil
}

func (w *world) Publish(_ context.Context, to config.Recipient, m weeklysummary.Message) error {
	if w.unsent == nil {
		w.sent, w.to = append(w.sent, m), append(w.to, to)
	}
	return w.unsent
}

// change records one of node group web.
func (w *world) change(at time.Time, outcome run.Outcome, before, after int32) {
	c := run.Change{
		ChangeResult: run.ChangeResult{Nodegroup: "web", Outcome: outcome, Before: &scaling.Sizes{MaxSize: 9, DesiredSize: before}},
		Cluster:      "shop", Run: run.Run{TakenAt: at}, Goal: scaling.Goal{MaxSize: 9, DesiredSize: &after}, StartedAt: at, EndedAt: at,
	}
	if outcome == run.Failed {
		c.Error = &run.StepError{Error: "NodegroupFailedError", Cause: "no capacity\nin eu-central-1a"}
	} else {
		c.After = &scaling.Sizes{MaxSize: 9, DesiredSize: after}
	}
	w.changes = append(w.changes, c)
}

func (w *world) at(t *testing.T, now time.Time) bool {
	t.Helper()
	h := weeklysummary.Handler{Store: w, Logs: w, Topics: w, Now: func() time.Time { return now }}
	r, err := h.Handle(t.Context(), slog.New(slog.DiscardHandler), weeklysummary.Tick{})
	if !errors.Is(err, w.unsent) {
		t.Fatal(err)
	}
	return r.Sent
}

const mondays = `, "weekly": {"day": "mon", "time": "08:00", "to": "both"}`

func TestTheSummaryOfAWeek(t *testing.T) {
	t.Parallel()
	w := &world{weekly: mondays, marks: map[string]bool{}}
	w.change(monday.AddDate(0, 0, -9), run.Succeeded, 4, 4) // before the week
	w.change(monday.AddDate(0, 0, -5), run.Succeeded, 4, 1) // 3 nodes less for 2 days
	w.change(monday.AddDate(0, 0, -3), run.Succeeded, 1, 5) // 2 nodes more for 3 days
	w.change(monday.Add(-70*time.Hour), run.Failed, 5, 7)
	if !w.at(t, monday.Add(14*time.Minute)) || len(w.sent) != 1 || w.to[0] != config.ToBoth {
		t.Fatalf("sent %v to %v", w.sent, w.to)
	}
	// Saved are 3 nodes for 48 hours, less a node for 72 hours.
	want := `Week from Mon 2026-11-16 08:00 to Mon 2026-11-23 08:00 (Europe/Berlin)

Ran:    168 runs, 0 failed; node groups scaled 2 times
Saved:  72.0 of 672.0 node hours, up to USD 36.00 at the configured prices, without 1 node group

Failed:
  Fri 2026-11-20 10:00  shop/web: no capacity in eu-central-1a

About to end:
  override launch of shop ends Wed 2026-11-25 20:00

To do: Show the savings with: eks-scaling savings --since 7d
To do: Show what failed with: eks-scaling history --problems --since 7d
`
	if diff := cmp.Diff(want, w.sent[0].Text); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if w.sent[0].Subject != "EKS scaling: week to Mon 2026-11-23" {
		t.Errorf("the subject is %q", w.sent[0].Subject)
	}
	checkChat(t, w.sent[0].Chat, want)
}

// checkChat compares a message with the schema of the chat topic, and with the text for mail.
func checkChat(t *testing.T, message, text string) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../../docs/events/chat-message.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("%v in %s", err, message)
	}
	var chat struct{ Content struct{ Description string } }
	if err := json.Unmarshal([]byte(message), &chat); err != nil || !strings.HasPrefix(text, chat.Content.Description) {
		t.Errorf("%v: the description is %q", err, chat.Content.Description)
	}
}

// TestForeignTextIsHarmlessInChat, as the cause of a failure may have anything in it.
func TestForeignTextIsHarmlessInChat(t *testing.T) {
	t.Parallel()
	w := &world{weekly: mondays, marks: map[string]bool{}}
	w.change(monday.AddDate(0, 0, -1), run.Failed, 5, 7)
	w.changes[0].Error.Cause = "*no* <!channel> [capacity](https://evil.example) @here"
	w.at(t, monday)
	if chat := w.sent[0].Chat; strings.Contains(chat, `\u003c`) || strings.Contains(chat, "*no*") || strings.Contains(chat, "](") {
		t.Errorf("found %s", w.sent[0].Chat)
	}
}

func TestWhenTheSummaryIsSent(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule   string
		weekly string
		at     []time.Time
		want   []bool
	}{
		{"never without the setting", "", []time.Time{monday}, []bool{false}},
		{"once", mondays, []time.Time{monday.Add(-time.Minute), monday, monday.Add(15 * time.Minute), monday.AddDate(0, 0, 7)}, []bool{false, true, false, true}},
		{"later after an outage", mondays, []time.Time{monday.Add(5 * time.Hour)}, []bool{true}},
		{"not for a time long ago, as of a setting that is new", mondays, []time.Time{monday.Add(7 * time.Hour)}, []bool{false}},
		{"in its own zone", strings.Replace(mondays, `"to"`, `"timezone": "UTC", "to"`, 1), []time.Time{monday, monday.Add(time.Hour)}, []bool{false, true}},
	} {
		w := &world{weekly: row.weekly, marks: map[string]bool{}}
		for i, at := range row.at {
			if got := w.at(t, at); got != row.want[i] {
				t.Errorf("%s: at %s sent %t; want %t", row.rule, at, got, row.want[i])
			}
		}
		if len(w.sent) != w.reads {
			t.Errorf("%s: read the configuration %d times for %d summaries", row.rule, w.reads, len(w.sent))
		}
	}
}

func TestAFailureSendsItAgain(t *testing.T) {
	t.Parallel()
	w := &world{weekly: mondays, marks: map[string]bool{}, unsent: errors.New("SNS is down")}
	if w.at(t, monday) {
		t.Error("sent although SNS is down")
	}
	w.unsent = nil
	if !w.at(t, monday.Add(15*time.Minute)) {
		t.Error("not sent again")
	}
}
