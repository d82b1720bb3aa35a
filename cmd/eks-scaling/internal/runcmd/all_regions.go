package runcmd

import (
	"cmp"
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// regionalPlans are the dry runs of several hubs.
type regionalPlans struct {
	Items []regionalPlan `json:"items"`
	frame.Regions
}

type regionalPlan struct {
	Region string `json:"region"`
	runAnswer
}

// planOfAll makes a plan in every hub.
func (o *manualRun) planOfAll(cmd *cobra.Command, env frame.Environment) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (runPlan, error) {
		own := *o
		of, err := filter.Filter{Clusters: o.clusters}.In(hub)
		if err != nil {
			return runPlan{}, err
		}
		own.clusters = of.Clusters
		return own.planIn(cmd, hub.Session)
	})
	if len(parts) == 0 {
		return err
	}
	answer := regionalPlans{Items: []regionalPlan{}, Regions: regions}
	for _, p := range parts {
		answer.Items = append(answer.Items, regionalPlan{p.Region, p.Answer.runAnswer})
	}
	regions.Print(cmd)
	inWords := func(out io.Writer) error {
		return frame.PrintParts(out, parts, func(out io.Writer, p runPlan) error { return p.print(out, env.Width) })
	}
	return cmp.Or(o.Print(cmd.OutOrStdout(), answer, inWords), err)
}

// planIn makes the plan of one hub.
func (o *manualRun) planIn(cmd *cobra.Command, s frame.Session) (runPlan, error) {
	checked, err := s.Read(cmd.Context())
	if err != nil {
		return runPlan{}, err
	}
	part, err := o.participants(s, checked)
	if err != nil {
		return runPlan{}, err
	}
	in, err := o.input(part)
	if err != nil {
		return runPlan{}, frame.Usage(cmd, err)
	}
	a, err := dryRun(cmd.Context(), s, in)
	if err != nil {
		return runPlan{}, err
	}
	p := planOf(a, checked, in)
	return p, p.finding()
}
