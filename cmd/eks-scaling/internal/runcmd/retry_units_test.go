package runcmd

import (
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// TestHowARunIsRetried by what AWS documents of executions and map runs.
func TestHowARunIsRetried(t *testing.T) {
	t.Parallel()
	with := func(status stackaws.Status, changes ...func(*retryPlan)) retryPlan {
		p := retryPlan{Execution: stackaws.Execution{Summary: stackaws.Summary{Status: status}}, configured: []string{"berlin", "lab"}}
		for _, change := range changes {
			change(&p)
		}
		return p
	}
	failState := func(p *retryPlan) { p.endedInFailState = true }
	refused := func(why string) func(*retryPlan) { return func(p *retryPlan) { p.NotRedrivable = why } }
	broke := func(name string) func(*retryPlan) {
		return func(p *retryPlan) { p.Error = &run.StepError{Error: name} }
	}
	later := func(p *retryPlan) { p.later = "b" }
	changed := func(p *retryPlan) { p.changed = "cluster/berlin was changed" }
	ended := func(p *retryPlan) { p.unitsEnded = true }
	of := func(berlin, lab run.Outcome) func(*retryPlan) {
		return func(p *retryPlan) {
			for name, outcome := range map[string]run.Outcome{"berlin": berlin, "lab": lab} {
				p.units = append(p.units, runwords.Unit{ClusterSummary: run.ClusterSummary{Cluster: name, Outcome: outcome}})
			}
		}
	}
	well, oneFailed, bothFailed := of(run.Succeeded, run.Unchanged), of(run.Failed, run.Succeeded), of(run.Failed, run.Failed)
	counts := func(m stackaws.MapRun) func(*retryPlan) { return func(p *retryPlan) { p.counts = m } }
	input := func(in string) func(*retryPlan) { return func(p *retryPlan) { p.Input = []byte(in) } }
	const tooOld, tooLong = "Execution redrivable period exceeded", "Execution history event limit exceeded"
	for _, tt := range []struct {
		name string
		p    retryPlan
		want action
		why  string
	}{
		{"it succeeded", with(stackaws.Succeeded), leaveAlone, "it succeeded"},
		{"it is running", with(stackaws.Running, refused("Execution is RUNNING and cannot be redriven")), leaveAlone, "it is still running"},

		{"it ended before its units", with(stackaws.Aborted), redrive, "it was interrupted"},
		{"it timed out", with(stackaws.TimedOut), redrive, "it was interrupted"},
		{"it was failed by AWS", with(stackaws.Failed, broke("States.Timeout")), redrive, "it was interrupted"},
		{"there is a later run", with(stackaws.Aborted, later), startNew, "run b was started later"},
		{"the configuration was changed", with(stackaws.TimedOut, changed), startNew, "cluster/berlin was changed since it"},

		{"the fail state fails again", with(stackaws.Failed, failState), startNew, "a failed execution cannot be redriven"},
		{"the fail state fails again, too long ago", with(stackaws.Failed, failState, refused(tooOld)), startNew, "a failed execution cannot be redriven"},
		{"it ended more than 14 days ago", with(stackaws.Aborted, refused(tooOld)), startNew, "AWS cannot redrive it: " + tooOld},
		{"its history is full", with(stackaws.Failed, refused(tooLong)), startNew, "AWS cannot redrive it: " + tooLong},
		{"it ended more than 14 days ago, before later runs", with(stackaws.Aborted, refused(tooOld), later), startNew, "AWS cannot redrive it"},
		{"its state is too large, and would be again", with(stackaws.Failed, oneFailed, broke("States.DataLimitExceeded")), startNew, "a redrive would only fail again with States.DataLimitExceeded"},
		{"its definition fails, and would again", with(stackaws.Failed, bothFailed, broke("States.Runtime")), startNew, "a redrive would only fail again"},
		{"its map run was redriven too often", with(stackaws.Aborted, bothFailed, func(p *retryPlan) { p.RedriveCount = 1_000 }), startNew, "AWS redrives a run at most 1,000 times"},

		{"all units ended well, and a later step did not end", with(stackaws.Aborted, ended, well), redrive, "none of its units failed; only the steps after them run"},
		{"which later runs do not change", with(stackaws.Aborted, ended, well, later, changed), redrive, "none of its units failed"},
		{"and AWS does not continue it", with(stackaws.Aborted, ended, well, refused(tooOld)), leaveAlone, "none of its units failed, and AWS cannot"},
		{"and it ended as failed", with(stackaws.Failed, ended, well, failState), leaveAlone, "none of its units failed, and a failed execution"},
		{"all units have ended, and one failed", with(stackaws.Aborted, ended, oneFailed), startNew, "all of its units have ended"},

		{"some units were interrupted", with(stackaws.Aborted, oneFailed, counts(stackaws.MapRun{Total: 2, Succeeded: 1, Cut: 1})), redrive, "it was interrupted"},
		{"some units had not started", with(stackaws.Aborted, oneFailed, counts(stackaws.MapRun{Total: 2, Succeeded: 1})), redrive, "it was interrupted"},
		{"some units reached a limit, others did not", with(stackaws.Aborted, bothFailed, counts(stackaws.MapRun{Total: 2, Cut: 2, NotRedrivable: 1})), redrive, "it was interrupted"},
		{"units reached a limit, others had not started", with(stackaws.Aborted, bothFailed, counts(stackaws.MapRun{Total: 2, Cut: 1, NotRedrivable: 1})), redrive, "it was interrupted"},
		{"all units that did not end well reached a limit", with(stackaws.Aborted, oneFailed, counts(stackaws.MapRun{Total: 2, Succeeded: 1, Cut: 1, NotRedrivable: 1})), startNew, "none of the units that failed can be redriven"},

		{"one of its clusters is gone", with(stackaws.Failed, failState, input(`{"clusters": ["gone", "lab"]}`)), startNew, "a failed execution cannot be redriven"},
		{"all of its clusters are gone", with(stackaws.Failed, failState, input(`{"clusters": ["gone", "old"]}`)), leaveAlone, "none of its clusters is configured any more: gone, old"},
		{"the unit that failed is gone", with(stackaws.Failed, failState, oneFailed, func(p *retryPlan) { p.configured = []string{"lab"} }), leaveAlone, "none of its clusters is configured any more: berlin"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, why := tt.p.decide(); got != tt.want || !strings.HasPrefix(why, tt.why) {
				t.Errorf("found %d, as %s; want %d, as %s", got, why, tt.want, tt.why)
			}
		})
	}
}

