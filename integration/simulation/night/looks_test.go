package night

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/triggers"
)

// TestEveryLookHasATrigger compares the nights' own looks at signals with the planned triggers: a night fires the ones that the product
// has. It also counts what the nights draw.
func TestEveryLookHasATrigger(t *testing.T) {
	machine, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for seed := range uint64(300) {
		n, planned := drawn(t, seed, machine)
		for _, missing := range n.place.lookless(planned) {
			t.Errorf("seed %d: no trigger for %s", seed, missing)
		}
		n.place.count(counts)
	}
	for _, what := range []string{"night", "look", "http", "parameter", "alarm", "calendar", "above", "below", "is", "hold", "atMost", "mayReduce", "shadowed", "fault"} {
		if counts[what] < 10 {
			t.Errorf("%d of %q are drawn; want at least 10", counts[what], what)
		}
	}
	t.Log(counts)
}

// lookless lists the looks of the night without a trigger.
func (s *setting) lookless(planned []triggers.Trigger) (all []string) {
	for _, unit := range units(s) {
		for _, c := range s.conditionsIn(unit) {
			for _, at := range c.looks() {
				if !slices.ContainsFunc(planned, func(p triggers.Trigger) bool { return p.Names(unit) && firesInList(p, at) }) {
					all = append(all, fmt.Sprintf("%s at %s, of %s", unit, at.Format("15:04"), c.Name))
				}
			}
		}
	}
	return all
}

// count counts what is drawn.
func (s *setting) count(drawn map[string]int) {
	one := func(what string, is bool) {
		if is {
			drawn[what]++
		}
	}
	one("night", len(s.conditions) > 0)
	for _, of := range s.signals {
		for kind := range of.fields {
			drawn[kind]++
		}
		for _, a := range of.answers {
			one("fault", !of.isGood(a.answer))
		}
	}
	for _, c := range s.conditions {
		drawn["look"] += len(c.looks())
		one("above", c.above > 0)
		one("below", c.below > 0)
		one("is", c.is != "")
		one("hold", c.hold > 0)
		one("atMost", c.atMost > 0)
		one("mayReduce", c.mayReduce)
		one("shadowed", c.after > 0)
	}
}

// firesInList reports whether a trigger fires at an instant, such as one at several minutes of several hours.
func firesInList(p triggers.Trigger, at time.Time) bool {
	if firesAt(p, at) {
		return true
	}
	fields := strings.Fields(strings.Trim(strings.TrimPrefix(p.Expression, "cron("), ")"))
	there := at.In(zone(p.Zone))
	return strings.HasPrefix(p.Expression, "cron(") && isInList(fields[0], there.Minute()) && isInList(fields[1], there.Hour()) &&
		(fields[4] == "*" || strings.Contains(fields[4], strings.ToUpper(there.Format("Mon"))))
}

// isInList reports whether a list such as "0,15" or "6-9" has a number.
func isInList(list string, n int) bool {
	for part := range strings.SplitSeq(list, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, err := strconv.Atoi(from)
		last := first
		if isRange {
			last, _ = strconv.Atoi(to)
		}
		if err == nil && first <= n && n <= last {
			return true
		}
	}
	return false
}
