package runcmd

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
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
		m := clitest.NewMachine(t)
		m.Starts(clitest.Overtaken)
		a := m.Ask(t, "run", "--reason", "r", "--yes", "--wait")
		if a.Exit != frame.ExitConflict || strings.Contains(a.Stderr, "eks-scaling:") {
			t.Errorf("found exit code %d and %q; want 4, and no error besides", a.Exit, a.Stderr)
		}
		clitest.Says(t, a.Stdout, "  production  waiting for run older\n", "  production/big  overtaken by run newer\n",
			"  production  overtaken by run newer\n", ": 0 scaled, 2 unchanged; production: overtaken by run newer\n  Details: eks-scaling runs show newer\n")
		if strings.Contains(a.Stdout, "To fix:") {
			t.Errorf("found\n%s\nwant nothing to do", a.Stdout)
		}
	})
}

func TestStoppingToWaitLeavesTheRunRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := clitest.NewMachine(t)
		m.OnStart = func(name, input string) *stackawstest.Execution {
			tape := clitest.Scaled(name, input)
			tape.Events = tape.Events[:len(tape.Events)-3]
			return &stackawstest.Execution{Name: name, Started: clitest.Monday, Tape: tape}
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Minute) // Ctrl-C after a minute
		defer stop()
		var stdout, stderr bytes.Buffer
		env := m.Environment()
		env.Now, env.User = func() time.Time { return clitest.Monday }, "ana"
		root := clitest.NewTool(env)
		root.SetArgs([]string{"run", "--reason", "r", "--yes", "--wait", "-o", "json"})
		root.SetOut(&stdout)
		root.SetErr(&stderr)
		err := root.ExecuteContext(ctx)
		const want = "Stopped waiting; run manual-20261123T120000Z-xxxxxx is still running. Follow it with: eks-scaling runs show manual-20261123T120000Z-xxxxxx"
		if err == nil || clitest.WithoutNames(err.Error()) != want || frame.ExitCode(err) != frame.ExitFailed || stdout.Len() > 0 {
			t.Errorf("found %v, and %q; want %s", err, stdout.String(), want)
		}
		clitest.Says(t, stderr.String(), "production/big  1 (0..5) -> 3 (2..4)  updating\n")
	})
}

// atTerminal asks with somebody at a terminal who types.
func atTerminal(t *testing.T, m clitest.Machine, typed string, args ...string) clitest.Answer {
	t.Helper()
	return clitest.AskTyping(t, clitest.OnTerminal(m.Environment()), strings.NewReader(typed), args...)
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
		{"yes", "y\n", clitest.ProductionPlan(), 2, "", "~ big    1 (0..5) -> 3 (2..4): "},
		{"no", "n\n", clitest.ProductionPlan(), 1, term.ErrDeclined.Error(), "Plan: 1 to change, 1 unchanged.\n"},
		{"nothing to ask about", "", run.ClusterSummary{Cluster: "production", Outcome: run.Planned}, 1, "", "Nothing to do. Use --yes to start a run anyway."},
	} {
		inBubble(t, tt.name, func(t *testing.T) {
			m := clitest.NewMachine(t)
			inputs := m.Starts(clitest.Planned(tt.plan))
			a := atTerminal(t, m, tt.typed, "run", "--reason", "r")
			said := ""
			if a.Err != nil {
				said = a.Err.Error()
			}
			if len(*inputs) != tt.wantRuns || said != tt.wantErr {
				t.Errorf("found the runs %q and the error %q; want %d and %q", *inputs, said, tt.wantRuns, tt.wantErr)
			}
			for i, in := range *inputs {
				if dry := strings.Contains(in, "dryRun"); dry != (i == 0) {
					t.Errorf("run %d has the input %s; want the first one dry, and no other", i, in)
				}
			}
			clitest.Says(t, a.Stdout, tt.wantSaid)
			if strings.Contains(a.Stderr, "big") {
				t.Errorf("found %q beside the question; want the plan where it is put", a.Stderr)
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
			m := clitest.NewMachine(t)
			inputs := m.Starts(clitest.Planned(clitest.ProductionPlan()))
			now := clitest.Monday
			env := m.Environment()
			env.Interactive, env.Now = true, func() time.Time { return now }
			after := func(d time.Duration) func() { return func() { now = now.Add(d) } }
			typed := []io.Reader{&clitest.Typist{Text: "y\n", Before: after(tt.takes[0])}}
			if len(tt.takes) > 1 {
				typed = append(typed, &clitest.Typist{Text: tt.again + "\n", Before: after(tt.takes[1])})
			}
			a := clitest.AskTyping(t, env, io.MultiReader(typed...), "run", "--reason", "r")
			var got []string
			for _, in := range *inputs {
				got = append(got, map[bool]string{true: "dry", false: "real"}[strings.Contains(in, "dryRun")])
			}
			if !slices.Equal(got, tt.want) || (a.Err == nil) != slices.Contains(tt.want, "real") {
				t.Errorf("found the runs %q and %v; want %q", got, a.Err, tt.want)
			}
			if said := strings.Count(a.Stdout, "(2..4): "+clitest.Because); said != len(tt.takes) {
				t.Errorf("found\n%s\nwant the plan %d times", a.Stdout, len(tt.takes))
			}
		})
	}
}

