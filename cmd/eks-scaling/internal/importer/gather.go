package importer

import (
	"errors"
	"fmt"
)

// words are what the tool that is imported from calls things.
type words struct {
	schedule          string // one, such as "schedule"
	min, max, desired string
	keep              string // what a schedule does that does not set a size
}

func (w words) schedules() string {
	return w.schedule + "s"
}

// gathering puts the actions of one node group together. One that is not understood leaves out the whole of it: without one
// of its actions, the sizes of the one before would hold for too long.
type gathering struct {
	key   string // the node group's name, for remarks
	into  *nodegroup
	words words
	found *remarks

	broken bool
}

// add takes an action that was read, and remarks on one that was not. One that is over is neither.
func (g *gathering) add(a action, zone string, over bool, err error) {
	switch {
	case err != nil:
		g.found.add(a.place, "%s %q of node group %q cannot be carried over: %v", g.words.schedule, a.key, g.key, err)
		g.broken = true
		return
	case over:
		return
	case g.into.zone != "" && g.into.zone != zone:
		g.found.add(a.place, "%s %q of node group %q is in %s and others are in %s; want one time zone",
			g.words.schedule, a.key, g.key, zone, g.into.zone)
		g.broken = true
	}
	g.into.zone = zone
	g.into.actions = append(g.into.actions, a)
}

// end says why the node group cannot be imported, if it cannot.
func (g *gathering) end() error {
	switch {
	case g.broken:
		return fmt.Errorf("with a part of its %s alone it would have wrong sizes", g.words.schedules())
	case len(g.into.actions) == 0:
		return g.words.none()
	}
	return nil
}

func (w words) none() error {
	return errors.New("it has no " + w.schedules())
}

// inOneZone keeps the node groups in a time zone, as a cluster has only one: the given one, or else that which most have.
func inOneZone(groups []nodegroup, zone string, w words, found *remarks) []nodegroup {
	count := map[string]int{}
	for _, g := range groups {
		count[g.zone]++
	}
	if zone == "" {
		for _, g := range groups {
			if count[g.zone] > count[zone] {
				zone = g.zone
			}
		}
	}
	var kept []nodegroup
	for _, g := range groups {
		if g.zone != zone {
			found.add(g.place, "node group %q is left out: its %s are in %s, and a cluster has one time zone, here %s", g.name, w.schedules(), g.zone, zone)
			continue
		}
		kept = append(kept, g)
	}
	return kept
}

// sameZone gives UTC one name.
func sameZone(zone string) string {
	if zone == "Etc/UTC" {
		return "UTC"
	}
	return zone
}
