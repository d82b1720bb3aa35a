package main

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
)

// inBubble runs a test in which waiting takes no time.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

func TestARunThatANewerOneOvertakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t)
		m.starts(overtaken)
		a := m.ask(t, "run", "--reason", "r", "--yes", "--wait")
		if a.exit != exitConflict || strings.Contains(a.stderr, "eks-scaling:") {
			t.Errorf("found exit code %d and %q; want 4, and no error besides", a.exit, a.stderr)
		}
		says(t, a.stdout, "  production  waiting for run older\n", "  production/big  overtaken by run newer\n",
			"  production  overtaken by run newer\n", ": 0 scaled, 2 left as they are; production: overtaken by run newer\n  more: eks-scaling runs show newer\n")
		if strings.Contains(a.stdout, "to do:") {
			t.Errorf("found\n%s\nwant nothing to do", a.stdout)
		}
	})
}

func TestStoppingToWaitLeavesTheRunGoingOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t)
		m.OnStart = func(name, input string) *stackawstest.Execution {
			tape := scaled(name, input)
			tape.Events = tape.Events[:len(tape.Events)-3]
			return &stackawstest.Execution{Name: name, Started: monday, Tape: tape}
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Minute) // Ctrl-C after a minute
		defer stop()
		var stdout, stderr bytes.Buffer
		env := m.environment()
		env.now, env.user = func() time.Time { return monday }, "ana"
		root := newRoot(env)
		root.SetArgs([]string{"run", "--reason", "r", "--yes", "--wait", "-o", "json"})
		root.SetOut(&stdout)
		root.SetErr(&stderr)
		err := root.ExecuteContext(ctx)
		const want = "interrupted while waiting: run manual-20261123T120000Z-xxxxxx goes on; look at it with: eks-scaling runs show manual-20261123T120000Z-xxxxxx"
		if err == nil || withoutNames(err.Error()) != want || exitCode(err) != exitFailed || stdout.Len() > 0 {
			t.Errorf("found %v, and %q; want %s", err, stdout.String(), want)
		}
		says(t, stderr.String(), "production/big  1 (0..5) -> 3 (2..4)  started\n")
	})
}

// atTerminal asks with somebody at a terminal who types.
func (m machine) atTerminal(t *testing.T, typed string, args ...string) answer {
	t.Helper()
	env := m.environment()
	env.terminal = true
	return askTyping(t, env, strings.NewReader(typed), args...)
}

func TestRunAtATerminalShowsThePlanAndAsks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, typed string
		plan        run.ClusterSummary
		wantRuns    int
		wantErr     string
		wantSaid    string
	}{
		{"yes", "y\n", productionPlan(), 2, "", "~ big    desiredSize 1 -> 3, minSize 0 -> 2, maxSize 5 -> 4"},
		{"no", "n\n", productionPlan(), 1, errDeclined.Error(), "1 node group would change"},
		{"nothing to ask about", "", run.ClusterSummary{Cluster: "production", Outcome: run.Planned}, 1, "", "No run was started; --yes starts one all the same."},
	} {
		inBubble(t, tt.name, func(t *testing.T) {
			m := newMachine(t)
			inputs := m.starts(planned(tt.plan))
			a := m.atTerminal(t, tt.typed, "run", "--reason", "r")
			said := ""
			if a.err != nil {
				said = a.err.Error()
			}
			if len(*inputs) != tt.wantRuns || said != tt.wantErr {
				t.Errorf("found the runs %q and the error %q; want %d and %q", *inputs, said, tt.wantRuns, tt.wantErr)
			}
			for i, in := range *inputs {
				if dry := strings.Contains(in, "dryRun"); dry != (i == 0) {
					t.Errorf("run %d has the input %s; want the first one dry, and no other", i, in)
				}
			}
			says(t, a.stdout, tt.wantSaid)
			if strings.Contains(a.stderr, "big") {
				t.Errorf("found %q beside the question; want the plan where it is put", a.stderr)
			}
		})
	}
}

func TestAnAnswerThatTookLongIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		takes []time.Duration
		again string // the second answer
		want  []string
	}{
		{"within a minute", []time.Duration{time.Minute}, "", []string{"dry", "real"}},
		{"longer, and then yes", []time.Duration{time.Minute + time.Second, time.Second}, "y", []string{"dry", "dry", "real"}},
		{"longer, and then no", []time.Duration{time.Hour, time.Second}, "n", []string{"dry", "dry"}},
	} {
		inBubble(t, tt.name, func(t *testing.T) {
			m := newMachine(t)
			inputs := m.starts(planned(productionPlan()))
			now := monday
			env := m.environment()
			env.terminal, env.now = true, func() time.Time { return now }
			after := func(d time.Duration) func() { return func() { now = now.Add(d) } }
			typed := []io.Reader{&typist{"y\n", after(tt.takes[0])}}
			if len(tt.takes) > 1 {
				typed = append(typed, &typist{tt.again + "\n", after(tt.takes[1])})
			}
			a := askTyping(t, env, io.MultiReader(typed...), "run", "--reason", "r")
			var got []string
			for _, in := range *inputs {
				got = append(got, map[bool]string{true: "dry", false: "real"}[strings.Contains(in, "dryRun")])
			}
			if !slices.Equal(got, tt.want) || (a.err == nil) != slices.Contains(tt.want, "real") {
				t.Errorf("found the runs %q and %v; want %q", got, a.err, tt.want)
			}
			if said := strings.Count(a.stdout, "because "+because); said != len(tt.takes) {
				t.Errorf("found\n%s\nwant the plan %d times", a.stdout, len(tt.takes))
			}
		})
	}
}

func TestARunIsNamedByTheInstantOfItsStart(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.starts(scaled)
	now := monday
	env := m.environment()
	env.now = func() time.Time { return now }
	m.before = func(string) error { now = now.Add(time.Hour); return nil } // the reading of the configuration
	says(t, askIn(t, env, "run", "--reason", "r", "--yes").stdout, "run manual-20261123T130000Z-")
}

func TestARunWhoseStartWasNotAnswered(t *testing.T) {
	t.Parallel()
	inBubble(t, "it is there, and runs", func(t *testing.T) {
		m := newMachine(t)
		m.starts(scaled)
		m.Lost, m.Attempts = map[string]int{"StartExecution": 1}, 2
		if a := m.ask(t, "run", "--reason", "r", "--yes", "--wait"); a.err != nil || len(m.Executions) != 1 {
			t.Errorf("found %v and %d runs; want one that goes well", a.err, len(m.Executions))
		}
	})
	inBubble(t, "it is there, and has ended", func(t *testing.T) {
		m := newMachine(t)
		m.OnStart = func(name, in string) *stackawstest.Execution {
			return &stackawstest.Execution{Name: name, Status: "SUCCEEDED", Input: in, Started: monday, Tape: scaled(name, in)}
		}
		m.Lost, m.Attempts = map[string]int{"StartExecution": 1}, 2
		if a := m.ask(t, "run", "--reason", "r", "--yes", "--wait"); a.err != nil || len(m.Executions) != 1 {
			t.Errorf("found %v and %d runs; want one that goes well", a.err, len(m.Executions))
		}
	})
	inBubble(t, "it is there, and may not be looked at", func(t *testing.T) {
		m := newMachine(t)
		m.Fail = map[string]string{"StartExecution": "ExecutionAlreadyExists: it exists", "DescribeExecution": "AccessDeniedException: no"}
		refuses(t, m.ask(t, "run", "--reason", "r", "--yes"), exitFailed, " was started, but looking for run manual-", "AWS does not allow it (no)")
	})
	inBubble(t, "nobody knows", func(t *testing.T) {
		m := newMachine(t)
		m.starts(scaled)
		m.Lost = map[string]int{"StartExecution": 1}
		a := m.ask(t, "run", "--reason", "r", "--yes")
		name := m.Executions[0].Name
		refuses(t, a, exitFailed, "starting run "+name+": AWS did not answer in time; ", "; whether it was started shows: eks-scaling runs show "+name)
	})
	inBubble(t, "AWS has refused", func(t *testing.T) {
		m := newMachine(t)
		m.Fail = map[string]string{"StartExecution": "AccessDeniedException: no"}
		a := m.ask(t, "run", "--reason", "r", "--yes")
		refuses(t, a, exitFailed, "AWS does not allow it")
		if strings.Contains(a.err.Error(), "whether it was started") {
			t.Errorf("found %q; want no doubt about it", a.err)
		}
	})
}

func TestRefusedRunsStartNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	refuses(t, m.ask(t, "run", "--reason", "r", "--yes", "--cluster", "paused", "--at", "2026-12-24 20:00"), exitUsage,
		"no cluster takes part whose clock could be meant")
	if len(m.Calls) > 0 {
		t.Errorf("found the calls %q; want none", m.Calls)
	}
}

func TestRunWithoutItsStateMachineSaysSo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.Fail = map[string]string{"StartExecution": "StateMachineDoesNotExist: gone"}
	refuses(t, m.ask(t, "run", "--reason", "r", "--yes"), exitFailed, "there is no such state machine; the stack has one of that name: deploy it again")
}
