package report_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// byRecord takes the sizes of production from the record of a run that began so long ago, changed.
func byRecord(ago time.Duration, changes ...func(r *run.UnitRecord)) func(f *health.Facts) {
	return func(f *health.Facts) {
		f.Source = health.FromRecords
		f.Clusters[0].Nodegroups = map[string]health.Fact[health.Nodegroup]{}
		r := run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "production", Outcome: run.Unchanged}, Run: run.Run{Execution: run.Execution{Name: "second"}, TakenAt: now.Add(-ago)}}
		for name, sizes := range map[string]scaling.Sizes{"big": {MaxSize: 5, DesiredSize: 3}, "small": {MaxSize: 1}, "spare": {MaxSize: 9, DesiredSize: 7}} {
			r.Nodegroups = append(r.Nodegroups, run.NodegroupSummary{Nodegroup: name, Action: scaling.Keep, Outcome: run.Unchanged, Before: &sizes, After: &sizes})
		}
		for _, change := range changes {
			change(&r)
		}
		f.Clusters[0].Observe(r)
	}
}

// ofBig changes the record of the node group big.
func ofBig(change func(n *run.NodegroupSummary)) func(r *run.UnitRecord) {
	return func(r *run.UnitRecord) {
		for i := range r.Nodegroups {
			if r.Nodegroups[i].Nodegroup == "big" {
				change(&r.Nodegroups[i])
			}
		}
	}
}

func sized(desired int32) func(r *run.UnitRecord) {
	return ofBig(func(n *run.NodegroupSummary) {
		n.Before = &scaling.Sizes{MaxSize: 5, DesiredSize: desired}
		n.After = n.Before
	})
}

// failed has the node group big fail.
func failed(class run.ErrorName, cause string) func(r *run.UnitRecord) {
	return func(r *run.UnitRecord) {
		r.Outcome = run.Failed
		r.Failures = []run.Failure{{Subject: "node group production/big", Error: string(class), Cause: cause}}
		ofBig(func(n *run.NodegroupSummary) { n.Outcome, n.After = run.Failed, nil })(r)
	}
}

func unrecorded(f *health.Facts) {
	f.Source, f.Clusters[0].Nodegroups = health.FromRecords, map[string]health.Fact[health.Nodegroup]{}
}

