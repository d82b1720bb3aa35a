package runcmd

import (
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
				"  berlin  failed: UnitEndedError: Step Functions ended its execution, without a record: States.Runtime: history limit; see: eks-scaling runs show "+name+" berlin\n"+
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

func TestRedriveRepeatsOnlyTheUnitsThatFailed(t *testing.T) {
	t.Parallel()
	m := unchangedSince(clitest.Told(t, "FAILED", threeUnits))
	inputs := m.Starts(clitest.Scaled)
	a := m.Ask(t, "redrive", "run", "--reason", "back", "--yes", "-o", "json")
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Says(t, a.Stderr, "A new run is to be started for what did not end well, 2 of 3 units: it has come to its end, and AWS would only fail it once more.\n"+
		"  units: berlin, production\n")
	clitest.WantJSON(t, (*inputs)[0], `{"trigger": "manual", "actor": "ana", "reason": "back (repeats run)", "clusters": ["berlin", "production"]}`)
}

func TestRedriveSaysWhatItDoesNotRunAgain(t *testing.T) {
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
	a := m.Ask(t, "redrive", "run", "--reason", "r", "--yes")
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Says(t, a.Stderr, "  2 of 3 units had not ended, and continue: berlin, lab\n",
		"  1 unit failed, and AWS does not run those again; once this run has ended, repeat them with: eks-scaling redrive run --reason \"...\"\n")
}

func TestRedriveOfUnitsThatAWSDoesNotRunAgain(t *testing.T) {
	t.Parallel()
	of := func(outcome run.Outcome) redrivePlan {
		p := redrivePlan{units: []runwords.Unit{{ClusterSummary: run.ClusterSummary{Cluster: "production", Outcome: outcome}}}}
		p.Status = stackaws.Aborted
		return p
	}
	ended, well, stuck := of(run.Failed), of(run.Succeeded), of(run.Failed)
	ended.unitsEnded, well.unitsEnded, stuck.stuck = true, true, true
	for _, tt := range []struct {
		name string
		p    redrivePlan
		want action
	}{
		{"its units have ended, and one failed", ended, startNew},
		{"its units have ended well", well, continueIt},
		{"AWS can continue none of them", stuck, startNew},
	} {
		if got, why := tt.p.decide(); got != tt.want {
			t.Errorf("%s: found %d, as %s; want %d", tt.name, got, why, tt.want)
		}
	}
}
