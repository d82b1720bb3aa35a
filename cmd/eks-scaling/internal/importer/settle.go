package importer

import (
	"errors"
	"fmt"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// ownSizes are those that a node group has by itself, as far as they are known.
type ownSizes struct {
	min, max       int32
	minErr, maxErr error
}

// settle makes the sizes of the actions complete, holds them against each other and finds limits around them. An error
// comes with its place.
func (g *nodegroup) settle(own ownSizes, w words, found *remarks) (place string, err error) {
	for _, size := range []struct {
		name string
		of   func(*sizes) *int32
		own  int32
		err  error
	}{
		{w.min, func(s *sizes) *int32 { return &s.min }, own.min, own.minErr},
		{w.max, func(s *sizes) *int32 { return &s.max }, own.max, own.maxErr},
		{w.desired, func(s *sizes) *int32 { return &s.desired }, unchanged, nil},
	} {
		if err := g.complete(size.name, size.of, size.own, size.err, w); err != nil {
			return g.place, err
		}
	}
	for i := range g.actions {
		if a := &g.actions[i]; a.sizes.max == 0 {
			if a.sizes.desired == unchanged {
				return a.place, fmt.Errorf("%s %q has %s 0, which EKS refuses, and keeps %s; want %s 0", w.schedule, a.key, w.max, w.desired, w.desired)
			}
			a.sizes.max = 1
			found.add(a.place, "%s %q has %s 0, which EKS refuses; it is carried over as 1", w.schedule, a.key, w.max)
		}
	}
	g.limits = g.span()
	if errors.Join(own.minErr, own.maxErr) != nil {
		found.add(g.place, "the limits of node group %q are those of its %s alone, as its own sizes are not known", g.name, w.schedules())
	} else {
		g.limits.MinSize, g.limits.MaxSize = min(g.limits.MinSize, own.min), max(g.limits.MaxSize, own.max)
	}
	return g.check(w)
}

// span are the sizes between which the actions move the node group.
func (g *nodegroup) span() scaling.Limits {
	limits := scaling.Limits{MinSize: g.actions[0].sizes.min, MaxSize: g.actions[0].sizes.max}
	for _, a := range g.actions {
		limits.MinSize, limits.MaxSize = min(limits.MinSize, a.sizes.min), max(limits.MaxSize, a.sizes.max)
	}
	return limits
}

// complete puts the node group's own size where no action ever changes it. Where some do, nobody can say from here what it
// is at the others.
func (g *nodegroup) complete(name string, of func(*sizes) *int32, own int32, ownErr error, w words) error {
	kept := 0
	for i := range g.actions {
		if *of(&g.actions[i].sizes) == unchanged {
			kept++
		}
	}
	switch {
	case kept == 0:
		return nil
	case kept < len(g.actions):
		return fmt.Errorf("some of its %s set %s and others %s; want it in all or in none", w.schedules(), name, w.keep)
	case ownErr != nil:
		return fmt.Errorf("its %s keep %s, and its own is not known: %w", w.schedules(), name, ownErr)
	}
	for i := range g.actions {
		*of(&g.actions[i].sizes) = own
	}
	return nil
}

// check finds an action with sizes in a wrong order, and two that contradict each other.
func (g *nodegroup) check(w words) (place string, err error) {
	firing := map[int]action{}
	for _, a := range g.actions {
		desired := a.sizes.desired
		if desired == unchanged {
			desired = a.sizes.min
		}
		if a.sizes.min > desired || desired > a.sizes.max {
			return a.place, fmt.Errorf("%s %q has %s %d, %s %d, %s %d; want %s <= %s <= %s", w.schedule, a.key,
				w.min, a.sizes.min, w.desired, desired, w.max, a.sizes.max, w.min, w.desired, w.max)
		}
		for _, at := range a.at {
			if other, ok := firing[at]; ok && other.sizes != a.sizes {
				return a.place, fmt.Errorf("%s %q and %q both fire on %s %s with other sizes; want one of them", w.schedules(), other.key, a.key,
					schedule.On(weekdayOf(at / minutesOfDay)).Names()[0], schedule.Clock(at%minutesOfDay))
			}
			firing[at] = a
		}
	}
	return "", nil
}
