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

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
)

// minEvery keeps AWS from throttling --watch.
const minEvery = 2 * time.Second

// watching holds the flags of "status".
type watching struct {
	form     frame.Output
	clusters []string
	watch    bool
	every    time.Duration
}

// NewStatus returns the command "status".
func NewStatus(env frame.Environment) *cobra.Command {
	var w watching
	cmd := &cobra.Command{
		Use:   "status [--cluster C]... [--watch [--every 5s]]",
		Short: "Shows the health of everything on one screen, and ends with 1 if there is a problem",
		Long: `Shows the health of everything on one screen: whether scaling is paused; whether the configuration is valid; for each node
group its current and desired sizes, why and until when, its status and health issues; the next change; the last runs and
their results; the triggers, the alarms, the dead-letter queue and the stack. Problems come last, each with the command that
helps.

It ends with 1 if there is a problem:
  - something could not be read; the rest is still shown
  - the configuration, or an item of it, is invalid
  - config apply has paused scaling and was interrupted (a hold of 10 minutes or more)
  - EKS does not have a cluster or a node group, or reports a failure or health issues
  - a node group is not in sync, and neither EKS nor a run is changing it
  - a node group has drifted, or keeps drifting and is corrected by runs
  - the last run failed, timed out or was aborted (dry runs do not count)
  - no run has succeeded within twice the interval of the reconcile trigger (dry runs do not count)
  - a trigger is missing, disabled or not planned (their settings are compared by: eks-scaling triggers)
  - an alarm is firing, is missing, or notifies no one
  - there are messages in the dead-letter queue
  - the last deployment of the stack failed, even if it was rolled back; or the stack is being removed

Any other pause is not a problem. It is shown first, with who, when and why, and node groups that are not in sync are shown as paused.
Sizes that a manual run with a profile set are not a problem, either: they hold until the next transition. A change has 5 minutes
to take effect; until then it is pending or updating.

If there are too many runs to read, status reads manual runs with a profile and the newest runs, and says how many it left out.

--watch refreshes the screen until Ctrl-C: problems first, and of the rest as much as fits. It needs a terminal, leaves the last
screen, and ends as that one would. With --cluster, only the node groups of these clusters are shown; the rest is about the
whole system.

Times are in the cluster's own time zone, or in UTC if they belong to no cluster. -o json and yaml have both, and the field
"problems", each with a "kind", a "subject", a "message" and "remedies", and for a failed run "links" to the executions of the
units that failed; "healthy" says that there are none.`,
		Example: `  eks-scaling status
  eks-scaling status --cluster production --watch --every 10s
  eks-scaling status -o json`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := w.check(cmd, env); err != nil {
				return frame.Usage(cmd, err)
			}
			if err := w.form.Check(cmd); err != nil {
				return err
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
	cmd.Flags().StringArrayVar(&w.clusters, "cluster", nil, "only the node groups of this cluster; may be repeated (default: all)")
	cmd.Flags().BoolVar(&w.watch, "watch", false, "refresh until Ctrl-C")
	cmd.Flags().DurationVar(&w.every, "every", 5*time.Second, "how long --watch waits before it refreshes")
	return cmd
}

// check validates the flags.
func (w watching) check(cmd *cobra.Command, env frame.Environment) error {
	switch {
	case !w.watch && cmd.Flags().Changed("every"):
		return errors.New("--every requires --watch")
	case !w.watch:
		return nil
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
	inWords := func(out io.Writer) error { return screenOf(report, env.Width).Print(out, env.Color()) }
	return cmp.Or(w.form.Print(out, report, inWords), verdict(report))
}

func (w watching) look(ctx context.Context, from sources, now time.Time) (report.Report, error) {
	facts, err := from.look(ctx, now, w.clusters)
	return report.Examine(facts, now), err
}

// verdict returns an error if the report has problems.
func verdict(report report.Report) error {
	if !report.Healthy {
		return frame.ErrFindings
	}
	return nil
}
