package asl_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/sched"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/pace"
)

// plannedRun answers the Tasks of a run whose course is known: units, each with waves of changes.
type plannedRun struct {
	t     *testing.T
	clock *sched.Scheduler
	units []plannedUnit

	rounds map[string]int       // by unit
	busy   map[string]int       // looks at a busy node group so far
	called map[string]time.Time // when a change began
}

type plannedUnit struct {
	waits int
	waves [][]plannedChange
}

// plannedChange is a change that finds its node group busy a few times, and then takes so long.
type plannedChange struct {
	busy  int
	takes time.Duration
}

func (r *plannedRun) answer(state string, input json.RawMessage) any {
	var in struct {
		Run      json.RawMessage
		Unit     any // of AuditUnit an object
		Decision struct{ Nodegroup string }
	}
	if err := json.Unmarshal(input, &in); err != nil {
		r.t.Fatalf("%s: %v", state, err)
	}
	type object = map[string]any
	name, _ := in.Unit.(string)
	run := object{"trigger": "manual", "dryRun": false}
	switch state {
	case "LoadConfig":
		names := []string{}
		for i := range r.units {
			names = append(names, fmt.Sprint(i))
		}
		return object{"run": run, "units": names, "concurrency": 200, "signals": false, "readings": object{}}
	case "Decide":
		return r.decide(run, name)
	case "Scale", "WaitForNodegroupActive":
		progress := r.scale(name, in.Decision.Nodegroup)
		return object{"unit": name, "decision": in.Decision, "progress": progress}
	case "Audit":
		return object{"nodegroup": in.Decision.Nodegroup, "outcome": "succeeded"}
	case "AuditRun":
		return object{"outcome": "succeeded"}
	}
	return object{}
}

func (r *plannedRun) unit(name string) plannedUnit {
	var i int
	if _, err := fmt.Sscan(name, &i); err != nil {
		r.t.Fatal(err)
	}
	return r.units[i]
}

// decide waits as often as planned, then hands out the waves, one a round.
func (r *plannedRun) decide(run map[string]any, unit string) map[string]any {
	u, round := r.unit(unit), r.rounds[unit]
	r.rounds[unit]++
	task := map[string]any{
		"run": run, "unit": unit, "round": round, "cluster": map[string]any{"concurrency": 5}, "next": "done",
		"at": nil, "goodUntil": nil, "wanted": nil, "basis": "", "guards": []any{},
	}
	switch wave := round - u.waits; {
	case wave < 0:
		task["next"], task["delaySeconds"] = "wait", 15
	case wave < len(u.waves):
		decisions := []any{}
		for i := range u.waves[wave] {
			decisions = append(decisions, map[string]any{"nodegroup": fmt.Sprintf("%d.%d", wave, i)})
		}
		task["next"], task["wave"] = "scale", map[string]any{"decisions": decisions}
	}
	return task
}

// scale is busy as often as planned, and then as long at work, and asks for looks at the pace of the product.
func (r *plannedRun) scale(unit, nodegroup string) map[string]any {
	var wave, i int
	if _, err := fmt.Sscanf(nodegroup, "%d.%d", &wave, &i); err != nil {
		r.t.Fatal(err)
	}
	change, key := r.unit(unit).waves[wave][i], unit+"/"+nodegroup
	if r.busy[key] < change.busy {
		r.busy[key]++
		return map[string]any{"status": "busy", "delaySeconds": int(pace.Busy(0).Seconds())}
	}
	if _, begun := r.called[key]; !begun {
		r.called[key] = r.clock.Now()
		return map[string]any{"status": "pending", "delaySeconds": int(pace.Look(0).Seconds())}
	}
	age := r.clock.Now().Sub(r.called[key])
	if age >= change.takes {
		return map[string]any{"status": "ended"}
	}
	return map[string]any{"status": "pending", "delaySeconds": int(pace.Look(age).Seconds())}
}

// TestEventsOfUnitsAreAsComputed runs the shipped definition and counts the events in the histories of the units.
func TestEventsOfUnitsAreAsComputed(t *testing.T) {
	t.Parallel()
	const takes = 2 * time.Minute
	quick, slow, hour := plannedChange{takes: time.Second}, plannedChange{takes: takes}, plannedChange{takes: time.Hour}
	machine := compile(t, shipped())
	for rule, row := range map[string]struct {
		unit   plannedUnit
		course limits.Course
	}{
		"nothing changes":      {plannedUnit{}, limits.Course{}},
		"one change, one look": {plannedUnit{waves: [][]plannedChange{{quick}}}, limits.Course{Waves: 1, Changes: 1, Looks: 1}},
		"two waves of slow updates": {
			plannedUnit{waves: [][]plannedChange{{slow, slow}, {slow}}}, limits.Course{Waves: 2, Changes: 3, Looks: 3 * pace.Looks(takes)},
		},
		"an update of an hour": {plannedUnit{waves: [][]plannedChange{{hour}}}, limits.Course{Waves: 1, Changes: 1, Looks: pace.Looks(time.Hour)}},
		"a unit that waits and finds a node group busy": {
			plannedUnit{waits: 3, waves: [][]plannedChange{{{busy: 4, takes: time.Second}}}}, limits.Course{Waits: 3, Waves: 1, Changes: 1, Looks: 1, BusyLooks: 4},
		},
		"all together": {
			plannedUnit{waits: 1, waves: [][]plannedChange{{slow}, {quick}, {hour}}},
			limits.Course{Waits: 1, Waves: 3, Changes: 3, Looks: 1 + pace.Looks(takes) + pace.Looks(time.Hour)},
		},
	} {
		clock := sched.New(1, midnight)
		plan := &plannedRun{
			t: t, clock: clock, units: []plannedUnit{row.unit, {}}, rounds: map[string]int{}, busy: map[string]int{}, called: map[string]time.Time{},
		}
		x := runPlanned(t, machine, plan)
		for i, want := range []int{row.course.Events(), limits.Course{}.Events()} {
			if unit := x.Children()[i].Result(); unit.Events != want || unit.Status != engine.Succeeded {
				t.Errorf("%s: unit %d: %s after %d events; computed %d (%s %s)", rule, i, unit.Status, unit.Events, want, unit.Error, unit.Cause)
			}
		}
	}
}

func runPlanned(t *testing.T, machine *definition.Machine, plan *plannedRun) *asl.Execution {
	t.Helper()
	runner := &asl.Runner{
		Machine: machine, Scheduler: plan.clock, StateMachineARN: machineARN,
		Do: func(_ *asl.Execution, state, resource string, input any) (json.RawMessage, error) {
			if resource != "arn:aws:states:::lambda:invoke" {
				return json.RawMessage(`{}`), nil
			}
			payload := expression.TextOf(input.(expression.Object)["Payload"])
			return json.Marshal(map[string]any{"Payload": plan.answer(state, payload)})
		},
	}
	x, err := runner.Start("run", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.clock.Run(); err != nil {
		t.Fatal(err)
	}
	return x
}
