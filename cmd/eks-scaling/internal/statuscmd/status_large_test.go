package statuscmd

import (
	"fmt"
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

func TestWhichRunsTheSizesComeFrom(t *testing.T) {
	t.Parallel()
	h := time.Hour
	some := func(r *run.Record) { r.Input = []byte(`{"nodegroups": ["big"]}`) }
	for _, w := range []struct {
		rule string
		runs []run.Record // the newest first
		want []string
		left health.LeftOut
	}{
		{"the last one for all units", []run.Record{onRecord("b", h, 1_000, 0), onRecord("a", 2*h, 1_000, 0)}, []string{"b"}, health.LeftOut{}},
		{"and those after it", []run.Record{onRecord("c", h, 1, 1, partly), onRecord("b", 2*h, 9, 0), onRecord("a", 3*h, 1, 0, partly)}, []string{"b", "c"}, health.LeftOut{}},
		{"no dry run", []run.Record{onRecord("b", h, 9, 0, dry), onRecord("a", 2*h, 9, 0)}, []string{"a"}, health.LeftOut{}},
		{"none without units", []run.Record{onRecord("b", h, 0, 0), onRecord("a", 2*h, 9, 0)}, []string{"a"}, health.LeftOut{}},
		{"one for some node groups is not for all", []run.Record{onRecord("b", h, 9, 0, some), onRecord("a", 2*h, 9, 0)}, []string{"a", "b"}, health.LeftOut{}},
		{
			"the one for all comes first, and one that does not fit hides no smaller one",
			[]run.Record{onRecord("d", h, 900, 1, partly), onRecord("c", 2*h, 9_000, 1, partly), onRecord("b", 3*h, 100, 1, partly), onRecord("a", 4*h, 9_000, 1)},
			[]string{"a", "d", "b"},
			health.LeftOut{Runs: 1, Newest: afternoon.Add(-2 * h)},
		},
	} {
		var all []recorded
		for _, r := range w.runs {
			all = append(all, recordedAs(r))
		}
		chosen, left := latest(all, afternoon)
		if diff := cmp.Diff(w.want, chosen); diff != "" || left != w.left {
			t.Errorf("%s: left %+v; want %+v; chosen (-want +got):\n%s", w.rule, left, w.left, diff)
		}
	}
}

// summarized is a fleet of 40 units of which a run recorded everything, changed.
func summarized(t *testing.T, change func(s *system, unit string, r *run.UnitRecord)) *system {
	t.Helper()
	s := fleet(t, 40)
	delete(s.Items, "cluster/paused")
	s.Sync(t, afternoon)
	s.ran("reconcile-1323", stackaws.Succeeded, 31*time.Minute, "reconcile", "43 unchanged")
	s.done[len(s.done)-1].Units = map[run.Outcome]int{run.Unchanged: 42}
	record := func(unit string, groups ...string) {
		r := run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: unit, Outcome: run.Unchanged}, Run: run.Run{Execution: run.Execution{Name: "reconcile-1323"}, TakenAt: afternoon.Add(-31 * time.Minute)}}
		s.applied[unit] = map[string]scaling.Application{}
		for _, g := range groups {
			size := *s.Groups[unit+"/"+g].ScalingConfig
			sizes := scaling.Sizes{MinSize: *size.MinSize, MaxSize: *size.MaxSize, DesiredSize: *size.DesiredSize}
			r.Nodegroups = append(r.Nodegroups, run.NodegroupSummary{Nodegroup: g, Action: scaling.Keep, Outcome: run.Unchanged, Before: &sizes, After: &sizes})
		}
		change(s, unit, &r)
		s.units["reconcile-1323"] = append(s.units["reconcile-1323"], r)
	}
	record("berlin", "web")
	record("production", "big", "small")
	for i := range 40 {
		var groups []string
		for g := range 10 {
			groups = append(groups, fmt.Sprint("n", g))
		}
		record(fmt.Sprintf("fleet-%04d", i), groups...)
	}
	return s
}

func fails(r *run.UnitRecord, why string) {
	r.Outcome, r.Error, r.Nodegroups = run.Failed, why, nil
	r.Failures = []run.Failure{{Subject: "cluster " + r.Cluster, Error: string(run.AccessDeniedError), Cause: why}}
}

func TestASummaryOfManyUnits(t *testing.T) {
	t.Parallel()
	s := summarized(t, func(s *system, unit string, r *run.UnitRecord) {
		switch {
		case unit == "fleet-0003", unit == "fleet-0001":
			fails(r, "the role may not be assumed")
		case unit == "fleet-0005":
			r.Nodegroups[4].After = &scaling.Sizes{MaxSize: 9, DesiredSize: 1}
		case unit == "fleet-0006":
			r.Outcome, r.OvertakenBy = run.Overtaken, "manual-7"
		case strings.HasPrefix(unit, "fleet-003"):
			r.Nodegroups[0].HeldBack = []string{"n1 is not ready"}
		}
	})
	text := summaryOf(t, s, view{})
	want := `stack EksScaling in sa-east-1, account 123456789012, 2026-11-23 14:00 UTC

42 units: 2 failed, 1 not in sync, 1 overtaken, 10 held back, 28 in sync
As the last runs recorded them, 30m ago. Ask EKS with: eks-scaling status --live

UNIT        STATE        WHY
fleet-0001  failed       AccessDeniedError: the role may not be assumed
fleet-0003  failed       AccessDeniedError: the role may not be assumed
fleet-0005  not in sync  n4 1 -> 3
fleet-0006  overtaken    overtaken by run manual-7
fleet-0030  held back    n1 is not ready
fleet-0031  held back    n1 is not ready
fleet-0032  held back    n1 is not ready
fleet-0033  held back    n1 is not ready
fleet-0034  held back    n1 is not ready
fleet-0035  held back    n1 is not ready
and 4 more: 4 held back. List them with: eks-scaling status --problems
Show one with: eks-scaling status --cluster fleet-0001
`
	if before, _, _ := strings.Cut(text, "\nSystem:"); before != want {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, before))
	}
	if !strings.HasSuffix(text, "\nUnhealthy: cluster fleet-0001 failed in its last run (and 2 more problems)\n") {
		t.Errorf("found\n%s\nwant the worst problem in the last line", text)
	}
	if lines := strings.Count(summaryOf(t, s, view{problems: true}), "\nfleet-"); lines != 14 {
		t.Errorf("found %d lines of units with --problems; want 14", lines)
	}
}

func summaryOf(t *testing.T, s *system, v view) string {
	t.Helper()
	r := s.looks(t)
	if v.problems {
		r = r.WithFindings()
	}
	var text screenText
	if err := screenOf(r, 90, v).Print(&text, false); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTheWorstUnitsComeFirst and units in the same state are in the order of their names.
func TestTheWorstUnitsComeFirst(t *testing.T) {
	t.Parallel()
	r := report.Report{Clusters: []report.Cluster{
		{Name: "a", State: report.UnitStale},
		{Name: "b", State: report.UnitInSync},
		{Name: "d", State: report.UnitDrifted},
		{Name: "c", State: report.UnitDrifted},
		{Name: "e", State: report.LastRunFailed},
		{Name: "f", State: report.UnitPaused},
	}}
	var names []string
	for _, c := range worstOf(r) {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"e", "c", "d", "f", "a"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
