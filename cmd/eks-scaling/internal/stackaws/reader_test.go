package stackaws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/statemachine"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// at opens the executions of a service.
func at(s *stackawstest.Service) *Executions {
	return NewExecutions(sfn.NewFromConfig(s.Config()), stackawstest.Machine)
}

// historyOf reads what is on a tape.
func historyOf(t *testing.T, tape *stackawstest.Tape) *History {
	t.Helper()
	s := &stackawstest.Service{Executions: []*stackawstest.Execution{{Name: "run", Tape: tape}}}
	h, err := at(s).History(t.Context(), stackawstest.ARN("run"))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// path is the steps in words: where, which state, how often it was tried, and whether it was left and failed.
func path(h *History) []string {
	var lines []string
	for _, s := range h.Steps {
		line := strings.TrimLeft(s.Cluster+"/"+s.Nodegroup+" ", "/ ") + s.State
		if s.Attempts != 1 && s.Type == "Task" {
			line += fmt.Sprintf(" x%d", s.Attempts)
		}
		if s.Error != nil {
			line += " " + s.Error.Error
		}
		if s.Failed {
			line += " failed"
		}
		if s.Exited.IsZero() {
			line += " open"
		}
		lines = append(lines, line)
	}
	return lines
}

func wantPath(t *testing.T, h *History, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, path(h)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// of is the input of a state within the iterations of a unit, and of a node group if that is not empty.
func of(cluster, nodegroup string) string {
	if nodegroup == "" {
		return fmt.Sprintf(`{"run": {}, "unit": %q, "cluster": {"waitTimeoutSeconds": 1200}}`, cluster)
	}
	return fmt.Sprintf(`{"run": {}, "unit": %q, "decision": {"nodegroup": %q}}`, cluster, nodegroup)
}

func TestInterleavedIterationsAreToldApart(t *testing.T) {
	t.Parallel()
	tape := stackawstest.NewTape(noon)
	tape.Start(`{}`)
	loaded := tape.Task(0, "LoadConfig", `{}`, `{}`)
	clusters := tape.Map(loaded, "ForEachUnit", `{}`, 3)
	a := tape.Iteration(clusters, "Started", "ForEachUnit", 0)
	b := tape.Iteration(clusters, "Started", "ForEachUnit", 1)
	b = tape.Enter(b, "Task", "Decide", of("berlin", ""))
	a = tape.Enter(a, "Task", "Decide", of("production", ""))
	bStarted := tape.Attempt(b)
	a = tape.Succeed(a, "Decide", `{}`)
	waves := tape.Map(a, "ScaleWave", of("production", ""), 2)
	big := tape.Iteration(waves, "Started", "ScaleWave", 0)
	small := tape.Iteration(waves, "Started", "ScaleWave", 1)
	small = tape.Enter(small, "Task", "Scale", of("production", "small"))
	b = tape.Exit(tape.Add(bStarted, "TaskSucceeded", "", nil), "Task", "Decide", `{}`)
	big = tape.Task(big, "Scale", of("production", "big"), `{}`)
	small = tape.Succeed(small, "Scale", `{}`)
	tape.Iteration(big, "Succeeded", "ScaleWave", 0)
	small = tape.Iteration(small, "Succeeded", "ScaleWave", 1)
	b = tape.Pass(b, "Succeed", "UnitDone", of("berlin", ""), `{}`)
	tape.Iteration(b, "Succeeded", "ForEachUnit", 1)
	// The third has waited for room, which the second has made.
	c := tape.Iteration(b, "Started", "ForEachUnit", 2)
	a = tape.MapDone(small, "ScaleWave", `{}`)
	tape.Iteration(tape.Task(c, "Decide", of("lab", ""), `{}`), "Succeeded", "ForEachUnit", 2)
	a = tape.Iteration(tape.Pass(a, "Succeed", "UnitDone", of("production", ""), `{}`), "Succeeded", "ForEachUnit", 0)
	done := tape.MapDone(a, "ForEachUnit", `{}`)
	tape.End(tape.Pass(done, "Succeed", "Succeeded", `{}`, `{}`), "Succeeded", `{}`, "", "")

	h := historyOf(t, tape)
	wantPath(t, h, "LoadConfig", "ForEachUnit", "berlin/ Decide", "production/ Decide", "production/ ScaleWave",
		"production/small Scale", "production/big Scale", "berlin/ UnitDone", "lab/ Decide", "production/ UnitDone", "Succeeded")
	if h.Status != Succeeded || h.Ended != tape.Now() || h.Last.State != "Succeeded" {
		t.Errorf("found %s at %s in %v; want it succeeded at the last event", h.Status, h.Ended, h.Last)
	}
}

func TestAttemptsAndErrorsOfATask(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		write func(*stackawstest.Tape)
		want  []string
	}{
		{"a retry that went well", func(tape *stackawstest.Tape) {
			failed := tape.Fail(tape.Enter(0, "Task", "Scale", `{}`), "NodegroupBusyError", "{}")
			tape.Succeed(failed, "Scale", `{}`)
		}, []string{"Scale x2 NodegroupBusyError"}},
		{"an error that was caught", func(tape *stackawstest.Tape) {
			failed := tape.Fail(tape.Enter(0, "Task", "Scale", `{}`), "NodegroupFailedError", "{}")
			tape.Enter(tape.Exit(failed, "Task", "Scale", `{}`), "Task", "Audit", `{}`)
		}, []string{"Scale NodegroupFailedError failed", "Audit x0 open"}},
		{"a timeout that ended the execution", func(tape *stackawstest.Tape) {
			tape.End(tape.TimeOut(tape.Enter(0, "Task", "Decide", `{}`)), "Failed", nil, "States.Timeout", "")
		}, []string{"Decide States.Timeout failed open"}},
		{"a Map whose iteration failed, caught", func(tape *stackawstest.Tape) {
			iteration := tape.Iteration(tape.Map(0, "ForEachUnit", `{}`, 1), "Started", "ForEachUnit", 0)
			failed := tape.Fail(tape.Enter(iteration, "Task", "Decide", of("berlin", "")), "States.Runtime", "odd")
			tape.Enter(tape.MapFailed(failed, "ForEachUnit", 0, `{"Error": "States.Runtime", "Cause": "odd"}`), "Task", "AuditRun", `{}`)
		}, []string{"ForEachUnit States.Runtime failed", "berlin/ Decide States.Runtime failed open", "AuditRun x0 open"}},
		{"a Map whose iteration failed, caught beside the state", func(tape *stackawstest.Tape) {
			iteration := tape.Iteration(tape.Map(0, "ScaleWave", `{}`, 1), "Started", "ScaleWave", 0)
			failed := tape.Fail(tape.Enter(iteration, "Task", "Scale", of("berlin", "web")), "States.Runtime", "odd")
			tape.MapFailed(failed, "ScaleWave", 0, `{"error": {"Error": "States.Runtime", "Cause": "odd"}}`)
		}, []string{"ScaleWave States.Runtime failed", "berlin/web Scale States.Runtime failed open"}},
		{"a Map that failed of the Map in it, and with it the other iterations", func(tape *stackawstest.Tape) {
			clusters := tape.Map(0, "ForEachUnit", `{}`, 2)
			berlin := tape.Iteration(clusters, "Started", "ForEachUnit", 0)
			tape.Attempt(tape.Enter(tape.Iteration(clusters, "Started", "ForEachUnit", 1), "Task", "Decide", of("lab", "")))
			web := tape.Iteration(tape.Map(berlin, "ScaleWave", of("berlin", ""), 1), "Started", "ScaleWave", 0)
			failed := tape.Fail(tape.Enter(web, "Task", "Scale", of("berlin", "web")), "States.Runtime", "odd")
			tape.Iteration(failed, "Failed", "ScaleWave", 0)
			tape.Add(failed, "TaskStateAborted", "", nil)
			inner := tape.Add(failed, "MapStateFailed", "", nil)
			tape.Iteration(inner, "Aborted", "ForEachUnit", 1)
			tape.Add(inner, "TaskStateAborted", "", nil)
			tape.Enter(tape.MapFailed(inner, "ForEachUnit", 0, `{"Error": "States.Runtime", "Cause": "odd"}`), "Task", "AuditRun", `{}`)
		}, []string{
			"ForEachUnit States.Runtime failed", "lab/ Decide open", "berlin/ ScaleWave failed open",
			"berlin/web Scale States.Runtime failed open", "AuditRun x0 open",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tape := stackawstest.NewTape(noon)
			tape.Start(`{}`)
			tt.write(tape)
			wantPath(t, historyOf(t, tape), tt.want...)
		})
	}
}

func TestCausesInPlainWords(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]run.StepError{
		"no capacity":                {Error: "NodegroupFailedError", Cause: `{"errorMessage": "no capacity", "errorType": "x"}`},
		"it exceeded its time limit": {Error: "States.Timeout"},
		"no cause was given":         {Error: "Other"},
		"plain":                      {Error: "States.TaskFailed", Cause: "plain"},
	} {
		if got := Cause(e); got != want {
			t.Errorf("%v: found %q; want %q", e, got, want)
		}
	}
}

