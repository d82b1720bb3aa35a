package night

import (
	"context"
	"math/rand/v2"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// ledger is what a run has taken down, by the calls that EKS accepted.
type ledger struct {
	nodes int
	units map[string]bool
}

// drawRadius draws a blast radius for a fifth of the nights. It has its own random numbers: all other nights draw the same. In a calm
// night it is larger than any plan, and must not be noticed.
func (n *night) drawRadius(seed uint64, s *setting) {
	r := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // a night is repeatable
	switch {
	case r.IntN(5) > 0:
		return
	case n.mood.calm:
		s.radius = blastradius.Limit{Nodes: 100, Units: 10}
		return
	}
	s.radius = blastradius.Limit{Nodes: r.IntN(5), Units: r.IntN(3)}
	if s.radius.IsZero() {
		s.radius.Nodes = 1
	}
	for range r.IntN(3) {
		t := s.transitions[r.IntN(2)]
		s.beyond = append(s.beyond, t.at().Add(time.Duration(r.IntN(30))*time.Minute))
	}
}

// liftRadius starts the runs of people that lift the blast radius.
func (n *night) liftRadius() {
	for _, t := range n.place.beyond {
		n.at(t, func() {
			n.start(run.Input{Trigger: "manual", Actor: "ana", Reason: "as planned", BeyondBlastRadius: true})
		})
	}
}

// grow sometimes raises a node group between its decision and its call, in a night with a blast radius.
func (n *night) grow(nodegroup string) {
	if n.place.radius.IsZero() || n.mood.calm || n.clean || n.luck.IntN(8) > 0 {
		return
	}
	sizes, ok := n.sizes(nodegroup)
	if sizes.Desired++; ok && sizes.Desired <= sizes.Max && n.eks.SetSizes(ref(nodegroup), sizes, "ana") == nil {
		n.note(nodegroup, "ana raises it to %s", sizes)
	}
}

// checkRadius counts what a call takes down, from the size that the run read, and requires the run to stay within its blast radius.
func (k kubernetes) checkRadius(name string, asked *int32) {
	limit := k.place.radius
	if limit.IsZero() || k.find(k.run).input.BeyondBlastRadius {
		return
	}
	l, known := k.taken[k.run]
	if !known {
		l = &ledger{units: map[string]bool{}}
		k.taken[k.run] = l
	}
	if asked != nil {
		l.nodes += int(max(0, k.seen[name].sizes.Desired-*asked))
	}
	if k.task.Decision.Action == scaling.ScaleDown {
		l.units[k.unit] = true
	}
	if taken := (blastradius.Taken{Nodes: l.nodes, Units: len(l.units)}); !limit.Allows(taken) {
		k.violate("run %s takes down %d nodes in %d units with %s; the blast radius is %s", k.run, taken.Nodes, taken.Units, name, limit)
	}
}

// refused returns the units that a run refused because their plan alone exceeds the blast radius.
func (n *night) refused(r *started) map[string]bool {
	units := map[string]bool{}
	records, err := tables.NewLogs(n.db, deployment.LogsTable).UnitRecords(context.Background(), r.Name)
	if err != nil {
		n.violate("the records of run %s cannot be read: %v", r.Name, err)
	}
	wanted := n.wantedAtEnd(r)
	for _, u := range records {
		nodes := 0
		for _, g := range u.Nodegroups {
			if g.Action == scaling.ScaleDown && g.Before != nil {
				nodes += int(max(0, g.Before.DesiredSize-wanted[g.Nodegroup]))
			}
		}
		for _, f := range u.Failures {
			if f.Error == string(run.BlastRadiusError) && !n.place.radius.Allows(blastradius.Taken{Nodes: nodes, Units: 1}) {
				units[u.Cluster] = true
			}
		}
	}
	return units
}
