package statuscmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// onRecord returns the record of a run with the given age and number of units.
func onRecord(name string, ago time.Duration, units, changes int, more ...func(*run.Record)) run.Record {
	r := run.Record{
		Summary: run.Summary{Units: map[run.Outcome]int{run.Succeeded: units}}, Execution: run.Execution{Name: name},
		Run: run.Run{TakenAt: afternoon.Add(-ago)}, Input: json.RawMessage(`{}`), Changes: &changes,
	}
	for _, change := range more {
		change(&r)
	}
	return r
}

func profile(r *run.Record) { r.Run.Profile = "peak" }
func dry(r *run.Record)     { r.Run.DryRun = true }
func unknown(r *run.Record) { r.Changes = nil }
func partly(r *run.Record)  { r.Input = json.RawMessage(`{"clusters": ["berlin"]}`) }

func TestWhichRunsUnitsAreRead(t *testing.T) {
	t.Parallel()
	h := time.Hour
	for _, w := range []struct {
		rule string
		runs []run.Record // the newest first
		want []string
		left health.LeftOut
	}{
		{"none of idle runs", []run.Record{onRecord("b", h, 1_000, 0), onRecord("a", 2*h, 1_000, 0)}, nil, health.LeftOut{}},
		{"none of dry runs", []run.Record{onRecord("a", h, 5, 3, dry)}, nil, health.LeftOut{}},
		{"none of a run without units", []run.Record{onRecord("a", h, 0, 0, profile)}, nil, health.LeftOut{}},
		{"of a change, and of the run before it", []run.Record{onRecord("d", h, 9, 0), onRecord("c", 2*h, 9, 1), onRecord("b", 3*h, 9, 0), onRecord("a", 4*h, 9, 0)}, []string{"c", "b"}, health.LeftOut{}},
		{"of a change of more than a day ago, not of the run before", []run.Record{onRecord("b", 25*h, 9, 1), onRecord("a", 26*h, 9, 0)}, []string{"b"}, health.LeftOut{}},
		{"of the runs before, as many as it takes to cover all clusters", []run.Record{
			onRecord("d", h, 9, 1), onRecord("c", 2*h, 1, 0, partly), onRecord("b", 3*h, 9, 0), onRecord("a", 4*h, 9, 0),
		}, []string{"d", "c", "b"}, health.LeftOut{}},
		{"one that does not say what it changed, and the run before it", []run.Record{onRecord("c", h, 9, 0, unknown), onRecord("b", 2*h, 9, 0), onRecord("a", 3*h, 9, 0)}, []string{"c", "b"}, health.LeftOut{}},
		{"one with a profile that changed nothing", []run.Record{onRecord("b", h, 9, 0), onRecord("a", 2*h, 9, 0, profile)}, []string{"a"}, health.LeftOut{}},
		{
			"one with a profile comes first, and one that does not fit hides no smaller one",
			[]run.Record{onRecord("e", h, 9_000, 1), onRecord("d", 2*h, 1_000, 1), onRecord("c", 3*h, 900, 1), onRecord("b", 80*h, 1, 1, profile), onRecord("a", 90*h, 9_000, 1)},
			[]string{"b", "e", "c"},
			health.LeftOut{Runs: 2, Newest: afternoon.Add(-2 * h)},
		},
	} {
		var all []recorded
		for _, r := range w.runs {
			all = append(all, recordedAs(r))
		}
		chosen, left := choose(all, afternoon)
		if diff := cmp.Diff(w.want, chosen); diff != "" || left != w.left {
			t.Errorf("%s: left %+v; want %+v; chosen (-want +got):\n%s", w.rule, left, w.left, diff)
		}
	}
}

// TestALargeFleetDoesNotHideAManualRun of before yesterday, though 1,000 units changed every hour since.
func TestALargeFleetDoesNotHideAManualRun(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.Size("production/big", 0, 5, 4)
	s.ran("manual-1", stackaws.Succeeded, 60*time.Hour, "manual", "1 scaled")
	s.did(&s.done[len(s.done)-1], run.ClusterSummary{Cluster: "production", Outcome: run.Succeeded, Nodegroups: []run.NodegroupSummary{
		{Nodegroup: "big", Action: scaling.ScaleUp, Outcome: run.Succeeded, Before: sizes(1), After: sizes(4)},
	}})
	s.done[len(s.done)-1].Run.Profile, s.done[len(s.done)-1].Run.Actor = "peak", "ana"
	for i := range 40 {
		s.ran(fmt.Sprint("r", i), stackaws.Succeeded, time.Duration(i+1)*time.Hour, "reconcile", "1 scaled")
		r := &s.done[len(s.done)-1]
		r.Units, r.Changes = map[run.Outcome]int{run.Succeeded: 1_000}, new(1)
	}
	r := s.looks(t)
	big := r.Clusters[2].Nodegroups[0]
	if want := (report.HeldBy{Profile: "peak", Actor: "ana", Run: "manual-1", Until: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)}); big.State != report.Held || big.HeldBy != want || len(r.Problems) > 0 {
		t.Errorf("found %s, %+v, %v; want it held by ana's run", big.State, big.HeldBy, r.Problems)
	}
	if left := r.Runs.LeftOut; left.Runs != 31 {
		t.Errorf("found %+v left out; want 31 runs, as 9 of 1,000 units fit beside the manual one", left)
	}
	if text := shows(t, r, 0); !strings.Contains(strings.Join(strings.Fields(text), " "), "Not read: the results of 31 runs until 2026-11-23 04:00 UTC, as there are too many.") {
		t.Errorf("found %s; want it to say what was not read", text)
	}
}

