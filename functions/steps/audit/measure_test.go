package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step/metric"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// measured returns the metrics that a payload leaves in the log.
func measured(t *testing.T, on *trail, measures bool, in run.AuditRequest) map[metric.Name]float64 {
	t.Helper()
	var log bytes.Buffer
	h := Handler{Logs: on, Retention: time.Hour, Now: func() time.Time { return began }, Metrics: &log, Measures: measures, Emit: event.Discard}
	if _, err := h.Handle(context.Background(), slog.New(slog.DiscardHandler), in); err != nil {
		t.Fatal(err)
	}
	found := map[metric.Name]float64{}
	for line := range strings.Lines(log.String()) {
		var fields map[metric.Name]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		for _, name := range metric.Names() {
			if value, ok := fields[name].(float64); ok {
				found[name] += value
			}
		}
	}
	return found
}

func TestALateChangeIsMeasuredFromItsTransition(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		set  func(*run.ChangeTask)
		want map[metric.Name]float64
	}{
		"a change by a trigger":          {func(*run.ChangeTask) {}, map[metric.Name]float64{metric.CallLateness: 40, metric.ActiveLateness: 130}},
		"a call before its transition":   {func(c *run.ChangeTask) { c.Run.Due = began.Add(time.Hour) }, map[metric.Name]float64{metric.CallLateness: 0, metric.ActiveLateness: 0}},
		"a change by a person":           {func(c *run.ChangeTask) { c.Run.Trigger = "manual" }, map[metric.Name]float64{}},
		"a change by a reconcile run":    {func(c *run.ChangeTask) { c.Run.Trigger = run.ReconcileTrigger }, map[metric.Name]float64{}},
		"a change that failed":           {func(c *run.ChangeTask) { c.Error = &run.StepError{Error: "NodegroupFailedError"} }, map[metric.Name]float64{}},
		"one that had nothing to change": {func(c *run.ChangeTask) { c.Progress.Outcome = run.Unchanged }, map[metric.Name]float64{}},
	} {
		task := scaledUp()
		task.Run.Trigger, task.Run.Due = run.ScheduleTrigger, task.Progress.StartedAt.Add(-40*time.Second)
		row.set(&task)
		if diff := cmp.Diff(row.want, measured(t, &trail{}, true, run.AuditRequest{Change: &task})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
		if got := measured(t, &trail{}, false, run.AuditRequest{Change: &task}); len(got) > 0 {
			t.Errorf("%s: found %v; want nothing without metrics", rule, got)
		}
	}
}

func TestARunIsMeasuredByItsRecords(t *testing.T) {
	t.Parallel()
	night := recordOf(night())
	night.Nodes = run.Nodes{Current: 4, Desired: 3}
	day := run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "berlin", Outcome: run.Succeeded}, Nodes: run.Nodes{Current: 2, Desired: 2}}
	day.Nodegroups = []run.NodegroupSummary{{Nodegroup: "web", Outcome: run.Unchanged, Drifted: &scaling.Goal{MaxSize: 3}}}
	both := []run.UnitRecord{night, day}
	counted := map[metric.Name]float64{metric.Runs: 1, metric.Failures: 2, metric.HeldBack: 1, metric.Drift: 1}
	for rule, row := range map[string]struct {
		input string
		want  map[metric.Name]float64
	}{
		"a reconcile run": {`{"trigger":"reconcile"}`, map[metric.Name]float64{
			metric.Runs: 1, metric.Failures: 2, metric.HeldBack: 1, metric.Drift: 1, metric.NodesCurrent: 6, metric.NodesDesired: 5,
		}},
		"a run by a trigger": {`{"trigger":"schedule"}`, counted},
		"a dry run":          {`{"trigger":"manual","dryRun":true}`, map[metric.Name]float64{}},
	} {
		task := run.Task{Execution: run.Execution{Name: "run"}, StartTime: began, Input: []byte(row.input)}
		for _, r := range both {
			task.State.Units = append(task.State.Units, r.Cluster)
		}
		if diff := cmp.Diff(row.want, measured(t, &trail{units: both}, true, run.AuditRequest{Run: &task})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}

func TestAUnitCountsItsNodes(t *testing.T) {
	t.Parallel()
	three := int32(3)
	goal := scaling.Goal{MaxSize: 5, DesiredSize: &three}
	for rule, row := range map[string]struct {
		goal   scaling.Goal
		result run.NodegroupSummary
		want   run.Nodes
	}{
		"a node group that arrived":               {goal, run.NodegroupSummary{Before: new(sized(1)), After: new(sized(3))}, run.Nodes{Current: 3, Desired: 3}},
		"one that failed":                         {goal, run.NodegroupSummary{Before: new(sized(1))}, run.Nodes{Current: 1, Desired: 3}},
		"one that keeps its desired size":         {scaling.Goal{MaxSize: 5}, run.NodegroupSummary{After: new(sized(2))}, run.Nodes{Current: 2, Desired: 2}},
		"one whose sizes are unknown is left out": {goal, run.NodegroupSummary{}, run.Nodes{}},
	} {
		if got := nodesOf([]scaling.Decision{{Nodegroup: "big", Goal: row.goal}}, []run.NodegroupSummary{row.result}); got != row.want {
			t.Errorf("%s: found %+v; want %+v", rule, got, row.want)
		}
	}
}

var errFull = errors.New("no space")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAMetricThatCannotBeWrittenChangesNothing(t *testing.T) {
	t.Parallel()
	on := &trail{}
	task := run.Task{Execution: run.Execution{Name: "run"}, StartTime: began, Input: []byte(`{"trigger":"schedule"}`)}
	h := Handler{Logs: on, Retention: time.Hour, Now: func() time.Time { return began }, Metrics: full{}, Measures: true, Emit: event.Discard}
	if _, err := h.Handle(context.Background(), slog.New(slog.DiscardHandler), run.AuditRequest{Run: &task}); err != nil || len(on.records) != 1 {
		t.Errorf("found %v, and %d records; want one, and no error", err, len(on.records))
	}
}