func TestUnitsFromTheRecords(t *testing.T) {
	t.Parallel()
	const minute = 37 * time.Minute
	for _, w := range []struct {
		row
		state report.UnitState
	}{
		{row{"in sync", byRecord(minute), nil, nil}, report.UnitInSync},
		{row{"it failed", both(byRecord(minute, sized(1), failed(run.NodegroupFailedError, "no capacity")), notApplied), []string{"unitFailed cluster production"}, []string{
			"failed in run second at Tue 2026-11-24 09:23 -03:00: NodegroupFailedError: node group big: no capacity", "eks-scaling runs show second production",
		}}, report.LastRunFailed},
		{row{"a node group does not exist", byRecord(minute, failed(run.TargetNotFoundError, "No node group found for name: big.")), []string{"nodegroupNotFound production/big"}, nil}, report.UnitNotFound},
		{row{"a node group without nodes does not exist", byRecord(minute, ofBig(func(n *run.NodegroupSummary) {
			n.Before, n.After, n.Warning = nil, nil, "the node group does not exist"
		})), []string{"nodegroupNotFound production/big"}, nil}, report.UnitNotFound},
		{row{"DEGRADED", byRecord(minute, ofBig(func(n *run.NodegroupSummary) { n.Warning = "the node group is degraded: Ec2SubnetNotFound" })), []string{"nodegroupFailing production/big"}, []string{"the node group is degraded: Ec2SubnetNotFound"}}, report.UnitFailing},
		{row{"drifted", byRecord(minute, sized(5)), []string{"nodegroupDrifted production/big"}, nil}, report.UnitDrifted},
		{row{"not in sync", both(byRecord(minute, sized(1)), notApplied), []string{"nodegroupNotInSync production/big"}, []string{"not in sync: at Tue 2026-11-24 09:23 -03:00 1 (0..5), desired 3 (0..5)"}}, report.UnitNotInSync},
		{row{"overtaken", byRecord(minute, func(r *run.UnitRecord) { r.Outcome, r.OvertakenBy = run.Overtaken, "third" }), nil, nil}, report.UnitOvertaken},
		{row{"held back", byRecord(minute, ofBig(func(n *run.NodegroupSummary) { n.HeldBack = []string{"small is not ready"} })), nil, nil}, report.UnitHeldBack},
		{row{"an update was in progress", both(byRecord(minute, sized(1), ofBig(func(n *run.NodegroupSummary) { n.Action, n.Outcome = scaling.Await, run.Skipped })), notApplied), nil, nil}, report.UnitUpdating},
		{row{"no record, for long", unrecorded, []string{"recordStale cluster production"}, []string{"eks-scaling runs"}}, report.UnitStale},
		{row{"no record, configured an hour ago", both(unrecorded, func(f *health.Facts) { f.Clusters[0].Latest = now.Add(-time.Hour) }), nil, nil}, report.UnitStale},
		{row{"an old record", byRecord(3 * time.Hour), []string{"recordStale cluster production"}, nil}, report.UnitStale},
		{row{"paused, so no run records it", both(unrecorded, func(f *health.Facts) { f.Clusters[0].Paused = &health.Author{By: "ana"} }), []string{"scalingPaused cluster production"}, nil}, report.UnitPaused},
	} {
		w.check(t, func(t *testing.T, r report.Report) {
			if got := r.Clusters[0].State; got != w.state || r.Units.ByState[w.state] != 1 {
				t.Errorf("found %s, %v; want %s", got, r.Units, w.state)
			}
			for _, p := range r.Problems {
				if ofSystem := p.Kind == report.ScalingPaused; ofSystem == (p.Unit == "production") {
					t.Errorf("found %q as the unit of %s", p.Unit, p.Kind)
				}
			}
		})
	}
}

// TestANewerRecordReplacesAnOlderOne only for the node groups that it has.
func TestANewerRecordReplacesAnOlderOne(t *testing.T) {
	t.Parallel()
	f := fine(t)
	byRecord(time.Hour, sized(1))(&f)
	newer := run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "production", Outcome: run.Succeeded}, Run: run.Run{Execution: run.Execution{Name: "third"}, TakenAt: now.Add(-time.Minute)}}
	newer.Nodegroups = []run.NodegroupSummary{{Nodegroup: "big", Outcome: run.Succeeded, Before: &scaling.Sizes{MaxSize: 5, DesiredSize: 1}, After: &scaling.Sizes{MaxSize: 5, DesiredSize: 3}}, {Nodegroup: "removed"}}
	f.Clusters[0].Observe(newer)
	r := report.Examine(f, now)
	if len(r.Problems) > 0 || r.Clusters[0].State != report.UnitInSync || r.Clusters[0].LastRecord.Run != "third" || len(r.Clusters[0].Nodegroups) != 3 {
		t.Errorf("found %v, and %+v", r.Problems, r.Clusters[0])
	}
	want := report.Records{Run: "third", Newest: newer.Run.TakenAt, Oldest: newer.Run.TakenAt}
	if diff := cmp.Diff(&want, r.Records); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRecordsAgreeWithEKS: what a run saw a moment ago is judged as if EKS had just said it.
func TestRecordsAgreeWithEKS(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		live, recorded := fine(t), fine(t)
		desired := rapid.Int32Range(0, 5).Draw(rt, "desired")
		has("ACTIVE", desired)(&live)
		byRecord(0, sized(desired))(&recorded)
		if rapid.Bool().Draw(rt, "not applied") {
			notApplied(&live)
			notApplied(&recorded)
		}
		live.Source = health.FromEKS
		want, got := report.Examine(live, now), report.Examine(recorded, now)
		if want.Clusters[0].State != got.Clusters[0].State || want.Status != got.Status || len(want.Problems) != len(got.Problems) {
			rt.Errorf("EKS: %s, %v; records: %s, %v", want.Clusters[0].State, want.Problems, got.Clusters[0].State, got.Problems)
		}
	})
}
