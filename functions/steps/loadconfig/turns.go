package loadconfig

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// selected returns the named clusters; nil names all.
func selected(clusters []inventory.Item, named []string) []inventory.Item {
	if named == nil {
		return clusters
	}
	wanted := map[string]bool{}
	for _, name := range named {
		wanted[name] = true
	}
	return slices.DeleteFunc(slices.Clone(clusters), func(c inventory.Item) bool { return !wanted[c.Name] })
}

// takingTurns orders the names of clusters so that different accounts and regions take turns: EKS limits the calls in each. A
// cluster whose spec names no region takes part too: the decide step reports the problem.
func takingTurns(clusters []inventory.Item) []string {
	groups := map[inventory.Place][]string{}
	for _, c := range clusters {
		place := inventory.PlaceOf(c.Spec)
		groups[place] = append(groups[place], c.Name)
	}
	waiting := make([][]string, 0, len(groups))
	for _, place := range slices.SortedFunc(maps.Keys(groups), comparePlaces) {
		waiting = append(waiting, slices.Sorted(slices.Values(groups[place])))
	}
	order := make([]string, 0, len(clusters))
	for len(waiting) > 0 {
		for i, names := range waiting {
			order = append(order, names[0])
			waiting[i] = names[1:]
		}
		waiting = slices.DeleteFunc(waiting, func(names []string) bool { return len(names) == 0 })
	}
	return order
}

func comparePlaces(a, b inventory.Place) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
}

// maxNotes limits the notes about removed names: they travel in the run's state, which is limited.
const maxNotes = 10

// gone notes the names that are no longer configured. Their trigger was created earlier; the next sync removes them from it.
func gone(named, configured []string) (notes []string) {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(named))) {
		if !slices.Contains(configured, name) {
			notes = append(notes, fmt.Sprintf("cluster %s is no longer configured", name))
		}
	}
	if more := len(notes) - maxNotes; more > 0 {
		notes = append(notes[:maxNotes], "no longer configured either: "+english.Count(more, "more cluster"))
	}
	return notes
}
