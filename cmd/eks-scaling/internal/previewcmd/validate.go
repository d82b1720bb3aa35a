package previewcmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/online"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

// NewValidate returns the command validate.
func NewValidate(env frame.Environment) *cobra.Command {
	var form frame.Output
	var v validation
	var strict, inEKS bool
	files := frame.DocumentArgument{Several: true}
	cmd := &cobra.Command{
		Use:        "validate [--strict] [--online] FILE...",
		SuggestFor: []string{"lint", "verify"},
		Short:      "Checks configurations and lists every error and warning",
		Long: `Checks each FILE as a configuration, and the iCalendar files that it names. Each finding shows its place, what is wrong and
what is right. Needs no AWS.

--online also compares each valid configuration with EKS, as "config apply" does. A cluster or node group that does not
exist is an error. Limits wider than those in EKS, and a current size outside the limits, are warnings. For signals it looks
for alarms, parameters, change calendars and secrets; a missing one is a warning. A host that the deployed stack does not list
is an error. So are an account that is the stack's own, and a region outside of the stack's partition. It needs credentials, and
a deployed stack only for hosts and accounts. Missing permissions, and accounts that cannot be reached, are named on stderr.

An error makes the configuration invalid: the command ends with 1. A warning does not, unless --strict is given. If only EKS
or the stack could not be read, it ends with 5.`,
		Example: `  eks-scaling validate examples/sao-paulo.yaml
  eks-scaling validate --strict -o json examples/*.yaml
  eks-scaling validate --online examples/sao-paulo.yaml`,
		Args: form.Args(files.Args),
		RunE: func(cmd *cobra.Command, args []string) error {
			if inEKS {
				own, err := frame.OpenAWS(cmd.Context(), *env.Place)
				if err != nil {
					return frame.WithRemedy(err)
				}
				v.own = &own
			}
			for _, file := range files.Names(args) {
				v.check(cmd, env, file)
				if cmd.Context().Err() != nil {
					return term.ErrInterrupted
				}
			}
			if err := form.Print(cmd.OutOrStdout(), v.all, inLines(v.lines, env.Width)); err != nil {
				return err
			}
			return v.verdict(strict)
		},
	}
	form.AddFlag(cmd)
	files.AddFlag(cmd)
	cmd.Flags().BoolVar(&strict, "strict", false, "end with 1 for a warning too")
	cmd.Flags().BoolVar(&inEKS, "online", false, "compare clusters and node groups with EKS, and look for what signals are read from")
	return cmd
}

// validation collects the findings of all files.
type validation struct {
	own       *aws.Config // to look into AWS; nil without --online
	all       []document.Finding
	lines     []string
	unchecked bool // a part of EKS could not be read
}

// check adds the findings of one file.
func (v *validation) check(cmd *cobra.Command, env frame.Environment, file string) {
	c, findings, text := document.Check(cmd, file, env, env.Now())
	file, compared := frame.DocumentName(file), ""
	if v.own != nil && !slices.ContainsFunc(findings, isError) {
		found, unchecked := v.compare(cmd, env, c)
		findings = append(findings, inText(file, text, found)...)
		if compared = "; checked in EKS"; len(unchecked) > 0 {
			compared, v.unchecked = "", true
		}
		for _, u := range unchecked {
			term.Say(cmd.ErrOrStderr(), "%s: %s\n", file, u)
		}
	}
	v.all = append(v.all, findings...)
	for _, f := range findings {
		v.lines = append(v.lines, f.String())
	}
	if !slices.ContainsFunc(findings, isError) {
		v.lines = append(v.lines, fmt.Sprintf("%s: valid (%s%s)", file, contents(c, len(findings)), compared))
	}
}

// compare looks for the clusters and for what signals are read from. It returns also what is unchecked, and why.
func (v *validation) compare(cmd *cobra.Command, env frame.Environment, c config.Config) (found []online.Finding, unchecked []string) {
	ctx := cmd.Context()
	done := term.Progress(cmd.ErrOrStderr(), env.StderrIsTerminal, "comparing clusters with EKS")
	defer done()
	clusters := online.Check(ctx, online.New(*v.own, collect.OwnPace(env.Now, c.Budget)), c.Clusters)
	signals := online.CheckSignals(ctx, online.NewSources(*v.own), c.Signals)
	found = slices.Concat(clusters.Findings, signals.Findings)
	ofStack, unread := v.compareWithStack(cmd, env, c)
	found, unchecked = append(found, ofStack...), append(unchecked, unread...)
	for _, u := range slices.Concat(clusters.Unchecked, signals.Unchecked) {
		unchecked = append(unchecked, u.String())
	}
	return found, unchecked
}

// compareWithStack finds what the deployed stack does not allow. It reads the stack only if there may be such a thing.
func (v *validation) compareWithStack(cmd *cobra.Command, env frame.Environment, c config.Config) (found []online.Finding, unchecked []string) {
	accounts, hosts := online.NeedsStack(c.Clusters, v.own.Region), len(config.Hosts(c.Signals)) > 0
	if !accounts && !hosts {
		return nil, nil
	}
	stack, _, err := stackaws.FindStack(cmd.Context(), cloudformation.NewFromConfig(*v.own), env.Place.Stack)
	if err == nil {
		return slices.Concat(online.Misplaced(c.Clusters, stack), online.UnlistedHosts(c.Signals, stack)), nil
	}
	for what, needed := range map[string]bool{"accounts and partitions of clusters": accounts, "hosts of signals": hosts} {
		if needed {
			unchecked = append(unchecked, what+": not checked: "+frame.Sentence(err))
		}
	}
	slices.Sort(unchecked)
	return nil, unchecked
}

// inText places findings in the text of their file, in its order.
func inText(file string, text []byte, found []online.Finding) []document.Finding {
	var findings []document.Finding
	for _, f := range found {
		line, column := document.Place(text, f.Path)
		findings = append(findings, document.Finding{File: file, Line: line, Column: column, Path: f.Path, Severity: f.Severity, Message: f.Message})
	}
	slices.SortStableFunc(findings, func(a, b document.Finding) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	return findings
}

// verdict returns the error that decides the exit code.
func (v *validation) verdict(strict bool) error {
	switch {
	case slices.ContainsFunc(v.all, isError), strict && len(v.all) > 0:
		return frame.ErrFindings
	case v.unchecked:
		return frame.ErrCouldNotLook
	default:
		return nil
	}
}

func isError(f document.Finding) bool { return f.Severity == config.Error }

// inLines prints the lines, broken between words to fit the width.
func inLines(lines []string, width int) func(io.Writer) error {
	return func(out io.Writer) error {
		for _, line := range lines {
			if err := term.TellBeside(out, width, "", line); err != nil {
				return err
			}
		}
		return nil
	}
}

// contents counts the parts of a configuration and its warnings.
func contents(c config.Config, warnings int) string {
	periods := 0
	for _, unit := range c.Units() {
		periods += len(unit.Schedule.Periods)
	}
	text := english.Count(len(c.Clusters), "cluster") + ", "
	if schedules := len(c.Units()); schedules > len(c.Clusters) {
		text += english.Count(schedules, "schedule") + ", "
	}
	text += english.Count(periods, "period")
	if len(c.Calendars) > 0 {
		text += ", " + english.Count(len(c.Calendars), "calendar")
	}
	if len(c.Signals) > 0 {
		text += ", " + english.Count(len(c.Signals), "signal")
	}
	if len(c.Overrides) > 0 {
		text += ", " + english.Count(len(c.Overrides), "override")
	}
	if warnings > 0 {
		text += "; " + english.Count(warnings, "warning")
	}
	return text
}
