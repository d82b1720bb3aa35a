package runcmd

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
)

// action says how to repeat or continue a run.
type action int

const (
	leaveAlone action = iota
	startNew
	continueIt
)

// redrivePlan says how to repeat or continue a run, and why.
type redrivePlan struct {
	stackaws.Execution
	history *stackaws.History
	only    *stackaws.History // of the execution of the only unit; nil if there are several, or none
	// endedInFailState says that the run reached the state in which failed runs end.
	endedInFailState bool
	units            []runwords.Unit // none if the run did not start any
	unitsEnded       bool            // AWS runs none of them again
	stuck            bool            // AWS can continue none of those that had not ended
	later            string          // a run that was started after it; empty if there is none
	changed          string          // a later change of the configuration, such as "cluster/production was changed"; empty if none is known
	way              action
	why              string
}

// decide says how to repeat or continue the run, and why.
func (p redrivePlan) decide() (action, string) {
	switch {
	case p.Status == stackaws.Succeeded:
		return leaveAlone, "it succeeded, so there is nothing to repeat"
	case p.Status == stackaws.Running:
		return leaveAlone, "it still goes on"
	case p.endedInFailState:
		return startNew, "it has come to its end, and AWS would only fail it once more"
	case p.later != "":
		return startNew, fmt.Sprintf("%s was started after it, and the old decisions could undo what that one did", p.later)
	case p.changed != "":
		return startNew, fmt.Sprintf("%s after it was started, and its decisions are those of the old configuration", p.changed)
	case p.unitsEnded && len(p.failed()) > 0:
		return startNew, "all of its units have ended, and AWS would run none of them again"
	case p.stuck:
		return startNew, "AWS can continue none of its units that did not end well"
	case p.NotRedrivable != "":
		return leaveAlone, "AWS does not redrive it: " + p.NotRedrivable
	default:
		return continueIt, "it was cut off, and nothing has happened since, as far as it is known"
	}
}

// failed returns the names of the units that failed, or had not ended.
func (p redrivePlan) failed() (names []string) {
	for _, u := range p.units {
		if u.Outcome == run.Failed {
			names = append(names, u.Cluster)
		}
	}
	return names
}

// cutOff returns the names of the units that had not ended.
func (p redrivePlan) cutOff() (names []string) {
	for _, u := range p.units {
		if u.CutOff() {
			names = append(names, u.Cluster)
		}
	}
	return names
}

// toRepeat returns the units for which a new run is started; none if it is for all that the run was for, or if their names do not fit into
// its input.
func (p redrivePlan) toRepeat() []string {
	if failed := p.failed(); len(failed) < len(p.units) && limits.NamesBytes(failed) <= limits.MostNamesBytes {
		return failed
	}
	return nil
}

// planRedrive finds out how to repeat or continue a run.
func planRedrive(s frame.Session, cmd *cobra.Command, snapshot inventory.Snapshot, nameOrARN string) (redrivePlan, error) {
	e, history, err := runwords.Execution(s, cmd, nameOrARN)
	if err != nil {
		return redrivePlan{}, err
	}
	p := redrivePlan{Execution: e, history: history, changed: writtenSince(snapshot, e.Started)}
	p.endedInFailState = history.Last != nil && history.Last.State == stackaws.EndFailed && e.Status == stackaws.Failed
	if err := p.lookAtUnits(cmd.Context(), s); err != nil {
		return p, err
	}
	err = p.lookAfter(cmd.Context(), s)
	p.way, p.why = p.decide()
	return p, err
}

// lookAtUnits looks at how the units ended, if the run did not end well.
func (p *redrivePlan) lookAtUnits(ctx context.Context, s frame.Session) (err error) {
	if way, _ := p.decide(); way == leaveAlone && p.NotRedrivable == "" || p.history.MapRun == "" {
		return nil
	}
	if p.units, err = runwords.UnitsOf(ctx, s, p.Name, p.history); err != nil {
		return err
	}
	if p.unitsEnded = p.history.UnitsEnded() != nil; p.unitsEnded {
		return nil
	}
	counts, err := s.Executions().MapRun(ctx, p.history.MapRun)
	if err != nil {
		return err
	}
	p.stuck = counts.Cut > 0 && counts.Cut == counts.NotRedrivable && counts.Ended() == counts.Total
	return p.readOnly(ctx, s)
}

// maxRuns limits the search for later runs; the latest come first.
const maxRuns = 100

// lookAfter looks for later runs and later changes of the configuration, if they could matter.
func (p *redrivePlan) lookAfter(ctx context.Context, s frame.Session) error {
	if way, _ := p.decide(); way == leaveAlone && p.NotRedrivable == "" {
		return nil
	}
	done := s.Progress("looking for what happened after it")
	defer done()
	since, err := s.Executions().List(ctx, p.Started, false, maxRuns)
	if err != nil {
		return err
	}
	since = slices.DeleteFunc(since, func(other stackaws.Summary) bool { return other.Started.Before(p.Started) })
	if len(since) > 0 && since[0].ARN != p.ARN {
		p.later = since[0].Name // the latest comes first
	}
	if way, _ := p.decide(); way != startNew {
		p.changed = changedSince(ctx, s, p.Started)
	}
	return nil
}

// writtenSince returns an item of the configuration that was written after an instant. A switch that is off counts too: a continued
// run would ignore it.
func writtenSince(snapshot inventory.Snapshot, at time.Time) string {
	changed := ""
	for _, e := range snapshot.Items() {
		if e.UpdatedAt.After(at) || e.Kind == inventory.KindSettings && e.Switch() == inventory.SwitchOff {
			changed = inventory.DisplayKey(e) + " was changed"
		}
	}
	return changed
}

// changedSince returns a change in the history of the configuration after an instant. Only the history knows removals and edits by
// hand. If it cannot be read, changedSince notes that and returns nothing.
func changedSince(ctx context.Context, s frame.Session, at time.Time) string {
	changes, err := s.Logs.ConfigChangesBetween(ctx, at, s.Current())
	if err != nil {
		term.Say(s.Notes, "whether something was removed from the configuration since is not known: %v\n", frame.WithRemedy(err))
	}
	for _, change := range changes {
		switch {
		case !change.Time.After(at):
		case change.After == nil:
			return change.Item() + " was removed"
		default:
			return change.Item() + " was changed"
		}
	}
	return ""
}
