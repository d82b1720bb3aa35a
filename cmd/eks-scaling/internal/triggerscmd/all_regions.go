package triggerscmd

import (
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// comparisons are those of several hubs.
type comparisons struct {
	comparison
	frame.Regions
}

// triggersOfAll compares the triggers of every hub with its plan.
func triggersOfAll(cmd *cobra.Command, env frame.Environment, form *frame.Output, v view) error {
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (comparison, error) {
		own := v
		var err error
		if own.Filter, err = v.In(hub); err != nil {
			return comparison{}, err
		}
		return own.compare(cmd.Context(), hub.Session)
	})
	if err != nil {
		return err
	}
	merged := comparisons{comparison{InSync: true, Triggers: []comparedTrigger{}}, regions}
	for i, p := range parts {
		merged.At, merged.InSync, merged.LooksPerDay = p.Answer.At, merged.InSync && p.Answer.InSync, merged.LooksPerDay+p.Answer.LooksPerDay
		for _, t := range p.Answer.Triggers {
			t.Region = p.Region
			merged.Triggers = append(merged.Triggers, t)
		}
		parts[i].Answer.region = p.Region
	}
	regions.Print(cmd)
	err = form.Print(cmd.OutOrStdout(), merged, func(out io.Writer) error {
		return frame.PrintParts(out, parts, func(out io.Writer, c comparison) error { return c.print(out, env.Width) })
	})
	if err != nil || merged.InSync {
		return err
	}
	return frame.ErrFindings
}
