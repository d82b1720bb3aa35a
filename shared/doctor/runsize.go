package doctor

import (
	"encoding/json"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// RunSize is how many bytes the state of a run as of now has at its end, which is its largest, if it has to change every
// node group that something is wanted of. It is near to the truth, not exact: names and ids are made up.
func RunSize(clusters []config.Cluster, now time.Time) int {
	run := statemachine.Run{
		Execution: statemachine.Execution{ARN: exampleARN, Name: exampleID}, Trigger: statemachine.ReconcileTrigger,
		Actor: "eventbridge-scheduler", Reason: "reconcile, due " + now.Format(time.RFC3339), At: now, TakenAt: now,
	}
	state := statemachine.RunState{LoadConfigResult: statemachine.LoadConfigResult{Run: run}}
	for _, c := range clusters {
		state.Clusters = append(state.Clusters, c.Standalone(now))
		state.Results = append(state.Results, changed(run, c))
	}
	text, err := json.Marshal(state)
	if err != nil {
		panic(err) // all of it was JSON before
	}
	return len(text)
}

const (
	exampleID  = "00000000-0000-0000-0000-000000000000"
	exampleARN = "arn:aws:states:us-east-1:123456789012:execution:" + system + ":" + exampleID
)

// changed is a cluster of which every node group was changed.
func changed(run statemachine.Run, c config.Cluster) statemachine.ClusterTask {
	timeline := c.Timeline()
	at := run.At.In(timeline.Schedule.Location())
	wanted := timeline.Wanted(at)
	var groups []scaling.Nodegroup
	for _, d := range timeline.Demands(at) {
		limits := c.Nodegroups[d.Nodegroup]
		goal := d.Target.Goal(limits)
		other := goal.Sizes(limits.MinSize)
		other.MaxSize++ // so that there is something to change
		n := scaling.Nodegroup{Name: d.Nodegroup, Limits: limits, Target: d.Target, Current: &other}
		if d.Wanted != wanted {
			n.Wanted = &d.Wanted
		}
		groups = append(groups, n)
	}
	plan := scaling.Decide(wanted, scaling.Rules{At: at, TakenAt: run.TakenAt, Enforce: c.Enforce, Force: true}, groups)
	task := statemachine.ClusterTask{
		Run: run, Wanted: wanted, Plan: plan, WaveCount: len(plan.Waves), Done: statemachine.ChangeResults{},
		Cluster: statemachine.Cluster{Name: c.Name, Region: c.Region, RoleARN: c.RoleARN, Timezone: at.Location().String(), Concurrency: c.Concurrency},
	}
	for _, d := range slices.Concat(plan.Waves...) {
		task.Done = append(task.Done, statemachine.ChangeResult{Nodegroup: d.Nodegroup, Outcome: statemachine.Succeeded, Before: d.Before, After: &d.After, Seconds: 99.9})
	}
	return task
}
