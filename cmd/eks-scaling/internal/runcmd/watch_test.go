package runcmd

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// threeUnits is a run of production, which failed, of berlin, whose execution was ended from outside, and of lab.
func threeUnits(name, in string) *stackawstest.Tape {
	s, from := clitest.BeginWith(name, in, "production", "berlin", "lab")
	berlin := s.Parent.AddUnit("2", "FAILED", run.UnitTask{Unit: "berlin"})
	berlin.Error, berlin.Cause = "States.Runtime", "history limit"
	s.Parent.AddUnit("3", "SUCCEEDED", run.UnitTask{Unit: "lab"})
	lab := run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: "lab", Outcome: run.Succeeded}}
	return s.Finish(s.Production(from), run.Summary{Outcome: run.Failed, Error: "NodegroupFailedError", Message: "m"}, s.Record(run.Failed, scaling.ScaleUp), lab)
}

func TestARunOfSeveralUnitsIsCounted(t *testing.T) {
	t.Parallel()
	inBubble(t, "and each unit that failed is reported", func(t *testing.T) {
		m := clitest.NewMachine(t)
		m.Starts(threeUnits)
		a := m.Ask(t, "run", "--reason", "r", "--yes", "--wait")
		if a.Exit != frame.ExitFailed {
			t.Errorf("found exit code %d; want 1", a.Exit)
		}
		name := m.Executions[0].Name
		clitest.Says(t, a.Stdout, "  scaling 3 units\n",
			"  production  failed: NodegroupFailedError: node group big: EKS ended the update: no capacity; details: eks-scaling runs show "+name+" production\n"+
				"  berlin  failed: UnitEndedError: Step Functions ended its execution, without a record: States.Runtime: history limit; details: eks-scaling runs show "+name+" berlin\n"+
				"  3 of 3 units ended: 1 succeeded, 2 failed\n", "Failed after ")
		if strings.Contains(a.Stdout, "to scale") {
			t.Errorf("found\n%s\nwant no steps of single units", a.Stdout)
		}
	})
	inBubble(t, "and machines get all of them", func(t *testing.T) {
		m := clitest.NewMachine(t)
		m.Starts(threeUnits)
		got := clitest.Decode[runAnswer](t, m.Ask(t, "run", "--reason", "r", "--yes", "--wait", "-o", "json").Stdout)
		if got.Summary == nil || len(got.Summary.Clusters) != 3 || got.Summary.Clusters[2].Execution.ARN == "" || got.Summary.Clusters[0].Outcome != run.Failed {
			t.Errorf("found %+v; want the three units, with their executions", got.Summary)
		}
	})
}

// cutUnits is a run in which the given number of units are ended from outside. The run continues for a while.
func cutUnits(count int) func(name, in string) *stackawstest.Tape {
	return func(name, in string) *stackawstest.Tape {
		units := []string{"production"}
		for i := range count {
			units = append(units, fmt.Sprintf("cut-%02d", i))
		}
		s, from := clitest.BeginWith(name, in, units...)
		for _, unit := range units[1:] {
			s.Parent.AddUnit("of-"+unit, "ABORTED", run.UnitTask{Unit: unit}).Ended = clitest.Monday.Add(time.Minute)
		}
		for range 20 {
			s.Parent.Add(0, "WaitStateAborted", "", nil) // nothing of interest
		}
		return s.Finish(s.Production(from), run.Summary{Outcome: run.Failed, Error: "UnitEndedError", Message: "m"}, s.Record(run.Succeeded, scaling.ScaleUp))
	}
}

func TestEachUnitThatFailsIsReportedOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, "and described once", func(t *testing.T) {
		const count = 45
		m := clitest.NewMachine(t)
		m.Starts(cutUnits(count))
		start := m.OnStart
		m.OnStart = func(name, input string) *stackawstest.Execution {
			e := start(name, input)
			e.PerLook = 1
			return e
		}
		env, now := m.Environment(), clitest.Monday
		env.Now = func() time.Time { // a clock that advances with every reading
			now = now.Add(3 * time.Second)
			return now
		}
		a := clitest.AskIn(t, env, "run", "--reason", "r", "--yes", "--wait")
		calls := map[string]int{}
		for _, call := range m.Calls {
			operation, _, _ := strings.Cut(call, " ")
			calls[operation]++
		}
		if told := strings.Count(a.Stdout, "failed: UnitStoppedError"); told != count || calls["DescribeExecution"] != count {
			t.Errorf("found %d units reported and %d descriptions; want %d of each:\n%s", told, calls["DescribeExecution"], count, a.Stdout)
		}
		if first, last := strings.Index(a.Stdout, "cut-44  failed"), strings.LastIndex(a.Stdout, "failed: UnitStoppedError"); !strings.Contains(a.Stdout[first:last], "units ended") {
			t.Errorf("found\n%s\nwant a screenful reported at each look", a.Stdout)
		}
		// three looks report everything; the others see no change
		if lists := calls["ListExecutions"]; lists > 4*3 || calls["DescribeMapRun"] < 6 {
			t.Errorf("found %v; want no list without news", calls)
		}
	})
}

func TestOnceAllUnitsHaveEndedTheRunSaysWhichFailed(t *testing.T) {
	t.Parallel()
	inBubble(t, "without a call for each", func(t *testing.T) {
		m := clitest.NewMachine(t)
		m.Starts(func(name, in string) *stackawstest.Tape {
			s, from := clitest.BeginWith(name, in, "production", "berlin", "lab")
			s.Parent.AddUnit("2", "ABORTED", run.UnitTask{Unit: "berlin"})
			s.Parent.AddUnit("3", "SUCCEEDED", run.UnitTask{Unit: "lab"})
			tape := s.Finish(s.Production(from), run.Summary{Outcome: run.Failed, Error: "UnitEndedError", Message: "m"}, s.Record(run.Succeeded, scaling.ScaleUp))
			for _, e := range tape.Events {
				if details, ok := e["stateExitedEventDetails"].(map[string]any); ok && details["name"] == stackaws.ForEachUnit {
					details["output"] = `{"units": ["production", "berlin", "lab"], "results": [{"unit": "production", "outcome": "succeeded"},
						{"ExecutionArn": "` + stackawstest.UnitARN("2") + `", "Name": "2", "Status": "ABORTED", "Input": "{\"unit\": \"berlin\"}"},
						{"unit": "lab", "outcome": "failed", "execution": "3"}]}`
				}
			}
			return tape
		})
		a := m.Ask(t, "run", "--reason", "r", "--yes", "--wait")
		clitest.Says(t, a.Stdout, "  berlin  failed: UnitStoppedError: its execution was stopped from outside, without a record; details: ",
			"  lab  failed: UnitUnrecordedError: it could not be recorded; details: ", "  3 of 3 units ended: 1 succeeded, 2 failed\n")
		if slices.Contains(m.Calls, "DescribeExecution") || slices.ContainsFunc(m.Calls, func(c string) bool { return strings.HasPrefix(c, "ListExecutions") }) {
			t.Errorf("found the calls %q; want none for single executions", m.Calls)
		}
	})
}
