package runscmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// fleet is a run of production, which failed, of one that was overtaken, and of 30 others in which nothing changed.
func fleet(name, in string) *stackawstest.Tape {
	names := []string{"production", "berlin"}
	records := []run.UnitRecord{{}, {ClusterSummary: run.ClusterSummary{Cluster: "berlin", Outcome: run.Overtaken, OvertakenBy: "newer"}}}
	for i := range 30 {
		c := run.ClusterSummary{Cluster: fmt.Sprintf("calm-%02d", i), Outcome: run.Succeeded}
		c.Nodegroups = []run.NodegroupSummary{{Nodegroup: "web", Action: scaling.Keep, Outcome: run.Unchanged, Before: &clitest.One, After: &clitest.One, Reason: "fine"}}
		names, records = append(names, c.Cluster), append(records, run.UnitRecord{ClusterSummary: c})
	}
	s, from := clitest.BeginWith(name, in, names...)
	records[0] = s.Record(run.Failed, scaling.ScaleUp)
	return s.Finish(s.Big(s.Production(from), &run.StepError{Error: "NodegroupFailedError", Cause: "no capacity"}),
		run.Summary{Outcome: run.Failed, Error: "NodegroupFailedError", Message: "node group production/big: no capacity"}, records...)
}

func TestRunsShowListsUnitsThatNeedAttentionFirst(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "FAILED", fleet)
	out := m.Ask(t, "runs", "show", "run").Stdout
	clitest.Says(t, out, "  Units       32 units: 1 failed, 1 overtaken, 30 succeeded\n", "\n  production  failed     NodegroupFailedError: node group big: EKS ended the update: no capacity\n"+
		"  berlin      overtaken  overtaken by run newer\n  calm-00     succeeded  0 scaled, 1 unchanged\n",
		"  calm-07     succeeded", "  and 22 more units: 22 succeeded\n  Show one: eks-scaling runs show run UNIT; all: eks-scaling runs show run --all\n",
		"  production/big: NodegroupFailedError: EKS ended the update: no capacity\n    To fix: ")
	if strings.Contains(out, "calm-08") {
		t.Errorf("found\n%s\nwant the ten worst", out)
	}
	got := clitest.Decode[shownRun](t, m.Ask(t, "runs", "show", "run", "-o", "json").Stdout)
	if got.Units == nil || got.Units.Total != 32 || got.Units.Outcomes[run.Failed] != 1 || len(got.Clusters) != 32 || len(got.Decisions) != 32 {
		t.Errorf("found %+v with %d units and %d decisions; want all of them for machines", got.Units, len(got.Clusters), len(got.Decisions))
	}
	if arn := got.Clusters[31].Execution.ARN; got.Clusters[31].Cluster != "production" || arn != stackawstest.UnitARN("production-of-run") {
		t.Errorf("found %q of %s; want the unit's own execution", arn, got.Clusters[31].Cluster)
	}
}

func TestRunsShowOfAUnit(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "FAILED", fleet)
	out := m.Ask(t, "runs", "show", "run", "production").Stdout
	clitest.Says(t, out, "Unit production of run run: failed: NodegroupFailedError: node group big: EKS ended the update: no capacity\n",
		"/executions/details/"+stackawstest.UnitARN("production-of-run")+"\n", "    WaitForNodegroupActive  ", "production/big, WaitForNodegroupActive: NodegroupFailedError: no capacity\n")
	if strings.Contains(out, "LoadConfig") || strings.Contains(out, "eks-scaling retry") {
		t.Errorf("found\n%s\nwant the unit alone", out)
	}
	if byARN := m.Ask(t, "runs", "show", stackawstest.UnitARN("production-of-run")); !strings.HasPrefix(byARN.Stdout, "Unit production of run run: failed\n") {
		t.Errorf("found %v and\n%s\nwant the same unit", byARN.Err, byARN.Stdout)
	}
	clitest.Refuses(t, m.Ask(t, "runs", "show", "run", "munich"), frame.ExitNotFound, `run run has no unit "munich"; known: berlin, calm-00, `, " and 12 more")
	clitest.Refuses(t, m.Ask(t, "runs", "show", "run", "calm-00"), frame.ExitNotFound, "unit calm-00 of run run has no execution: ")
}

func TestRunsShowCountsTheUnitsOfARunningRun(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "RUNNING", func(name, in string) *stackawstest.Tape {
		s, from := clitest.BeginWith(name, in, "production", "berlin", "calm")
		s.Parent.Records = []run.UnitRecord{s.Record(run.Failed, scaling.ScaleUp)}
		s.UnitEnd(from, run.Failed)
		s.Parent.AddUnit("2", "RUNNING", run.UnitTask{Run: s.Unit().Run, Unit: "berlin"})
		return s.Parent
	})
	out := m.Ask(t, "runs", "show", "run").Stdout
	clitest.Says(t, out, "Run run: running\n", "  Units       1 of 3 ended; 1 running\n", "  production  failed   NodegroupFailedError", "  berlin      running")
	clitest.Says(t, m.Ask(t, "runs", "show", "run", "berlin").Stdout, "Unit berlin of run run: running\n")
	clitest.Refuses(t, m.Ask(t, "runs", "show", "run", "calm"), frame.ExitNotFound, "its execution has not started yet")
}

