package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// report is all that was measured.
type report struct {
	o       options
	growth  []pair // from one unit to all of the fleet
	monthly []pair // one and two units, with updates that take as long as is usual
	single  []pair // the same with one node group
	budgets []pair // the fleet, by what EKS answers in a second
	damages []damage
	wall    time.Duration
	wrong   []string
}

// all measures everything.
func all(ctx context.Context, o options) (r report, err error) { //nolint:gocyclo // one loop a question, read from top to bottom
	began := o.now()
	r.o = o
	add := func(to *[]pair, l layout, c conditions) error {
		p, err := pairOf(ctx, o, l, c)
		*to = append(*to, p)
		r.wrong = append(append(r.wrong, p.changing.faults()...), p.idle.faults()...)
		return err
	}
	for _, units := range append(o.growth, o.units) {
		if err := add(&r.growth, spread(units, o.nodegroups), conditions{}); err != nil {
			return r, err
		}
	}
	for _, units := range []int{1, 2} {
		if err := add(&r.monthly, spread(units, o.nodegroups), conditions{updates: usual}); err != nil {
			return r, err
		}
		if err := add(&r.single, spread(units, 1), conditions{updates: usual}); err != nil {
			return r, err
		}
	}
	for _, updates := range o.budgets {
		if err := add(&r.budgets, fortieth(o.units, o.nodegroups), budget(updates)); err != nil {
			return r, err
		}
	}
	for _, updates := range o.together {
		if err := add(&r.budgets, together(max(1, o.units/10), o.nodegroups), budget(updates)); err != nil {
			return r, err
		}
	}
	for _, t := range troubles(o) {
		d, err := damageOf(ctx, o, t)
		if err != nil {
			return r, err
		}
		r.damages, r.wrong = append(r.damages, d), append(r.wrong, d.wrong...)
	}
	d, err := abortAndRedrive(ctx, o)
	r.damages, r.wrong = append(r.damages, d), append(r.wrong, d.wrong...)
	r.wall = o.now().Sub(began)
	return r, err
}

func (r report) print(out io.Writer) { _, _ = fmt.Fprint(out, r.text()) }

// write keeps the report; an empty folder keeps none.
func (r report) write(folder string) error {
	if folder == "" {
		return nil
	}
	if err := os.WriteFile(filepath.Join(folder, "fleet.md"), []byte(r.document()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "fleet.svg"), []byte(r.chart().svg()), 0o600)
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
		unit:  fmt.Sprintf("units of %d node groups; state transitions of one run upwards", r.o.nodegroups),
		lines: []series{changing, idle},
	}
}
