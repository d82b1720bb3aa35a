// Package doctorcmd has the verb doctor: it collects what runs need, and package health/checks judges it.
package doctorcmd

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/printable"
)

// diagnosis is the answer of doctor.
type diagnosis struct {
	Stack   string         `json:"stack"`
	Region  string         `json:"region"`
	Account string         `json:"account"`
	At      time.Time      `json:"at"` // in UTC
	Outcome checks.Outcome `json:"outcome"`
	Counts  counts         `json:"counts"`
	Checks  []checks.Check `json:"items"`
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
	var of filter.Filter
	var all bool
	var v view
	cmd := &cobra.Command{
		Use:        "doctor [--cluster C]... [--problems]",
		SuggestFor: []string{"check", "diagnose"},
		Short:      "Checks everything that scheduled runs need",
		Long: `Checks everything that scheduled runs need. Each finding comes with the command that fixes it. Doctor changes nothing.

  access         the credentials, the account, the clock of this machine
  stack          the last deployment, the functions, the other resources
  tables         both tables: their keys, the stream, the expiry
  workflow       the state machine, and whether its definition matches this version
  alerts         whether failures notify someone, whether each alarm exists, and whether the dead-letter queue is empty
  configuration  whether it is valid, and what is paused
  network        with functions in private subnets: whether they reach each service that they call, by an endpoint or a NAT gateway
  encryption     with a key of yours: its state, and whether its policy lets the services of AWS use it
  account A      its spoke: the role, whom it trusts, its external id and tags, and what it may do, as IAM simulates it
  cluster C      time zone and clocks, the cluster, each node group and its sizes
  triggers       whether each trigger is in sync, and what it starts
  permissions    what each role may do, as IAM simulates it; no calls are made
  fleet          with --all-regions: whether each stack is there, has the newest configuration, and scales its clusters alone
  quotas         nodes per node group, node groups, schedules; what a run can carry: bytes, events, time

The outcomes:
  ok       nothing to do
  warning  runs work, but something should be fixed
  failed   runs fail, do not start, or leave no record
  unknown  doctor could not check it, for example because you lack a permission

Of more than 30 units, doctor counts the checks, and lists the ten worst. --problems shows only what is not ok, all of it, and --all
shows every check. --cluster, --schedule, --account and --in-region narrow the units.

The exit code is 1 if a check failed. It is 5 if none failed and some are unknown. Unknown checks of a group with the same cause
take one line; in JSON and YAML they are separate.

The simulation of permissions covers the policies of the stack's roles, permissions boundaries, and the policies of the
organization. It does not cover resource policies, such as key and queue policies. It needs iam:SimulatePrincipalPolicy. A
cluster's own role (roleArn) is assumed with your credentials instead. Spokes are looked at as their viewer roles. Checks of
accounts that are equal take one line, too. EC2 quotas are not checked: a node group that reached one
reports a health issue.`,
		Example: `  eks-scaling doctor
  eks-scaling doctor --cluster production
  eks-scaling doctor -o json`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			if v.all && v.problems {
				return frame.Usage(cmd, errors.New("--all cannot be combined with --problems"))
			}
			v.filter = of.String()
			if all {
				return doctorOfAll(cmd, env, &form, of, v)
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			done := s.Progress("checking stack " + s.Stack.Name)
			found, err := examine(cmd.Context(), s, doctorServices(s, env.Now), of)
			done()
			if err != nil {
				return frame.WithRemedy(err)
			}
			inWords := func(out io.Writer) error { return printDiagnosis(out, env.Width, env.Color(), found, v) }
			if err := form.Print(cmd.OutOrStdout(), v.of(found), inWords); err != nil {
				return err
			}
			return found.err()
		},
	}
	form.AddFlag(cmd)
	of.AddFlags(cmd)
	cmd.Flags().BoolVar(&v.problems, "problems", false, "show only checks that are not ok")
	cmd.Flags().BoolVar(&v.all, "all", false, "show every check")
	frame.AddAllRegionsFlag(cmd, &all, frame.LooksAtAllRegions)
	return cmd
}

// view says which checks are shown.
type view struct {
	problems, all bool
	filter        string // the flags that narrow the units
}

