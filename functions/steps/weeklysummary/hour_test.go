package weeklysummary_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"eks-scaling-automation/functions/steps/weeklysummary"
	"eks-scaling-automation/shared/aws/ledger"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
)

// hourLine is a line of the metric.
type hourLine struct {
	SavedNodeHours float64
	AWS            struct{ Timestamp int64 } `json:"_aws"`
}

// checksIn runs a check at each of several instants, and returns the metrics.
func (w *world) checksIn(t *testing.T, on bool, times ...time.Time) (lines []hourLine) {
	t.Helper()
	var out bytes.Buffer
	for _, at := range times {
		h := weeklysummary.Handler{Store: w, Logs: w, Topics: w, Now: func() time.Time { return at }, Meter: weeklysummary.Meter{On: on, Out: &out}}
		if _, err := h.Handle(t.Context(), slog.New(slog.DiscardHandler), weeklysummary.Tick{}); !errors.Is(err, w.broken) {
			t.Fatal(err)
		}
	}
	for decoder := json.NewDecoder(&out); decoder.More(); {
		var line hourLine
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

// TestTheHoursAddUpToTheSavings of the same interval, with a change within an hour, a peak and a node group that was removed.
func TestTheHoursAddUpToTheSavings(t *testing.T) {
	t.Parallel()
	w := &world{marks: map[string]bool{}}
	w.change(monday.Add(-20*time.Hour), run.Succeeded, 4, 4)
	w.change(monday.Add(-15*time.Hour-20*time.Minute), run.Succeeded, 4, 1)
	w.change(monday.Add(-9*time.Hour-11*time.Minute), run.Failed, 1, 4)
	w.change(monday.Add(-8*time.Hour-11*time.Minute), run.Succeeded, 1, 6)
	for i, after := range []int32{2, 3} {
		w.change(monday.Add(time.Duration(-12+3*i)*time.Hour), run.Succeeded, 5, after)
		w.changes[len(w.changes)-1].Nodegroup = "old"
	}
	from, until := monday.Add(-18*time.Hour), monday
	var checks []time.Time
	for at := from.Add(2 * time.Hour); at.Before(until.Add(2 * time.Hour)); at = at.Add(15 * time.Minute) {
		checks = append(checks, at.Add(7*time.Minute))
	}
	snapshot, err := w.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held := inventory.Check(snapshot, until)
	book, err := ledger.Read(t.Context(), w, ledger.Question{Units: held.Valid(), From: from, Until: until, Removed: held.IsRemoved})
	if err != nil {
		t.Fatal(err)
	}
	lines := w.checksIn(t, true, checks...)
	if len(lines) != 18 {
		t.Fatalf("found %d metrics; want one for each of 18 hours", len(lines))
	}
	var sum savings.NodeTime
	for i, line := range lines {
		began := from.Add(time.Duration(i) * time.Hour)
		if line.AWS.Timestamp != began.UnixMilli() {
			t.Errorf("hour %d is at %s; want %s", i, time.UnixMilli(line.AWS.Timestamp).UTC(), began)
		}
		_, want := savings.Rows(book.Nodegroups, began, began.Add(time.Hour), savings.ByCluster)
		got := savings.NodeTime(line.SavedNodeHours*float64(savings.NodeHour)+100_000.5) - 100_000
		if got != want.Ours().Saved() {
			t.Errorf("%s: saved %s; savings says %s", began, got, want.Ours().Saved())
		}
		sum += got
	}
	if _, all := savings.Rows(book.Nodegroups, from, until, savings.ByDay); sum != all.Ours().Saved() || sum == 0 {
		t.Errorf("the hours add up to %s; savings says %s", sum, all.Ours().Saved())
	}
}

func TestWhenAnHourIsMeasured(t *testing.T) {
	t.Parallel()
	at := monday.Add(7 * time.Minute)
	w := &world{marks: map[string]bool{}}
	if lines := w.checksIn(t, false, at); len(lines) > 0 || w.reads > 0 || len(w.marks) > 0 {
		t.Error("measured although metrics are off")
	}
	w.broken = errors.New("DynamoDB is down")
	if lines := w.checksIn(t, true, at); len(lines) > 0 {
		t.Error("measured although DynamoDB is down")
	}
	w.broken = nil
	if lines := w.checksIn(t, true, at.Add(15*time.Minute), at.Add(30*time.Minute)); len(lines) != 1 || w.reads != 1 {
		t.Errorf("found %d metrics from %d reads; want one for the hour", len(lines), w.reads)
	}
}

// TestASummaryThatCannotBeSentLeavesTheMetric, and neither hides the other.
func TestASummaryThatCannotBeSentLeavesTheMetric(t *testing.T) {
	t.Parallel()
	w := &world{weekly: mondays, marks: map[string]bool{}, unsent: errors.New("SNS is down")}
	var out bytes.Buffer
	h := weeklysummary.Handler{Store: w, Logs: w, Topics: w, Now: func() time.Time { return monday }, Meter: weeklysummary.Meter{On: true, Out: &out}}
	if _, err := h.Handle(t.Context(), slog.New(slog.DiscardHandler), weeklysummary.Tick{}); !errors.Is(err, w.unsent) || out.Len() == 0 {
		t.Errorf("%v, and the log has %q", err, out.String())
	}
}
