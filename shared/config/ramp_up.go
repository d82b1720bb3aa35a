package config

import (
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// RampUp limits how fast a unit scales up: in steps, each with at most Nodes more nodes, and begun at least Every after the one
// before. The zero value has no steps.
type RampUp struct {
	Nodes int      `json:"nodes"`
	Every Duration `json:"every"`
}

// Rule returns the limit for decisions.
func (r RampUp) Rule() scaling.RampUp {
	return scaling.RampUp{Nodes: int32(r.Nodes), Every: r.Every.String()} //nolint:gosec // at most 1000
}

// rampUp reads the steps of scale-ups. Both fields are required: neither has a value that suits every cluster.
func (v value) rampUp() RampUp {
	var r RampUp
	v.object(fields{
		"nodes": func(v value) { r.Nodes = v.integer(1, 1000) },
		"every": func(v value) { r.Every = v.wholeSeconds(time.Second, 30*time.Minute) },
	}, "nodes", "every")
	return r
}

// wholeSeconds reads a time span that a wait of the state machine can have.
func (v value) wholeSeconds(low, high time.Duration) Duration {
	before := v.broken()
	d := v.duration(low, high)
	if v.broken() == before && d != d.Truncate(time.Second) {
		v.must("whole seconds, for example 90s")
	}
	return Duration(d)
}

// MostNodes returns the most nodes that a profile or an override asks of each node group. A node group that none of them names is
// left out.
func (u Unit) MostNodes() map[string]int32 {
	most := map[string]int32{}
	sizes := slices.Collect(maps.Values(u.Profiles))
	for _, o := range u.overrides {
		sizes = append(sizes, o.Sizes)
	}
	for _, targets := range sizes {
		for name, target := range targets {
			most[name] = max(most[name], target.Goal(u.Nodegroups[name]).Wanted())
		}
	}
	return most
}
