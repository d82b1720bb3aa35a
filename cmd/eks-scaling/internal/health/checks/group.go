package checks

import (
	"cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/english"
)

// maxGrouped is how many names a merged check lists.
const maxGrouped = 20

// GroupUnknown merges unknown checks that share a group and a cause into one, for people. If the cause is another check, that one has
// the remedy.
func GroupUnknown(checks []Check) []Check {
	type reason struct{ group, text string }
	index, names := map[reason]int{}, map[int][]string{}
	var all []Check
	for _, c := range checks {
		r := reason{c.Group, cmp.Or(c.unread.Because, c.unread.Lacks, c.Found+"\n"+c.Remedy)}
		i, seen := index[r]
		if c.Outcome != Unknown || !seen {
			i = len(all)
			if c.unread.Because != "" {
				c.Remedy = ""
			}
			all = append(all, c)
		}
		if c.Outcome == Unknown {
			index[r], names[i] = i, append(names[i], c.Name)
		}
	}
	for i, of := range names {
		if len(of) > 1 {
			all[i].Name = english.Count(len(of), "check")
			all[i].Found += ": " + health.FirstFew(of, maxGrouped)
		}
	}
	return all
}
