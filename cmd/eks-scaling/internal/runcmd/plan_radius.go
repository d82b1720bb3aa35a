package runcmd

import (
	"io"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// radius is the blast radius of the run to come.
type radius struct {
	blastradius.Limit
	beyond bool // the run lifts it
}

// takesDown returns the nodes that the plan takes down in each unit that it scales down.
func (p runPlan) takesDown() (nodes []int) {
	for _, c := range p.clusters() {
		sum, lowers := 0, false
		for _, n := range c.Nodegroups {
			if n.Action != scaling.ScaleDown || markOf(n) != changeMark {
				continue
			}
			lowers = true
			sum += max(0, int(n.Before.DesiredSize-n.After.DesiredSize))
		}
		if lowers {
			nodes = append(nodes, sum)
		}
	}
	return nodes
}

// printRadius compares what the plan takes down with the blast radius. It says nothing if there is none, or nothing is taken down.
func (p runPlan) printRadius(out io.Writer, width int) {
	nodes := p.takesDown()
	if p.radius.IsZero() || len(nodes) == 0 {
		return
	}
	total := 0
	for _, n := range nodes {
		total += n
	}
	taken := english.Count(total, "node") + " in " + english.Count(len(nodes), "unit")
	refused := p.radius.Refused(nodes)
	switch {
	case p.radius.beyond:
		term.SayFitting(out, width, "Takes down %s. The blast radius of %s is lifted for this run.\n", taken, p.radius)
	case refused == 0:
		term.SayFitting(out, width, "Takes down %s, within the blast radius of %s.\n", taken, p.radius)
	default:
		term.SayFitting(out, width, "Takes down %s, beyond the blast radius of %s: at least %s will be refused. Lift it once with: eks-scaling run --beyond-blast-radius --reason R\n",
			taken, p.radius, english.Count(refused, "unit"))
	}
}
