package config

import (
	"math"

	"eks-scaling-automation/shared/blastradius"
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
