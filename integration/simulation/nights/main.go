// Command nights simulates nights and prints the story of each with violations: make simulate CASES=100000 SEED=1. It can also
// search for planted faults, and inject single faults into one transition.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/integration/simulation/night"
)

func main() {
	debug.SetGCPercent(400)
	err := simulate(os.Args[1:], os.Stdout, time.Now)
	if err != nil && !errors.Is(err, errViolations) {
		_, _ = fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
	if err != nil {
		os.Exit(1)
	}
}

// errViolations reports violated invariants, which were printed already.
var errViolations = errors.New("violations")

// options holds the command line's options.
type options struct {
	cases       int
	seed        uint64
	story       bool
	plants      bool
	faults      bool
	definitions string
}

func simulate(args []string, out io.Writer, now func() time.Time) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	night.DefinitionFile(filepath.FromSlash(o.definitions))
	switch {
	case o.faults:
		return faults(out)
	case o.plants:
		return plants(out, o)
	default:
		return nights(out, o, now)
	}
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("nights", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	cases := flags.String("cases", "2000", "")
	seed := flags.String("seed", "1", "")
	story := flags.String("story", "", "")
	flags.BoolVar(&o.plants, "plants", false, "")
	flags.BoolVar(&o.faults, "faults", false, "")
	flags.StringVar(&o.definitions, "definition", "statemachine/definition.asl.json", "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.cases, err = strconv.Atoi(*cases); err != nil || o.cases < 1 || o.cases > maxCases {
		return o, fmt.Errorf("invalid CASES %q: use a whole number from 1 to %d", *cases, maxCases)
	}
	if o.seed, err = strconv.ParseUint(*seed, 10, 63); err != nil || o.seed == 0 {
		return o, fmt.Errorf("invalid SEED %q: use a whole number from 1", *seed)
	}
	if *story != "" && *story != "0" && *story != "1" {
		return o, fmt.Errorf("invalid STORY %q: use 1 to print the story of every case", *story)
	}
	o.story = *story == "1"
	return o, nil
}

// maxCases limits the cases.
const maxCases = 1_000_000_000

// nights simulates cases, and prints the story of each with violations.
func nights(out io.Writer, o options, now func() time.Time) error {
	began := now()
	var failure error
	tell := func(seed uint64) {
		r, err := night.Run(seed, night.Options{Story: true})
		if err != nil {
			failure = err
			return
		}
		_, _ = fmt.Fprintf(out, "Seed %d: %d violations. Replay it with: make simulate SEED=%d CASES=1 STORY=1\n%s\n\n",
			seed, len(r.Violations), seed, strings.Join(r.Story, "\n"))
		for _, v := range r.Violations {
			_, _ = fmt.Fprintf(out, "Seed %d: %s\n", seed, v)
		}
	}
	if o.story {
		for i := range uint64(min(o.cases, maxStories)) {
			tell(o.seed + i)
		}
	}
	tally, err := night.Many(o.seed, o.cases, night.Options{}, func(r night.Result) {
		if !o.story {
			tell(r.Seed)
		}
	})
	if err = errors.Join(err, failure); err != nil {
		return err
	}
	minutes := max(now().Sub(began).Minutes(), 1e-9)
	_, _ = fmt.Fprintf(out, "%d cases, %d violations, %.0f a minute\n", tally.Cases, tally.Violations, float64(tally.Cases)/minutes)
	if tally.Violations > 0 {
		return errViolations
	}
	return nil
}

// maxStories limits the printed stories of cases without violations.
const maxStories = 20

// plants counts the cases until each planted fault is found.
func plants(out io.Writer, o options) error {
	missed := 0
	for _, p := range night.Plants {
		found, err := night.Search(p, o.seed, o.cases)
		switch {
		case err != nil:
			return err
		case found == nil:
			missed++
			_, _ = fmt.Fprintf(out, "row %2d: %s: not found in %d cases\n", p.Row, p.Name, o.cases)
		default:
			_, _ = fmt.Fprintf(out, "row %2d: %s: found in case %d: %s\n", p.Row, p.Name, found.Seed-o.seed+1, found.Violations[0])
		}
	}
	_, _ = fmt.Fprintf(out, "%d planted faults, %d not found\n", len(night.Plants), missed)
	if missed > 0 {
		return errViolations
	}
	return nil
}

// faults injects single faults into one transition.
func faults(out io.Writer) error {
	all, err := night.Faults()
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(out, strings.Join(night.FaultTable(all), "\n"))
	for _, c := range all {
		if c.Ending == night.LostFault {
			_, _ = fmt.Fprintf(out, "lost: %s %s is %s (call %d): %s\n", c.Function, c.Operation, c.Fate, c.Nth, c.Why)
			err = errViolations
		}
	}
	return err
}
