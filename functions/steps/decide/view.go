package decide

import (
	"context"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// view holds what the configuration asks of the unit's node groups in this round.
type view struct {
	unit   config.Unit
	place  nodegroups.Place
	wanted scaling.Wanted
	rules  scaling.Rules
	// groups holds all node groups with a target, not yet observed.
	groups []scaling.Nodegroup
	// covers names the node groups that the run is to change, in alphabetical order.
	covers []string
}

// goals returns the goal of each node group that the run covers.
func (v view) goals() map[string]scaling.Goal {
	goals := map[string]scaling.Goal{}
	for _, n := range v.groups {
		if !n.Watched {
			goals[n.Name] = n.Target.Goal(n.Limits)
		}
	}
	return goals
}

// configure reads the unit's configuration and evaluates it at this round's instant.
func (r *round) configure(ctx context.Context) error {
	unit, err := r.open(ctx)
	if err != nil || r.paused != "" {
		return err
	}
	zone := unit.Timetable().Location()
	at := r.task.Run.Instant(r.now).In(zone)
	r.task.At = at.UTC()
	r.task.Cluster = run.Cluster{
		Name: unit.Cluster, EKSName: unit.ClusterName(), Region: unit.Region, Timezone: zone.String(),
		RoleARN: unit.Role.ARN, ExternalID: unit.Role.ExternalID, Spoke: unit.Role.Spoke,
		WaitTimeoutSeconds: int(time.Duration(unit.WaitTimeout) / time.Second), Concurrency: unit.Concurrency,
		Budget: r.budget,
	}
	r.task.Readings = used(unit, r.task.Readings)
	r.evaluate(unit, at)
	return nil
}

// evaluate evaluates the unit's schedule at this round's instant, with the conditions as they are judged.
func (r *round) evaluate(unit config.Unit, at time.Time) {
	timeline := unit.Timeline()
	timeline.Conditions = r.judged.states
	r.view = see(unit, timeline, r.task.Run, at)
	r.view.place = nodegroups.PlaceOf(r.task.Cluster, r.task.Run)
	r.task.Wanted, r.task.GoodUntil = r.view.wanted, r.goodUntil(timeline)
}

// open reads the unit's configuration. A read may see half of a write of several items, so an invalid configuration is read once
// more.
func (r *round) open(ctx context.Context) (unit config.Unit, err error) {
	for range 2 {
		stored, readError := r.Config.Unit(ctx, r.task.Unit)
		if readError != nil {
			return unit, readError
		}
		before := r.task.Basis
		r.task.Basis = stored.Basis()
		checked := inventory.Check(stored.In(r.Region), r.now)
		r.limit, r.budget = checked.Global.BlastRadius, checked.Global.Budget
		if unit, r.paused, err = open(checked, r.task.Unit); err == nil || r.task.Basis == before {
			return unit, err
		}
	}
	return unit, err
}

// open finds the unit in its configuration, or returns why it is not scaled.
func open(checked inventory.Checked, name string) (unit config.Unit, paused string, err error) {
	cluster, _ := scaling.SplitUnit(name)
	known := slices.IndexFunc(checked.Runnable, func(u config.Unit) bool { return u.Name == name })
	unusable := checked.UnusableErr(name)
	switch {
	case checked.SettingsErr != nil:
		return unit, "", checked.SettingsErr
	case checked.Global.Paused:
		return unit, "scaling is paused", nil
	case unusable != nil:
		return unit, "", run.Errorf(run.ConfigInvalidError, "%s: %s", run.UnitInWords(name), config.OneLine(unusable))
	case checked.IsElsewhere(cluster):
		return unit, "it is in " + checked.Elsewhere()[cluster] + ", and the hub of that region scales it", nil
	case known < 0:
		return unit, "it is no longer configured", nil
	case checked.ClusterByName[cluster].Paused:
		return unit, "the cluster is paused", nil
	case checked.Runnable[known].Paused:
		return unit, "the schedule is paused", nil
	}
	return checked.Runnable[known], "", nil
}

// see evaluates the schedule of each node group at an instant.
func see(unit config.Unit, timeline scaling.Timeline, run run.Run, at time.Time) view {
	v := view{
		unit:   unit,
		wanted: timeline.Wanted(at),
		rules: scaling.Rules{
			At: at, TakenAt: run.TakenAt, Began: run.Instant(run.TakenAt), Enforce: unit.Enforce, Force: run.Force, Run: run.Execution.Name,
			RampUp: unit.RampUp.Rule(),
		},
	}
	scheduled, before := map[string]scaling.Demand{}, earlier{timeline, map[int64]map[string]int32{}}
	demands := timeline.Demands(at)
	for _, d := range demands {
		scheduled[d.Nodegroup] = d
	}
	if run.Profile != "" {
		v.wanted = timeline.ByPerson(at, run.Profile, run.Actor, run.Reason)
		demands = byPerson(demands, unit.Profiles[run.Profile], v.wanted, run.Nodegroups)
	}
	for _, d := range demands {
		n := d.Input(unit.Nodegroups[d.Nodegroup])
		n.Watched = run.Nodegroups != nil && !slices.Contains(run.Nodegroups, d.Nodegroup)
		if d.Wanted != v.wanted {
			n.Wanted = &d.Wanted
		}
		if d.Wanted.Source == scaling.FromPerson {
			if s, ok := scheduled[d.Nodegroup]; ok {
				size := s.Target.Goal(n.Limits).Wanted()
				n.Scheduled, n.Earlier = &s, &size
			}
		} else {
			n.Watched = n.Watched || run.Profile != ""
			n.Earlier = before.size(d)
		}
		if !n.Watched {
			v.covers = append(v.covers, d.Nodegroup)
		}
		v.groups = append(v.groups, n)
	}
	return v
}

// byPerson replaces the schedule's demands with a person's, for the named node groups; nil means all.
func byPerson(demands []scaling.Demand, profile map[string]scaling.Target, wanted scaling.Wanted, names []string) []scaling.Demand {
	asked := map[string]scaling.Demand{}
	for _, d := range demands {
		asked[d.Nodegroup] = d
	}
	for name, target := range profile {
		if names == nil || slices.Contains(names, name) {
			asked[name] = scaling.Demand{Nodegroup: name, Target: target, Wanted: wanted}
		}
	}
	var all []scaling.Demand
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		all = append(all, asked[name])
	}
	return all
}

