package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// report holds all measurements.
type report struct {
	o         options
	growth    []pair // from one unit to the whole fleet
	monthly   []pair // a few sizes, with updates of usual duration
	own       []pair // the same, with own hours for each unit
	single    []pair // a unit of one node group
	budgets   []pair // the fleet, by EKS's quota
	damages   []damage
	places    pair // a unit in each region of each account
	disturbed []disturbance
	wall      time.Duration
	wrong     []string
}

// all measures everything, each case in its own world. A world waits a lot, so twice as many run at once as there are processors.
func all(ctx context.Context, o options) (report, error) {
	began := o.now()
	r := &report{o: o}
	err := inParallel(ctx, 2*runtime.NumCPU(), r.jobs())
	for _, list := range [][]pair{r.growth, r.monthly, r.single, r.own, r.budgets} {
		for _, p := range list {
			r.wrong = append(r.wrong, p.faults()...)
		}
	}
	r.wrong = append(r.wrong, r.places.faults()...)
	for _, d := range r.damages {
		r.wrong = append(r.wrong, d.wrong...)
	}
	for _, d := range r.disturbed {
		r.wrong = append(r.wrong, d.wrong...)
	}
	if err == nil && o.part != onlyPlaces {
		r.wrong = append(r.wrong, r.crooked()...)
	}
	r.wall = o.now().Sub(began)
	return *r, err
}

// job is a case to measure.
type job func(ctx context.Context) error

// jobs returns all cases, the longest first.
func (r *report) jobs() []job {
	if r.o.part == onlyPlaces {
		return r.placeJobs()
	}
	return append(r.unitJobs(), r.placeJobs()...)
}

// placeJobs returns the cases of accounts and regions.
func (r *report) placeJobs() []job {
	cases := disturbances()
	r.disturbed = make([]disturbance, len(cases))
	all := []job{func(ctx context.Context) (err error) {
		r.places, err = pairOf(ctx, r.o, places(r.o.accounts, r.o.regions), conditions{updates: usual})
		return err
	}}
	for i, do := range cases {
		all = append(all, func(ctx context.Context) (err error) {
			r.disturbed[i], err = do(ctx, r.o)
			return err
		})
	}
	return all
}

// unitJobs returns the cases of many units and node groups.
func (r *report) unitJobs() (all []job) {
	o := r.o
	pairs := func(to *[]pair, n int, of func(i int) (layout, conditions)) {
		*to = make([]pair, n)
		for i := range slices.Backward(*to) {
			all = append(all, func(ctx context.Context) (err error) {
				l, c := of(i)
				(*to)[i], err = pairOf(ctx, o, l, c)
				return err
			})
		}
	}
	pairs(&r.growth, len(o.growth), func(i int) (layout, conditions) { return spread(o.growth[i], o.nodegroups), conditions{} })
	pairs(&r.budgets, len(o.budgets)+len(o.together), func(i int) (layout, conditions) {
		if i < len(o.budgets) {
			return fortieth(o.units, o.nodegroups), budget(o.budgets[i])
		}
		return together(o.units, o.nodegroups), budget(o.together[i-len(o.budgets)])
	})
	troubles := troubles(o)
	r.damages = make([]damage, len(troubles)+1)
	for i := range r.damages {
		all = append(all, func(ctx context.Context) (err error) {
			if i < len(troubles) {
				r.damages[i], err = damageOf(ctx, o, troubles[i])
			} else {
				r.damages[i], err = abortAndRedrive(ctx, o)
			}
			return err
		})
	}
	pairs(&r.monthly, len(o.months), func(i int) (layout, conditions) {
		return spread(o.months[i], o.nodegroups), conditions{updates: usual}
	})
	pairs(&r.own, len(o.months), func(i int) (layout, conditions) {
		l := spread(o.months[i], o.nodegroups)
		l.own = true
		return l, conditions{updates: usual}
	})
	pairs(&r.single, 1, func(int) (layout, conditions) { return spread(1, 1), conditions{updates: usual} })
	return all
}

// inParallel runs jobs concurrently until one of them fails.
func inParallel(ctx context.Context, atOnce int, jobs []job) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var group sync.WaitGroup
	next := make(chan job)
	for range atOnce {
		group.Go(func() {
			for do := range next {
				if err := do(ctx); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, do := range jobs {
		if ctx.Err() == nil {
			next <- do
		}
	}
	close(next)
	group.Wait()
	return context.Cause(ctx)
}

func (r report) print(out io.Writer) { _, _ = fmt.Fprint(out, r.text()) }

// write writes the report; an empty folder writes none.
func (r report) write(folder string) error {
	if folder == "" {
		return nil
	}
	if r.o.part == onlyPlaces {
		return r.writePlaces(filepath.Join(folder, "fleet.md"))
	}
	if err := os.WriteFile(filepath.Join(folder, "fleet.md"), []byte(r.document()), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "fleet.svg"), []byte(r.chart().svg()), 0o600); err != nil {
		return err
	}
	return r.writeShort(filepath.Join(folder, "how-it-works.md"))
}

// docs/how-it-works.md summarizes the figures between these.
const shortBegins, shortEnds = "<!-- make fleet writes this -->\n", "<!-- until here -->\n"

// writeShort replaces the summary in docs/how-it-works.md. Folders other than docs have no such file.
func (r report) writeShort(page string) error {
	text, err := os.ReadFile(page) //nolint:gosec // of the checkout
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), shortBegins)
	_, after, ends := strings.Cut(rest, shortEnds)
	if !begins || !ends {
		return fmt.Errorf("%s: found no %q with %q after it", page, shortBegins, shortEnds)
	}
	return os.WriteFile(page, []byte(before+shortBegins+r.short()+shortEnds+after), 0o600)
}

// chart shows how a run grows with its units.
func (r report) chart() chart {
	changing, idle := series{name: "every node group changes", color: "#2f81f7"}, series{name: "nothing to do", color: "#d29922"}
	for _, p := range r.growth {
		changing.points = append(changing.points, point{p.changing.units, p.changing.transitions})
		idle.points = append(idle.points, point{p.idle.units, p.idle.transitions})
	}
	return chart{
		title: "State transitions of a run by the number of its units",
		x:     fmt.Sprintf("units of %d node groups", r.o.nodegroups),
		y:     "state transitions of one run",
		lines: []series{changing, idle},
	}
}
