package integration_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/functions/step/metric"
	"eks-scaling-automation/integration/aws/cloudwatch"
	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
	"eks-scaling-automation/shared/aws/ledger"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
)

// TestMetricsEqualTheRecords of a night in which an update fails, a scale-down is held back and somebody changes a node group.
func TestMetricsEqualTheRecords(t *testing.T) { //nolint:gocyclo // a night, told from its begin to its end
	t.Parallel()
	begin, end := tuesday("00:00:00"), tuesday("08:00:00")
	w, err := world.Start(t.Context(), world.Options{
		Binaries: binaries, Log: io.Discard, Now: time.Now, Clock: clock.Virtual(begin), Env: map[string]string{"METRICS": "on"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	w.EKS.CreateNodegroup(world.Region, "production", "small", eks.Sizes{Max: 1})
	w.EKS.CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 1})
	apply(t, w)
	starts := func(at time.Time, name string, in run.Input) {
		data, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		w.At(at, func() {
			if _, err := w.Engine.StartExecution(name, data); err != nil {
				t.Error(err)
			}
		})
	}
	for hour := range 8 {
		starts(begin.Add(time.Duration(hour)*time.Hour+23*time.Minute), fmt.Sprintf("reconcile-%d", hour), run.Input{Trigger: run.ReconcileTrigger})
	}
	for _, due := range []time.Time{tuesday("01:00:00"), tuesday("06:30:00")} {
		starts(due.Add(20*time.Second), "transition-"+due.Format("1504"), run.Input{Trigger: run.ScheduleTrigger, Due: due})
	}
	starts(tuesday("07:40:00"), "dry", run.Input{Trigger: "manual", DryRun: true})
	w.At(tuesday("00:59:00"), func() {
		w.EKS.FailUpdate(world.Region, "production", "small", "AsgInstanceLaunchFailures", "no capacity")
	})
	w.At(tuesday("07:05:00"), func() { w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 5}) })
	for at := begin.Add(2*time.Hour + 7*time.Minute); at.Before(end.Add(2 * time.Hour)); at = at.Add(15 * time.Minute) {
		w.At(at, func() {
			if err := w.Tick(t.Context(), at.Add(-15*time.Minute), at); err != nil {
				t.Errorf("%s: %v", at, err)
			}
		})
	}
	if err := w.RunUntil(t.Context(), end.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	want := recordedMetrics(t, w, begin, end)
	for _, name := range metric.Names() {
		got, found := w.Metrics.Sum(cloudwatch.Metric{Namespace: metric.Namespace, Name: string(name)}, begin.Add(-time.Second), end)
		if !found || math.Abs(got-want[name]) > 0.001 {
			t.Errorf("%s: found %v (%t); the records say %v", name, got, found, want[name])
		}
		if want[name] == 0 {
			t.Errorf("%s: the night has none, so this test says nothing of it", name)
		}
	}
}

// recordedMetrics adds up the metrics from the records alone.
func recordedMetrics(t *testing.T, w *world.World, begin, end time.Time) map[metric.Name]float64 {
	t.Helper()
	logs, want := tables.NewLogs(w.DynamoDB(), deployment.LogsTable), map[metric.Name]float64{}
	runs, err := logs.Runs(t.Context(), begin)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		reconcile := strings.Contains(string(r.Input), run.ReconcileTrigger)
		if r.Run.DryRun {
			continue
		}
		want[metric.Runs]++
		want[metric.Failures] += float64(len(r.Failures))
		units, err := logs.UnitRecords(t.Context(), r.Execution.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range units {
			for _, n := range u.Nodegroups {
				countNodegroup(want, n, reconcile)
			}
		}
	}
	err = logs.EachChange(t.Context(), begin, end, func(c run.Change) bool {
		if c.Outcome == run.Succeeded && c.Run.Trigger == run.ScheduleTrigger {
			want[metric.CallLateness] += c.StartedAt.Sub(c.Run.Due).Seconds()
			want[metric.ActiveLateness] += c.EndedAt.Sub(c.Run.Due).Seconds()
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	want[metric.SavedNodeHours] = savedHours(t, w, begin, end)
	return want
}

// savedHours returns what the command savings says of an interval.
func savedHours(t *testing.T, w *world.World, begin, end time.Time) float64 {
	t.Helper()
	snapshot, err := tables.NewConfig(w.DynamoDB(), deployment.ConfigTable).Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held := inventory.Check(snapshot, end)
	book, err := ledger.Read(t.Context(), tables.NewLogs(w.DynamoDB(), deployment.LogsTable), ledger.Question{
		Units: held.Valid(), From: begin, Until: end, Removed: held.IsRemoved,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, sum := savings.Rows(book.Nodegroups, begin, end, savings.ByNodegroup)
	return float64(sum.Ours().Saved()) / float64(savings.NodeHour)
}

// countNodegroup counts what a run left of a node group. Nothing else than the schedule decides in this night.
func countNodegroup(want map[metric.Name]float64, n run.NodegroupSummary, reconcile bool) {
	if len(n.HeldBack) > 0 {
		want[metric.HeldBack]++
	}
	if n.Drifted != nil {
		want[metric.Drift]++
	}
	if !reconcile {
		return
	}
	last := n.Before
	if n.After != nil {
		last = n.After
	}
	want[metric.NodesCurrent] += float64(last.DesiredSize)
	desired := *last
	switch {
	case n.Drifted != nil:
		desired = n.Drifted.Sizes(last.DesiredSize)
	case n.Nodegroup == "small" && n.Outcome != run.Succeeded && n.Outcome != run.Unchanged:
		desired.DesiredSize = 1 // at night
	case n.Nodegroup == "big" && len(n.HeldBack) > 0:
		desired.DesiredSize = 0
	}
	want[metric.NodesDesired] += float64(desired.DesiredSize)
}
