package decide

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// reading holds all node groups of the unit as read, and the plan that follows.
type reading struct {
	plan scaling.Plan
	// settled node groups are ACTIVE; concluded ones have a recorded update that has ended.
	settled, concluded []string
	// seen keeps the node groups that were read, for the next attempt if EKS throttles this one.
	seen map[string]run.SeenNodegroup
}

// somethingToDo reports whether a node group must be changed, waited for or marked.
func (l reading) somethingToDo() bool {
	return len(l.plan.Waves) > 0 || len(l.marks()) > 0
}

// marks returns the applications to record.
func (l reading) marks() map[string]scaling.Application {
	marks := map[string]scaling.Application{}
	for _, d := range l.plan.Decisions {
		if d.Arrived && d.Apply != nil {
			marks[d.Nodegroup] = *d.Apply
		}
	}
	return marks
}

// unfinished returns the node groups that are in a wave.
func (l reading) unfinished() []string {
	names := []string{}
	for _, wave := range l.plan.Waves {
		names = append(names, namesOf(wave)...)
	}
	slices.Sort(names)
	return names
}

func namesOf(wave []scaling.Decision) []string {
	var names []string
	for _, d := range wave {
		names = append(names, d.Nodegroup)
	}
	return names
}

func joined(names []string) string {
	return strings.Join(names, ", ")
}

// throttledRead reports that EKS throttled the reading.
type throttledRead struct{ error }

// observeAll observes the node groups and plans.
func (r *round) observeAll(ctx context.Context, verdict claim.Verdict) (reading, error) {
	l := reading{seen: r.recallSeen()}
	groups := slices.Clone(r.view.groups)
	for i := range groups {
		n := &groups[i]
		r.recall(n)
		if err := r.observe(ctx, n, &l); err != nil {
			if awserr.Throttled(err) {
				r.keepSeen(l.seen)
				err = throttledRead{err}
			}
			return l, err
		}
		if mark, ok := r.record.Marks[n.Name]; ok {
			n.Applied = &mark
		}
		_, raised := r.record.Raised[n.Name]
		n.Raised = raised && !slices.Contains(l.settled, n.Name)
		n.Relied, n.LeftTo = r.record.Relied[n.Name], verdict.LeftTo[n.Name].Run()
	}
	r.task.ThrottledSince, r.task.Seen = time.Time{}, nil
	l.plan = scaling.Decide(r.view.wanted, r.view.rules, groups)
	for _, d := range l.plan.Decisions {
		r.log.Info("decided", "nodegroup", d.Nodegroup, "action", string(d.Action), "after", d.After.String(), "reason", d.Reason)
	}
	return l, nil
}

// recall adds what this run did to a node group. A node group that reached a goal counts as done for that goal only: an override
// may since ask for another. One that ended a step has not reached its goal.
func (r *round) recall(n *scaling.Nodegroup) {
	for _, result := range r.task.Done {
		if result.Nodegroup == n.Name {
			n.Failed = result.Outcome == run.Failed
			met := result.After != nil && n.Target.Goal(n.Limits).Met(*result.After)
			n.Arrived = result.Arrived() && met && result.Activation == n.Activation(r.view.wanted)
		}
	}
}

// observe reads a node group. A recorded update in progress outweighs the node group's status: right after a call EKS may still
// report ACTIVE. The update is read first, so that the node group is read in the state that the update left.
func (r *round) observe(ctx context.Context, n *scaling.Nodegroup, l *reading) error {
	if seen, ok := l.seen[n.Name]; ok {
		n.Observed = scaling.Observed{Condition: seen.Condition, Sizes: seen.Sizes, Detail: seen.Detail}
		r.follow(nodegroups.UpdateStatus(seen.Update), &n.Observed, n.Name, l)
		return nil
	}
	update, unknown := r.update(ctx, n.Name)
	state, err := r.EKS.Describe(ctx, r.view.place, n.Name)
	described := err == nil
	if n.Observed, err = step.Observed(state, err); err != nil || !described {
		return err
	}
	if unknown != nil {
		return unknown
	}
	if o := n.Observed; len(o.Detail) <= maxSeenDetail {
		l.seen[n.Name] = run.SeenNodegroup{At: r.now, Condition: o.Condition, Sizes: o.Sizes, Detail: o.Detail, Update: string(update)}
	}
	r.follow(update, &n.Observed, n.Name, l)
	return nil
}

