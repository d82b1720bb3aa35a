package configcmd

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// applyToAll writes a document to every hub.
func applyToAll(o change.Options, cmd *cobra.Command, env frame.Environment, doc document.Document) (any, error) {
	hubs, err := env.OpenHubs(cmd, doc.Regions()...)
	if err != nil {
		return nil, err
	}
	hubs, err = change.HubsOf(hubs, doc.Regions())
	if err != nil {
		return nil, err
	}
	return o.ApplyAll(cmd, env, hubs, func(notes io.Writer, stored inventory.Snapshot) config.Config {
		return document.KeepPaused(doc, notes, stored)
	})
}

// diffOfAll prints how a document differs from the table of every hub. Equal differences are shown together.
func diffOfAll(o change.Options, form *frame.Output, cmd *cobra.Command, env frame.Environment, doc document.Document) error {
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (compared, error) {
		return compare(o, hub.Session, inventory.Check(hub.Stored, hub.Session.Now), doc)
	}, doc.Regions()...)
	if err != nil {
		return err
	}
	answer := hubDifferences{Regions: regions, Items: []hubItemChange{}}
	var texts []string
	differs := len(regions.Unreachable) > 0
	for _, p := range parts {
		var text strings.Builder
		o.PrintChanges(&text, p.Answer.all)
		texts = append(texts, change.WithoutVersions(text.String()))
		differs = differs || len(p.Answer.due) > 0
		for _, c := range differencesOf(o, p.Answer.all) {
			answer.Items = append(answer.Items, hubItemChange{p.Region, c})
		}
	}
	inWords := func(out io.Writer) error { printEqualTogether(out, parts, texts); return nil }
	regions.Print(cmd)
	if err := form.Print(cmd.OutOrStdout(), answer, inWords); err != nil || !differs {
		return err
	}
	return frame.ErrFindings
}

// hubDifferences lists what a document changes in every hub.
type hubDifferences struct {
	Items []hubItemChange `json:"items"`
	frame.Regions
}

type hubItemChange struct {
	Region string `json:"region"`
	change.ItemChange
}

// printEqualTogether prints each text once, with the regions that share it.
func printEqualTogether[T any](out io.Writer, parts []frame.Part[T], texts []string) {
	for i, text := range texts {
		if slices.Index(texts, text) < i {
			continue
		}
		var same []string
		for j, p := range parts {
			if texts[j] == text {
				same = append(same, p.Region)
			}
		}
		term.SayLine(out, strings.Join(same, ", ")+":")
		_, _ = io.WriteString(out, cmp.Or(text, "no differences\n")+"\n")
	}
}