// earlier finds what was wanted right before an activation began. Most node groups share that instant.
type earlier struct {
	timeline scaling.Timeline
	sizes    map[int64]map[string]int32 // by the instant, then by node group
}

// size returns the nodes wanted right before the demand's activation; nil if none were.
func (e earlier) size(d scaling.Demand) *int32 {
	since := d.Wanted.Since
	if since.IsZero() {
		return nil
	}
	sizes, known := e.sizes[since.UnixNano()]
	if !known {
		sizes = map[string]int32{}
		for _, before := range e.timeline.Demands(since.Add(-time.Nanosecond)) {
			sizes[before.Nodegroup] = before.Target.Goal(e.timeline.Nodegroups[before.Nodegroup]).Wanted()
		}
		e.sizes[since.UnixNano()] = sizes
	}
	if size, asked := sizes[d.Nodegroup]; asked {
		return &size
	}
	return nil
}

// goodUntil returns when the unit's demands next change; zero means never. A run for an explicit instant keeps it. A unit with
// conditional periods decides again at each of their edges: the condition is not judged before.
func (r *round) goodUntil(timeline scaling.Timeline) time.Time {
	var first time.Time
	if !r.task.Run.At.IsZero() {
		return first
	}
	earliest := func(until time.Time) {
		if !until.IsZero() && (first.IsZero() || until.Before(first)) {
			first = until
		}
	}
	for _, n := range r.view.groups {
		until := r.view.wanted.Until
		if n.Wanted != nil {
			until = n.Wanted.Until
		}
		earliest(until)
	}
	if timeline.Schedule.HasConditions() {
		earliest(timeline.NextChange(r.task.At))
		earliest(r.judged.until)
	}
	return first
}
