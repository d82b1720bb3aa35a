package clitest

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Machine is a deployed stack whose runs are in memory.
type Machine struct {
	*Memory
	*stackawstest.Service
	Records []run.Record
}

// Runs are on record as the test says.
func (m Machine) Runs(_ context.Context, since time.Time) ([]run.Record, error) {
	if since.After(Monday) {
		return nil, fmt.Errorf("found %s; want no instant in the future", since)
	}
	return m.Records, nil
}

// NewMachine has the rich configuration, and no runs.
func NewMachine(t *testing.T) Machine {
	t.Helper()
	return Machine{Memory: Filled(t), Service: &stackawstest.Service{}}
}

// Environment is that of a tool whose stack has this machine.
func (m Machine) Environment() frame.Environment {
	env := Holding(m.Memory)
	inMemory := env.Connect
	env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		s, err := inMemory(ctx, place, notes, now)
		s.Logs, s.AWS, s.Stack.StateMachineARN = m, m.Config(), stackawstest.Machine
		return s, err
	}
	return env
}

// Ask calls the tool on this machine.
func (m Machine) Ask(t *testing.T, args ...string) Answer {
	t.Helper()
	return AskIn(t, m.Environment(), args...)
}

// Starts makes every execution that is started have a history.
func (m Machine) Starts(tell func(name, input string) *stackawstest.Tape) *[]string {
	var inputs []string
	m.OnStart = func(name, input string) *stackawstest.Execution {
		inputs = append(inputs, input)
		return &stackawstest.Execution{Name: name, Status: "RUNNING", Input: input, Started: Monday, Tape: tell(name, input)}
	}
	return &inputs
}

// generated is what differs from run to run in the names of runs that people start.
var generated = regexp.MustCompile(`manual-20261123T120000Z-[a-z0-9]{6}`)

// WithoutNames has the same name for every run that was started.
func WithoutNames(text string) string {
	return generated.ReplaceAllString(text, "manual-20261123T120000Z-xxxxxx")
}

// The sizes and the decisions of the stories.
var (
	One   = scaling.Sizes{MaxSize: 5, DesiredSize: 1}
	Three = scaling.Sizes{MinSize: 2, MaxSize: 4, DesiredSize: 3}
	none  = scaling.Sizes{MaxSize: 1}
)

// Because is a reason of a decision.
const Because = "period launch puts profile peak in force until Mon 2026-11-23 12:00 -03:00"

// Story is what happened in a run of the rich configuration's clusters.
type Story struct {
	*stackawstest.Tape
	name   string
	dryRun bool
}

// Begin is a run up to its Map.
func Begin(name, in string) (Story, int) {
	s := Story{Tape: stackawstest.NewTape(Monday.Truncate(time.Second)), name: name, dryRun: strings.Contains(in, `"dryRun":true`)}
	s.Start(in)
	request := run.LoadConfigRequest{Execution: s.run().Execution, Input: []byte(in)}
	loaded := s.Task(0, "LoadConfig", request, run.LoadConfigResult{Run: s.run(), Units: []string{"production"}})
	return s, s.Map(s.Pass(loaded, "Choice", "AnythingToDo?", `{}`, `{}`), "ForEachUnit", `{}`, 1)
}

func (s Story) run() run.Run {
	return run.Run{
		Execution: run.Execution{ARN: stackawstest.ARN(s.name), Name: s.name}, At: Monday, TakenAt: Monday, DryRun: s.dryRun,
	}
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
		{Nodegroup: "small", Action: scaling.Keep, Reason: "already at the wanted sizes; " + Because, Before: &none, After: none},
	}
	return task
}

// Production is decided for the first time.
func (s Story) Production(from int) int {
	return s.Task(s.Iteration(from, "Started", "ForEachUnit", 0), "Decide", s.Unit(), s.Decided())
}

