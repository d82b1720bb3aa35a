package runcmd

import (
	"bytes"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// lowering returns the plan of a unit in which big goes down, or one that is held back.
func lowering(unit string, from, to int32, heldBack ...string) runwords.Unit {
	return runwords.Unit{ClusterSummary: run.ClusterSummary{Cluster: unit, Outcome: run.Planned, Nodegroups: []run.NodegroupSummary{
		{Nodegroup: "big", Action: scaling.ScaleDown, Before: &scaling.Sizes{DesiredSize: from}, After: &scaling.Sizes{DesiredSize: to}, HeldBack: heldBack},
		{Nodegroup: "small", Action: scaling.ScaleUp, Before: &scaling.Sizes{}, After: &scaling.Sizes{DesiredSize: 9}},
	}}}
}

func TestAPlanIsComparedWithTheBlastRadius(t *testing.T) {
	t.Parallel()
	units := []runwords.Unit{lowering("a", 60, 0), lowering("b", 40, 10), lowering("c", 20, 0), lowering("d", 90, 0, "small has 0 of 1 nodes")}
	for rule, row := range map[string]struct {
		units  []runwords.Unit
		radius radius
		want   string
	}{
		"none is set":           {units, radius{}, ""},
		"nothing is taken down": {[]runwords.Unit{lowering("a", 1, 0, "small")}, radius{Limit: blastradius.Limit{Nodes: 1}}, ""},
		"within it": {
			units,
			radius{Limit: blastradius.Limit{Nodes: 110, Units: 20}},
			"Takes down 110 nodes in 3 units, within the blast radius of 110 nodes and 20 units.\n",
		},
		"beyond it": {
			units,
			radius{Limit: blastradius.Limit{Nodes: 109}},
			"Takes down 110 nodes in 3 units, beyond the blast radius of 109 nodes: at least 1 unit will be refused. Lift it once with: eks-scaling run --beyond-blast-radius --reason R\n",
		},
		"lifted": {
			units,
			radius{blastradius.Limit{Units: 1}, true},
			"Takes down 110 nodes in 3 units. The blast radius of 1 unit is lifted for this run.\n",
		},
	} {
		var out bytes.Buffer
		p := runPlan{runAnswer{Status: stackaws.Succeeded, Summary: &runSummary{Clusters: row.units}}, nil, false, row.radius}
		p.printRadius(&out, 0)
		if out.String() != row.want {
			t.Errorf("%s: found %q; want %q", rule, out.String(), row.want)
		}
	}
}

func TestTheBlastRadiusIsLiftedWithAReason(t *testing.T) {
	t.Parallel()
	inBubble(t, "a run", func(t *testing.T) {
		m := clitest.NewMachine(t)
		inputs := m.Starts(clitest.Scaled)
		m.Ask(t, "run", "--beyond-blast-radius", "--reason", "planned migration", "--yes")
		if len(*inputs) != 1 {
			t.Fatalf("found the inputs %q; want one", *inputs)
		}
		clitest.Says(t, (*inputs)[0], `"reason":"planned migration"`, `"beyondBlastRadius":true`)
	})
	inBubble(t, "its plan needs one too, as the run does", func(t *testing.T) {
		a := clitest.NewMachine(t).Ask(t, "run", "--beyond-blast-radius", "--dry-run")
		if a.Exit != frame.ExitUsage {
			t.Errorf("found exit code %d and %v; want the error about --reason", a.Exit, a.Err)
		}
	})
}

func TestARetryNamesTheBlastRadius(t *testing.T) {
	t.Parallel()
	const want = "eks-scaling run --cluster production --beyond-blast-radius --reason 'because'"
	if got := runCommand(run.Input{Clusters: []string{"production"}, BeyondBlastRadius: true}, "because"); got != want {
		t.Errorf("found %s; want %s", got, want)
	}
}
