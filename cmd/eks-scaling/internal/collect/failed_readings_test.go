package collect_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/shared/run"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// ran is a run with an input, an hour before the one that was made before it.
func ran(all []run.Record, name, input string) []run.Record {
	at := noon.Add(-time.Duration(len(all)) * time.Hour)
	var in run.Input
	_ = json.Unmarshal([]byte(input), &in)
	return append(all, run.Record{
		Summary: run.Summary{Units: map[run.Outcome]int{run.Unchanged: 1}}, Execution: run.Execution{Name: name},
		Run: run.Run{TakenAt: at, DryRun: in.DryRun, At: in.At}, Input: json.RawMessage(input),
	})
}

func TestFailedReadings(t *testing.T) {
	t.Parallel()
	runs := ran(nil, "dry", `{"dryRun": true}`)
	runs = ran(runs, "at", `{"at": "2026-11-24T08:00:00Z"}`)
	runs = ran(runs, "other", `{"clusters": ["quiet"]}`)
	runs = ran(runs, "batch", `{"schedules": ["production:batch"]}`)
	runs = ran(runs, "all", `{}`)
	runs = ran(runs, "older", `{}`)
	fails := func(unit, why string) run.UnitRecord {
		r := run.UnitRecord{Run: run.Run{TakenAt: noon}, Signals: []run.SignalState{{Period: "storm", Signal: "rain", Error: why}, {Period: "calm", Signal: "sun"}}}
		r.Cluster = unit
		return r
	}
	records := map[string][]run.UnitRecord{
		"dry": {fails("a", "dry")}, "at": {fails("a", "at")}, "batch": {fails("production:batch", "batch")},
		"all":   {fails("a", "all"), fails("production:batch", "all"), fails("b", "")},
		"older": {fails("a", "older"), fails("b", "older"), fails("c", "older")},
	}
	var read []string
	reader := func(_ context.Context, name string) ([]run.UnitRecord, error) {
		read = append(read, name)
		return records[name], nil
	}
	failed, err := collect.FailedReadings(t.Context(), reader, runs, []string{"a", "b", "c", "production:batch"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for unit, readings := range failed {
		got[unit] = readings["rain"].Error
		if _, any := readings["sun"]; any {
			t.Errorf("%s: a reading that did not fail is among them", unit)
		}
	}
	if diff := cmp.Diff(map[string]string{"a": "all", "b": "", "c": "older", "production:batch": "batch"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("batch all older", strings.Join(read, " ")); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

func TestFailedReadingsReadFewRuns(t *testing.T) {
	t.Parallel()
	var runs []run.Record
	for range 20 {
		runs = ran(runs, "run", `{}`)
	}
	reads := 0
	reader := func(context.Context, string) ([]run.UnitRecord, error) { reads++; return nil, nil }
	if _, err := collect.FailedReadings(t.Context(), reader, runs, []string{"a"}); err != nil || reads != 5 {
		t.Errorf("read %d runs (%v); want 5", reads, err)
	}
	broken := func(context.Context, string) ([]run.UnitRecord, error) { return nil, errors.New("no") }
	if _, err := collect.FailedReadings(t.Context(), broken, runs, []string{"a"}); err == nil {
		t.Error("found no error")
	}
}
