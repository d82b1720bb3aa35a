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
	inBubble(t, "and each unit that failed is told of", func(t *testing.T) {
		m := clitest.NewMachine(t)
		m.Starts(threeUnits)
		a := m.Ask(t, "run", "--reason", "r", "--yes", "--wait")
		if a.Exit != frame.ExitFailed {
			t.Errorf("found exit code %d; want 1", a.Exit)
		}
		name := m.Executions[0].Name
		clitest.Says(t, a.Stdout, "  scaling 3 units\n",
			"  production  failed: NodegroupFailedError: node group big: EKS ended the update: no capacity; see: eks-scaling runs show "+name+" production\n"+
				"  berlin  failed: UnitEndedError: its execution ended as FAILED, without a record: States.Runtime: history limit; see: eks-scaling runs show "+name+" berlin\n"+
				"  3 of 3 units ended: 1 succeeded, 2 failed\n", "FAILED after ")
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
