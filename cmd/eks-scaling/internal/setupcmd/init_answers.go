package setupcmd

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/scaling"
)

// answers are what is known of a plan so far: from flags, and then from forms.
type answers struct {
	cluster, timezone string
	days, from, to    string
	nodegroups        []sizing
}

// sizing is what is known of a node group; nil is not yet.
type sizing struct {
	name            string
	inside, outside *int32
	limits          *scaling.Limits
}

// read reads what the flags say, and refuses what cannot be.
func (o *initOptions) read() (answers, error) {
	a := answers{cluster: o.cluster, timezone: o.timezone, days: o.days, from: o.from, to: o.to}
	for _, text := range o.nodegroups {
		g, err := readSizing(text)
		if err != nil {
			return a, fmt.Errorf("--nodegroup: %w", err)
		}
		if a.sizing(g.name) != nil {
			return a, fmt.Errorf("--nodegroup: found %s twice; want it once", g.name)
		}
		a.nodegroups = append(a.nodegroups, g)
	}
	for _, text := range o.limits {
		if err := a.readLimits(text); err != nil {
			return a, fmt.Errorf("--limits: %w", err)
		}
	}
	return a, a.check()
}

// check looks at what was said of the time.
func (a *answers) check() error {
	if a.timezone != "" {
		if err := frame.CheckZone(a.timezone); err != nil {
			return fmt.Errorf("--timezone: %w", err)
		}
	}
	if a.days != "" {
		if _, err := readDays(a.days); err != nil {
			return fmt.Errorf("--days: %w", err)
		}
	}
	from, err := readStart(a.from)
	if err != nil && a.from != "" {
		return fmt.Errorf("--from: %w", err)
	}
	if a.from == "" {
		from = -1 // which no end is
	}
	if _, err := readEnd(a.to, from); err != nil && a.to != "" {
		return fmt.Errorf("--to: %w", err)
	}
	return nil
}

// sizing is what is known of a node group that is to be scheduled; nil if it is not.
func (a *answers) sizing(name string) *sizing {
	i := slices.IndexFunc(a.nodegroups, func(g sizing) bool { return g.name == name })
	if i < 0 {
		return nil
	}
	return &a.nodegroups[i]
}

// readSizing reads NAME, NAME=INSIDE or NAME=INSIDE/OUTSIDE.
func readSizing(text string) (sizing, error) {
	name, sizes, given := strings.Cut(text, "=")
	inside, outside, both := strings.Cut(sizes, "/")
	g := sizing{name: name}
	if !both {
		outside = "0"
	}
	in, err := readSize(inside)
	out, err2 := readSize(outside)
	switch {
	case name == "" || given && errors.Join(err, err2) != nil:
		return g, fmt.Errorf("found %q; want NAME=INSIDE/OUTSIDE, the number of nodes in working hours and outside of them, such as big=3/0", text)
	case given:
		g.inside, g.outside = &in, &out
	}
	return g, nil
}

// readSize reads a number of nodes.
func readSize(text string) (int32, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0, fmt.Errorf("found %q; want a number of nodes, such as 3", text)
	}
	return int32(n), nil
}

// readLimits reads NAME=MIN..MAX.
func (a *answers) readLimits(text string) error {
	name, bounds, _ := strings.Cut(text, "=")
	limits, err := readBounds(bounds)
	if err != nil {
		return fmt.Errorf("found %q; want NAME=MIN..MAX, such as big=0..5", text)
	}
	g := a.sizing(name)
	switch {
	case g == nil:
		return fmt.Errorf("found node group %q; want one of those in --nodegroup", name)
	case g.limits != nil:
		return fmt.Errorf("found %s twice; want it once", name)
	case g.inside != nil:
		err = fits(limits, *g.inside, *g.outside)
	}
	g.limits = &limits
	return err
}

// readBounds reads MIN..MAX.
func readBounds(text string) (scaling.Limits, error) {
	low, high, _ := strings.Cut(text, "..")
	least, err := readSize(low)
	most, err2 := readSize(high)
	if errors.Join(err, err2) != nil {
		return scaling.Limits{}, fmt.Errorf("found %q; want MIN..MAX, such as 0..5", text)
	}
	return scaling.Limits{MinSize: least, MaxSize: most}, nil
}

// missing are the flags without which nothing can be planned where nobody can be asked. Limits are not among them.
func (a *answers) missing() []string {
	var flags []string
	for _, flag := range []struct {
		name  string
		given bool
	}{
		{"--cluster", a.cluster != ""},
		{"--timezone", a.timezone != ""},
		{"--days", a.days != ""},
		{"--from", a.from != ""},
		{"--to", a.to != ""},
		{"--nodegroup", len(a.nodegroups) > 0},
	} {
		if !flag.given {
			flags = append(flags, flag.name)
		}
	}
	return flags
}

// known refuses node groups that the cluster does not have.
func (a *answers) known(c stackaws.Cluster) error {
	for _, g := range a.nodegroups {
		if nodegroupNamed(c, g.name) == nil {
			return frame.NotFound(fmt.Errorf("unknown node group %q in cluster %s; known: %s", g.name, c.Name, nodegroupsInWords(c.Nodegroups, 0)))
		}
	}
	return nil
}

func nodegroupNamed(c stackaws.Cluster, name string) *stackaws.Nodegroup {
	i := slices.IndexFunc(c.Nodegroups, func(g stackaws.Nodegroup) bool { return g.Name == name })
	if i < 0 {
		return nil
	}
	return &c.Nodegroups[i]
}

// plan is what follows from the answers once all that is missing has a default: limits, and sizes that nobody was asked
// for.
func (a *answers) plan(c stackaws.Cluster) (firstPlan, error) {
	p := firstPlan{cluster: c.Name, timezone: a.timezone}
	var err error
	if p.hours.days, err = readDays(a.days); err != nil {
		return p, err
	}
	if p.hours.from, err = readStart(a.from); err != nil {
		return p, err
	}
	if p.hours.to, err = readEnd(a.to, p.hours.from); err != nil {
		return p, err
	}
	for _, g := range a.nodegroups {
		now := nodegroupNamed(c, g.name)
		planned := plannedNodegroup{name: g.name, inside: proposedInside(*now)}
		if g.inside != nil {
			planned.inside, planned.outside = *g.inside, *g.outside
		}
		planned.limits = proposedLimits(*now, planned.inside, planned.outside)
		if g.limits != nil {
			planned.limits = *g.limits
		}
		if err := fits(planned.limits, planned.inside, planned.outside); err != nil {
			return p, fmt.Errorf("--limits: node group %s: %w", g.name, err)
		}
		p.nodegroups = append(p.nodegroups, planned)
	}
	return p, nil
}
