package decide

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

const (
	// A run's counter is kept this long after its last reservation. AWS allows a redrive for 14 days.
	counterLife = 30 * 24 * time.Hour
	// Alerts show the reason of a refusal. It names at most this many node groups.
	maxPlanned = 20
)

// counts reports whether the run counts what it takes down.
func (r *round) counts() bool {
	return !r.limit.IsZero() && !r.task.Run.BeyondBlastRadius
}

// refusal is why a unit takes nothing down.
type refusal struct {
	why  string
	left string // what the run has taken of its blast radius
}

// reserve reserves what the unit takes down in this run, with what it has taken down before, if the next wave takes something down. It
// returns nil if the unit is not refused.
func (r *round) reserve(ctx context.Context, found reading) (*refusal, error) {
	waves := found.plan.Waves
	if !r.counts() || len(waves) == 0 || !lowers(waves[0]) || r.tired(found) != "" || r.endsSoon() {
		return nil, nil
	}
	planned := slices.Concat(waves...)
	needed := r.task.Reserved + removed(planned)
	taken, granted, err := r.Counter.Reserve(ctx, blastradius.Reservation{
		Run: r.task.Run.Execution.Name, Unit: r.task.Unit, Nodes: needed, Limit: r.limit, Expires: r.now.Add(counterLife),
	})
	if err != nil || granted {
		return nil, err
	}
	of := r.limit.Of(taken)
	return &refusal{left: of, why: fmt.Sprintf("unit %s: its scale-downs take down %s (%s), and the run has already taken down %s",
		r.task.Unit, english.Count(removed(planned), "node"), moves(planned), of)}, nil
}

// refuse ends the unit. Its scale-downs say why they are not made, save for those that the run has made before.
func (r *round) refuse(refused refusal, found reading) error {
	left := found.unfinished()
	for i := range r.task.Decisions {
		if d := &r.task.Decisions[i]; d.Action == scaling.ScaleDown && slices.Contains(left, d.Nodegroup) {
			d.HeldBack = append(slices.Clone(d.HeldBack), "the blast radius, as the run has taken down "+refused.left)
		}
	}
	return r.fail(run.BlastRadiusError, refused.why)
}

// lowers reports whether a wave takes something down.
func lowers(wave []scaling.Decision) bool {
	return slices.ContainsFunc(wave, func(d scaling.Decision) bool { return d.Action == scaling.ScaleDown })
}

// removed returns how many nodes decisions take down.
func removed(decisions []scaling.Decision) (nodes int) {
	for _, d := range decisions {
		nodes += d.Removes()
	}
	return nodes
}

// moves lists what decisions take down, such as "big 5 -> 0, spot 3 -> 1".
func moves(decisions []scaling.Decision) string {
	var all []string
	for _, d := range decisions {
		if d.Action == scaling.ScaleDown && d.Before != nil {
			all = append(all, fmt.Sprintf("%s %s -> %s", d.Nodegroup, d.Before, d.After))
		}
	}
	if more := len(all) - maxPlanned; more > 0 {
		all = append(all[:maxPlanned], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}

// notRequested returns how many nodes of a wave were surely not taken down, because the change came back without a call.
func notRequested(wave run.Wave) (nodes int) {
	for _, result := range wave.Results {
		at := slices.IndexFunc(wave.Decisions, func(d scaling.Decision) bool { return d.Nodegroup == result.Nodegroup })
		if result.Outcome == run.Returned && !result.Attempted && at >= 0 {
			nodes += wave.Decisions[at].Removes()
		}
	}
	return nodes
}