func TestARunIsNamedByTheInstantOfItsStart(t *testing.T) {
	t.Parallel()
	m := clitest.NewMachine(t)
	m.Starts(clitest.Scaled)
	now := clitest.Monday
	env := m.Environment()
	env.Now = func() time.Time { return now }
	m.Before = func(string) error { now = now.Add(time.Hour); return nil } // the reading of the configuration
	clitest.Says(t, clitest.AskIn(t, env, "run", "--reason", "r", "--yes").Stdout, "Started run manual-20261123T130000Z-")
}

func TestARunWhoseStartWasNotAnswered(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"RUNNING", "SUCCEEDED"} {
		inBubble(t, "it is there, "+status, func(t *testing.T) {
			m := clitest.NewMachine(t)
			m.OnStart = func(name, in string) *stackawstest.Execution {
				return &stackawstest.Execution{Name: name, Status: status, Input: in, Started: clitest.Monday, Tape: clitest.Scaled(name, in)}
			}
			m.Lost, m.Attempts = map[string]int{"StartExecution": 1}, 2
			if a := m.Ask(t, "run", "--reason", "r", "--yes", "--wait"); a.Err != nil || len(m.Executions) != 1 {
				t.Errorf("found %v and %d runs; want one that goes well", a.Err, len(m.Executions))
			}
		})
	}
	inBubble(t, "it is there, and may not be looked at", func(t *testing.T) {
		m := clitest.NewMachine(t)
		m.Fail = map[string]string{"StartExecution": "ExecutionAlreadyExists: it exists", "DescribeExecution": "AccessDeniedException: no"}
		clitest.Refuses(t, m.Ask(t, "run", "--reason", "r", "--yes"), frame.ExitNoAccess, "started run manual-", ", but reading run manual-", "access denied (no)")
	})
	inBubble(t, "nobody knows", func(t *testing.T) {
		m := clitest.NewMachine(t)
		m.Starts(clitest.Scaled)
		m.Lost = map[string]int{"StartExecution": 1}
		a := m.Ask(t, "run", "--reason", "r", "--yes")
		name := m.Executions[0].Name
		clitest.Refuses(t, a, frame.ExitNoAccess, "starting run "+name+": AWS did not answer in time; ", "; check whether it started with: eks-scaling runs show "+name)
	})
	inBubble(t, "AWS has refused", func(t *testing.T) {
		m := clitest.NewMachine(t)
		m.Fail = map[string]string{"StartExecution": "AccessDeniedException: no"}
		a := m.Ask(t, "run", "--reason", "r", "--yes")
		clitest.Refuses(t, a, frame.ExitNoAccess, "access denied")
		if strings.Contains(a.Err.Error(), "whether it started") {
			t.Errorf("found %q; want no doubt about it", a.Err)
		}
	})
}

func TestRefusedRunsStartNothing(t *testing.T) {
	t.Parallel()
	m := clitest.NewMachine(t)
	clitest.Refuses(t, m.Ask(t, "run", "--reason", "r", "--yes", "--cluster", "paused", "--at", "2026-12-24 20:00"), frame.ExitUsage,
		"no cluster is selected whose time zone applies to")
	if len(m.Calls) > 0 {
		t.Errorf("found the calls %q; want none", m.Calls)
	}
}

func TestRunWithoutItsStateMachineSaysSo(t *testing.T) {
	t.Parallel()
	m := clitest.NewMachine(t)
	m.Fail = map[string]string{"StartExecution": "StateMachineDoesNotExist: gone"}
	clitest.Refuses(t, m.Ask(t, "run", "--reason", "r", "--yes"), frame.ExitNotFound, "state machine not found; deploy the stack again")
}

func TestADryRunNeedsNoReason(t *testing.T) {
	t.Parallel()
	inBubble(t, "dry run", func(t *testing.T) {
		m := clitest.NewMachine(t)
		inputs := m.Starts(clitest.Planned(clitest.ProductionPlan()))
		if a := m.Ask(t, "run", "--dry-run", "--cluster", "production"); a.Err != nil || len(*inputs) != 1 || strings.Contains((*inputs)[0], "reason") {
			t.Errorf("found %v with the inputs %q; want a dry run without a reason", a.Err, *inputs)
		}
		clitest.Refuses(t, m.Ask(t, "run", "--cluster", "production", "--yes"), frame.ExitUsage, "--reason")
	})
}