// gone takes a cluster out of the configuration.
func gone(m clitest.Machine, name string) clitest.Machine {
	delete(m.Items, "cluster/"+name)
	return m
}

func TestRetryLeavesOutClustersThatAreGone(t *testing.T) {
	t.Parallel()
	const of = `{"trigger": "schedule", "reason": "period launch", "clusters": ["berlin", "production", "lab"]}`
	allFailed := func(name, in string) *stackawstest.Tape {
		s, from := clitest.BeginWith(name, in, "production", "berlin")
		berlin := run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "berlin", Outcome: run.Failed}}
		return s.Finish(s.Production(from), run.Summary{Outcome: run.Failed, Error: "NodegroupFailedError", Message: "m"}, s.Record(run.Failed, scaling.ScaleUp), berlin)
	}
	for _, tt := range []struct {
		name string
		tape func(name, in string) *stackawstest.Tape
		says string
	}{
		{"of those that failed", threeUnits, "which failed or did not end (a failed execution cannot be redriven).\n  Units: production\n  Left out (no longer configured): berlin\n"},
		{"of all", allFailed, "Will start a new run with the same input (a failed execution cannot be redriven).\n  Left out (no longer configured): berlin, lab\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := gone(unchangedSince(clitest.Told(t, "FAILED", tt.tape)), "berlin")
			m.Executions[0].Input = of
			inputs := m.Starts(clitest.Scaled)
			a := m.Ask(t, "retry", "run", "--reason", "back", "--yes")
			if a.Err != nil || len(*inputs) != 1 {
				t.Fatalf("found %v, and the inputs %q; want one run", a.Err, *inputs)
			}
			clitest.Says(t, a.Stderr, tt.says, "  Same as: eks-scaling run --cluster production --reason 'back'\n")
			clitest.WantJSON(t, (*inputs)[0], `{"trigger": "manual", "actor": "ana", "reason": "back (retry of run)", "clusters": ["production"]}`)
		})
	}
	t.Run("and starts nothing if none is left", func(t *testing.T) {
		t.Parallel()
		m := gone(gone(unchangedSince(clitest.Told(t, "FAILED", allFailed)), "berlin"), "production")
		m.Executions[0].Input = of
		clitest.Refuses(t, m.Ask(t, "retry", "run", "--reason", "back", "--yes"), frame.ExitFailed,
			"run run cannot be retried: none of its clusters is configured any more: berlin, production, lab; details: eks-scaling runs show run")
		if slices.Contains(m.Calls, "StartExecution") {
			t.Errorf("found the calls %q; want nothing started", m.Calls)
		}
	})
}

