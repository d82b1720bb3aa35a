package reportcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/page"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// trail is the logs table in memory.
type trail struct {
	*clitest.Memory
	records []run.Record // the newest first
}

func (t *trail) Runs(context.Context, time.Time) ([]run.Record, error) { return t.records, nil }

// ran records a run, which began so long ago and was due a minute before.
func (t *trail) ran(name string, ago time.Duration, r run.Record) {
	r.Execution.Name = name
	r.Run.Execution.Name, r.Run.TakenAt = name, clitest.Monday.Add(-ago)
	r.Run.Due = r.Run.TakenAt.Add(-time.Minute)
	r.Input = []byte(fmt.Sprintf(`{"trigger":%q,"clusters":["production"]}`, r.Run.Trigger))
	t.records = append(t.records, r)
}

// changed records a change by the newest run. EKS accepted the call after some seconds, and it ended a minute later.
func (t *trail) changed(nodegroup string, seconds int, outcome run.Outcome) {
	of := t.records[len(t.records)-1].Run
	called := of.TakenAt.Add(time.Duration(seconds) * time.Second)
	key := "production/" + nodegroup
	t.Doings[key] = append(t.Doings[key], run.Change{
		ChangeResult: run.ChangeResult{Nodegroup: nodegroup, Outcome: outcome}, Run: of, Cluster: "production", StartedAt: called, EndedAt: called.Add(time.Minute),
	})
}

func newTrail() *trail {
	m := clitest.NewMemory()
	m.Doings = map[string][]run.Change{}
	return &trail{Memory: m}
}

func (t *trail) read(test *testing.T, p past, latest ...report.Run) page.Runs {
	test.Helper()
	p.since, p.now, p.zone = clitest.Monday.AddDate(0, 0, -7), clitest.Monday, time.UTC
	r, err := p.read(test.Context(), frame.Session{Logs: t}, latest)
	if err != nil {
		test.Fatal(err)
	}
	return r
}

func names(runs []page.Run) (names []string) {
	for _, r := range runs {
		names = append(names, r.Name)
	}
	return names
}

func scheduled(outcome run.Outcome) run.Record {
	return run.Record{Summary: run.Summary{Outcome: outcome}, Run: run.Run{Trigger: run.ScheduleTrigger}}
}

func TestRunsThatChangedOrFailedAreListed(t *testing.T) {
	t.Parallel()
	on := newTrail()
	on.ran("idle", time.Hour, scheduled(run.Succeeded))
	on.ran("changed", 2*time.Hour, scheduled(run.Succeeded))
	on.changed("big", 1, run.Succeeded)
	on.ran("failed", 3*time.Hour, scheduled(run.Failed))
	dry := scheduled(run.Planned)
	dry.Run.DryRun = true
	on.ran("dry", 4*time.Hour, dry)
	running := report.Run{Name: "running", Status: "running", StartedAt: clitest.Monday.Add(-time.Minute)}
	aborted := report.Run{Name: "aborted", Status: "aborted", StartedAt: clitest.Monday.Add(-5 * time.Hour)}
	old := report.Run{Name: "old", Status: "aborted", StartedAt: clitest.Monday.AddDate(0, 0, -8)}
	r := on.read(t, past{}, running, report.Run{Name: "changed", Status: "succeeded"}, aborted, old)
	if diff := gocmp.Diff([]string{"running", "changed", "failed", "aborted"}, names(r.Latest)); diff != "" {
		t.Errorf("the runs (-want +got):\n%s", diff)
	}
	if want := map[run.Outcome]int{run.Succeeded: 2, run.Failed: 1, run.Planned: 1}; r.Total != 4 || !gocmp.Equal(r.Outcomes, want) {
		t.Errorf("found %d runs, %v; want 4, %v", r.Total, r.Outcomes, want)
	}
}

func TestLatenessCountsFromTheTransition(t *testing.T) {
	t.Parallel()
	on := newTrail()
	on.ran("a", time.Hour, scheduled(run.Succeeded))
	on.changed("big", 10, run.Succeeded)
	on.changed("small", 30, run.Succeeded)
	on.changed("batch", 500, run.Failed)
	on.ran("reconcile", 2*time.Hour, run.Record{Summary: run.Summary{Outcome: run.Succeeded}, Run: run.Run{Trigger: run.ReconcileTrigger}})
	on.changed("big", 900, run.Succeeded)
	r := on.read(t, past{})
	want := &page.Lateness{Changes: 2, MedianCall: 70, LongestCall: 90, MedianReady: 130, LongestReady: 150}
	if diff := gocmp.Diff(want, r.Lateness); diff != "" || r.Changes != 3 || r.Failed != 1 {
		t.Errorf("found %d changes, %d failed; want 3 and 1 (-want +got):\n%s", r.Changes, r.Failed, diff)
	}
}

