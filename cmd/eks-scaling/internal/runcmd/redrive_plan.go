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
)

// redriveFacts are what decides how a run is taken up again.
type redriveFacts struct {
	status stackaws.Status
	// endedInFailState is that the run came to the state in which failed runs end.
	endedInFailState bool
	// later is a run that was started after it; empty if there is none.
	later string
	// changed is what became of the configuration after it was started, such as "cluster/production was changed"; empty for
	// nothing, as far as it is known.
	changed string
	// refusal is why AWS would not redrive it; empty if it would.
	refusal string
}

// action is how a run is taken up again.
type action int

const (
	leaveAlone action = iota
	startAnew
	continueIt
)

// decide says how a run is taken up again, and why.
func (c redriveFacts) decide() (action, string) {
	switch {
	case c.status == stackaws.Succeeded:
		return leaveAlone, "it succeeded, so there is nothing to repeat"
	case c.status == stackaws.Running:
		return leaveAlone, "it still goes on"
	case c.endedInFailState:
		return startAnew, "it has come to its end, and AWS would only fail it once more"
	case c.later != "":
		return startAnew, fmt.Sprintf("%s was started after it, and the old decisions could undo what that one did", c.later)
	case c.changed != "":
		return startAnew, fmt.Sprintf("%s after it was started, and its decisions are those of the old configuration", c.changed)
	case c.refusal != "":
		return leaveAlone, "AWS does not redrive it: " + c.refusal
	default:
		return continueIt, "it was cut off, and nothing has happened since, as far as it is known"
	}
}

// redrivePlan is how a run is to be taken up again, as things stand.
type redrivePlan struct {
	stackaws.Execution
	history *stackaws.History
	redriveFacts
	way action
	why string
}

// planRedrive finds out how a run is to be taken up again.
func planRedrive(s frame.Session, cmd *cobra.Command, snapshot inventory.Snapshot, nameOrARN string) (redrivePlan, error) {
	e, history, err := runwords.Execution(s, cmd, nameOrARN)
	if err != nil {
		return redrivePlan{}, err
	}
	c, err := redriveFactsOf(cmd.Context(), s, e, history, snapshot)
	t := redrivePlan{Execution: e, history: history, redriveFacts: c}
	t.way, t.why = c.decide()
	return t, err
}

// maxRuns runs to see whether one is later than another: the latest come first.
const maxRuns = 100

// redriveFactsOf finds out what decides about a run.
func redriveFactsOf(ctx context.Context, s frame.Session, e stackaws.Execution, history *stackaws.History, snapshot inventory.Snapshot) (redriveFacts, error) {
	c := redriveFacts{
		status: e.Status, endedInFailState: history.Last != nil && history.Last.State == stackaws.EndFailed && e.Status == stackaws.Failed, refusal: e.NotRedrivable,
	}
	c.changed = writtenSince(snapshot, e.Started)
	if chosen, _ := c.decide(); chosen == leaveAlone && c.refusal == "" {
		return c, nil
	}
	done := s.Progress("looking for what happened after it")
	defer done()
	since, err := s.Executions().List(ctx, e.Started, false, maxRuns)
	if err != nil {
		return c, err
	}
	since = slices.DeleteFunc(since, func(other stackaws.Summary) bool { return other.Started.Before(e.Started) })
	if len(since) > 0 && since[0].ARN != e.ARN {
		c.later = since[0].Name // the latest comes first
	}
	if chosen, _ := c.decide(); chosen != startAnew {
		c.changed = changedSince(ctx, s, e.Started)
	}
	return c, nil
}

// writtenSince is what was written into the configuration after an instant. A switch that is off counts, too: a new run tells of
// it, while one that is continued goes on as if it were on.
func writtenSince(snapshot inventory.Snapshot, at time.Time) string {
	changed := ""
	for _, e := range snapshot.Items() {
		if e.UpdatedAt.After(at) || e.Kind == inventory.KindSettings && e.Switch() == inventory.SwitchOff {
			changed = inventory.DisplayKey(e) + " was changed"
		}
	}
	return changed
}

// changedSince is what the history of the configuration has after an instant that the items do not tell: that one was removed,
// or written by hand. A history that cannot be read holds nobody up, but that is said.
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
