package clitest

import (
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Story is what happened in a run. The tape is the history of production, its first unit.
type Story struct {
	*stackawstest.Tape
	Own    *stackawstest.Execution // with that tape
	Parent *stackawstest.Tape      // of the run
	from   int                     // the last event of the run
	name   string
	dryRun bool
	units  []string
}

// Begin is a run of production up to its Map, and the start of the unit's execution.
func Begin(name, in string) (Story, int) {
	return BeginWith(name, in, "production")
}

// BeginWith is a run of several units. The first one is production, and only that one's execution is told of.
func BeginWith(name, in string, units ...string) (Story, int) {
	s := Story{Parent: stackawstest.NewTape(Monday.Truncate(time.Second)), name: name, dryRun: strings.Contains(in, `"dryRun":true`), units: units}
	s.Parent.Start(in)
	loaded := s.Parent.Task(0, "LoadConfig", run.LoadConfigRequest{Execution: s.run().Execution, Input: []byte(in)}, s.state())
	loaded = s.Parent.Pass(loaded, "Choice", "AnythingToDo?", `{}`, `{}`)
	s.from = s.Parent.StartUnits(loaded, name, "ForEachUnit", s.state(), len(units))
	s.Own = s.Parent.AddUnit(units[0]+"-of-"+name, "RUNNING", s.Unit())
	s.Tape = s.Own.Tape
	return s, 1
}

func (s Story) run() run.Run {
	return run.Run{
		Execution: run.Execution{ARN: stackawstest.ARN(s.name), Name: s.name}, At: Monday, TakenAt: Monday, DryRun: s.dryRun,
	}
}

func (s Story) state() run.State {
	return run.State{LoadConfigResult: run.LoadConfigResult{Run: s.run(), Units: s.units, Concurrency: 200}}
}

// Unit is production in a run that has just begun.
func (s Story) Unit() run.UnitTask {
	return run.UnitTask{Run: s.run(), Unit: "production"}
}

// Decided is production once a round has decided for it: big is to be scaled up, and small to be left alone.
func (s Story) Decided() run.UnitTask {
	goal := scaling.Goal{MinSize: 2, MaxSize: 4, DesiredSize: &Three.DesiredSize}
	task := s.Unit()
	task.Round, task.Next = 1, run.NextScale
	task.Cluster = run.Cluster{Name: "production", Timezone: "America/Sao_Paulo"}
	task.Decisions = []scaling.Decision{
		{Nodegroup: "big", Action: scaling.ScaleUp, Reason: Because, Goal: goal, Before: &One, After: Three},
		{Nodegroup: "small", Action: scaling.Keep, Reason: "already at the desired sizes; " + Because, Before: &none, After: none},
	}
	return task
}

// Production is decided for the first time.
func (s Story) Production(from int) int {
	return s.Task(from, "Decide", s.Unit(), s.Decided())
}

// Big is scaled: after a look that found it busy, the change is begun at
// the second attempt; then it arrives, or fails.
func (s Story) Big(from int, failure *run.StepError) int {
	task := run.ChangeTask{Run: s.run(), Unit: "production", Decision: scaling.Decision{Nodegroup: "big"}}
	from = s.Iteration(s.Map(from, "ScaleWave", s.Decided(), 1), "Started", "ScaleWave", 0)
	busy := task
	busy.Progress = &run.Progress{Before: One, Status: run.Busy, Note: "UPDATING", DelaySeconds: 15}
	looking := s.Enter(s.Task(from, "Scale", task, busy), "Wait", "WaitBeforeScale", busy)
	s.Wait(15 * time.Second)
	begun := task
	begun.Progress = &run.Progress{UpdateID: "update-1", Before: One, After: Three, Status: run.Pending}
	throttled := s.Fail(s.Enter(s.Exit(looking, "Wait", "WaitBeforeScale", busy), "Task", "Scale", busy), "ThrottledError",
		`{"errorMessage":"node group production/big:\nRate exceeded"}`)
	s.Wait(2 * time.Second)
	from = s.Succeed(throttled, "Scale", begun)
	waited := s.Enter(from, "Wait", "WaitBeforeCheck", begun)
	s.Wait(40 * time.Second)
	looked := s.Enter(s.Exit(waited, "Wait", "WaitBeforeCheck", begun), "Task", "WaitForNodegroupActive", begun)
	result := run.ChangeResult{Nodegroup: "big", Outcome: run.Succeeded, Before: &One, After: &Three, Seconds: 42}
	if failure != nil {
		from = s.Exit(s.Fail(looked, failure.Error, failure.Cause), "Task", "WaitForNodegroupActive", begun)
		result.Outcome, result.After, result.Error = run.Failed, nil, failure
	} else {
		from = s.Succeed(looked, "WaitForNodegroupActive", begun)
	}
	from = s.Iteration(s.Task(from, "Audit", begun, result), "Succeeded", "ScaleWave", 0)
	return s.MapDone(from, "ScaleWave", `{}`)
}

// UnitEnd is the end of production's execution: its record.
func (s Story) UnitEnd(from int, outcome run.Outcome) {
	result := run.UnitResult{Unit: "production", Outcome: outcome}
	s.End(s.Task(from, "AuditUnit", s.Unit(), result), "Succeeded", result, "", "")
	s.Own.Status, s.Own.Ended = "SUCCEEDED", s.Now()
}

// Finish writes the rest of a run whose unit has ended: its units' records, its own record, and its end.
func (s Story) Finish(from int, summary run.Summary, units ...run.UnitRecord) *stackawstest.Tape {
	outcome := summary.Outcome
	if len(units) > 0 {
		outcome = units[0].Outcome
	}
	s.UnitEnd(from, outcome)
	return s.RunEnd(summary, units...)
}

// RunEnd is the rest of a run whose units have ended.
func (s Story) RunEnd(summary run.Summary, units ...run.UnitRecord) *stackawstest.Tape {
	s.Parent.Records = units
	p := s.Parent
	from := p.UnitsDone(s.from, "ForEachUnit", s.Tape, s.state())
	return endRun(p, from, summary)
}

func endRun(p *stackawstest.Tape, from int, summary run.Summary) *stackawstest.Tape {
	from = p.Pass(p.Task(from, "AuditRun", `{}`, summary), "Choice", "AnyFailed?", summary, summary)
	if summary.Outcome == run.Failed {
		from = p.Task(from, "NotifyFailure", summary, summary)
		p.End(p.Enter(from, "Fail", "Failed", summary), "Failed", nil, summary.Error, summary.Message)
	} else {
		p.End(p.Pass(from, "Succeed", "Succeeded", summary, summary), "Succeeded", summary, "", "")
	}
	return p
}

// Unloaded is a run that failed before it knew its units.
func Unloaded(summary run.Summary) func(name, in string) *stackawstest.Tape {
	return func(_, in string) *stackawstest.Tape {
		p := stackawstest.NewTape(Monday.Truncate(time.Second))
		p.Start(in)
		failed := p.Fail(p.Enter(0, "Task", "LoadConfig", `{}`), summary.Error, `{"errorMessage":"`+summary.Message+`"}`)
		return endRun(p, p.Exit(failed, "Task", "LoadConfig", run.StepError{Error: summary.Error, Cause: summary.Message}), summary)
	}
}

var noCapacity = &run.StepError{Error: "NodegroupFailedError", Cause: `{"errorMessage":"EKS ended the update: no capacity"}`}

// Scaled is a run in which big was scaled up.
func Scaled(name, in string) *stackawstest.Tape {
	s, from := Begin(name, in)
	record := s.Record(run.Succeeded, scaling.ScaleUp)
	return s.Finish(s.Big(s.Production(from), nil), run.Summary{Outcome: run.Succeeded, Message: "1 scaled, 1 unchanged"}, record)
}

// NotScaled is a run in which big was to be scaled up, and failed.
func NotScaled(name, in string) *stackawstest.Tape {
	s, from := Begin(name, in)
	return s.Finish(s.Big(s.Production(from), noCapacity), run.Summary{
		Outcome: run.Failed, Error: noCapacity.Error, Message: "node group production/big: EKS ended the update: no capacity",
		Alert: &run.Alert{Subject: "s", Message: "m"},
	}, s.Record(run.Failed, scaling.ScaleUp))
}

// Record is production's record: the result of big, with small left alone.
func (s Story) Record(outcome run.Outcome, action scaling.Action) run.UnitRecord {
	c := ProductionPlan()
	c.Outcome, c.Nodegroups[0].Outcome, c.Nodegroups[0].Action = outcome, outcome, action
	r := run.UnitRecord{ClusterSummary: c, Execution: run.Execution{ARN: s.Own.ARN(), Name: s.Own.Name}, Run: s.run()}
	if outcome == run.Failed {
		r.Nodegroups[0].After = nil
		r.Failures = []run.Failure{{
			Subject: "node group production/big", Error: noCapacity.Error, Cause: "EKS ended the update: no capacity", Execution: r.Execution,
		}}
	}
	return r
}

// Overtaken is a run that waits for an older one, and is overtaken by a newer one while it scales big.
func Overtaken(name, in string) *stackawstest.Tape {
	s, from := Begin(name, in)
	waiting := s.Unit()
	waiting.Next, waiting.Waiting = run.NextWait, &run.Waiting{Run: "older", Since: Monday}
	from = s.Task(from, "Decide", s.Unit(), waiting)
	from = s.Task(from, "Decide", waiting, s.Decided())
	task := run.ChangeTask{Run: s.run(), Unit: "production", Decision: scaling.Decision{Nodegroup: "big"}}
	from = s.Iteration(s.Map(from, "ScaleWave", s.Decided(), 1), "Started", "ScaleWave", 0)
	lost := task
	lost.Progress = &run.Progress{Status: run.Ended, Outcome: run.Overtaken, OvertakenBy: "newer", Before: One}
	result := run.ChangeResult{Nodegroup: "big", Outcome: run.Overtaken, OvertakenBy: "newer", Before: &One}
	from = s.Iteration(s.Task(s.Task(from, "Scale", task, lost), "Audit", lost, result), "Succeeded", "ScaleWave", 0)
	left := s.Decided()
	left.Round, left.Next, left.Outcome, left.OvertakenBy = 2, run.NextDone, run.Overtaken, "newer"
	from = s.Task(s.MapDone(from, "ScaleWave", s.Decided()), "Decide", s.Decided(), left)
	record := s.Record(run.Overtaken, scaling.ScaleUp)
	record.OvertakenBy = "newer"
	return s.Finish(from, run.Summary{Outcome: run.Overtaken, Message: "0 scaled, 2 unchanged; production: overtaken by run newer"}, record)
}

// Planned is a dry run that plans for the given clusters.
func Planned(clusters ...run.ClusterSummary) func(name, in string) *stackawstest.Tape {
	return func(name, in string) *stackawstest.Tape {
		var names []string
		var records []run.UnitRecord
		for _, c := range clusters {
			names = append(names, c.Cluster)
			records = append(records, run.UnitRecord{ClusterSummary: c})
		}
		s, from := BeginWith(name, in, names...)
		return s.Finish(s.Production(from), run.Summary{
			Outcome: run.Planned, Message: "dry run: 1 to scale, 1 unchanged",
		}, records...)
	}
}

// ProductionPlan is a dry run's plan for production.
func ProductionPlan() run.ClusterSummary {
	return run.ClusterSummary{Cluster: "production", Outcome: run.Planned, Nodegroups: []run.NodegroupSummary{
		{Nodegroup: "big", Action: scaling.ScaleUp, Outcome: run.Planned, Before: &One, After: &Three, Reason: Because},
		{
			Nodegroup: "small", Action: scaling.Keep, Outcome: run.Unchanged, Before: &none, After: &none,
			Reason: "already at the desired sizes; " + Because,
		},
	}}
}
