// Package previewcmd has the verbs that look at a configuration and change nothing: validate, explain, preview and schema.
package previewcmd

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

// warn names what the units' schedules say that people seldom mean. Of many units, each warning names the first few.
func warn(notes io.Writer, units []config.Unit) {
	var order []string
	of := map[string][]string{}
	for _, unit := range units {
		for _, advice := range unit.Advise() {
			if len(units) <= maxExplained {
				term.Say(notes, "warning: %s: %s\n", unit.Name, advice.Message)
				continue
			}
			if of[advice.Message] == nil {
				order = append(order, advice.Message)
			}
			of[advice.Message] = append(of[advice.Message], unit.Name)
		}
	}
	for _, message := range order {
		term.Say(notes, "warning: %s: %s\n", health.FirstFew(of[message], maxWarned), message)
	}
}

// maxWarned limits the units that a warning names.
const maxWarned = 3

// maxGroups limits the groups of units alike that are shown of many units.
const maxGroups = 10

// shown returns the units to show: each, or of many one for all that have the same changes, with a line that says so.
func (c loadedConfig) shown(span agenda.Span) (units []config.Unit, line string) {
	if !c.isLarge() {
		return c.units, ""
	}
	alike := span.Alike(c.Settings, c.units)
	line = fmt.Sprintf("%s, %s: those with the same changes are shown once", english.Count(len(c.units), "unit"), english.Count(len(alike), "group"))
	if more := len(alike) - maxGroups; more > 0 {
		line += fmt.Sprintf("; %s not shown: add --all, or --cluster, --schedule, --account, --in-region", english.Count(more, "group"))
		alike = alike[:maxGroups]
	}
	return alike, line
}

// print prints the changes of the units, after a line that says what is left out.
func (c loadedConfig) print(out io.Writer, span agenda.Span, units []config.Unit, line string, env frame.Environment) error {
	if line != "" {
		term.Say(out, "%s\n\n", line)
	}
	return span.Print(out, c.from, c.Settings, units, env)
}

// NewPreview returns the command preview.
func NewPreview(env frame.Environment) *cobra.Command {
	v := configSource{Output: frame.Output{Also: []string{frame.SVGOutput}}}
	var from, until string
	var cost bool
	cmd := &cobra.Command{
		Use:   "preview [-f FILE] [--cluster C]... [--from T] [--until T] [--cost]",
		Short: "Shows every change in the coming week or another interval",
		Long: `Shows the sizes of each cluster at the start of the interval and every change in it, by day in the cluster's local time.
Of more than 30 units, those with the same changes are shown once, and --all shows each.
On a terminal it also draws the week; -o svg writes the drawing as a picture. It reads the deployed configuration, or with
-f the one in FILE, without AWS. Warnings about hours without any node go to stderr.

It reads no signal. Below the sizes it shows what each period with "when" would change, such as "storm, if rain > 20"; the
drawing hatches that.

T is RFC 3339 ("2026-12-24T20:00:00-03:00"), or by the clusters' own clock ("2026-12-24 20:00").

--cost adds what the configuration saves in the interval: node hours compared with the baselines, and their worth at list price. With
-f FILE it compares the file with the stored configuration, before anything is written. Without a stack it compares with the baselines
only, and says so; then it takes prices from the configuration.

Invalid parts of the deployed configuration are named on stderr, and the command then ends with 1.`,
		Example: `  eks-scaling preview
  eks-scaling preview -f my.yaml --cost
  eks-scaling preview -f examples/sao-paulo.yaml --from "2026-12-21 00:00" --until "2026-12-28 00:00" -o svg > week.svg`,
		Args: v.checkCall,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cost && (v.regions || v.Form == frame.SVGOutput) {
				return frame.Usage(cmd, errNoCost)
			}
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
			units, line := c.shown(span)
			if v.Form == frame.SVGOutput {
				return cmp.Or(span.Grid(c.from, c.Settings, units).WriteSVG(out), c.findings)
			}
			steps := []agenda.Step{}
			for _, unit := range c.units {
				steps = append(steps, span.Steps(unit)...)
			}
			inWords := func(out io.Writer) error { return c.print(out, span, units, line, env) }
			if cost {
				return c.printWithCost(cmd, env, v.Output, span, steps, inWords)
			}
			return cmp.Or(v.Print(out, steps, inWords), c.findings)
		},
	}
	v.addFlags(cmd)
	cmd.Flags().StringVar(&from, "from", "", "the start of the interval (default: now)")
	cmd.Flags().BoolVar(&cost, "cost", false, "add what the configuration saves, in node hours and at list price")
	cmd.Flags().StringVar(&until, "until", "", "the end of the interval, at most 10 years after its start (default: a week)")
	return cmd
}
