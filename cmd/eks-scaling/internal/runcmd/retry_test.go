package runcmd

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/inventory"
)

// stopped is a run that was aborted while big was on its way.
func stopped(name, in string) *stackawstest.Tape {
	s, from := clitest.Begin(name, in)
	s.Big(s.Production(from), nil)
	s.Events = s.Events[:len(s.Events)-10] // up to the first look at big
	s.Add(0, "ExecutionAborted", "executionAbortedEventDetails", map[string]any{})
	s.Own.Status, s.Own.Ended = "ABORTED", s.Now()
	s.Parent.Wait(s.Now().Sub(s.Parent.Now()))
	s.Parent.Add(0, "ExecutionAborted", "executionAbortedEventDetails", map[string]any{"cause": "by hand"})
	return s.Parent
}

// unchangedSince makes the configuration older than the runs.
func unchangedSince(m clitest.Machine) clitest.Machine {
	for key, e := range m.Items {
		e.UpdatedAt = clitest.Monday.Add(-48 * time.Hour)
		m.Items[key] = e
	}
	return m
}

// changeBerlin makes the cluster berlin newer than the runs.
func changeBerlin(m clitest.Machine) {
	e := m.Items["cluster/berlin"]
	e.UpdatedAt = clitest.Monday.Add(time.Minute)
	m.Items["cluster/berlin"] = e
}

func TestRetryRedrivesAnInterruptedRun(t *testing.T) {
	t.Parallel()
	inBubble(t, "and follows it", func(t *testing.T) {
		m := unchangedSince(clitest.Told(t, "ABORTED", stopped))
		m.OnRedrive = func(e *stackawstest.Execution) {
			unit := e.Tape.Units[0].Tape
			e.Tape.RedriveUnits(e.Tape.Redrive(len(e.Tape.Events), 1), 1)
			unit.Wait(e.Tape.Now().Sub(unit.Now()))
			entered := len(unit.Events) - 3 // before its attempt, of two events, and the end
			unit.Redrive(len(unit.Events), 1)
			unit.End(unit.Succeed(entered, "WaitForNodegroupActive", `{}`), "Succeeded", `{}`, "", "")
			e.Tape.End(e.Tape.UnitsDone(len(e.Tape.Events), "ForEachUnit", unit, `{}`), "Succeeded", `{}`, "", "")
			e.Redriven = clitest.Monday
		}
		a := m.Ask(t, "retry", "run", "--reason", "r", "--yes", "--wait")
		if a.Err != nil {
			t.Fatal(a.Err)
		}
		clitest.Says(t, a.Stderr, "Will redrive it with the decisions it had made (it was interrupted, and nothing has changed since).\n",
			"  From: production/big, WaitForNodegroupActive\n")
		clitest.Says(t, a.Stdout, "Succeeded after 11s (since it was retried): ")
		if strings.Contains(a.Stdout, "  updating\n") {
			t.Errorf("found\n%s\nwant only what came after the redrive", a.Stdout)
		}
		if want := []string{
			"DescribeExecution", "GetExecutionHistory", "DescribeMapRun", "ListExecutions", "GetExecutionHistory", "ListExecutions", "RedriveExecution",
			"GetExecutionHistory", "ListExecutions", "GetExecutionHistory", "GetExecutionHistory",
		}; !slices.Equal(m.Calls, want) {
			t.Errorf("found the calls %q; want %q", m.Calls, want)
		}
	})
}

func TestRetryStartsANewRun(t *testing.T) {
	t.Parallel()
	changed := unchangedSince(clitest.Told(t, "ABORTED", stopped))
	changeBerlin(changed)
	removed := unchangedSince(clitest.Told(t, "ABORTED", stopped))
	delete(removed.Items, "override/keep-big")
	removed.History["override/keep-big"] = []inventory.ConfigChange{{Kind: inventory.KindOverride, Name: "keep-big", Time: clitest.Monday.Add(time.Minute)}}
	for _, tt := range []struct {
		name string
		m    clitest.Machine
		why  string
	}{
		{"where the configuration was changed", changed, "cluster/berlin was changed since it was started"},
		{"where something was removed from it", removed, "override/keep-big was removed since it was started"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inputs := tt.m.Starts(clitest.Scaled)
			a := tt.m.Ask(t, "retry", "run", "--reason", "back", "--yes", "-o", "json")
			if a.Err != nil {
				t.Fatal(a.Err)
			}
			clitest.Says(t, a.Stderr, "Will start a new run with the same input ("+tt.why, "  Same as: eks-scaling run --reason 'back'\n")
			clitest.WantJSON(t, (*inputs)[0], `{"trigger": "manual", "actor": "ana", "reason": "back (retry of run)"}`)
			if got := clitest.Decode[runAnswer](t, a.Stdout); got.RetryOf != "run" || got.Status != stackaws.Running {
				t.Errorf("found %+v; want a run that repeats another", got)
			}
		})
	}
}

