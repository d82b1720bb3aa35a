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
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Checks configurations and lists everything that is wrong or suspicious",
		Long: `Checks each FILE as a configuration, the iCalendar files that it names included, and lists everything that is wrong or
suspicious with its place and what would be right. Needs no AWS. Ends with 1 if there is any finding, warnings included.`,
		Example: `  eks-scaling validate examples/sao-paulo.yaml
  eks-scaling validate -o json examples/*.yaml`,
		Args: form.Args(frame.Files),
		RunE: func(cmd *cobra.Command, args []string) error {
			all, lines := []document.Finding{}, []string{}
			for _, file := range args {
				c, findings := document.Check(cmd.Context(), file, env, env.Now())
				all = append(all, findings...)
				for _, f := range findings {
					lines = append(lines, f.String())
				}
				if len(findings) == 0 {
					lines = append(lines, fmt.Sprintf("%s: fine (%s)", file, contents(c)))
				}
			}
			inWords := func(out io.Writer) error {
				for _, line := range lines {
					if err := term.Tell(out, "%s\n", line); err != nil {
						return err
					}
				}
				return nil
			}
			if err := form.Print(cmd.OutOrStdout(), all, inWords); err != nil || len(all) == 0 {
				return err
			}
			return frame.ErrFindings
		},
	}
	form.AddFlag(cmd)
	return cmd
}

// contents counts the parts of a configuration.
func contents(c config.Config) string {
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
	return text
}
