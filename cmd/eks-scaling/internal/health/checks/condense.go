package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/shared/english"
)

// Limits on what people see of many checks.
const (
	maxUnits  = 30 // groups of units that are shown in full
	maxChecks = 30 // checks of any other group that are shown in full
	maxWorst  = 10
)

// units is the group of the checks of many units.
const units = "units"

// Condense sums up groups with many checks, and the checks of many units: it counts them by outcome, and keeps the ten worst. The rest is
// shown by the command.
func Condense(all []Check, command string) []Check {
	byGroup, order, groups := map[string][]Check{}, []string{}, map[string]bool{}
	for _, c := range all {
		if isOfUnit(c.Group) {
			groups[c.Group] = true
		}
	}
	for _, c := range all {
		group := c.Group
		if isOfUnit(group) && len(groups) > maxUnits {
			group = units
			c.Name = strings.TrimSpace(c.Group + " " + c.Name)
		}
		if byGroup[group] == nil {
			order = append(order, group)
		}
		byGroup[group] = append(byGroup[group], c)
	}
	var shown []Check
	for _, group := range order {
		some := byGroup[group]
		if group == units || len(some) > maxChecks && !isOfUnit(group) {
			some = condensed(group, some, len(groups), command)
		}
		shown = append(shown, some...)
	}
	return shown
}

func isOfUnit(group string) bool {
	return strings.HasPrefix(group, "cluster ") || strings.HasPrefix(group, "schedule ")
}

// condensed returns a check that counts all, and the ten worst of those that are not fine.
func condensed(group string, all []Check, clusters int, command string) []Check {
	rank := []Outcome{Failed, Unknown, Warning, OK}
	counts := map[Outcome]int{}
	var wrong []Check
	for _, c := range all {
		counts[c.Outcome]++
		if c.Outcome != OK {
			c.Group = group
			wrong = append(wrong, c)
		}
	}
	slices.SortStableFunc(wrong, func(a, b Check) int { return cmp.Compare(slices.Index(rank, a.Outcome), slices.Index(rank, b.Outcome)) })
	var parts []string
	for _, outcome := range []Outcome{OK, Warning, Failed, Unknown} {
		if n := counts[outcome]; n > 0 {
			parts = append(parts, english.Number(n)+" "+string(outcome))
		}
	}
	sum := Check{Group: group, Name: english.Count(len(all), "check"), Outcome: OK, Found: strings.Join(parts, ", ")}
	if group == units {
		sum.Name = english.Count(clusters, "unit")
		sum.Found = english.Count(len(all), "check") + ": " + sum.Found
	}
	if len(wrong) > 0 {
		sum.Outcome = wrong[0].Outcome
	}
	if more := len(wrong) - maxWorst; more > 0 {
		sum.Found += fmt.Sprintf("; %s not listed", english.Number(more))
		sum.Remedy, wrong = command, wrong[:maxWorst]
	}
	return append([]Check{sum}, wrong...)
}