// of returns what is shown of a diagnosis. It counts all checks.
func (v view) of(d diagnosis) diagnosis {
	if v.problems {
		d.Checks = slices.DeleteFunc(slices.Clone(d.Checks), func(c checks.Check) bool { return c.Outcome == checks.OK })
	}
	return d
}

// merged returns the checks for people.
func (v view) merged(d diagnosis) []checks.Check {
	all := checks.GroupAccounts(checks.GroupUnknown(v.of(d).Checks))
	if v.problems || v.all {
		return all
	}
	return checks.Condense(all, strings.Join(strings.Fields("eks-scaling doctor "+v.filter+" --problems"), " "))
}

// diagnose summarizes the checks by the worst outcome.
func diagnose(s frame.Session, all []checks.Check) diagnosis {
	n := map[checks.Outcome]int{}
	for _, c := range all {
		n[c.Outcome]++
	}
	d := diagnosis{
		Stack: s.Stack.Name, Region: s.Stack.Region, Account: s.Stack.Account, At: s.Now.UTC().Truncate(time.Second),
		Outcome: checks.OK, Counts: counts{n[checks.OK], n[checks.Warning], n[checks.Failed], n[checks.Unknown]}, Checks: all,
	}
	for _, worst := range []checks.Outcome{checks.Unknown, checks.Warning, checks.Failed} {
		if n[worst] > 0 {
			d.Outcome = worst
		}
	}
	return d
}

// err ends the command with the exit code for the worst outcome.
func (d diagnosis) err() error {
	switch {
	case d.Counts.Failed > 0:
		return frame.ErrFindings
	case d.Counts.Unknown > 0:
		return frame.ErrCouldNotLook
	default:
		return nil
	}
}

const remedyIndent = "           "

// printDiagnosis writes a line for each check, merging unknown ones. On a terminal the line wraps at words. The remedy below it does
// not, so that it can be copied.
func printDiagnosis(out io.Writer, width int, color bool, d diagnosis, v view) error {
	names, all := 0, v.merged(d)
	for _, c := range all {
		names = max(names, len(c.Name))
	}
	indent := len("  warning  ") + names + len("  ")
	group := ""
	for _, c := range all {
		if c.Group != group {
			group = c.Group
			term.SayLine(out, group)
		}
		printFound(out, width, indent, fmt.Sprintf("  %s  %-*s", outcomeWord(c.Outcome, color), names, printable.Line(c.Name)), c.Found)
		if c.Remedy != "" {
			term.Say(out, remedyIndent+"-> %s\n", c.Remedy)
		}
	}
	n := d.Counts
	return term.Tell(out, "\n%s: %d ok, %d warning, %d failed, %d unknown\n", english.Count(n.OK+n.Warning+n.Failed+n.Unknown, "check"), n.OK, n.Warning, n.Failed, n.Unknown)
}

// minWidth is the least room in which a text is wrapped.
const minWidth = 20

// printFound writes what a check found beside its name, or below it if the terminal is too narrow.
func printFound(out io.Writer, width, indent int, head, found string) {
	longest := 0
	for word := range strings.FieldsSeq(found) {
		longest = max(longest, len(word))
	}
	if width > 0 && (width-indent < minWidth || longest > width-indent) {
		term.SayLine(out, term.Styled(strings.TrimRight(head, " ")))
		indent, head = len(remedyIndent), ""
	}
	for _, line := range wrapAt(found, width-indent) {
		if head == "" {
			head = strings.Repeat(" ", indent-2)
		}
		term.Say(out, "%s  %s\n", term.Styled(head), line)
		head = ""
	}
}

// wrapAt breaks a text into lines between words. Without enough room it stays one line.
func wrapAt(text string, width int) []string {
	if width < minWidth {
		return []string{text}
	}
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// moods are the moods of the outcomes.
var moods = map[checks.Outcome]term.Mood{
	checks.OK: term.OK, checks.Warning: term.Warning, checks.Failed: term.Failed, checks.Unknown: term.Warning,
}

// outcomeWord colors an outcome and pads it to the widest.
func outcomeWord(o checks.Outcome, color bool) term.Styled {
	return term.Colored(moods[o], fmt.Sprintf("%-7s", o), color)
}
