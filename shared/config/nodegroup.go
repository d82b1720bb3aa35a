package config

import (
	"math"

	"eks-scaling-automation/shared/scaling"
)

// Nodegroup holds a node group's limits, and what its savings are compared with.
type Nodegroup struct {
	scaling.Limits
	// Baseline is the number of nodes that would run without eks-scaling; nil is the size before the first change on record.
	Baseline *int32 `json:"baseline,omitempty"`
}

func readNodegroup(v value) Nodegroup {
	var n Nodegroup
	before := v.broken()
	v.object(fields{
		"minSize": func(v value) { n.MinSize = v.size(0) },
		"maxSize": func(v value) {
			n.MaxSize = v.size(1) // EKS refuses a maxSize of 0
			if n.MaxSize > nodesByDefault {
				v.find(Warning, "%d is more than the default quota of %d nodes per node group", n.MaxSize, nodesByDefault)
			}
		},
		"baseline": func(v value) { n.Baseline = new(v.size(0)) },
	}, "minSize", "maxSize")
	switch {
	case v.broken() > before:
		n.Limits = scaling.Limits{MaxSize: math.MaxInt32} // accept any size, so that one mistake gives one error
	case n.MinSize > n.MaxSize:
		v.fail("minSize %d is greater than maxSize %d", n.MinSize, n.MaxSize)
	}
	return n
}

// limitsOf returns the limits of node groups; nil of none.
func limitsOf(nodegroups map[string]Nodegroup) map[string]scaling.Limits {
	if nodegroups == nil {
		return nil
	}
	limits := map[string]scaling.Limits{}
	for name, n := range nodegroups {
		limits[name] = n.Limits
	}
	return limits
}

// baselinesOf returns the declared baselines.
func baselinesOf(nodegroups map[string]Nodegroup) map[string]int32 {
	baselines := map[string]int32{}
	for name, n := range nodegroups {
		if n.Baseline != nil {
			baselines[name] = *n.Baseline
		}
	}
	return baselines
}
