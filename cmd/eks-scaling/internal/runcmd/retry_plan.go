package runcmd

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
)

// action says how to retry a run.
type action int

const (
	leaveAlone action = iota
	startNew
	redrive
)

// retryPlan says how to retry a run, and why, based on the current facts.
type retryPlan struct {
	stackaws.Execution
	history          *stackaws.History
	only             *stackaws.History // of the execution of the only unit; nil if there are several, or none
	endedInFailState bool              // in the state in which failed runs end
	units            []runwords.Unit   // none if the run did not start any
	unitsEnded       bool              // AWS runs none of them again
	counts           stackaws.MapRun   // of the units' executions; zero if unitsEnded
	later            string            // a run that was started later; empty if there is none
	changed          string            // a later change of the configuration, such as "cluster/production was changed"; empty if none is known
	configured       []string          // the clusters that are configured now
	action           action
	why              string
}

// decide says how to retry the run, and why. A new run is never started for clusters that are gone.
func (p retryPlan) decide() (action, string) {
	do, why := p.decideByRun()
	if names, gone := p.toRepeat(); do == startNew && len(names) == 0 && len(gone) > 0 {
		return leaveAlone, "none of its clusters is configured any more: " + health.FirstFew(gone, runwords.Screenful)
	}
	return do, why
}

func (p retryPlan) decideByRun() (action, string) {
	final := p.final()
	switch {
	case p.Status == stackaws.Succeeded:
		return leaveAlone, "it succeeded"
	case p.Status == stackaws.Running:
		return leaveAlone, "it is still running"
	case p.allWell() && final != "":
		return leaveAlone, "none of its units failed, and " + final
	case p.allWell(): // only the steps after the units are left, which do not depend on old decisions
		return redrive, "none of its units failed; only the steps after them run"
	case final != "":
		return startNew, final
	case p.later != "":
		return startNew, fmt.Sprintf("run %s was started later, and a redrive could undo its changes", p.later)
	case p.changed != "":
		return startNew, fmt.Sprintf("%s since it was started, so its decisions are out of date", p.changed)
	default:
		return p.decideByUnits()
	}
}

func (p retryPlan) decideByUnits() (action, string) {
	switch c := p.counts; {
	case p.unitsEnded:
		return startNew, "all of its units have ended, and a redrive would not run the failed ones again"
	case c.Cut > 0 && c.Cut == c.NotRedrivable && c.Ended() == c.Total:
		return startNew, "none of the units that failed can be redriven"
	default:
		return redrive, "it was interrupted, and nothing has changed since"
	}
}

// maxRedrives is how often AWS redrives the units of one run.
const maxRedrives = 1_000

// lastingErrors end an execution in the same way again.
var lastingErrors = []string{"States.DataLimitExceeded", "States.Runtime"}

// final says why a redrive of the run would be refused or fail again; empty if it may succeed.
func (p retryPlan) final() string {
	switch {
	case p.endedInFailState:
		return "a failed execution cannot be redriven"
	case p.NotRedrivable != "":
		return "AWS cannot redrive it: " + p.NotRedrivable
	case p.Error != nil && slices.Contains(lastingErrors, p.Error.Error):
		return "a redrive would only fail again with " + p.Error.Error
	case p.RedriveCount >= maxRedrives:
		return "AWS redrives a run at most " + english.Number(maxRedrives) + " times"
	default:
		return ""
	}
}

// allWell reports whether all units have ended, and none of them failed.
func (p retryPlan) allWell() bool { return p.unitsEnded && len(p.failed()) == 0 }

// failed returns the names of the units that failed, or had not ended.
func (p retryPlan) failed() (names []string) {
	for _, u := range p.units {
		if u.Outcome == run.Failed {
			names = append(names, u.Cluster)
		}
	}
	return names
}

// interrupted returns the names of the units that had not ended.
func (p retryPlan) interrupted() (names []string) {
	for _, u := range p.units {
		if u.CutOff() {
			names = append(names, u.Cluster)
		}
	}
	return names
}

// someFailed reports whether some units failed or had not ended, and others ended well.
func (p retryPlan) someFailed() bool {
	failed := len(p.failed())
	return failed > 0 && failed < len(p.units)
}

