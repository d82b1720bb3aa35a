package previewcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/forecast"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/pricelist"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/savings"
)

// costed is the preview with what it is going to save.
type costed struct {
	Items []agenda.Step     `json:"items"`
	Cost  forecast.Forecast `json:"cost"`
}

// cost computes what the configuration is going to save in a span. Problems are missing prices.
func (c loadedConfig) cost(cmd *cobra.Command, env frame.Environment, span agenda.Span) (f forecast.Forecast, problems []string, err error) {
	var stored []config.Unit
	s := c.session
	if s == nil { // a file: compared with what is stored, if there is a stack
		if s, stored, err = c.storedUnits(cmd, env); err != nil {
			return f, nil, err
		}
	}
	baselines := forecast.Declared(c.units)
	if s != nil {
		if err := readBaselines(cmd.Context(), *s, c.units, baselines); err != nil {
			return f, nil, err
		}
	}
	plan := forecast.Of(c.units, baselines, span.From, span.Until)
	var before forecast.Plan
	if stored != nil {
		before = forecast.Of(stored, baselines, span.From, span.Until)
	}
	all := c.priced(cmd.Context(), s)
	rates := map[savings.Key]savings.Rate{}
	for _, n := range all {
		rates[savings.Key{Cluster: n.Cluster, Nodegroup: n.Name}] = n.Rate
	}
	f = forecast.Compare(c.units, baselines, plan, before, rates, span.From, span.Until)
	problems, unlisted := missing(all, plan)
	f.Left = append(f.Left, unlisted...)
	return f, problems, nil
}

// storedUnits opens the stack and returns the units of its configuration. Without a stack it says so, and returns none.
func (c loadedConfig) storedUnits(cmd *cobra.Command, env frame.Environment) (*frame.Session, []config.Unit, error) {
	s, err := env.Open(cmd)
	var held inventory.Checked
	if err == nil {
		held, err = s.ReadAll(cmd.Context())
	}
	switch {
	case cmd.Context().Err() != nil:
		return nil, nil, cmd.Context().Err()
	case err != nil:
		term.Say(cmd.ErrOrStderr(), "Compared with the baselines only, as the stored configuration cannot be read: %s\n", frame.Sentence(err))
		return nil, nil, nil
	}
	stored := []config.Unit{}
	for _, e := range held.Clusters {
		stored = append(stored, held.ClusterByName[e.Name].Units()...)
	}
	return &s, stored, nil
}

// baselinesAtOnce limits the records that are read at once.
const baselinesAtOnce = 16

// readBaselines adds the size before the first change on record for node groups that declare no baseline.
func readBaselines(ctx context.Context, s frame.Session, units []config.Unit, baselines forecast.Baselines) error {
	var keys []savings.Key
	for _, u := range units {
		for name := range u.Nodegroups {
			key := savings.Key{Cluster: u.Cluster, Nodegroup: name}
			if _, declared := baselines[key]; !declared {
				keys = append(keys, key)
			}
		}
	}
	found := make([]*int32, len(keys))
	var reading errgroup.Group
	reading.SetLimit(baselinesAtOnce)
	for i, key := range keys {
		reading.Go(func() error {
			c, is, err := s.Logs.FirstChange(ctx, key.Cluster, key.Nodegroup)
			if is {
				found[i] = &c.Before.DesiredSize
			}
			return err
		})
	}
	err := reading.Wait()
	for i, n := range found {
		if n != nil {
			baselines[keys[i]] = *n
		}
	}
	return err
}

// priced returns the node groups with their rates. Without a stack there are only the prices of the configuration.
func (c loadedConfig) priced(ctx context.Context, s *frame.Session) (all []savings.Nodegroup) {
	for _, u := range c.units {
		for name := range u.Nodegroups {
			all = append(all, savings.Nodegroup{Cluster: u.Cluster, Name: name, Region: u.Region})
		}
	}
	finder := pricelist.Finder{Prices: c.Prices}
	if s != nil {
		finder = pricelist.Of(*s, c.Settings)
	}
	finder.Fill(ctx, c.units, all)
	return all
}

// missing returns the planned node groups without a price, and those without a list price.
func missing(all []savings.Nodegroup, plan forecast.Plan) (problems, unlisted []string) {
	for _, n := range all {
		_, planned := plan[savings.Key{Cluster: n.Cluster, Nodegroup: n.Name}]
		switch text := n.Cluster + "/" + n.Name + ": " + n.Rate.Missing; {
		case n.Rate.Missing == "" || !planned:
		case n.Rate.Unlisted:
			unlisted = append(unlisted, text)
		default:
			problems = append(problems, text)
		}
	}
	return problems, unlisted
}

// printCost says what the configuration is going to save.
func printCost(out io.Writer, f forecast.Forecast, span agenda.Span, priced bool, width int) {
	subject, compared := "This configuration", fmt.Sprintf(", of %s at the baseline", f.Total.Baseline)
	if f.Compared == forecast.WithStored {
		subject, compared = "This change", ""
	}
	verb, saved, value := "saves", f.Total.Saved, f.Total.Value
	if saved < 0 {
		verb, saved = "costs", -saved
		if value != nil {
			value = new(savings.Range{}.Less(*value))
		}
	}
	period := "in this interval"
	if span.Until.Sub(span.From).Hours() > 166 && span.Until.Sub(span.From).Hours() < 170 { // a week, also when clocks change
		period = "a week"
	}
	text := fmt.Sprintf("%s %s %s node hours %s%s", subject, verb, saved, period, compared)
	if priced && value != nil {
		text += fmt.Sprintf(", up to USD %s at list price", value)
	}
	term.SayWrapped(out, cmp.Or(width, frame.DefaultWidth), "\n"+text+".")
	for _, left := range f.Left {
		term.SayWrapped(out, cmp.Or(width, frame.DefaultWidth), "Not counted: "+left)
	}
}

// errNoCost refuses what has no cost.
var errNoCost = errors.New("--cost cannot be combined with -o svg or --all-regions")

// noPrice names the missing prices, and returns the error.
func noPrice(notes io.Writer, problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	for _, text := range problems[:min(len(problems), maxGroups)] {
		term.Say(notes, "%s\n", text)
	}
	return frame.NotFound(fmt.Errorf("no price for %s: set prices in the configuration", english.Count(len(problems), "node group")))
}

// printWithCost prints the preview, and what it is going to save. A missing price is an error after that.
func (c loadedConfig) printWithCost(
	cmd *cobra.Command, env frame.Environment, form frame.Output, span agenda.Span, steps []agenda.Step, inWords func(io.Writer) error,
) error {
	f, problems, err := c.cost(cmd, env, span)
	if err != nil {
		return frame.WithRemedy(err)
	}
	err = form.Print(cmd.OutOrStdout(), costed{steps, f}, func(out io.Writer) error {
		if err := inWords(out); err != nil {
			return err
		}
		printCost(out, f, span, len(problems) == 0, env.Width)
		return nil
	})
	return cmp.Or(err, noPrice(cmd.ErrOrStderr(), problems), c.findings)
}