// largeFleet is a run of 1,000 units with 10 node groups each, all changed except in two units: one failed, and one is held back.
func largeFleet(name, in string) *stackawstest.Tape {
	units := []string{"production"}
	for i := range 999 {
		units = append(units, fmt.Sprintf("unit-%03d", i))
	}
	s, from := clitest.BeginWith(name, in, units...)
	records := []run.UnitRecord{s.Record(run.Failed, scaling.ScaleUp)}
	for _, unit := range units[1:] {
		c := run.ClusterSummary{Cluster: unit, Outcome: run.Succeeded, Expected: [][]string{{"n0"}, {"n1"}}}
		for i := range 10 {
			n := run.NodegroupSummary{Nodegroup: fmt.Sprintf("n%d", i), Action: scaling.ScaleUp, Outcome: run.Succeeded, Before: &clitest.One, After: &clitest.Three, Reason: "r"}
			if unit == "unit-500" && i == 7 {
				n.Action, n.Outcome, n.HeldBack = scaling.ScaleDown, run.Skipped, []string{"n1 is not ready"}
			}
			c.Nodegroups = append(c.Nodegroups, n)
		}
		records = append(records, run.UnitRecord{ClusterSummary: c, Execution: run.Execution{ARN: stackawstest.UnitARN(unit), Name: unit}})
	}
	return s.Finish(from, run.Summary{Outcome: run.Failed, Error: "NodegroupFailedError", Message: "m"}, records...)
}

func TestRunsShowOfALargeRunFitsAScreenOrTwo(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "FAILED", largeFleet)
	out := m.Ask(t, "runs", "show", "run").Stdout
	clitest.Says(t, out, "  Units       1,000 units: 1 failed, 999 succeeded\n", "\n  production  failed     NodegroupFailedError", "\n  unit-500    succeeded  ",
		"  and 990 more units: 990 succeeded\n  Show one: ", "\n  production/big  ", "\n  unit-500/n7  ", "; held back: n1 is not ready",
		"more node groups: 9,989 succeeded, 1 unchanged; --all lists all\n")
	if lines := strings.Count(out, "\n"); lines > 50 {
		t.Errorf("found %d lines; want at most 50:\n%s", lines, out)
	}
	if lines := strings.Count(m.Ask(t, "runs", "show", "run", "--all").Stdout, "\n"); lines < 11_000 {
		t.Errorf("found %d lines with --all; want one for each unit and node group", lines)
	}
	if got := clitest.Decode[shownRun](t, m.Ask(t, "runs", "show", "run", "-o", "json").Stdout); len(got.Decisions) != 9_992 || len(got.Expected) != 999 {
		t.Errorf("found %d decisions, and %d orders; want all of them for machines", len(got.Decisions), len(got.Expected))
	}
}

func TestRunsShowNarrowsTheUnits(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "FAILED", largeFleet)
	units := func(args ...string) (names []string, text string) {
		text = m.Ask(t, append([]string{"runs", "show", "run"}, args...)...).Stdout
		for _, u := range clitest.Decode[shownRun](t, m.Ask(t, append([]string{"runs", "show", "run", "-o", "json"}, args...)...).Stdout).Clusters {
			names = append(names, u.Cluster)
		}
		return names, text
	}
	for _, w := range []struct {
		rule, flags, want, says string
	}{
		{"by cluster", "--cluster unit-007,production", "production unit-007", "  Units       1,000 units; 2 of them match the flags: 1 failed, 1 succeeded\n"},
		{"by what needs attention", "--problems", "production unit-500", "\n  unit-500    succeeded  9 scaled, 1 unchanged\n"},
		{"by both", "--problems --cluster unit-500 --cluster unit-501", "unit-500", "2 of them match the flags"},
	} {
		names, text := units(strings.Fields(w.flags)...)
		if got := strings.Join(names, " "); got != w.want {
			t.Errorf("%s: found %s; want %s", w.rule, got, w.want)
		}
		clitest.Says(t, text, w.says)
	}
	_, fine := units("--problems", "--cluster", "unit-007")
	clitest.Says(t, fine, "\nNo unit needs attention.\n")
	clitest.Refuses(t, m.Ask(t, "runs", "show", "run", "--cluster", "unit-5000"), frame.ExitNotFound, `unknown cluster "unit-5000" in run run; known: production, unit-000`, "and 980 more; did you mean ")
	clitest.Refuses(t, m.Ask(t, "runs", "show", "run", "production", "--problems"), frame.ExitUsage, "the unit production is named already")
}

func TestANamedUnitIsReadAlone(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "FAILED", largeFleet)
	m.Before = func(call string) error {
		if call == "units" {
			return errors.New("all units were read")
		}
		return nil
	}
	a := m.Ask(t, "runs", "show", "run", "production")
	if want := []string{"DescribeExecution", "GetExecutionHistory", "DescribeExecution", "GetExecutionHistory"}; a.Err != nil || !slices.Equal(m.Calls, want) {
		t.Errorf("found %v, and the calls %q; want %q", a.Err, m.Calls, want)
	}
}
