// Package statuscmd has the verb status: it collects facts from AWS, and package health/report judges them.
package statuscmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
)

// minEvery keeps AWS from throttling --watch.
const minEvery = 2 * time.Second

// watching holds the flags of "status".
type watching struct {
	form     frame.Output
	of       question
	all      bool
	problems bool
	watch    bool
	every    time.Duration
	regions  bool // of all hubs
}

func (w watching) view() view { return view{w.all, w.problems, w.of.String()} }

// NewStatus returns the command "status".
func NewStatus(env frame.Environment) *cobra.Command {
	var w watching
	cmd := &cobra.Command{
		Use:        "status [CLUSTER[:SCHEDULE]]... [--problems] [--live] [--all] [--watch [--every 5s]]",
		SuggestFor: []string{"health", "ls", "get"},
		Short:      "Shows the health of everything on one screen",
		Long: `Shows the health of everything on one screen: problems first, each with the command that helps; then the clusters with
problems, and one line for each other cluster. The last line names the worst thing that is true.

With --all, every cluster is shown with its node groups: their current and desired sizes, why and until when, and the next
change; and also the parts of the system and the last runs. "Desired" is what the newest decision asks for: the schedule, or
a manual run until the next transition.

Of more than 30 units, status is a summary: the units by state, the ten worst, and the system. The sizes are then those that the last
runs recorded; each hourly run looks at every node group. --live asks EKS instead, with a call for each node group. Narrow it with
--cluster, --schedule, --account and --in-region: a unit must match every flag. Named clusters are read alone, so that they take
no longer in a large fleet; of the triggers, only theirs are compared. --problems shows only what has findings: all of them.

The command ends with 1 if there is a problem, and with 5 if it found none but could not read everything.

Problems:
  - scaling is paused, or every cluster is
  - config apply has paused scaling and was interrupted (a hold of 10 minutes or more)
  - all clusters were removed from the configuration
  - the configuration, or an item of it, is invalid
  - EKS does not have a cluster or a node group, or reports a failure or health issues
  - a node group is not in sync, and neither EKS nor a run is changing it
  - a node group has drifted, or keeps drifting and is corrected by runs
  - the last run failed, timed out or was aborted (dry runs do not count)
  - no run has succeeded within twice the interval of the reconcile trigger (dry runs do not count)
  - a trigger is missing, disabled or not planned (their settings are compared by: eks-scaling triggers)
  - the last deployment of the stack failed, even if it was rolled back; or the stack is being removed
  - no one is subscribed to the alerts, or no subscription is confirmed
  - an alarm is firing, is missing, or notifies no one
  - there are messages in the dead-letter queue
  - a signal has no value that counts, so that its "otherwise" decides
  - from the records: a unit failed in the last run that took it, or no run has recorded it within twice that interval

Notes are no problems, but the last line names them as well:
  - a cluster is paused, but not every cluster
  - a manual run with --to sets, or holds, other sizes than the schedule
  - config apply is writing, and has paused scaling
  - triggers are missing within 5 minutes of a configuration change
  - the last run could not read a signal, whose last value still counts
  - a node group usually needs longer to scale up than the time ahead of a transition
  - a calendar that a period uses runs out within 60 days
  - no cluster has been configured yet

Signals are shown as the last run read them. Desired sizes go by them, as if a run now read the same; status asks no source.

A change has 5 minutes to take effect; until then a node group is pending or updating. If there are too many runs to read,
status reads manual runs with a profile and the newest runs, and says how many it left out.

--watch refreshes the screen until Ctrl-C, as much of it as fits. It needs a terminal, leaves the last screen, and ends as
that one would.

With --all-regions, the stacks of all regions that have clusters are asked. The answer begins with what is wrong with them
together: a stack that cannot be reached or is missing, a configuration that differs from the newest one (except for pauses and
overrides, which belong to one stack), and clusters that two stacks scale. These count as problems.

Tables have relative times, -o json and yaml have exact ones. There "status" is healthy, notes, problems or unknown,
"summary" is the last line, and "problems" and "notes" have a "kind", a "subject", a "message" and "remedies", the "unit" if it is
about one, and for a failed run "links" to the executions of the units that failed. "source" is eks or records, "records" says how
old those are, and "units" counts the units by state.`,
		Example: `  eks-scaling status
  eks-scaling status production
  eks-scaling status --in-region eu-west-1,eu-central-1 --problems
  eks-scaling status --all
  eks-scaling status --cluster production --watch --every 10s
  eks-scaling status -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			w.of.Clusters = append(w.of.Clusters, args...)
			if err := w.check(cmd, env); err != nil {
				return frame.Usage(cmd, err)
			}
			if err := w.form.Check(cmd); err != nil {
				return err
			}
			if w.regions {
				return w.onceInAll(cmd, env)
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			if w.watch {
				return w.repeat(cmd.Context(), cmd.OutOrStdout(), env, s, sourcesOf(s))
			}
			return w.once(cmd.Context(), cmd.OutOrStdout(), env, s)
		},
	}
	w.form.AddFlag(cmd)
	w.of.AddFlags(cmd)
	cmd.Flags().BoolVar(&w.all, "all", false, "show every part, also those without problems")
	frame.AddAllRegionsFlag(cmd, &w.regions, frame.LooksAtAllRegions)
	cmd.Flags().BoolVar(&w.problems, "problems", false, "show only what has findings")
	cmd.Flags().BoolVar(&w.of.live, "live", false, "ask EKS about the node groups of all units (default: only of at most 30 units)")
	cmd.Flags().BoolVar(&w.watch, "watch", false, "refresh until Ctrl-C")
	cmd.Flags().DurationVar(&w.every, "every", 5*time.Second, "how long --watch waits before it refreshes")
	return cmd
}

// check validates the flags.
func (w watching) check(cmd *cobra.Command, env frame.Environment) error {
	switch {
	case w.all && w.problems:
		return errors.New("--all cannot be combined with --problems")
	case !w.watch && cmd.Flags().Changed("every"):
		return errors.New("--every requires --watch")
	case !w.watch:
		return nil
	case w.regions:
		return errors.New("--watch cannot be combined with --all-regions: watch one, with --region")
	case w.form.Form != frame.TableOutput:
		return fmt.Errorf("--watch cannot be combined with -o %s", w.form.Form)
	case !env.StdoutIsTerminal:
		return errors.New("--watch requires a terminal; without it, status is shown once")
	case w.every < minEvery:
		return fmt.Errorf("invalid --every %s: must be at least %s", w.every, minEvery)
	}
	return nil
}

// once prints one report.
func (w watching) once(ctx context.Context, out io.Writer, env frame.Environment, s frame.Session) error {
	done := s.Progress("reading the status")
	report, err := w.look(ctx, sourcesOf(s), s.Now)
	done()
	if err != nil {
		return err
	}
	inWords := func(out io.Writer) error { return screenOf(report, env.Width, w.view()).Print(out, env.Color()) }
	return cmp.Or(w.form.Print(out, report, inWords), verdict(report))
}

func (w watching) look(ctx context.Context, from sources, now time.Time) (report.Report, error) {
	facts, err := from.look(ctx, now, w.of)
	found := report.Examine(facts, now)
	if w.problems {
		found = found.WithFindings()
	}
	return found, err
}

// Look judges the units that match, as status does.
func Look(ctx context.Context, s frame.Session, of filter.Filter) (report.Report, error) {
	return watching{of: question{Filter: of}}.look(ctx, sourcesOf(s), s.Now)
}

// verdict returns the error that decides the exit code.
func verdict(r report.Report) error {
	switch r.Status {
	case report.Unwell:
		return frame.ErrFindings
	case report.Unknown:
		return frame.ErrCouldNotLook
	case report.Healthy, report.Noted:
	}
	return nil
}
