package previewcmd

import (
	"cmp"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// ofRegions is an answer of several hubs.
type ofRegions[T any] struct {
	Items []T `json:"items"`
	frame.Regions
}

// readHub reads what a hub takes of the configuration.
func (v *configSource) readHub(cmd *cobra.Command, hub frame.Hub) (loadedConfig, error) {
	own, err := v.of.In(hub)
	if err != nil {
		return loadedConfig{}, err
	}
	held, names, err := own.From(cmd.Context(), hub.Session)
	if err != nil {
		return loadedConfig{}, err
	}
	return v.selected(hub.Session, held, names)
}

// explainOfAll explains the clusters of every hub.
func (v *configSource) explainOfAll(cmd *cobra.Command, env frame.Environment, instants, signals []string) error {
	if len(signals) > 0 {
		return frame.Usage(cmd, errors.New("--signal cannot be combined with --all-regions: name one stack with --region"))
	}
	type some struct {
		loadedConfig
		at []time.Time
	}
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (found some, err error) {
		if found.loadedConfig, err = v.readHub(cmd, hub); err != nil {
			return found, err
		}
		if found.at, err = found.instants(cmd, instants); err != nil {
			return found, err
		}
		found.readRecords(cmd, found.at)
		return found, found.findings
	})
	if len(parts) == 0 {
		return err
	}
	answer := ofRegions[explanation]{Items: []explanation{}, Regions: regions}
	for _, p := range parts {
		for _, e := range explainAll(p.Answer.loadedConfig, p.Answer.at) {
			e.Region = p.Region
			answer.Items = append(answer.Items, e)
		}
	}
	regions.Print(cmd)
	inWords := func(out io.Writer) error {
		return frame.PrintParts(out, parts, func(out io.Writer, s some) error { return explainInWords(out, env.Width, s.loadedConfig, s.at) })
	}
	return cmp.Or(v.Print(cmd.OutOrStdout(), answer, inWords), err)
}

// regionalStep is a step of a cluster with its region.
type regionalStep struct {
	Region string `json:"region"`
	agenda.Step
}

// previewOfAll shows the changes in every hub. The drawing has all clusters.
func (v *configSource) previewOfAll(cmd *cobra.Command, env frame.Environment, from, until string) error {
	parts, regions, findings := frame.AskAll(cmd, env, func(hub frame.Hub) (loadedConfig, error) {
		c, err := v.readHub(cmd, hub)
		return c, cmp.Or(err, c.findings)
	})
	if len(parts) == 0 {
		return findings
	}
	all := parts[0].Answer
	all.units, all.from = nil, "all regions"
	for _, p := range parts {
		all.units = append(all.units, p.Answer.units...)
	}
	span, err := agenda.Interval(from, until, all.units, all.now)
	if err != nil {
		return frame.Usage(cmd, err)
	}
	warn(cmd.ErrOrStderr(), all.units)
	regions.Print(cmd)
	out := cmd.OutOrStdout()
	if v.Form == frame.SVGOutput {
		units, _ := all.shown(span)
		return cmp.Or(span.Grid(all.from, all.Settings, units).WriteSVG(out), findings)
	}
	answer := ofRegions[regionalStep]{Items: []regionalStep{}, Regions: regions}
	for _, p := range parts {
		for _, unit := range p.Answer.units {
			for _, step := range span.Steps(unit) {
				answer.Items = append(answer.Items, regionalStep{p.Region, step})
			}
		}
	}
	inWords := func(out io.Writer) error {
		return frame.PrintParts(out, parts, func(out io.Writer, c loadedConfig) error {
			units, line := c.shown(span)
			return c.print(out, span, units, line, env)
		})
	}
	return cmp.Or(v.Print(out, answer, inWords), findings)
}
