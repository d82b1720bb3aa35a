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

// action says how to repeat or continue a run.
type action int

const (
	leaveAlone action = iota
	startNew
	continueIt
)

// retryPlan says how to repeat or continue a run, and why.
type retryPlan struct {
	stackaws.Execution
	history *stackaws.History
	only    *stackaws.History // of the execution of the only unit; nil if there are several, or none
	// endedInFailState says that the run reached the state in which failed runs end.
	endedInFailState bool
	units            []runwords.Unit // none if the run did not start any
	unitsEnded       bool            // AWS runs none of them again
	counts           stackaws.MapRun // of the units' executions; zero if unitsEnded
	later            string          // a run that was started after it; empty if there is none
	changed          string          // a later change of the configuration, such as "cluster/production was changed"; empty if none is known
	configured       []string        // the clusters that are configured now
	way              action
	why              string
}

// decide says how to repeat or continue the run, and why. A new run is never started for clusters that are gone.
func (p retryPlan) decide() (action, string) {
	way, why := p.choose()
	if names, gone := p.toRepeat(); way == startNew && len(names) == 0 && len(gone) > 0 {
		return leaveAlone, "none of its clusters is configured any longer: " + health.FirstFew(gone, runwords.Screenful)
	}
	return way, why
}

func (p retryPlan) choose() (action, string) {
	final := p.final()
	switch {
	case p.Status == stackaws.Succeeded:
		return leaveAlone, "it succeeded"
	case p.Status == stackaws.Running:
		return leaveAlone, "it is still running"
	case p.allWell() && final != "":
		return leaveAlone, "all of its units ended well, and " + final
	case p.allWell(): // only what comes after the units is left, and that does not depend on old decisions
		return continueIt, "all of its units ended well and are not run again; the steps after them are"
	case final != "":
		return startNew, final
	case p.later != "":
		return startNew, fmt.Sprintf("run %s was started after it, and the old decisions could undo its changes", p.later)
	case p.changed != "":
		return startNew, fmt.Sprintf("%s after it was started, so its decisions are out of date", p.changed)
	default:
		return p.chooseByUnits()
	}
}

func (p retryPlan) chooseByUnits() (action, string) {
	switch c := p.counts; {
	case p.unitsEnded:
		return startNew, "all of its units have ended, and AWS does not run the failed ones again"
	case c.Cut > 0 && c.Cut == c.NotRedrivable && c.Ended() == c.Total:
		return startNew, "AWS can continue none of the units that did not end well"
	default:
		return continueIt, "it was interrupted, and nothing that is known of has changed since"
	}
}

// maxRedrives is how often AWS redrives the units of one run.
const maxRedrives = 1_000

// lastingErrors are the errors of executions that would end in the same way again.
var lastingErrors = []string{"States.DataLimitExceeded", "States.Runtime"}

// final says why AWS cannot bring the run any further; empty if it may.
func (p retryPlan) final() string {
	switch {
	case p.endedInFailState:
		return "a run that ended as failed cannot be continued"
	case p.NotRedrivable != "":
		return "AWS does not continue it: " + p.NotRedrivable
	case p.Error != nil && slices.Contains(lastingErrors, p.Error.Error):
		return "AWS would only fail it again, with " + p.Error.Error
	case p.RedriveCount >= maxRedrives:
		return "AWS continues a run at most " + english.Number(maxRedrives) + " times"
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

// cutOff returns the names of the units that had not ended.
func (p retryPlan) cutOff() (names []string) {
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

// toRepeat returns the clusters that a new run is for, none meaning all, and those that are no longer configured: a run fails if its
// input names one. If the names of those that failed do not fit into an input, it is for all that the run was for.
func (p retryPlan) toRepeat() (names, gone []string) {
	chosen := runwords.InputOf(p.Input).Clusters
	if p.someFailed() && limits.NamesBytes(p.failed()) <= limits.MostNamesBytes {
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

// planRetry finds out how to repeat or continue a run.
func planRetry(s frame.Session, cmd *cobra.Command, snapshot inventory.Snapshot, nameOrARN string) (retryPlan, error) {
	e, history, err := runwords.Execution(s, cmd, nameOrARN)
	if err != nil {
		return retryPlan{}, err
	}
	p := retryPlan{Execution: e, history: history, changed: writtenSince(snapshot, e.Started)}
	for _, c := range snapshot.Clusters {
		p.configured = append(p.configured, c.Name)
	}
	p.endedInFailState = history.Last != nil && history.Last.State == stackaws.EndFailed && e.Status == stackaws.Failed
	if e.Status != stackaws.Running && e.Status != stackaws.Succeeded {
		err = p.lookAtUnits(cmd.Context(), s)
	}
	if err == nil {
		err = p.lookAfter(cmd.Context(), s)
	}
	p.way, p.why = p.decide()
	return p, err
}

// lookAtUnits looks at how the units ended.
func (p *retryPlan) lookAtUnits(ctx context.Context, s frame.Session) (err error) {
	if p.history.MapRun == "" {
		return nil
	}
	if p.units, err = runwords.UnitsOf(ctx, s, p.Name, p.history); err != nil {
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
	if way, _ := p.decide(); way != continueIt || p.allWell() {
		return nil
	}
	done := s.Progress("looking for later runs and changes")
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

// writtenSince returns an item of the configuration that was written after an instant. A switch that is off counts too: a continued
// run would ignore it.
func writtenSince(snapshot inventory.Snapshot, at time.Time) string {
	changed := ""
	for _, e := range snapshot.Items() {
		if e.UpdatedAt.After(at) || e.Kind == inventory.KindSettings && e.PauseState() == inventory.Paused {
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
		term.Say(s.Notes, "warning: cannot tell whether the configuration was changed since: %v\n", frame.WithRemedy(err))
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
