package runcmd

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

func TestADryRunShowsThePlan(t *testing.T) {
	t.Parallel()
	inBubble(t, "in words", func(t *testing.T) {
		m := clitest.NewMachine(t)
		unreadable := run.NodegroupSummary{
			Nodegroup: "gone", Action: scaling.ScaleUp, Outcome: run.Planned, After: &clitest.Three, Reason: "the node group could not be read:\nNo node group found",
		}
		ailing := run.NodegroupSummary{
			Nodegroup: "ailing", Action: scaling.ScaleUp, Outcome: run.Planned, Before: &clitest.Three, After: &clitest.Three, Reason: "at the desired sizes, but DEGRADED: x",
		}
		berlin := run.ClusterSummary{Cluster: "berlin", Outcome: run.Planned, Nodegroups: []run.NodegroupSummary{unreadable, ailing}}
		paused := run.ClusterSummary{Cluster: "paused", Outcome: run.Skipped, Reason: "the cluster is paused"}
		odd := run.ClusterSummary{Cluster: "odd", Outcome: run.Failed, Error: "clusters[0].region: missing"}
		inputs := m.Starts(clitest.Planned(odd, paused, clitest.ProductionPlan(), berlin))
		a := m.Ask(t, "run", "--dry-run", "--reason", "r")
		if a.Exit != frame.ExitFailed || !strings.Contains((*inputs)[0], `"dryRun":true`) {
			t.Errorf("found %v with the inputs %q; want a dry run, and that two would fail", a.Err, *inputs)
		}
		clitest.Golden(t, "run-plan", a.Stdout)
	})
}

func TestPlansThatWouldFail(t *testing.T) {
	t.Parallel()
	inBubble(t, "a node group would fail", func(t *testing.T) {
		m := clitest.NewMachine(t)
		c := clitest.ProductionPlan()
		c.Nodegroups[0].Before = nil
		m.Starts(clitest.Planned(c))
		a := m.Ask(t, "run", "--dry-run", "--reason", "r", "--cluster", "production")
		if a.Exit != frame.ExitFailed {
			t.Errorf("found exit code %d; want 1", a.Exit)
		}
		clitest.Says(t, a.Stdout, "Plan: 0 to change, 1 unchanged, 1 would fail.\n")
	})
	inBubble(t, "a scale-down is held back", func(t *testing.T) {
		m := clitest.NewMachine(t)
		c := clitest.ProductionPlan()
		c.Nodegroups[0].Action, c.Nodegroups[0].HeldBack = scaling.ScaleDown, []string{"spot has 0 of 1 nodes", "gpu does not exist (2 needed)"}
		c.Nodegroups[1].Warning = "DEGRADED"
		c.Nodegroups = append(c.Nodegroups, run.NodegroupSummary{
			Nodegroup: "spot", Action: scaling.Await, Outcome: run.Planned, Before: &clitest.One, After: &clitest.One, Reason: "another update is in progress",
		})
		c.Expected = [][]string{{"spot"}, {"big"}}
		m.Starts(clitest.Planned(c))
		a := m.Ask(t, "run", "--dry-run", "--reason", "r", "--cluster", "production")
		if a.Exit != frame.ExitFailed {
			t.Errorf("found exit code %d; want 1", a.Exit)
		}
		clitest.Says(t, a.Stdout, "  Order: spot; then big (held back)\n")
		clitest.Says(t, a.Stdout, "  ! big    1 (0..5), held back: spot has 0 of 1 nodes; gpu does not exist (2 needed); "+clitest.Because+"\n",
			"; warning: DEGRADED\n", "  ~ spot   waits: another update is in progress\n",
			"Plan: 1 to change, 1 unchanged, 1 would fail.\n")
	})
	for name, tt := range map[string]struct {
		tape func(name, in string) *stackawstest.Tape
		want string
	}{
		"it was aborted":                    {stopped, "The dry run did not end (aborted): by hand\nPlan: unknown.\n"},
		"it failed before it saw a cluster": {clitest.Unloaded(run.Summary{Outcome: run.Failed, Error: "ConfigInvalidError", Message: "no settings"}), "The dry run failed: ConfigInvalidError: no settings\nPlan: unknown.\n"},
		"its record could not be written": {func(name, in string) *stackawstest.Tape {
			s, from := clitest.Begin(name, in)
			return s.Finish(from, run.Summary{
				Outcome: run.Planned, Error: "Lambda.Unknown", Message: "The record of this dry run could not be written: no answer",
			}, run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "production", Outcome: run.Planned}})
		}, "Plan for production at Mon 2026-11-23 09:00 -03:00\n\nThe dry run is incomplete: Lambda.Unknown: The record of this dry run could not be written: no answer\n" +
			"Plan: 0 to change, 0 unchanged.\n"},
		"a unit left nothing": {func(name, in string) *stackawstest.Tape {
			s, from := clitest.BeginWith(name, in, "production", "berlin")
			return s.Finish(from, run.Summary{Outcome: run.Incomplete, Error: "UnitEndedError", Message: "cluster berlin: it left neither a record nor a result"},
				run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "production", Outcome: run.Planned}})
		}, "berlin: failed: the run ended first, and the unit left no record\nPlan for production at Mon 2026-11-23 09:00 -03:00\n\n" +
			"The dry run is incomplete: UnitEndedError: cluster berlin: it left neither a record nor a result\n" +
			"Plan: 0 to change, 0 unchanged; 1 unit without a plan.\n"},
	} {
		inBubble(t, name, func(t *testing.T) {
			m := clitest.NewMachine(t)
			m.Starts(tt.tape)
			a := m.Ask(t, "run", "--dry-run", "--reason", "r")
			if a.Exit != frame.ExitFailed || a.Stdout != tt.want {
				t.Errorf("found exit code %d, and\n%s\nwant 1, and\n%s", a.Exit, a.Stdout, tt.want)
			}
		})
	}
}
