package config

import (
	"math"

	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/budget"
)

// blastRadius reads what one run may take down: nodes, units or both.
func (v value) blastRadius() blastradius.Limit {
	var l blastradius.Limit
	before := v.broken()
	v.object(fields{
		"nodes": func(v value) { l.Nodes = v.integer(1, math.MaxInt32) },
		"units": func(v value) { l.Units = v.integer(1, MaxUnits) },
	})
	if v.broken() == before && l.IsZero() {
		v.fail("has no limit: set nodes, units or both, for example {nodes: 100, units: 20}, or remove it")
	}
	return l
}

// maxRate is far above what AWS allows in any account.
const maxRate = 10_000

// budget reads how many calls of EKS a second are made in each account and region: updates, reads or both.
func (v value) budget() budget.Budget {
	var b budget.Budget
	before := v.broken()
	v.object(fields{
		"updates": func(v value) { b.Updates = v.integer(1, maxRate) },
		"reads":   func(v value) { b.Reads = v.integer(1, maxRate) },
	})
	if v.broken() == before && b.IsZero() {
		v.fail("has no limit: set updates, reads or both, for example {updates: 5, reads: 10}, or remove it")
	}
	return b
}