func TestRetryWithoutTheHistoryOfTheConfigurationWarns(t *testing.T) {
	t.Parallel()
	m := unchangedSince(clitest.Told(t, "ABORTED", stopped))
	m.Before = func(call string) error {
		if call == "history" {
			return errors.New("reading the changes: no")
		}
		return nil
	}
	m.OnRedrive = func(*stackawstest.Execution) {}
	a := m.Ask(t, "retry", "run", "--reason", "r", "--yes")
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Says(t, a.Stderr, "warning: cannot tell whether the configuration has changed since: reading the changes: no\n")
	clitest.Says(t, a.Stdout, "Continued run run\n")
}

func TestRetryReadsTheRunAgainAfterTheQuestion(t *testing.T) {
	t.Parallel()
	next := &stackawstest.Execution{Name: "next", Status: "SUCCEEDED", Started: clitest.Monday.Add(time.Minute)}
	for _, tt := range []struct {
		name      string
		meanwhile func(m clitest.Machine)
		want      string // why it is left alone; empty if it is not
	}{
		{"nothing has happened", func(clitest.Machine) {}, ""},
		{"another run was started", func(m clitest.Machine) { m.Executions = slices.Insert(m.Executions, 0, next) }, "run next was started later"},
		{"somebody has continued it", func(m clitest.Machine) { m.Executions[0].Status = "RUNNING" }, "it is still running"},
		{"the configuration was changed", changeBerlin, "cluster/berlin was changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := unchangedSince(clitest.Told(t, "ABORTED", stopped))
			m.OnRedrive = func(*stackawstest.Execution) {}
			a := clitest.AskTyping(t, clitest.OnTerminal(m.Environment()), &clitest.Typist{Text: "y\n", Before: func() { tt.meanwhile(m) }}, "retry", "run", "--reason", "r")
			clitest.Says(t, a.Stdout, "Will redrive it with the decisions it had made (", "  From: production/big, WaitForNodegroupActive\n", "Retry this run? [y/N]")
			begun := slices.Contains(m.Calls, "RedriveExecution") || slices.Contains(m.Calls, "StartExecution")
			if begun != (tt.want == "") || (a.Err == nil) != (tt.want == "") {
				t.Fatalf("found %v and the calls %q; want it to go on: %t", a.Err, m.Calls, tt.want == "")
			}
			if tt.want != "" {
				clitest.Says(t, a.Err.Error(), "run run was not retried, as it changed since the question: "+tt.want)
			}
		})
	}
}

func TestRefusedRetries(t *testing.T) {
	t.Parallel()
	withInput := func(in string) clitest.Machine {
		m := clitest.Told(t, "FAILED", clitest.NotScaled)
		m.Executions[0].Input = in
		return m
	}
	refused := unchangedSince(clitest.Told(t, "ABORTED", stopped))
	refused.Fail = map[string]string{"RedriveExecution": "ExecutionNotRedrivable: Execution history event limit exceeded"}
	refused.Executions[0].Input = `{"profile": "peak", "at": "2026-12-24T23:00:00Z", "dryRun": true}`
	for _, tt := range []struct {
		name string
		m    clitest.Machine
		args []string
		exit int
		want string
	}{
		{"AWS refuses", refused, []string{"run", "--reason", "it's", "--yes"}, frame.ExitFailed, `AWS cannot redrive run run: Execution history event limit exceeded; start a new one with: eks-scaling run --to peak --at 2026-12-24T23:00:00Z --dry-run --reason 'it'\''s'`},
		{"an input that selects nothing", withInput(`{"clusters": []}`), []string{"run", "--reason", "r", "--yes"}, frame.ExitFailed, "an empty list of clusters, schedules or nodegroups selects nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clitest.Refuses(t, tt.m.Ask(t, append([]string{"retry"}, tt.args...)...), tt.exit, tt.want)
			if tt.m.Fail == nil && (slices.Contains(tt.m.Calls, "StartExecution") || slices.Contains(tt.m.Calls, "RedriveExecution")) {
				t.Errorf("found the calls %q; want nothing begun", tt.m.Calls)
			}
		})
	}
}
