package importer

import (
	"errors"
	"fmt"
)

// Words are the names that the imported tool gives to things.
type Words struct {
	Schedule          string // one, such as "schedule"
	Min, Max, Desired string
	Keep              string // what a schedule does that does not set a size
}

func (w Words) schedules() string {
	return w.Schedule + "s"
}

// Gathering collects the actions of one node group. One unreadable action leaves out the whole node group: without it, the
// sizes of the action before would last too long.
type Gathering struct {
	Key   string // the node group's name, for remarks
	Into  *Nodegroup
	Words Words
	Found *Remarks

	broken bool
}

// Add adds an action, or remarks on one that could not be read. It ignores an action that is over.
func (g *Gathering) Add(a Action, zone string, over bool, err error) {
	switch {
	case err != nil:
		g.Found.Add(a.Place, "%s %q of node group %q cannot be carried over: %v", g.Words.Schedule, a.Key, g.Key, err)
		g.broken = true
		return
	case over:
		return
	case g.Into.Zone != "" && g.Into.Zone != zone:
		g.Found.Add(a.Place, "%s %q of node group %q is in %s and others are in %s; want one time zone",
			g.Words.Schedule, a.Key, g.Key, zone, g.Into.Zone)
		g.broken = true
	}
	g.Into.Zone = zone
	g.Into.Actions = append(g.Into.Actions, a)
}

// End returns why the node group cannot be imported, or nil.
func (g *Gathering) End() error {
	switch {
	case g.broken:
		return fmt.Errorf("with a part of its %s alone it would have wrong sizes", g.Words.schedules())
	case len(g.Into.Actions) == 0:
		return g.Words.None()
	}
	return nil
}

// None is the error for a node group without schedules.
func (w Words) None() error {
	return errors.New("it has no " + w.schedules())
}

// InOneZone keeps the node groups of one time zone, as a cluster has only one. Without a zone, it takes the most frequent.
func InOneZone(groups []Nodegroup, zone string, w Words, found *Remarks) []Nodegroup {
	count := map[string]int{}
	for _, g := range groups {
		count[g.Zone]++
	}
	if zone == "" {
		for _, g := range groups {
			if count[g.Zone] > count[zone] {
				zone = g.Zone
			}
		}
	}
	var kept []Nodegroup
	for _, g := range groups {
		if g.Zone != zone {
			found.Add(g.Place, "node group %q is left out: its %s are in %s, and a cluster has one time zone, here %s", g.Name, w.schedules(), g.Zone, zone)
			continue
		}
		kept = append(kept, g)
	}
	return kept
}

// SameZone gives UTC one name.
func SameZone(zone string) string {
	if zone == "Etc/UTC" {
		return "UTC"
	}
	return zone
}
