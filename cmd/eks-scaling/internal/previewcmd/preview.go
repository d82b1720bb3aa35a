// Package previewcmd has the verbs that look at a configuration and change nothing: validate, explain, preview and schema.
package previewcmd

import (
	"cmp"
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
)

// warn names what the units' schedules say that people seldom mean.
func warn(notes io.Writer, units []config.Unit) {
	for _, unit := range units {
		for _, advice := range unit.Advise() {
			term.Say(notes, "warning: %s: %s\n", unit.Name, advice.Message)
		}
	}
}

// NewPreview returns the command preview.
func NewPreview(env frame.Environment) *cobra.Command {
	v := configSource{Output: frame.Output{Also: []string{frame.SVGOutput}}}
	var from, until string
	cmd := &cobra.Command{
		Use:   "preview [-f FILE] [--cluster C]... [--from T] [--until T]",
		Short: "Shows every change in the coming week or another interval",
		Long: `Shows the sizes of each cluster at the start of the interval and every change in it, by day in the cluster's local time.
On a terminal it also draws the week; -o svg writes the drawing as a picture. It reads the deployed configuration, or with
-f the one in FILE, without AWS. Warnings about hours without any node go to stderr.

It reads no signal. Below the sizes it shows what each period with "when" would change, such as "storm, if rain > 20"; the
drawing hatches that.

T is RFC 3339 ("2026-12-24T20:00:00-03:00"), or by the clusters' own clock ("2026-12-24 20:00").

Invalid parts of the deployed configuration are named on stderr, and the command then ends with 1.`,
		Example: `  eks-scaling preview
  eks-scaling preview -f examples/sao-paulo.yaml --from "2026-12-21 00:00" --until "2026-12-28 00:00" -o svg > week.svg`,
		Args: v.checkCall,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if v.regions {
				return v.previewOfAll(cmd, env, from, until)
			}
			c, err := v.read(cmd, env)
			if err != nil {
				return err
			}
			span, err := agenda.Interval(from, until, c.units, c.now)
			if err != nil {
				return frame.Usage(cmd, err)
			}
			warn(cmd.ErrOrStderr(), c.units)
			out := cmd.OutOrStdout()
			if v.Form == frame.SVGOutput {
				return cmp.Or(span.Grid(c.from, c.Settings, c.units).WriteSVG(out), c.findings)
			}
			steps := []agenda.Step{}
			for _, unit := range c.units {
				steps = append(steps, span.Steps(unit)...)
			}
			inWords := func(out io.Writer) error { return span.Print(out, c.from, c.Settings, c.units, env) }
			return cmp.Or(v.Print(out, steps, inWords), c.findings)
		},
	}
	v.addFlags(cmd)
	cmd.Flags().StringVar(&from, "from", "", "the start of the interval (default: now)")
	cmd.Flags().StringVar(&until, "until", "", "the end of the interval, at most 10 years after its start (default: a week)")
	return cmd
}
