package doctorcmd

import (
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// fleetDiagnosis merges the diagnoses of several hubs.
type fleetDiagnosis struct {
	At      time.Time       `json:"at"`
	Outcome checks.Outcome  `json:"outcome"`
	Counts  counts          `json:"counts"`
	Checks  []regionalCheck `json:"items"`
	frame.Regions
}

type regionalCheck struct {
	Region string `json:"region"`
	checks.Check
}

// doctorOfAll checks every hub, and the hubs together.
func doctorOfAll(cmd *cobra.Command, env frame.Environment, form *frame.Output, of filter.Filter, v view) error {
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (diagnosis, error) {
		own, err := of.In(hub)
		if err != nil {
			return diagnosis{}, err
		}
		return examine(cmd.Context(), hub.Session, doctorServices(hub.Session, env.Now), own)
	})
	if len(parts) == 0 {
		return err
	}
	merged := fleetDiagnosis{At: parts[0].Answer.At, Regions: regions, Checks: []regionalCheck{}}
	var all, ofFleet []checks.Check
	add := func(region string, c checks.Check) {
		merged.Checks, all = append(merged.Checks, regionalCheck{region, c}), append(all, c)
	}
	for _, c := range fleetChecks(parts, regions) {
		add(c.Region, c.Check)
		ofFleet = append(ofFleet, c.Check)
	}
	for _, p := range parts {
		for i, c := range p.Answer.Checks {
			c.Remedy = frame.InRegion(c.Remedy, p.Region)
			p.Answer.Checks[i] = c
			add(p.Region, c)
		}
	}
	whole := diagnose(parts[0].Hub.Session, all)
	merged.Outcome, merged.Counts = whole.Outcome, whole.Counts
	if v.problems {
		merged.Checks = slices.DeleteFunc(merged.Checks, func(c regionalCheck) bool { return c.Outcome == checks.OK })
	}
	err = form.Print(cmd.OutOrStdout(), merged, func(out io.Writer) error {
		return printFleet(out, env, parts, diagnose(parts[0].Hub.Session, ofFleet), whole.Counts, v)
	})
	return cmp.Or(err, whole.err())
}

// printFleet prints the checks of the hubs together, those of each hub, and the sum.
func printFleet(out io.Writer, env frame.Environment, parts []frame.Part[diagnosis], together diagnosis, sum counts, v view) error {
	print := func(out io.Writer, d diagnosis) error { return printDiagnosis(out, env.Width, env.Color(), d, v) }
	if err := print(out, together); err != nil {
		return err
	}
	term.SayLine(out)
	if err := frame.PrintParts(out, parts, print); err != nil {
		return err
	}
	return term.Tell(out, "\nAll regions: %d ok, %d warning, %d failed, %d unknown\n", sum.OK, sum.Warning, sum.Failed, sum.Unknown)
}

// fleetChecks checks the hubs together.
func fleetChecks(parts []frame.Part[diagnosis], regions frame.Regions) (all []regionalCheck) {
	for _, f := range frame.ExamineFleet(parts, regions) {
		outcome := checks.Failed
		if f.Harmless {
			outcome = checks.Warning
		}
		all = append(all, regionalCheck{f.Region, checks.Check{Group: "fleet", Name: f.Region, Outcome: outcome, Found: f.Message, Remedy: f.Remedy}})
	}
	if len(all) > 0 {
		return all
	}
	for _, p := range parts {
		all = append(all, regionalCheck{p.Region, checks.Check{Group: "fleet", Name: p.Region, Outcome: checks.OK, Found: "the newest configuration, and clusters of its own"}})
	}
	return all
}
