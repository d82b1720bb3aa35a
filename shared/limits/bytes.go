package limits

import (
	"encoding/json"
	"slices"
	"time"

	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Names as long as the ones that AWS generates.
const (
	exampleID  = "00000000-0000-0000-0000-000000000000"
	exampleARN = "arn:aws:states:ap-southeast-1:123456789012:execution:eks-scaling:" + exampleID
)

// UnitBytes returns the size of the largest state of one unit, in bytes. It is the state after a wave of all its node groups,
// with their decisions and results beside the round's decisions.
func UnitBytes(c config.Unit, now time.Time) int {
	task := largest(exampleRun(now), c, now)
	task.Wave = &run.Wave{Decisions: task.Decisions, Results: task.Done}
	task.Done = nil
	return len(jsonOf(task))
}

func exampleRun(now time.Time) run.Run {
	return run.Run{
		Execution: run.Execution{ARN: exampleARN, Name: exampleID}, Trigger: run.ReconcileTrigger,
		Actor: "eventbridge-scheduler", Reason: "reconcile, due " + now.UTC().Format(time.RFC3339), TakenAt: now.UTC(), Due: now.UTC(),
	}
}

// largest returns the final state of a unit that changed all node groups, at the instant at which it is largest. Conditions may then
// be on or off.
func largest(r run.Run, c config.Unit, now time.Time) run.UnitTask {
	var most run.UnitTask
	size := 0
	for _, at := range instants(c, now) {
		timelines := []scaling.Timeline{c.Timeline()}
		if states := conditions(c, at); states != nil {
			on := c.Timeline()
			on.Conditions = states
			timelines = append(timelines, on)
		}
		for _, timeline := range timelines {
			task := changed(r, c, timeline, at)
			if n := len(jsonOf(task)); n > size {
				most, size = task, n
			}
		}
	}
	return most
}

// transitions is how many coming transitions are tried: names, and so reasons, differ from period to period.
const transitions = 8

// instants returns now, the next transitions, and the beginning of each coming override: reasons grow with the number of active
// overrides.
func instants(c config.Unit, now time.Time) []time.Time {
	timeline := c.Timeline()
	all := []time.Time{now}
	for at := now; len(all) <= transitions; {
		if at = timeline.NextChange(at); at.IsZero() {
			break
		}
		all = append(all, at)
	}
	for _, o := range timeline.Overrides {
		if o.From.After(now) {
			all = append(all, o.From)
		}
	}
	return all
}

// changed returns the final state of a unit that changed all node groups in a round for the instant.
func changed(r run.Run, c config.Unit, timeline scaling.Timeline, instant time.Time) run.UnitTask {
	at := instant.In(timeline.Schedule.Location())
	wanted := timeline.Wanted(at)
	var groups []scaling.Nodegroup
	for _, d := range timeline.Demands(at) {
		n := d.Input(c.Nodegroups[d.Nodegroup])
		n.Observed = scaling.Observed{Condition: scaling.Active, Sizes: other(n)}
		if d.Wanted != wanted {
			n.Wanted = &d.Wanted
		}
		groups = append(groups, n)
	}
	plan := scaling.Decide(wanted, scaling.Rules{
		At: at, TakenAt: r.TakenAt, Enforce: c.Enforce, Force: true, RampUp: c.RampUp.Rule(), Run: r.Execution.Name,
	}, groups)
	task := run.UnitTask{
		Run: r, Unit: c.Name, Round: waves + 1, Reserved: 999_999, At: at.UTC(), GoodUntil: at.UTC(), Wanted: wanted, Basis: exampleID[:20],
		Decisions: plan.Decisions, Guards: plan.Guards, Next: run.NextDone, Outcome: run.Succeeded,
		Cluster: run.Cluster{
			Name: c.Cluster, EKSName: c.ClusterName(), Region: c.Region, Timezone: at.Location().String(), Concurrency: c.Concurrency,
			RoleARN: c.Role.ARN, ExternalID: c.Role.ExternalID, Spoke: c.Role.Spoke,
			WaitTimeoutSeconds: int(time.Duration(c.WaitTimeout) / time.Second), Budget: budget.Budget{Updates: 9999, Reads: 9999},
		},
	}
	if c.RampUp.Nodes > 0 {
		task.Steps, task.StepAt, task.NextStepAt = Steps(c), at.UTC(), at.UTC()
	}
	addSignals(&task, c, at)
	for _, d := range slices.Concat(plan.Waves...) {
		task.Done = append(task.Done, run.ChangeResult{
			Nodegroup: d.Nodegroup, Activation: d.Activation, Outcome: run.Succeeded,
			Before: d.Before, After: &d.After, Seconds: 999.999999999,
		})
	}
	return task
}

// other returns sizes that differ from the goal: below it, or above a goal of 0.
func other(n scaling.Nodegroup) *scaling.Sizes {
	goal := n.Target.Goal(n.Limits)
	sizes := goal.Sizes(n.Limits.MinSize)
	if goal.Wanted() > 0 {
		sizes.MinSize, sizes.DesiredSize = 0, 0
	} else {
		sizes.DesiredSize = sizes.MaxSize
	}
	if goal.Reached(sizes) {
		sizes.MaxSize++
	}
	return &sizes
}

// jsonOf returns the JSON form of a payload.
func jsonOf(payload any) []byte {
	text, err := json.Marshal(payload)
	if err != nil {
		panic(err) // payloads have a JSON form
	}
	return text
}
