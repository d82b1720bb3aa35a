package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

const (
	// Scale-downs are looked for so far ahead: a week has all weekdays.
	foreseen = 8 * 24 * time.Hour
	// At most so many transitions of a unit are looked at.
	maxForeseen = 200
	// A finding names at most so many units.
	maxNamed = 5
)

// lowering is a transition that asks for fewer nodes.
type lowering struct {
	at    time.Time
	nodes int
}

// lowerings returns the transitions of a unit that ask for fewer nodes within a week. Conditions count as off.
func (u Unit) lowerings(now time.Time) (all []lowering) {
	timeline := u.Timeline()
	before := wantedNodes(timeline, now)
	for at, n := timeline.NextChange(now), 0; !at.IsZero() && at.Sub(now) < foreseen && n < maxForeseen; at, n = timeline.NextChange(at), n+1 {
		after, nodes := wantedNodes(timeline, at), 0
		for name, size := range before {
			if to, asked := after[name]; asked {
				nodes += int(max(0, size-to))
			}
		}
		if nodes > 0 {
			all = append(all, lowering{at, nodes})
		}
		before = after
	}
	return all
}

// wantedNodes returns the nodes that a timeline asks of each node group at an instant.
func wantedNodes(timeline scaling.Timeline, at time.Time) map[string]int32 {
	nodes := map[string]int32{}
	for _, d := range timeline.Demands(at) {
		nodes[d.Nodegroup] = d.Target.Goal(timeline.Nodegroups[d.Nodegroup]).Wanted()
	}
	return nodes
}

// findRefused warns about units that exceed the blast radius at every scale-down of the coming week, and about the instant at which
// most units do it together.
func (c *Config) findRefused(v value, now time.Time) {
	if c.BlastRadius.IsZero() || now.IsZero() || v.broken() > 0 {
		return
	}
	always := []string{}
	together := map[int64][]int{} // by the instant: the nodes of each unit
	for _, u := range c.Units() {
		if u.Paused {
			continue
		}
		refused, all := 0, u.lowerings(now)
		for _, l := range all {
			refused += c.BlastRadius.Refused([]int{l.nodes})
			together[l.at.Unix()] = append(together[l.at.Unix()], l.nodes)
		}
		if len(all) > 0 && refused == len(all) {
			always = append(always, u.Name)
		}
	}
	if len(always) > 0 {
		v.entry("nodes").find(Warning, "every scale-down of %s in the coming week takes down more than %s, so each run will refuse it; raise nodes, or use smaller steps",
			someOf(always), english.Count(c.BlastRadius.Nodes, "node"))
	}
	v.findWorst(c, together)
}

// findWorst warns about the instant at which most units are refused, if those together are more than each for itself.
func (v value) findWorst(c *Config, together map[int64][]int) {
	worst, most := int64(0), 0
	for at, nodes := range together {
		alone := 0
		for _, n := range nodes {
			alone += c.BlastRadius.Refused([]int{n})
		}
		refused := c.BlastRadius.Refused(nodes)
		if refused > alone && (refused > most || refused == most && at < worst) {
			worst, most = at, refused
		}
	}
	if most == 0 {
		return
	}
	sum := 0
	for _, n := range together[worst] {
		sum += n
	}
	at := time.Unix(worst, 0).UTC()
	if loc, err := time.LoadLocation(c.Timezone); err == nil {
		at = at.In(loc)
	}
	v.find(Warning, "at %s, %s scale down by %s together, beyond %s: the run will refuse at least %d of them; raise the limits, or let them scale down at different times",
		at.Format(scaling.LocalTime), english.Count(len(together[worst]), "unit"), english.Count(sum, "node"), c.BlastRadius, most)
}

// someOf lists the first names, and counts the others.
func someOf(names []string) string {
	if more := len(names) - maxNamed; more > 0 {
		names = append(slices.Clone(names[:maxNamed]), fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}