// cutOff is a run that was aborted in Scale, redriven, and then went well.
func cutOff() *stackawstest.Tape {
	tape := stackawstest.NewTape(noon)
	tape.Start(`{}`)
	iteration := tape.Iteration(tape.Map(0, "ForEachUnit", `{}`, 1), "Started", "ForEachUnit", 0)
	entered := tape.Enter(iteration, "Task", "Scale", of("berlin", "web"))
	aborted := tape.End(tape.Attempt(entered), "Aborted", nil, "", "")
	tape.Redrive(aborted, 1)
	over := tape.Iteration(tape.Succeed(entered, "Scale", `{}`), "Succeeded", "ForEachUnit", 0)
	tape.End(tape.MapDone(over, "ForEachUnit", `{}`), "Succeeded", `{}`, "", "")
	return tape
}

func TestARedrivenExecutionGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	tape := cutOff()
	h := historyOf(t, tape)
	wantPath(t, h, "ForEachUnit", "berlin/web Scale x2")
	if want := noon.Add(9 * time.Second); h.Status != Succeeded || h.Redrives != 1 || !h.Redriven.Equal(want) {
		t.Errorf("found %s after %d redrives, the last at %s; want it succeeded after one, at %s", h.Status, h.Redrives, h.Redriven, want)
	}
	tape.Events = tape.Events[:8]
	if h := historyOf(t, tape); h.Status != Aborted || h.Last == nil || h.Last.State != "Scale" {
		t.Errorf("found %s in %v; want it aborted in Scale", h.Status, h.Last)
	}
}

