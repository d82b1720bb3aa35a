package limits

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

const (
	// MaxIdleReading limits how long a run that changes nothing reads the node groups of an account and region: half of the hour
	// between two reconcile runs.
	MaxIdleReading = 30 * time.Minute
	// A change of a few minutes reads this often: decide reads the node group before and after it claims the unit, scale reads it, a look
	// every 5 to 30 seconds the update, the last one the node group too, and decide reads it once more.
	readsOfChange = 12
)

// load is what the active units of an account and region make a run call.
type load struct {
	place      string
	nodegroups int
	// patience is the shortest waitTimeout: no idle unit should wait longer for its reads.
	patience time.Duration
}

// loads returns the loads of all accounts and regions, by their names.
func loads(c config.Config) []load {
	byPlace := map[string]load{}
	for _, u := range Active(c) {
		place := cmp.Or(u.Role.Account(), "own") + "/" + u.Region
		l, known := byPlace[place]
		if !known {
			l = load{place: place, patience: MaxIdleReading}
		}
		l.nodegroups += len(u.Nodegroups)
		l.patience = min(l.patience, time.Duration(u.WaitTimeout))
		byPlace[place] = l
	}
	var all []load
	for _, place := range slices.Sorted(maps.Keys(byPlace)) {
		all = append(all, byPlace[place])
	}
	return all
}

// demand is a number of calls that a budget must allow within a time.
type demand struct {
	kind   budget.Kind
	calls  int
	within time.Duration
	what   string
}

// demands returns what a budget must allow.
func (l load) demands() []demand {
	return []demand{
		{budget.Reads, l.nodegroups, l.patience, "an idle run over its %s"},
		{budget.Reads, readsOfChange * l.nodegroups, budget.MaxFullChange, "a change of all its %s"},
		{budget.Updates, l.nodegroups, budget.MaxFullChange, "a change of all its %s"},
	}
}

// rate returns the smallest budget for a demand.
func (d demand) rate() int {
	seconds := max(1, int(d.within/time.Second))
	return (d.calls + seconds - 1) / seconds
}

// budgets lists the accounts and regions whose budget no run can keep: its units would give up before their turn, or a run would not
// end before the next one.
func budgets(c config.Config) []Excess {
	var all []Excess
	for _, l := range loads(c) {
		worst := map[budget.Kind]Excess{}
		for _, d := range l.demands() {
			rate, needed := c.Budget.Of(d.kind), d.rate()
			if rate == 0 || needed <= rate || int64(needed) <= worst[d.kind].Needed {
				continue
			}
			takes := time.Duration(d.calls) * time.Second / time.Duration(rate)
			worst[d.kind] = Excess{
				Path: "budget." + string(d.kind), Limit: "budget of " + l.place, Needed: int64(needed), Remedy: fmt.Sprintf("use at least %d", needed),
				Found: fmt.Sprintf("%d a second are too few for %s: %s needs %s %s, which take %s, more than %s", rate, l.place,
					fmt.Sprintf(d.what, english.Count(l.nodegroups, "node group")), english.Number(d.calls), d.kind,
					config.Duration(takes.Truncate(time.Second)), config.Duration(d.within)),
			}
		}
		for _, kind := range []budget.Kind{budget.Updates, budget.Reads} {
			if e, found := worst[kind]; found {
				all = append(all, e)
			}
		}
	}
	return all
}
