package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
)

// trouble is a fault in a fleet.
type trouble struct {
	name       string
	conditions conditions
	layout     layout
	hit        []int                        // the units that fail because of it
	errors     func(unit int) run.ErrorName // the error of their failures
	do         func(f *fleet)
}

// damage is the effect of a trouble.
type damage struct {
	name                               string
	faults, right, alerted, rec, units int
	lost                               int
	wrong                              []string
}

// troubles returns faults that make units fail.
func troubles(o options) []trouble {
	l := spread(o.units, o.nodegroups)
	l.moving = 2
	kinds := []run.ErrorName{run.NodegroupFailedError, run.AccessDeniedError, run.TargetNotFoundError, run.NodegroupTimeoutError}
	twentieth := every(o.units, 20)
	calm := spread(o.units, o.nodegroups)
	calm.changing = func(unit int) bool { return slices.Contains(twentieth, unit) }
	kind := func(unit int) run.ErrorName { return kinds[unit/20%len(kinds)] }
	capacity := numbers(o.units * 6 / 10)
	return []trouble{
		{"5 % of units failing, in four ways", conditions{}, l, twentieth, kind, func(f *fleet) {
			f.fail(twentieth, kind)
		}},
		{english.Count(len(capacity), "node group") + " out of capacity at once", conditions{}, l, capacity, only(run.NodegroupFailedError), func(f *fleet) {
			f.fail(capacity, only(run.NodegroupFailedError))
		}},
		{english.Count(len(twentieth), "unit") + " at the limit of events", conditions{maxEvents: 150, updates: usual}, calm, twentieth, only(run.UnitEndedError), func(*fleet) {}},
	}
}

func only(name run.ErrorName) func(int) run.ErrorName { return func(int) run.ErrorName { return name } }

// every returns every nth of the units.
func every(units, nth int) []int {
	var all []int
	for unit := 0; unit < units; unit += nth {
		all = append(all, unit)
	}
	return all
}

// fail breaks the first node group of each unit, or the unit as a whole, so that it fails with the error.
func (f *fleet) fail(units []int, with func(unit int) run.ErrorName) {
	denied := map[string]bool{}
	for _, unit := range units {
		switch region, name := f.region(unit), f.cluster(unit); with(unit) { //nolint:exhaustive // the rest is an update that fails
		case run.AccessDeniedError:
			denied[name] = true
		case run.TargetNotFoundError:
			f.eks(f.EKS, unit).RemoveNodegroup(region, name, groupName(0))
		case run.NodegroupTimeoutError:
			f.eks(f.EKS, unit).HangUpdate(region, name, groupName(0))
		default:
			f.eks(f.EKS, unit).FailUpdate(region, name, groupName(0), "AsgInstanceLaunchFailures", "We currently do not have sufficient capacity.")
		}
	}
	f.EKS.SetAuthorize(func(c eks.Call) error {
		if denied[c.Cluster] {
			return fmt.Errorf("%s may not do that", c.Principal)
		}
		return nil
	})
}

// damageOf runs all units with a trouble.
func damageOf(ctx context.Context, o options, t trouble) (d damage, err error) {
	f, err := begin(ctx, o, t.name, t.layout, t.conditions)
	if err != nil {
		return d, err
	}
	defer func() { err = firstOf(err, f.Close()) }()
	o.say("%s", t.name)
	t.do(f)
	x, err := f.start("troubled", run.Input{Trigger: run.ScheduleTrigger})
	if err != nil {
		return d, err
	}
	if err := f.finish(ctx, x); err != nil {
		return d, err
	}
	return f.judge(ctx, t, x)
}

