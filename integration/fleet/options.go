package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

// options selects the measurements.
type options struct {
	units, nodegroups int
	accounts, regions int   // with a unit in each region of each account, reached through spokes
	budgets           []int // updates a second of an account and region, with a run for each
	together          []int // the same with all units in one account and region
	growth            []int // numbers of units, with a run for each; the last is the whole fleet
	months            []int // numbers of units, with runs with usual updates, to compute the cost
	binaries          string
	folder            string // where to write the report; empty for none
	part              string // of the report
	progress          io.Writer
	now               func() time.Time
}

func (o options) say(format string, args ...any) {
	_, _ = fmt.Fprintf(o.progress, format+"\n", args...)
}

func read(args []string) (options, error) {
	o := options{progress: os.Stderr, budgets: []int{2, 5, 10, 20}, together: []int{5, 10}, months: []int{1, 5, 10}, accounts: 50, regions: len(regions)}
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&o.units, "units", 1000, "units of the fleet, 20 to 1000")
	flags.IntVar(&o.nodegroups, "nodegroups", 10, "node groups of a unit, 2 to 30")
	flags.StringVar(&o.binaries, "binaries", "build/local", "the folder for what is built")
	flags.StringVar(&o.folder, "write", "", "the folder that gets fleet.md and fleet.svg")
	flags.StringVar(&o.part, "part", everything, "what to measure and write: all, or places, the accounts and regions alone")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q; want flags only", flags.Arg(0))
	case o.part != everything && o.part != onlyPlaces:
		return o, fmt.Errorf("-part: found %q; want all or places", o.part)
	case o.units < 20 || o.units > 1000:
		return o, fmt.Errorf("-units: found %d; want 20 to 1000", o.units)
	case o.nodegroups < 2 || o.nodegroups > 30:
		return o, fmt.Errorf("-nodegroups: found %d; want 2 to 30", o.nodegroups)
	}
	o.growth = sizes(o.units)
	return o, nil
}

// The parts of the report that can be measured.
const everything, onlyPlaces = "all", "places"

// sizes returns five sizes from one unit to all: 1, 10, 100, 300 and 1,000 of 1,000.
func sizes(units int) []int {
	return []int{1, max(2, units/100), max(3, units/10), max(4, units*3/10), units}
}