// toRepeat returns the clusters and units for a new run; none selects all. It also returns those that are no longer configured, because
// a run fails if its input names one. If the names of the failed ones do not fit into an input, the new run covers all units of the old one.
func (p retryPlan) toRepeat() (names, gone []string) {
	in := runwords.InputOf(p.Input)
	chosen := in.Selected()
	if p.someFailed() && limits.NamesBytes(p.failed()) <= limits.MaxNamesBytes {
		chosen = p.failed()
	}
	for _, name := range chosen {
		if slices.Contains(p.configured, name) {
			names = append(names, name)
		} else {
			gone = append(gone, name)
		}
	}
	return names, gone
}

// planRetry finds out how to retry a run.
func planRetry(s frame.Session, cmd *cobra.Command, snapshot inventory.Snapshot, nameOrARN string) (retryPlan, error) {
	e, history, err := runwords.Execution(s, cmd, nameOrARN)
	if err != nil {
		return retryPlan{}, err
	}
	p := retryPlan{Execution: e, history: history, changed: writtenSince(snapshot, e.Started)}
	for _, c := range snapshot.Clusters {
		p.configured = append(append(p.configured, c.Name), c.UnitNames()...)
	}
	p.endedInFailState = history.Last != nil && history.Last.State == stackaws.EndFailed && e.Status == stackaws.Failed
	if e.Status != stackaws.Running && e.Status != stackaws.Succeeded {
		err = p.lookAtUnits(cmd.Context(), s)
	}
	if err == nil {
		err = p.lookAfter(cmd.Context(), s)
	}
	p.action, p.why = p.decide()
	return p, err
}

// lookAtUnits reads how the units ended.
func (p *retryPlan) lookAtUnits(ctx context.Context, s frame.Session) (err error) {
	if p.history.MapRun == "" {
		return nil
	}
	if p.units, err = runwords.UnitsOf(ctx, s, p.Name, p.history, nil); err != nil {
		return err
	}
	if p.unitsEnded = p.history.UnitsEnded() != nil; p.unitsEnded {
		return nil
	}
	if p.counts, err = s.Executions().MapRun(ctx, p.history.MapRun); err != nil {
		return err
	}
	// The run may have ended after its last unit, but before it noticed.
	p.unitsEnded = p.counts.Total > 0 && p.counts.Succeeded == p.counts.Total
	return p.readOnly(ctx, s)
}

// maxRuns limits the search for later runs; the latest come first.
const maxRuns = 100

// lookAfter looks for later runs and later changes of the configuration, if they could matter.
func (p *retryPlan) lookAfter(ctx context.Context, s frame.Session) error {
	if do, _ := p.decide(); do != redrive || p.allWell() {
		return nil
	}
	done := s.Progress("checking for later runs and changes")
	defer done()
	since, err := s.Executions().List(ctx, p.Started, false, maxRuns)
	if err != nil {
		return err
	}
	since = slices.DeleteFunc(since, func(other stackaws.Summary) bool { return other.Started.Before(p.Started) })
	if len(since) > 0 && since[0].ARN != p.ARN {
		p.later = since[0].Name // the latest comes first
		return nil
	}
	p.changed = changedSince(ctx, s, p.Started)
	return nil
}

// writtenSince returns an item of the configuration that was written after an instant. A pause counts too: a redriven run would ignore
// it.
func writtenSince(snapshot inventory.Snapshot, at time.Time) string {
	changed := ""
	for _, e := range snapshot.Items() {
		if e.UpdatedAt.After(at) || e.Kind == inventory.KindSettings && e.PauseState() == inventory.Paused {
			changed = inventory.DisplayKey(e) + " was changed"
		}
	}
	return changed
}

// changedSince returns a change in the history of the configuration after an instant. Only the history has removals and edits by hand. If
// it cannot be read, changedSince warns and returns nothing.
func changedSince(ctx context.Context, s frame.Session, at time.Time) string {
	changes, err := s.Logs.ConfigChangesBetween(ctx, at, s.Current())
	if err != nil {
		term.Say(s.Notes, "warning: cannot tell whether the configuration has changed since: %v\n", frame.WithRemedy(err))
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
