package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// record is a run so long ago that found the first sizes and left the second.
func record(ago time.Duration, before, after int32, change func(*health.Record)) health.Record {
	outcome, action := run.Succeeded, scaling.ScaleUp
	switch {
	case before == after:
		outcome, action = run.Unchanged, scaling.Keep
	case before > after:
		action = scaling.ScaleDown
	}
	sizes := func(n int32) *scaling.Sizes { return &scaling.Sizes{MaxSize: 5, DesiredSize: n} }
	r := health.Record{Name: fmt.Sprint("r", int(ago.Minutes())), Run: run.Run{TakenAt: now.Add(-ago)}}
	r.Units = []run.ClusterSummary{{Cluster: "production", Nodegroups: []run.NodegroupSummary{
		{Nodegroup: "small", Outcome: run.Unchanged},
		{Nodegroup: "big", Action: action, Outcome: outcome, Before: sizes(before), After: sizes(after)},
	}}}
	if change != nil {
		change(&r)
	}
	return r
}

func TestFights(t *testing.T) {
	t.Parallel()
	dry := func(r *health.Record) { r.Run.DryRun = true }
	failed := func(r *health.Record) {
		r.Units[0].Nodegroups[1].Outcome, r.Units[0].Nodegroups[1].After = run.Failed, nil
	}
	asks := func(r *health.Record) { r.Run.Profile = "peaker" }
	h, m := time.Hour, time.Minute
	for _, w := range []struct {
		rule    string
		records []health.Record
		want    int
	}{
		{"a run that began later was faster, and is the one that changed it", []health.Record{record(4*h, 1, 3, nil), record(3*h, 5, 3, nil), record(3*h-m, 3, 5, asks)}, 0},
		{"a run that began earlier was slower, and is the one that changed it", []health.Record{record(4*h, 1, 3, nil), record(2*h+m, 3, 5, asks), record(2*h, 3, 3, nil), record(2*h-m, 5, 3, nil)}, 0},
		{"a run beside it failed, and may be the one that changed it", []health.Record{record(4*h, 1, 3, nil), record(3*h, 5, 3, nil), record(3*h-m, 3, 5, failed)}, 0},
		{"a run beside it wrote something else", []health.Record{record(4*h, 1, 3, nil), record(3*h, 5, 3, nil), record(3*h-m, 3, 4, asks)}, 1},
		{"a run beside it left it alone", []health.Record{record(4*h, 1, 3, nil), record(3*h, 5, 3, nil), record(3*h-m, 3, 3, nil)}, 1},
		{"a run wrote that long after", []health.Record{record(4*h, 1, 3, nil), record(3*h, 5, 3, nil), record(2*h, 3, 5, asks)}, 1},
		{"a run wrote that long before", []health.Record{record(6*h, 3, 5, asks), record(5*h, 5, 3, nil), record(4*h, 3, 3, nil), record(3*h, 5, 3, nil)}, 1},
		{"put back twice", []health.Record{record(4*h, 1, 3, nil), record(3*h, 5, 3, nil), record(2*h, 4, 3, nil)}, 2},
		{"in whatever order they are read", []health.Record{record(2*h, 4, 3, nil), record(4*h, 1, 3, nil), record(3*h, 5, 3, nil)}, 2},
		{"put back after it was seen to be fine", []health.Record{record(4*h, 3, 3, nil), record(3*h, 5, 3, nil)}, 1},
		{"the schedule goes to and fro", []health.Record{record(4*h, 1, 3, nil), record(3*h, 3, 1, nil), record(2*h, 1, 3, nil), record(1*h, 3, 1, nil)}, 0},
		{"a change that was left alone, and then the next period's sizes", []health.Record{record(4*h, 1, 3, nil), record(3*h, 5, 5, nil), record(2*h, 5, 3, nil)}, 0},
		{"more than a day ago", []health.Record{record(40*h, 1, 3, nil), record(30*h, 5, 3, nil), record(25*h, 4, 3, nil)}, 0},
		{"a dry run put nothing back", []health.Record{record(4*h, 1, 3, nil), record(3*h, 5, 3, dry)}, 0},
		{"a failed run leaves nothing known", []health.Record{record(4*h, 1, 3, nil), record(3*h, 3, 3, failed), record(2*h, 5, 3, nil)}, 0},
		{"no records", nil, 0},
	} {
		t.Run(w.rule, func(t *testing.T) {
			t.Parallel()
			f := fine(t)
			f.Runs.Records = w.records
			r := report.Examine(f, now)
			got := r.Clusters[0].Nodegroups[0].Corrections.Count
			if fight := len(r.Problems) == 1 && r.Problems[0].Kind == report.NodegroupDrifted; got != w.want || fight != (w.want > 1) {
				t.Errorf("found %d times put back, and the problems %v; want %d, and a fight if it is more than once", got, r.Problems, w.want)
			}
			if w.want == 2 && !strings.Contains(r.Problems[0].Message, "runs corrected it 2 times in the last 24 hours, last at Tue 2026-11-24 08:00 -03:00 (run r120)") {
				t.Errorf("found %s", r.Problems[0].Message)
			}
		})
	}
}
