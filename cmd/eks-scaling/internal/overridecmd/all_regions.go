package overridecmd

import (
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

// overridesOfHubs lists the overrides of several hubs.
type overridesOfHubs struct {
	Items []agenda.ListedOverride `json:"items"`
	frame.Regions
}

// listOfAll lists the overrides of every hub.
func listOfAll(cmd *cobra.Command, env frame.Environment, form *frame.Output, all bool) error {
	type some struct {
		held inventory.Checked
		list []agenda.ListedOverride
	}
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (found some, err error) {
		if found.held, err = hub.Session.Read(cmd.Context()); err != nil {
			return found, err
		}
		found.list = agenda.ListOverrides(&found.held, hub.Session.Now, all)
		return found, nil
	})
	if err != nil {
		return err
	}
	answer := overridesOfHubs{Items: []agenda.ListedOverride{}, Regions: regions}
	for _, p := range parts {
		for _, o := range p.Answer.list {
			o.Region = p.Region
			answer.Items = append(answer.Items, o)
		}
	}
	regions.Print(cmd)
	err = form.Print(cmd.OutOrStdout(), answer, func(out io.Writer) error {
		return frame.PrintParts(out, parts, func(out io.Writer, found some) error {
			return agenda.PrintOverrides(&found.held, out, env.Width, found.list, all)
		})
	})
	if err != nil {
		return err
	}
	return findings(answer.Items)
}
