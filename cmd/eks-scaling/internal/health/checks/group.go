package checks

import (
	"cmp"
	"strings"

	"eks-scaling-automation/shared/english"
)

// named is how many checks are named that were not made for the same reason.
const named = 20

// GroupUnknown has in the place of all checks of a group that could not be made, for the same reason, one that names them all.
// Where the reason is another check, which says itself what mends it, nothing is to be done about these. It is what people
// read; programs take each check by itself.
func GroupUnknown(checks []Check) []Check {
	type reason struct{ group, text string }
	alike, names := map[reason]int{}, map[int][]string{}
	var all []Check
	for _, c := range checks {
		if c.Outcome != Unknown {
			all = append(all, c)
			continue
		}
		r := reason{c.Group, cmp.Or(c.unread.Because, c.unread.Lacks, c.Found+"\n"+c.Remedy)}
		i, seen := alike[r]
		if !seen {
			i = len(all)
			alike[r] = i
			if c.unread.Because != "" {
				c.Remedy = ""
			}
			all = append(all, c)
		}
		names[i] = append(names[i], c.Name)
	}
	for i, of := range names {
		if len(of) > 1 {
			all[i].Name = english.Count(len(of), "check")
			all[i].Found += ": " + strings.Join(firstOf(of, named), ", ")
		}
	}
	return all
}
