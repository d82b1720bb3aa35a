package night

import (
	"cmp"
	"fmt"
	"slices"
)

// FaultTable summarizes cases with single faults, a line for each point.
func FaultTable(all []FaultCase) []string {
	type key struct {
		Point
		always bool
	}
	count, total := map[key]map[Ending]int{}, map[Ending]int{}
	for _, c := range all {
		k := key{c.Point, c.Nth == 0}
		if count[k] == nil {
			count[k] = map[Ending]int{}
		}
		count[k][c.Ending]++
		total[c.Ending]++
	}
	var keys []key
	for k := range count {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.Function, b.Function), cmp.Compare(a.Operation, b.Operation), cmp.Compare(fmt.Sprint(a.always), fmt.Sprint(b.always)))
	})
	lines := []string{fmt.Sprintf("%-26s %-22s %-7s %5s %5s %5s", "function", "operation", "faults", "right", "red", "lost")}
	for _, k := range keys {
		often := "one"
		if k.always {
			often = "always"
		}
		lines = append(lines, fmt.Sprintf("%-26s %-22s %-7s %5d %5d %5d", k.Function, k.Operation, often, count[k][Right], count[k][Told], count[k][LostFault]))
	}
	return append(lines, fmt.Sprintf("%d faults: %d ended right, %d red and were put right by the next run, %d lost",
		len(all), total[Right], total[Told], total[LostFault]))
}
