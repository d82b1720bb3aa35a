package audit

import (
	"log/slog"

	"eks-scaling-automation/functions/step/metric"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// measureChange reports how late a change was, if a transition caused it.
func (h Handler) measureChange(log *slog.Logger, c run.Change) {
	if c.Outcome != run.Succeeded || c.Run.Trigger != run.ScheduleTrigger || c.Run.Due.IsZero() || c.StartedAt.IsZero() {
		return
	}
	h.measure(log, map[string]any{"run": c.Run.Execution.Name, "unit": scaling.UnitName(c.Cluster, c.Schedule), "nodegroup": c.Nodegroup},
		metric.Value{Name: metric.CallLateness, Number: max(0, c.StartedAt.Sub(c.Run.Due).Seconds())},
		metric.Value{Name: metric.ActiveLateness, Number: max(0, c.EndedAt.Sub(c.Run.Due).Seconds())},
	)
}

// measureRun reports what the records of a run's units add up to. Dry runs count for nothing.
func (h Handler) measureRun(log *slog.Logger, task run.Task, records []run.UnitRecord, failures int) {
	in := inputOf(task)
	if in.DryRun {
		return
	}
	heldBack, drifted, nodes := 0, 0, run.Nodes{}
	for _, r := range records {
		for _, n := range r.Nodegroups {
			if len(n.HeldBack) > 0 {
				heldBack++
			}
			if n.Drifted != nil {
				drifted++
			}
		}
		nodes = nodes.Plus(r.Nodes)
	}
	values := []metric.Value{
		{Name: metric.Runs, Number: 1},
		{Name: metric.Failures, Number: float64(failures)},
		{Name: metric.HeldBack, Number: float64(heldBack)},
		{Name: metric.Drift, Number: float64(drifted)},
	}
	if in.Trigger == run.ReconcileTrigger {
		values = append(values, metric.Value{Name: metric.ReconcileRunEnded, Number: 1})
	}
	if in.Trigger == run.ReconcileTrigger && len(records) > 0 { // it takes all units
		values = append(values, metric.Value{Name: metric.NodesCurrent, Number: float64(nodes.Current)}, metric.Value{Name: metric.NodesDesired, Number: float64(nodes.Desired)})
	}
	h.measure(log, map[string]any{"run": task.Execution.Name}, values...)
}

// measure writes metrics, if the stack has them. A metric that cannot be written must not fail a run.
func (h Handler) measure(log *slog.Logger, fields map[string]any, values ...metric.Value) {
	if !h.Measures {
		return
	}
	if err := metric.Write(h.Metrics, h.Now(), fields, values...); err != nil {
		log.Warn("metrics were not written", "error", err.Error())
	}
}

// nodesOf counts the nodes of a unit's node groups: as the run left them, and as it decided. A node group whose sizes are unknown counts
// for nothing.
func nodesOf(decisions []scaling.Decision, results []run.NodegroupSummary) (n run.Nodes) {
	for i, d := range decisions {
		last := results[i].After
		if last == nil {
			last = results[i].Before
		}
		if last == nil {
			continue
		}
		n.Current += int(last.DesiredSize)
		n.Desired += int(d.Goal.Sizes(last.DesiredSize).DesiredSize)
	}
	return n
}