// follow adds the status of the recorded update to an observation.
func (r *round) follow(update nodegroups.UpdateStatus, o *scaling.Observed, nodegroup string, l *reading) {
	switch {
	case update == nodegroups.InProgress && (o.Condition == scaling.Active || o.Condition == scaling.Degraded):
		o.Condition, o.Detail = scaling.Updating, o.Detail+", with an update in progress"
	case update == nodegroups.InProgress:
	case update == nodegroups.Failed, update == nodegroups.Cancelled:
		// The update stays recorded: EKS may report the sizes that it failed to reach.
	default:
		l.concluded = append(l.concluded, nodegroup)
		// Without a recorded update nobody knows how the raise ended, so it is requested again.
		if _, known := r.record.Updates[nodegroup]; known && o.Condition == scaling.Active {
			l.settled = append(l.settled, nodegroup)
		}
	}
}

// update returns the status of the last update that a run requested; empty if none is known.
func (r *round) update(ctx context.Context, nodegroup string) (nodegroups.UpdateStatus, error) {
	known, ok := r.record.Updates[nodegroup]
	if !ok {
		if !r.lostCall(nodegroup) {
			return "", nil
		}
		id, err := r.EKS.InProgress(ctx, r.view.place, nodegroup)
		if err != nil || id == "" {
			return "", err
		}
		return nodegroups.InProgress, nil
	}
	update, err := r.EKS.Update(ctx, r.view.place, nodegroup, known.ID)
	if err != nil && step.Classify(err) == run.TargetNotFoundError {
		return "", nil // EKS has forgotten it
	}
	return update.Status, err
}

// lostCall reports whether an invocation announced a call for the node group but never recorded its result.
func (r *round) lostCall(nodegroup string) bool {
	for _, i := range r.record.Intents {
		if i.Nodegroup == nodegroup {
			return true
		}
	}
	return false
}

// recorded returns the round for the unit's record.
func (r *round) recorded(l reading) tables.Round {
	relied := map[string]string{}
	for _, g := range l.plan.Guards {
		relied[g.Nodegroup] = g.Activation
	}
	for _, d := range l.plan.Decisions {
		if before, ok := r.record.Relied[d.Nodegroup]; ok && r.record.Orders[d.Nodegroup] > r.me {
			relied[d.Nodegroup] = before // a newer run's word
		}
	}
	return tables.Round{
		Unfinished: l.unfinished(), Goals: r.view.goals(), Relied: relied, Marks: l.marks(), Expired: r.record.Expired(r.now),
		Settled:    among(l.settled, r.record.Raised),
		Concluded:  among(l.concluded, r.record.Updates),
		Conditions: r.judged.memories,
	}
}

// among returns the names that are in the record.
func among[T any](names []string, record map[string]T) []string {
	var all []string
	for _, name := range names {
		if _, ok := record[name]; ok {
			all = append(all, name)
		}
	}
	return all
}

// take puts the plan into the task. A node group that this run changed keeps the decision that changed it, also if it is no longer in
// the unit: otherwise nobody would learn how the change ended.
func (r *round) take(l reading) {
	before := map[string]scaling.Decision{}
	for _, d := range r.task.Decisions {
		before[d.Nodegroup] = d
	}
	changed := map[string]bool{}
	for _, result := range r.task.Done {
		changed[result.Nodegroup] = true
	}
	all := map[string]scaling.Decision{}
	for name := range changed {
		if d, ok := before[name]; ok {
			all[name] = d
		}
	}
	for _, d := range l.plan.Decisions {
		if old, ok := before[d.Nodegroup]; ok && changed[d.Nodegroup] && d.Action == scaling.Keep {
			d = old
		}
		all[d.Nodegroup] = d
	}
	r.task.Decisions = nil
	for _, name := range slices.Sorted(maps.Keys(all)) {
		r.task.Decisions = append(r.task.Decisions, all[name])
	}
	r.task.Guards = l.plan.Guards
}