// TestEventsWithoutWhatCausedThem has events whose predecessor is not in the history, and that lack their details.
func TestEventsWithoutWhatCausedThem(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"Started", "Succeeded", "Failed", "Aborted"} {
		tape := stackawstest.NewTape(noon)
		tape.Start(`{}`)
		lost := tape.Iteration(1000, what, "ForEachUnit", 0)
		bare := tape.Add(lost, "MapIteration"+what, "", nil)
		tape.Exit(tape.Add(bare, "MapStateSucceeded", "", nil), "Map", "ForEachUnit", `{}`)
		tape.Enter(bare, "Task", "AuditRun", `{}`)
		wantPath(t, historyOf(t, tape), "AuditRun x0 open")
	}
}

func TestFollowTellsWhatHappensAsItHappens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stackawstest.Service{Page: 3, Executions: []*stackawstest.Execution{{Name: "run", Tape: cutOff(), PerLook: 2, Late: 2}}}
		var got []string
		h, err := at(s).Watch(stackawstest.ARN("run"), 1, func(e Event) {
			got = append(got, strings.TrimSpace(string(e.Kind)+" "+e.Step.State))
		}).Follow(t.Context(), Poll{Initial: 200 * time.Millisecond, Max: 2 * time.Second}, func() {})
		if err != nil || h.Status != Succeeded {
			t.Fatalf("found %v and %s; want it succeeded, and not to end with the first time", err, h.Status)
		}
		if want := []string{"left Scale", "left ForEachUnit", "ended"}; !slices.Equal(got, want) {
			t.Errorf("found %q; want what came after the redrive, each once: %q", got, want)
		}
	})
}

func TestFollowEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tape := cutOff()
		tape.Events = tape.Events[:5]
		s := &stackawstest.Service{Executions: []*stackawstest.Execution{{Name: "run", Tape: tape}}}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		_, err := at(s).Watch(stackawstest.ARN("run"), 0, nil).Follow(ctx, Poll{Initial: 200 * time.Millisecond, Max: 2 * time.Second}, func() {})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 10*time.Second {
			t.Errorf("found %v after %s; want the end of the context at once", err, time.Since(begun))
		}
		// 0, 0.2, 0.6, 1.4, 3, 5, 7 and 9 seconds.
		if len(s.Calls) != 8 {
			t.Errorf("found %d looks; want 8, further and further apart up to 2 seconds", len(s.Calls))
		}
	})
}

func TestFollowOfWhatNeverComesEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := at(&stackawstest.Service{}).Watch(stackawstest.ARN("run"), 0, nil).Follow(t.Context(), Poll{Initial: time.Second, Max: time.Second}, func() {})
		if !errors.Is(err, ErrNoExecution) {
			t.Errorf("found %v; want %v", err, ErrNoExecution)
		}
	})
}

func TestTheStatesAreThoseOfTheDefinition(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		LoadConfig, ForEachUnit, Decide, Scale, Audit, AuditFailed, AuditUnit, UnitUnrecorded, SyncTriggers, AuditRun, AuditRunFailed, DryRunUnrecorded, NotifyFailure, EndFailed,
	} {
		if !strings.Contains(statemachine.Definition, `"`+name+`": {`) {
			t.Errorf("the definition has no state %s", name)
		}
	}
}

func TestAnIterationMayFollowTheMapInAnotherOne(t *testing.T) {
	t.Parallel()
	tape := stackawstest.NewTape(noon)
	tape.Start(`{}`)
	first := tape.Iteration(tape.Map(0, "ForEachUnit", `{}`, 2), "Started", "ForEachUnit", 0)
	wave := tape.Iteration(tape.Map(first, "ScaleWave", of("berlin", ""), 1), "Started", "ScaleWave", 0)
	wave = tape.Iteration(tape.Task(wave, "Scale", of("berlin", "web"), `{}`), "Succeeded", "ScaleWave", 0)
	first = tape.MapDone(wave, "ScaleWave", `{}`)
	tape.Iteration(first, "Succeeded", "ForEachUnit", 0)
	second := tape.Iteration(first, "Started", "ForEachUnit", 1) // in the room that the first one has made
	second = tape.Iteration(tape.Task(second, "Decide", of("lab", ""), `{}`), "Succeeded", "ForEachUnit", 1)
	tape.Enter(tape.MapDone(second, "ForEachUnit", `{}`), "Task", "AuditRun", `{}`)
	wantPath(t, historyOf(t, tape), "ForEachUnit", "berlin/ ScaleWave", "berlin/web Scale", "lab/ Decide", "AuditRun x0 open")
}
