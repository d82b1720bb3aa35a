// Package savingscmd has the verb savings: what really ran, compared with what would run without eks-scaling.
package savingscmd

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/savings"
)

// options are the flags.
type options struct {
	form             frame.Output
	of               filter.Filter
	since, month, by string
	noPrices         bool
}

// NewSavings returns the command savings.
func NewSavings(env frame.Environment) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:        "savings [--since 30d | --month 2026-11] [--by cluster|schedule|nodegroup|day]",
		SuggestFor: []string{"cost", "costs", "saved", "money"},
		Short:      "Shows the node hours that were saved, and what they are worth",
		Long: `Compares the node hours that ran with a baseline for each node group: its setting "baseline", or else its size before the first
change on record. It goes by the records of runs, not by the schedule.

BASELINE counts the node hours on record at the baseline, RAN those that ran. SAVED counts what eks-scaling saved; it is negative
where a profile asks for more than the baseline. OTHERS counts what an autoscaler, a person or an unrecorded cause saved. The lines
below the table tell these apart, and name intervals without records.

USD is SAVED at list price, on demand. "prices" in the configuration wins over the price list of AWS. Savings Plans and reservations are
paid for whether nodes run or not, so the real amount may be lower. SPOT and CAPACITY_BLOCK have no list price: without an own price
they are named apart. Any other missing price is an error; --no-prices shows hours alone.

The interval ends now, or with the month. A month and days are by the clock of the clusters' common time zone, or else UTC.
-o json and yaml have the hours by cause, and each node group's baseline and price. docs/savings.md explains each number.`,
		Example: `  eks-scaling savings
  eks-scaling savings --month 2026-11 --by day
  eks-scaling savings --since 7d --by nodegroup --no-prices`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd, env) },
	}
	o.form.AddFlag(cmd)
	o.of.AddFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.since, "since", "30d", "how far back, for example 30d or 36h")
	flags.StringVar(&o.month, "month", "", "a calendar month instead, such as 2026-11")
	flags.StringVar(&o.by, "by", string(savings.ByCluster), "what a row stands for: cluster, schedule, nodegroup or day")
	flags.BoolVar(&o.noPrices, "no-prices", false, "show hours alone, without reading prices")
	return cmd
}

func (o options) run(cmd *cobra.Command, env frame.Environment) error {
	if err := cmp.Or(o.form.Check(cmd), o.check(cmd)); err != nil {
		return err
	}
	s, held, names, err := o.of.Open(cmd, env)
	if err != nil {
		return err
	}
	findings := frame.Remarks(&held, s.Notes)
	zone := cmp.Or(runwords.CommonZone(held.Valid()), time.UTC)
	q := Question{Units: names, All: o.of.IsEmpty(), By: savings.By(o.by), Prices: !o.noPrices}
	if q.From, q.Until, err = o.interval(s.Now, zone); err != nil {
		return frame.Usage(cmd, err)
	}
	r, problems, err := Make(cmd.Context(), s, held, q)
	if err != nil {
		return frame.WithRemedy(err)
	}
	if len(problems) > 0 {
		return missingPrices(s.Notes, problems)
	}
	inWords := func(out io.Writer) error { return r.print(out, env, zone) }
	return cmp.Or(o.form.Print(cmd.OutOrStdout(), r, inWords), findings)
}

// check refuses flags that do not fit together.
func (o options) check(cmd *cobra.Command) error {
	known := make([]string, 0, len(savings.Groupings()))
	for _, by := range savings.Groupings() {
		known = append(known, string(by))
	}
	switch {
	case !strings.Contains(" "+strings.Join(known, " ")+" ", " "+o.by+" ") || o.by == "":
		return frame.Usage(cmd, fmt.Errorf("invalid --by %q: use %s%s", o.by, strings.Join(known, ", "), english.DidYouMean(o.by, known)))
	case o.month != "" && cmd.Flags().Changed("since"):
		return frame.Usage(cmd, errors.New("--since and --month exclude each other: use one"))
	}
	_, err := frame.ParseDuration(o.since)
	if err != nil {
		return frame.Usage(cmd, fmt.Errorf("--since: %w", err))
	}
	return nil
}

// interval returns the interval of the flags. A month that is not over ends now.
func (o options) interval(now time.Time, zone *time.Location) (from, until time.Time, err error) {
	now = now.Truncate(time.Second)
	if o.month == "" {
		ago, err := frame.ParseDuration(o.since)
		return now.Add(-ago), now, err
	}
	from, err = time.ParseInLocation("2006-01", o.month, zone)
	if err != nil {
		return from, until, fmt.Errorf("invalid --month %q: use YYYY-MM, for example %s", o.month, now.In(zone).AddDate(0, 0, -now.In(zone).Day()).Format("2006-01"))
	}
	if !from.Before(now) {
		return from, until, fmt.Errorf("--month %s has not begun: use %s or an earlier month, or for the coming week: eks-scaling preview --cost", o.month, now.In(zone).Format("2006-01"))
	}
	until = from.AddDate(0, 1, 0)
	if until.After(now) {
		until = now
	}
	return from, until, nil
}

// maxProblems limits the missing prices that are named.
const maxProblems = 5

// missingPrices names the missing prices, and returns the error.
func missingPrices(notes io.Writer, problems []string) error {
	for _, text := range problems[:min(len(problems), maxProblems)] {
		term.Say(notes, "%s\n", text)
	}
	if more := len(problems) - maxProblems; more > 0 {
		term.Say(notes, "and %s more\n", english.Count(more, "node group"))
	}
	return frame.NotFound(fmt.Errorf("no price for %s: set prices in the configuration, or show hours alone with --no-prices", english.Count(len(problems), "node group")))
}

// print prints the report for people.
func (r Report) print(out io.Writer, env frame.Environment, zone *time.Location) error {
	const minute = "2006-01-02 15:04"
	term.Say(out, "Node hours from %s to %s (%s)\n\n", r.From.In(zone).Format(minute), r.Until.In(zone).Format(minute), zone)
	if len(r.Items) == 0 {
		return term.Tell(out, "No node groups\n")
	}
	if err := (term.Table{Width: env.Width, Color: env.Color()}).Write(out, r.rows()); err != nil {
		return err
	}
	term.SayLine(out)
	for _, line := range r.lines(zone) {
		term.SayWrapped(out, cmp.Or(env.Width, frame.DefaultWidth), line)
	}
	return nil
}