// Big is scaled: after a look that found it busy, the change is begun at
// the second attempt; then it arrives, or fails.
func (s Story) Big(from int, failure *run.StepError) int {
	task := run.ChangeTask{Run: s.run(), Unit: "production", Decision: scaling.Decision{Nodegroup: "big"}}
	from = s.Iteration(s.Map(from, "ScaleWave", s.Decided(), 1), "Started", "ScaleWave", 0)
	busy := task
	busy.Progress = &run.Progress{Before: One, Status: run.Busy, DelaySeconds: 15}
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

// Finish is the rest of a run: its record, and its end.
func (s Story) Finish(from int, summary run.Summary) *stackawstest.Tape {
	from = s.Pass(from, "Succeed", "UnitDone", s.Unit(), `{}`)
	from = s.MapDone(s.Iteration(from, "Succeeded", "ForEachUnit", 0), "ForEachUnit", `{}`)
	from = s.Pass(s.Task(from, "AuditRun", `{}`, summary), "Choice", "AnyFailed?", summary, summary)
	if summary.Outcome == run.Failed {
		from = s.Task(from, "NotifyFailure", summary, summary)
		s.End(s.Enter(from, "Fail", "Failed", summary), "Failed", nil, summary.Error, summary.Message)
	} else {
		s.End(s.Pass(from, "Succeed", "Succeeded", summary, summary), "Succeeded", summary, "", "")
	}
	return s.Tape
}

var noCapacity = &run.StepError{Error: "NodegroupFailedError", Cause: `{"errorMessage":"EKS ended the update: no capacity"}`}

// Scaled is a run in which big was scaled up.
func Scaled(name, in string) *stackawstest.Tape {
	s, from := Begin(name, in)
	return s.Finish(s.Big(s.Production(from), nil), run.Summary{Outcome: run.Succeeded, Message: "1 scaled, 1 left as they are"})
}

// NotScaled is a run in which big was to be scaled up, and failed.
func NotScaled(name, in string) *stackawstest.Tape {
	s, from := Begin(name, in)
	return s.Finish(s.Big(s.Production(from), noCapacity), run.Summary{
		Outcome: run.Failed, Error: noCapacity.Error, Message: "node group production/big: EKS ended the update: no capacity",
		Alert: &run.Alert{Subject: "s", Message: "m"},
	})
}

// Overtaken is a run that waits for an older one, and is overtaken by a newer one while it scales big.
func Overtaken(name, in string) *stackawstest.Tape {
	s, from := Begin(name, in)
	waiting := s.Unit()
	waiting.Next, waiting.Waiting = run.NextWait, &run.Waiting{Run: "older", Since: Monday}
	from = s.Task(s.Iteration(from, "Started", "ForEachUnit", 0), "Decide", s.Unit(), waiting)
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
	return s.Finish(from, run.Summary{
		Outcome: run.Overtaken, Message: "0 scaled, 2 left as they are; production: overtaken by run newer",
		Clusters: []run.ClusterSummary{{Cluster: "production", Outcome: run.Overtaken, OvertakenBy: "newer"}},
	})
}

// Planned is a dry run whose summary has the given clusters.
func Planned(clusters ...run.ClusterSummary) func(name, in string) *stackawstest.Tape {
	return func(name, in string) *stackawstest.Tape {
		s, from := Begin(name, in)
		return s.Finish(s.Production(from), run.Summary{
			Outcome: run.Planned, Message: "a dry run: nothing was changed; 1 to scale, 1 to leave as they are", Clusters: clusters,
		})
	}
}

// ProductionPlan is what a dry run says of production.
func ProductionPlan() run.ClusterSummary {
	return run.ClusterSummary{Cluster: "production", Outcome: run.Planned, Nodegroups: []run.NodegroupSummary{
		{Nodegroup: "big", Action: scaling.ScaleUp, Outcome: run.Planned, Before: &One, After: &Three, Reason: Because},
		{
			Nodegroup: "small", Action: scaling.Keep, Outcome: run.Unchanged, Before: &none, After: &none,
			Reason: "already at the wanted sizes; " + Because,
		},
	}}
}

// Told is a machine with one run, which has a history.
func Told(t *testing.T, status string, tape func(name, in string) *stackawstest.Tape) Machine {
	t.Helper()
	m := NewMachine(t)
	const in = `{"trigger":"boundary","actor":"clock","reason":"period launch"}`
	e := &stackawstest.Execution{Name: "run", Status: status, Input: in, Tape: tape("run", in)}
	e.Started = Monday.Truncate(time.Second)
	if status != "RUNNING" {
		e.Ended = e.Tape.Now()
	}
	if status == "FAILED" {
		e.Error, e.Cause = "NodegroupFailedError", "node group production/big: EKS ended the update: no capacity"
	}
	m.Executions = []*stackawstest.Execution{e}
	return m
}
