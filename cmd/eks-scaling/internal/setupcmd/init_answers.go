package setupcmd

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// answers come from flags, and then from forms.
type answers struct {
	cluster, schedule string // the schedule is empty unless it has a name
	timezone          string
	days, from, to    string
	nodegroups        []sizing
}

// sizing holds the answers about a node group; nil is not known yet.
type sizing struct {
	name            string
	inside, outside *int32
	limits          *scaling.Limits
}

// read reads the flags that have a form of their own, and checks them all.
func (o *initOptions) read() error {
	if o.cluster, o.schedule = scaling.SplitUnit(o.unit); o.cluster != o.unit {
		if err := cmp.Or(config.CheckClusterName(o.cluster), config.CheckScheduleName(o.schedule)); err != nil {
			return fmt.Errorf("--cluster: %w", err)
		}
	}
	for _, text := range o.nodegroupFlags {
		g, err := readSizing(text)
		if err != nil {
			return fmt.Errorf("--nodegroup: %w", err)
		}
		if o.sizing(g.name) != nil {
			return fmt.Errorf("--nodegroup: node group %q is given twice", g.name)
		}
		o.nodegroups = append(o.nodegroups, g)
	}
	for _, text := range o.limitFlags {
		if err := o.readLimits(text); err != nil {
			return fmt.Errorf("--limits: %w", err)
		}
	}
	return o.check()
}

// check checks the answers about time.
func (a *answers) check() error {
	for _, answer := range []struct {
		flag, text string
		check      func(string) error
	}{
		{"--timezone", a.timezone, frame.CheckZone},
		{"--days", a.days, valid(readDays)},
		{"--from", a.from, valid(readStart)},
		{"--to", a.to, validEnd(a.from)},
	} {
		if err := answer.check(answer.text); err != nil && answer.text != "" {
			return fmt.Errorf("%s: %w", answer.flag, err)
		}
	}
	return nil
}

// sizing returns the answers about a node group to schedule; nil if there are none.
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
		return g, fmt.Errorf("invalid %q: use NAME=INSIDE/OUTSIDE, the sizes in and outside working hours, for example big=3/0", text)
	case given:
		g.inside, g.outside = &in, &out
	}
	return g, nil
}

// readSize reads a number of nodes.
func readSize(text string) (int32, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0, fmt.Errorf("invalid number of nodes %q: use a whole number, for example 3", text)
	}
	return int32(n), nil
}

// checkSize checks a number of nodes, also against the limits if they are known.
func (g sizing) checkSize(text string) error {
	size, err := readSize(text)
	if err == nil && g.limits != nil && (size < g.limits.MinSize || size > g.limits.MaxSize) {
		err = fmt.Errorf("invalid size %d: the limits are %s", size, limitsInWords(*g.limits))
	}
	return err
}

// readLimits reads NAME=MIN..MAX.
func (a *answers) readLimits(text string) error {
	name, bounds, _ := strings.Cut(text, "=")
	limits, err := readBounds(bounds)
	if err != nil {
		return fmt.Errorf("invalid %q: use NAME=MIN..MAX, for example big=0..5", text)
	}
	g := a.sizing(name)
	switch {
	case g == nil:
		return fmt.Errorf("node group %q is not among --nodegroup", name)
	case g.limits != nil:
		return fmt.Errorf("node group %q is given twice", name)
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
		return scaling.Limits{}, fmt.Errorf("invalid limits %q: use MIN..MAX, for example 0..5", text)
	}
	return scaling.Limits{MinSize: least, MaxSize: most}, nil
}

// missing returns the flags that are required without a terminal. Limits are optional.
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

// known refuses node groups that the cluster does not have, and those of another schedule.
func (a *answers) known(c candidate) error {
	for _, g := range a.nodegroups {
		if owner := c.owner(g.name); owner != "" {
			return frame.Taken(fmt.Errorf("node group %q is in schedule %s already: a node group belongs to one schedule; move it with: eks-scaling config edit",
				g.name, owner))
		}
		if nodegroupNamed(c.Cluster, g.name) == nil {
			return frame.NotFound(fmt.Errorf("unknown node group %q in cluster %s; known: %s%s",
				g.name, c.Name, nodegroupsInWords(c.free(), 0), english.DidYouMean(g.name, namesOf(c.free()))))
		}
	}
	return nil
}

// keepLimits takes the limits that the cluster has for node groups in no schedule, unless a flag says others.
func (a *answers) keepLimits(c candidate) {
	for i, g := range a.nodegroups {
		if limits, configured := c.configured.Nodegroups[g.name]; configured && g.limits == nil {
			a.nodegroups[i].limits = &limits.Limits
		}
	}
}

func nodegroupNamed(c stackaws.Cluster, name string) *stackaws.Nodegroup {
	i := slices.IndexFunc(c.Nodegroups, func(g stackaws.Nodegroup) bool { return g.Name == name })
	if i < 0 {
		return nil
	}
	return &c.Nodegroups[i]
}
