package previewcmd

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

// NewValidate returns the command validate.
func NewValidate(env frame.Environment) *cobra.Command {
	var form frame.Output
	var strict bool
	files := frame.DocumentArgument{Several: true}
	cmd := &cobra.Command{
		Use:   "validate [--strict] FILE...",
		Short: "Checks configurations and lists every error and warning",
		Long: `Checks each FILE as a configuration, and the iCalendar files that it names. Each finding shows its place, what is wrong and
what is right. Needs no AWS.

An error makes the configuration invalid: the command ends with 1. A warning does not, unless --strict is given.`,
		Example: `  eks-scaling validate examples/sao-paulo.yaml
  eks-scaling validate --strict -o json examples/*.yaml`,
		Args: form.Args(files.Args),
		RunE: func(cmd *cobra.Command, args []string) error {
			all, lines, failed := []document.Finding{}, []string{}, false
			for _, file := range files.Names(args) {
				c, findings := document.Check(cmd, file, env, env.Now())
				if cmd.Context().Err() != nil {
					return term.ErrInterrupted
				}
				all = append(all, findings...)
				for _, f := range findings {
					lines = append(lines, f.String())
				}
				warnings := warningsAmong(findings)
				if warnings == len(findings) {
					lines = append(lines, fmt.Sprintf("%s: valid (%s)", frame.DocumentName(file), contents(c, warnings)))
				}
				failed = failed || warnings < len(findings) || strict && warnings > 0
			}
			if err := form.Print(cmd.OutOrStdout(), all, inLines(lines)); err != nil || !failed {
				return err
			}
			return frame.ErrFindings
		},
	}
	form.AddFlag(cmd)
	files.AddFlag(cmd)
	cmd.Flags().BoolVar(&strict, "strict", false, "end with 1 for a warning too")
	return cmd
}

// inLines prints the lines as they are.
func inLines(lines []string) func(io.Writer) error {
	return func(out io.Writer) error {
		for _, line := range lines {
			if err := term.Tell(out, "%s\n", line); err != nil {
				return err
			}
		}
		return nil
	}
}

func warningsAmong(findings []document.Finding) (n int) {
	for _, f := range findings {
		if f.Severity == config.Warning {
			n++
		}
	}
	return n
}

// contents counts the parts of a configuration and its warnings.
func contents(c config.Config, warnings int) string {
	periods := 0
	for _, cluster := range c.Clusters {
		periods += len(cluster.Schedule.Periods)
	}
	text := english.Count(len(c.Clusters), "cluster") + ", " + english.Count(periods, "period")
	if len(c.Calendars) > 0 {
		text += ", " + english.Count(len(c.Calendars), "calendar")
	}
	if len(c.Overrides) > 0 {
		text += ", " + english.Count(len(c.Overrides), "override")
	}
	if warnings > 0 {
		text += "; " + english.Count(warnings, "warning")
	}
	return text
}