func TestUnitsNarrowTheRuns(t *testing.T) {
	t.Parallel()
	on := newTrail()
	on.ran("a", time.Hour, scheduled(run.Succeeded))
	on.changed("big", 10, run.Succeeded)
	if r := on.read(t, past{units: []string{"berlin"}}); r.Total != 0 || r.Changes != 0 {
		t.Errorf("found %d runs and %d changes; want none of another cluster", r.Total, r.Changes)
	}
	if r := on.read(t, past{units: []string{"production"}}); r.Total != 1 || r.Changes != 1 {
		t.Errorf("found %d runs and %d changes; want one of each", r.Total, r.Changes)
	}
}

func TestLongListsAreBounded(t *testing.T) {
	t.Parallel()
	on := newTrail()
	for i := range maxRuns + 3 {
		failed := scheduled(run.Failed)
		failed.Failures = []run.Failure{{Subject: "node group production/big", Error: "NodegroupFailedError", Cause: "no capacity"}}
		on.ran(fmt.Sprintf("run-%02d", i), time.Duration(i+1)*time.Hour, failed)
		for j := range maxChanges + 2 {
			on.changed(fmt.Sprintf("ng-%02d", j), j, run.Failed)
		}
	}
	r := on.read(t, past{})
	if len(r.Latest) != maxRuns || r.LeftOut != 3 || len(r.Failures) != maxFailures {
		t.Errorf("found %d runs, %d left out, %d failures; want %d, 3 and %d", len(r.Latest), r.LeftOut, len(r.Failures), maxRuns, maxFailures)
	}
	if first := r.Latest[0]; first.Name != "run-00" || len(first.Changes) != maxChanges || first.ChangesLeftOut != 2 {
		t.Errorf("found %d changes of %s, %d left out; want %d of run-00, and 2", len(first.Changes), first.Name, first.ChangesLeftOut, maxChanges)
	}
	if f := r.Failures[0]; f.Remedy != run.NodegroupFailedError.Remedy() {
		t.Errorf("found %+v; want its remedy", f)
	}
}

func TestEachLocalDayIsListedOnce(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	// The clocks go back on October 25.
	p := past{since: time.Date(2026, 10, 23, 23, 30, 0, 0, zone), now: time.Date(2026, 10, 26, 0, 10, 0, 0, zone), zone: zone}
	want := []page.Day{{Date: "2026-10-23"}, {Date: "2026-10-24"}, {Date: "2026-10-25"}, {Date: "2026-10-26"}}
	if diff := gocmp.Diff(want, p.days()); diff != "" {
		t.Errorf("the days (-want +got):\n%s", diff)
	}
}

func TestOnlyTheWorstUnitsAreShown(t *testing.T) {
	t.Parallel()
	all := []report.Cluster{{Name: "a", State: report.UnitInSync}, {Name: "b", State: report.UnitDrifted}, {Name: "c", State: report.LastRunFailed}}
	shown, left := worst(all, 2)
	if left != 1 || len(shown) != 2 || shown[0].Name != "c" || shown[1].Name != "b" || all[0].Name != "a" {
		t.Errorf("found %+v, %d left out; want c and b, and 1", shown, left)
	}
}

func TestNodegroupsThatAreNotScaledAreNotCounted(t *testing.T) {
	t.Parallel()
	three := int32(3)
	sizes := &scaling.Sizes{MaxSize: 5, DesiredSize: 1}
	found := count([]report.Cluster{{Nodegroups: []report.Nodegroup{
		{State: report.InSync, Current: sizes, Desired: &scaling.Goal{MaxSize: 5}},
		{State: report.NotInSync, Current: sizes, Desired: &scaling.Goal{MaxSize: 5, DesiredSize: &three}},
		{State: report.NotInProfile, Current: sizes},
		{State: report.NotRead, Desired: &scaling.Goal{}},
	}}})
	if want := (page.Nodes{Nodegroups: 2, InSync: 1, Current: 2, Desired: 4}); found != want {
		t.Errorf("found %+v; want %+v", found, want)
	}
}

func TestAFileIsReplacedOnlyAsAWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := clitest.Write(t, filepath.Join(dir, "report.html"), "old")
	broken := errors.New("broken")
	_, err := replaceFile(name, func(out io.Writer) error {
		_, _ = io.WriteString(out, "half")
		return broken
	})
	if got := clitest.Read(t, name); !errors.Is(err, broken) || got != "old" {
		t.Errorf("found %q after %v; want the old file", got, err)
	}
	size, err := replaceFile(name, func(out io.Writer) error {
		_, err := io.WriteString(out, "whole")
		return err
	})
	if got := clitest.Read(t, name); err != nil || got != "whole" || size != 5 {
		t.Errorf("found %q with %d bytes, %v; want the new file", got, size, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("found %v, %v; want only the report", left, err)
	}
}
