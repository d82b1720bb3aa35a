// Package doctorcmd has the verb doctor: it collects what runs need, and package health/checks judges it.
package doctorcmd

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// diagnosis is the answer of doctor.
type diagnosis struct {
	Stack   string         `json:"stack"`
	Region  string         `json:"region"`
	Account string         `json:"account"`
	Time    time.Time      `json:"time"` // in UTC
	Outcome checks.Outcome `json:"outcome"`
	Counts  counts         `json:"counts"`
	Checks  []checks.Check `json:"checks"`
}

// counts counts the checks by outcome.
type counts struct {
	OK      int `json:"ok"`
	Warning int `json:"warning"`
	Failed  int `json:"failed"`
	Unknown int `json:"unknown"`
}

// NewDoctor returns the command "doctor".
func NewDoctor(env frame.Environment) *cobra.Command {
	var form frame.Output
	var clusters []string
	cmd := &cobra.Command{
		Use:   "doctor [--cluster C]...",
		Short: "Checks everything that must be true for a scheduled run to work",
		Long: `Checks everything that must be true for a scheduled run to work, and names for each failure the command that fixes it. It
changes nothing.

  access         the credentials, the account, the clock of this machine
  stack          the last deployment, the functions, the other resources
  tables         both tables: their keys, the stream, the expiry
  workflow       the state machine, and whether its definition matches this version
  alerts         whether failures notify someone, whether each alarm exists, and whether the dead-letter queue is empty
  configuration  whether it is valid, and what is paused
  cluster C      time zone and clocks, the cluster, each node group and its sizes
  triggers       the schedules that start runs, and what they start
  permissions    what each role may do, as IAM simulates it; no calls are made
  quotas         nodes per node group, node groups, schedules; what a run can carry: bytes, events, time

A check is ok, a warning (runs work, but something should be fixed), failed, or unknown: it could not be checked, for example
because you lack a permission. The command ends with 1 if a check failed or is unknown. Unknown checks of a group with the same
cause are shown on one line; in JSON and YAML they are separate.

A cluster's own role (roleArn) is not simulated: it is assumed, with your credentials. The simulation covers the policies of the
stack's roles, permissions boundaries and the policies of the organization, but not the policies of resources, such as keys and
queues. It needs iam:SimulatePrincipalPolicy. Quotas of EC2 are not checked, because the vCPUs of a node are unknown here; a node
group that reached one reports a health issue.`,
		Example: `  eks-scaling doctor
  eks-scaling doctor --cluster production
  eks-scaling doctor -o json`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			done := s.Progress("examining stack " + s.Stack.Name)
			found, err := examine(cmd.Context(), s, doctorServices(s, env.Now), clusters)
			done()
			if err != nil {
				return frame.WithRemedy(err)
			}
			inWords := func(out io.Writer) error { return printDiagnosis(out, env.Color(), found) }
			if err := form.Print(cmd.OutOrStdout(), found, inWords); err != nil {
				return err
			}
			if found.Counts.Failed+found.Counts.Unknown > 0 {
				return frame.ErrFindings
			}
			return nil
		},
	}
	form.AddFlag(cmd)
	cmd.Flags().StringArrayVar(&clusters, "cluster", nil, "only this cluster; may be repeated (default: all)")
	return cmd
}

// diagnose summarizes the checks by the worst outcome.
func diagnose(s frame.Session, all []checks.Check) diagnosis {
	n := map[checks.Outcome]int{}
	for _, c := range all {
		n[c.Outcome]++
	}
	d := diagnosis{
		Stack: s.Stack.Name, Region: s.Stack.Region, Account: s.Stack.Account, Time: s.Now.UTC().Truncate(time.Second),
		Outcome: checks.OK, Counts: counts{n[checks.OK], n[checks.Warning], n[checks.Failed], n[checks.Unknown]}, Checks: all,
	}
	for _, worst := range []checks.Outcome{checks.Unknown, checks.Warning, checks.Failed} {
		if n[worst] > 0 {
			d.Outcome = worst
		}
	}
	return d
}

// printDiagnosis writes a line for each check, merging unknown ones, and the remedy below it.
func printDiagnosis(out io.Writer, colour bool, d diagnosis) error {
	width, all := 0, checks.GroupUnknown(d.Checks)
	for _, c := range all {
		width = max(width, len(c.Name))
	}
	group := ""
	for _, c := range all {
		if c.Group != group {
			group = c.Group
			term.SayLine(out, group)
		}
		term.Say(out, "  %s  %-*s  %s\n", outcomeWord(c.Outcome, colour), width, c.Name, c.Found)
		if c.Remedy != "" {
			term.Say(out, "           -> %s\n", c.Remedy)
		}
	}
	n := d.Counts
	return term.Tell(out, "\n%d checks: %d ok, %d warning, %d failed, %d unknown\n", len(d.Checks), n.OK, n.Warning, n.Failed, n.Unknown)
}

// outcomeWord pads an outcome to the widest.
func outcomeWord(o checks.Outcome, colour bool) term.Styled {
	word := fmt.Sprintf("%-7s", o)
	if colour && o == checks.Failed {
		return term.Styled(term.Red + word + term.NoColor)
	}
	return term.Styled(word)
}