func sizes(n int32) *scaling.Sizes { return &scaling.Sizes{MaxSize: 5, DesiredSize: n} }

// TestALaterLookReadsWhatIsNew of the audit trail.
func TestALaterLookReadsWhatIsNew(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	for i := range s.done {
		s.did(&s.done[i], run.ClusterSummary{Cluster: "production", Outcome: run.Succeeded, Nodegroups: []run.NodegroupSummary{{Nodegroup: "big", Outcome: run.Succeeded}}})
	}
	s.ran("slow", stackaws.Running, 50*time.Minute, "", "")
	s.executions[slices.IndexFunc(s.executions, func(x stackaws.Summary) bool { return x.Name == "slow" })].Ended = time.Time{}
	from := s.sources()
	look := func(after time.Duration) (trail []string, facts health.Facts) {
		s.Forget()
		facts, err := from.look(t.Context(), afternoon.Add(after), question{})
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range s.Calls() {
			if strings.HasPrefix(call, "Runs") || strings.HasPrefix(call, "UnitRecords") {
				trail = append(trail, call)
			}
		}
		slices.Sort(trail)
		return trail, facts
	}
	wants := func(rule string, got, want []string) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
	calls, first := look(0)
	wants("the first look", calls, []string{"Runs 11-19T14:00:00", "UnitRecords run-1123", "UnitRecords run-1223", "UnitRecords run-1323"})
	calls, second := look(5 * time.Second)
	wants("nothing is new; one is at work", calls, []string{"Runs 11-23T13:09:00"})
	if diff := cmp.Diff(first.Runs.Records, second.Runs.Records); diff != "" {
		t.Errorf("the second look has other records (-first +second):\n%s", diff)
	}
	s.ended("slow", 12*time.Second)
	calls, third := look(10 * time.Second)
	wants("it has left its record", calls, []string{"Runs 11-23T13:09:00", "UnitRecords slow"})
	if len(third.Runs.Records) != 4 {
		t.Errorf("found %d records; want 4", len(third.Runs.Records))
	}
	s.Failing = map[string]error{"Runs": errors.New("no")}
	look(2 * time.Minute)
	s.Failing = nil
	calls, _ = look(3 * time.Minute)
	wants("after a look that failed", calls, []string{"Runs 11-19T14:03:00"})
	calls, _ = look(4 * time.Minute)
	wants("none is at work", calls, []string{"Runs 11-23T14:02:00"})
}

// ended has a run end, with its record.
func (s *system) ended(name string, after time.Duration) {
	for i := range s.executions {
		if x := &s.executions[i]; x.Name == name {
			x.Status, x.Ended = stackaws.Succeeded, afternoon.Add(after)
			s.done = append(s.done, onRecord(name, afternoon.Sub(x.Started), 1, 1))
		}
	}
}

// TestAContinuedRunHasAnotherRecord, with other records of its units.
func TestAContinuedRunHasAnotherRecord(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.did(&s.done[0], run.ClusterSummary{Cluster: "production", Outcome: run.Failed, Nodegroups: []run.NodegroupSummary{{Nodegroup: "big"}}})
	from := s.sources()
	for i, want := range []int{1, 0, 1} {
		s.Forget()
		if i == 2 {
			s.done[0].Message = "continued"
			from.trail.settled = time.Time{}
		}
		if _, err := from.look(t.Context(), afternoon.Add(time.Duration(i)*time.Minute), question{}); err != nil {
			t.Fatal(err)
		}
		read := len(slices.DeleteFunc(s.Calls(), func(call string) bool { return !strings.HasPrefix(call, "UnitRecords") }))
		if read != want {
			t.Errorf("look %d: found the units read %d times; want %d", i+1, read, want)
		}
	}
}