// judge checks the end of every unit: units with a fault failed with its error, the others succeeded.
func (f *fleet) judge(ctx context.Context, t trouble, x *engine.Execution) (damage, error) { //nolint:gocyclo // one case a rule, read from top to bottom
	d := damage{name: t.name, faults: len(t.hit), units: f.units}
	units, err := f.Units(ctx, x.Name)
	if err != nil {
		return d, err
	}
	record, err := f.recordOf(ctx, x.Name)
	if err != nil {
		return d, err
	}
	records := map[string]run.UnitRecord{}
	for _, u := range units {
		records[u.Cluster] = u
	}
	for unit := range f.units {
		hit := slices.Contains(t.hit, unit)
		found, there := records[unitName(unit)]
		switch says := cameTo(found, there); {
		case hit && (says == string(t.errors(unit)) || !there && t.errors(unit) == run.UnitEndedError) && len(f.untrue(unit, found)) == 0:
			d.right++
		case !hit && (says == string(run.Succeeded) || says == string(run.Unchanged)) && len(f.wrong(f.EKS, []int{unit})) == 0:
			d.right++
		default:
			d.wrong = append(d.wrong, fmt.Sprintf("%s: unit %s came to %s %v", t.name, unitName(unit), says, f.untrue(unit, found)))
		}
	}
	d.rec = record.Units[run.Failed]
	d.alerted = min(alertedBy(f.Alerts(), x.Name), d.rec)
	d.lost = max(0, d.faults-min(d.rec, d.alerted)) + f.units - sum(record.Units)
	if x.Describe().Status != engine.Failed {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: the run is %s", t.name, x.Describe().Status))
	}
	if d.lost != 0 || d.rec != d.faults {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: of %d faults, %d are on record and %d alerted", t.name, d.faults, d.rec, d.alerted))
	}
	return d, nil
}

// untrue returns the node groups of a faulty unit that contradict its record: a changed one must have its night sizes, any other
// its old sizes. The first one is broken. A unit without a record may have ended before or after each change.
func (f *fleet) untrue(unit int, record run.UnitRecord) []string {
	outcomes := map[string]run.Outcome{}
	for _, n := range record.Nodegroups {
		outcomes[n.Nodegroup] = n.Outcome
	}
	var all []string
	for group := 1; group < f.nodegroups; group++ {
		found, there := f.eks(f.EKS, unit).Nodegroup(f.region(unit), f.cluster(unit), groupName(group))
		says := outcomes[groupName(group)]
		changed := there && found.Sizes.Desired == f.night(unit, group)
		same := there && found.Sizes.Desired == day(group)
		switch {
		case says == run.Succeeded && changed, says == run.Unchanged && changed, says != run.Succeeded && same, len(outcomes) == 0 && changed:
		default:
			all = append(all, fmt.Sprintf("%s is at %s, and recorded as %q", groupName(group), found.Sizes, says))
		}
	}
	return all
}

// cameTo returns how a unit ended by its record: the error of its first failure, or else its outcome.
func cameTo(record run.UnitRecord, there bool) string {
	switch {
	case !there:
		return "no record"
	case len(record.Failures) > 0:
		return record.Failures[0].Error
	default:
		return string(record.Outcome)
	}
}

func sum[K comparable](counts map[K]int) (all int) {
	for _, n := range counts {
		all += n
	}
	return all
}

// recordOf returns the record of a run.
func (f *fleet) recordOf(ctx context.Context, name string) (record run.Record, err error) {
	all, err := f.Records(ctx)
	if err != nil {
		return record, err
	}
	for _, r := range all {
		execution, _ := r["execution"].(world.Record)
		if r["subject"] == "run" && execution["name"] == name {
			data, err := json.Marshal(map[string]any{"units": r["units"], "outcome": r["outcome"], "message": r["message"]})
			if err != nil {
				return record, err
			}
			return record, json.Unmarshal(data, &record)
		}
	}
	return record, fmt.Errorf("there is no record of run %s", name)
}

// alertedBy counts the failures in the alerts about a run: the one in the subject, and the number of others.
func alertedBy(alerts []world.Alert, name string) (failures int) {
	for _, a := range alerts {
		if !strings.Contains(a.Message, "Run "+name+" failed.") {
			continue
		}
		failures++
		if _, more, some := strings.Cut(a.Subject, " and "); some {
			n, _ := strconv.Atoi(strings.TrimSuffix(more, " more"))
			failures += n
		}
	}
	return failures
}