// unaudited is a run whose units succeeded, but which was aborted before it was recorded.
func unaudited(name, in string) *stackawstest.Tape {
	s, from := clitest.BeginWith(name, in, "production", "berlin")
	berlin := run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "berlin", Outcome: run.Unchanged}}
	tape := s.Finish(s.Production(from), run.Summary{Outcome: run.Succeeded}, s.Record(run.Succeeded, scaling.ScaleUp), berlin)
	entered := slices.IndexFunc(tape.Events, func(e map[string]any) bool { return e["type"] == "TaskStateEntered" && e["id"].(int) > 10 })
	tape.Events = tape.Events[:entered+1]
	tape.End(entered+1, "Aborted", nil, "", "")
	return tape
}

func TestRetryCompletesTheRecordOfUnitsThatEndedWell(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "ABORTED", unaudited)
	changeBerlin(m) // which matters to nothing that is left to do
	m.OnRedrive = func(*stackawstest.Execution) {}
	a := m.Ask(t, "retry", "run", "--reason", "r", "--yes")
	if a.Err != nil || !slices.Contains(m.Calls, "RedriveExecution") {
		t.Fatalf("found %v, and the calls %q; want it continued", a.Err, m.Calls)
	}
	clitest.Says(t, a.Stderr, "(none of its units failed; only the steps after them run).\n  From: AuditRun\n")
}

func TestRetrySaysHowToFixTheTriggers(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "FAILED", func(name, in string) *stackawstest.Tape {
		s, from := clitest.Begin(name, in)
		return s.Finish(s.Production(from), run.Summary{Outcome: run.Failed, Error: "AccessDeniedError", Message: "the triggers: no"}, s.Record(run.Succeeded, scaling.Keep))
	})
	m.Executions[0].Input = `{"trigger": "reconcile"}`
	clitest.Refuses(t, m.Ask(t, "retry", "run", "--reason", "r", "--yes"), frame.ExitFailed,
		"if its triggers failed, fix them with: eks-scaling triggers sync; details: eks-scaling runs show run")
}

func TestRetryRepeatsOnlyTheUnitsThatFailed(t *testing.T) {
	t.Parallel()
	m := unchangedSince(clitest.Told(t, "FAILED", threeUnits))
	inputs := m.Starts(clitest.Scaled)
	a := m.Ask(t, "retry", "run", "--reason", "back", "--yes", "-o", "json")
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Says(t, a.Stderr, "Will start a new run for 2 of its 3 units, which failed or did not end (a failed execution cannot be redriven).\n"+
		"  Units: berlin, production\n")
	clitest.WantJSON(t, (*inputs)[0], `{"trigger": "manual", "actor": "ana", "reason": "back (retry of run)", "clusters": ["berlin", "production"]}`)
}

func TestRetrySaysWhatItDoesNotRunAgain(t *testing.T) {
	t.Parallel()
	m := unchangedSince(clitest.Told(t, "ABORTED", func(name, in string) *stackawstest.Tape {
		s, from := clitest.BeginWith(name, in, "production", "berlin", "lab")
		s.Parent.Records = []run.UnitRecord{s.Record(run.Failed, scaling.ScaleUp)}
		s.UnitEnd(from, run.Failed)
		s.Parent.AddUnit("2", "ABORTED", run.UnitTask{Unit: "berlin"})
		s.Parent.End(0, "Aborted", nil, "", "")
		return s.Parent
	}))
	m.OnRedrive = func(*stackawstest.Execution) {}
	a := m.Ask(t, "retry", "run", "--reason", "r", "--yes")
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Says(t, a.Stderr, "  2 of 3 units will continue: berlin, lab\n  1 unit failed and will not run again\n"+
		"  To retry those, run this again after it has ended: eks-scaling retry run --reason \"...\"\n")
}
