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
		Short: "Shows the health of everything on one screen, and ends with 1 if anything is wrong",
		Long: `Shows the health of everything on one screen: the switch; whether the configuration can be used; of each node group what it
has and what is wanted of it, why and until when, its status and health issues; the next change; the last runs and their
outcome; the triggers, the alarms, the dead-letter queue and the stack. At the end stands what is wrong, each with the
command that helps.

It ends with 1 if anything is wrong:
  - something could not be read; the rest is shown all the same
  - the configuration, or an item of it, cannot be used
  - EKS does not have a cluster or a node group, calls one failing, or reports health issues of it
  - a node group is not as wanted, and neither EKS nor a run is changing it
  - somebody changed a node group that a run had brought to what is wanted, or keeps changing it and runs put it back
  - the last run that ended failed, timed out or was aborted (dry runs do not count)
  - no run has succeeded within twice the interval of the reconcile schedule (dry runs do not count)
  - a trigger is missing, disabled or not planned (what each is set to is compared by: eks-scaling schedules)
  - an alarm has gone off, is missing, or tells nobody when it goes off
  - there are messages in the dead-letter queue
  - the last deployment of the stack failed, even if what was there before is in force again; or the stack is being removed

It is not wrong that a switch is off, as somebody chose that: it is shown first, with who, when and why, and node groups
that are not as wanted are then left as they are. Nor is it wrong that a run which somebody started with a profile has set
other sizes: they hold until the next transition. What began within the last 5 minutes is given the time to happen: then a
run is due, or at work.

--watch looks again and again, and shows it in the same place, until Ctrl-C: what is wrong first, and of the rest as much as has
room. It needs a terminal, and ends as the last look would have, which then stays to be read. With --cluster only the node groups of these clusters are looked at; the rest is that of the whole system.

Times are those of the cluster's own clock, or UTC where something belongs to no cluster. -o json and yaml have both, and
the field "problems", each with a "kind", a "subject", a "message" and "remedies", and for a failed run "links" to the
executions of the units that failed; "healthy" says that there are none.`,
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
	cmd.Flags().BoolVar(&w.watch, "watch", false, "look again and again, until Ctrl-C")
	cmd.Flags().DurationVar(&w.every, "every", 5*time.Second, "how long --watch waits between two looks")
	return cmd
}

// check validates the flags.
func (w watching) check(cmd *cobra.Command, env frame.Environment) error {
	switch {
	case !w.watch && cmd.Flags().Changed("every"):
		return errors.New("found --every without --watch; want both or none")
	case !w.watch:
		return nil
	case w.form.Form != frame.TableOutput:
		return fmt.Errorf("found both --watch and -o %s; want one of them", w.form.Form)
	case !env.Interactive:
		return errors.New("--watch: there is no terminal to show it on; leave it out for one look")
	case w.every < minEvery:
		return fmt.Errorf("--every: found %s; want at least %s", w.every, minEvery)
	}
	return nil
}

// once prints one report.
func (w watching) once(ctx context.Context, out io.Writer, env frame.Environment, s frame.Session) error {
	done := s.Progress("looking at everything")
	report, err := w.look(ctx, sourcesOf(s), s.Now)
	done()
	if err != nil {
		return err
	}
	inWords := func(out io.Writer) error { return screenOf(report, env.Width).Print(out, env.Colour) }
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
