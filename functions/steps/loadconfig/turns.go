package loadconfig

import (
	"cmp"
	"maps"
	"slices"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// takingTurns returns the names of the selected units, ordered so that different accounts and regions take turns: EKS limits the
// calls in each. A cluster whose spec names no region takes part too: the decide step reports the problem.
func takingTurns(clusters []inventory.Item, selects func(unit string) bool) []string {
	groups := map[inventory.Place][]string{}
	for _, c := range clusters {
		place := inventory.PlaceOf(c.Spec)
		for _, unit := range c.UnitNames() {
			if selects(unit) {
				groups[place] = append(groups[place], unit)
			}
		}
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

// gone notes the names that this hub no longer scales. Their trigger was created earlier; the next sync removes them from it.
func gone(what string, named, configured []string, stored inventory.Snapshot) (notes []string) {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(named))) {
		cluster, _ := scaling.SplitUnit(name)
		switch {
		case stored.IsElsewhere(cluster):
			notes = append(notes, what+" "+name+" is in "+stored.Elsewhere()[cluster]+", and the hub of that region scales it")
		case !slices.Contains(configured, name):
			notes = append(notes, what+" "+name+" is no longer configured")
		}
	}
	if more := len(notes) - maxNotes; more > 0 {
		notes = append(notes[:maxNotes], "no longer configured either: "+english.Count(more, "more "+what))
	}
	return notes
}
