package importer

import (
	"errors"
	"fmt"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// The module's own defaults.
const (
	defaultMinSize = 1
	defaultMaxSize = 3
)

// settle makes the sizes of the actions complete, holds them against each other and finds limits around them. An error
// comes with its place.
func (r *nodegroupReader) settle(g *nodegroup) (place string, err error) {
	low, lowErr := r.ownSize("min_size", defaultMinSize)
	high, highErr := r.ownSize("max_size", defaultMaxSize)
	if err := g.complete("min_size", func(s *sizes) *int32 { return &s.min }, low, lowErr); err != nil {
		return g.place, err
	}
	if err := g.complete("max_size", func(s *sizes) *int32 { return &s.max }, high, highErr); err != nil {
		return g.place, err
	}
	if err := g.complete("desired_size", func(s *sizes) *int32 { return &s.desired }, unchanged, nil); err != nil {
		return g.place, err
	}
	for i := range g.actions {
		if a := &g.actions[i]; a.sizes.max == 0 {
			if a.sizes.desired == unchanged {
				return a.place, fmt.Errorf("schedule %q has max_size 0, which EKS refuses, and keeps desired_size; want desired_size 0", a.key)
			}
			a.sizes.max = 1
			r.found.add(a.place, "schedule %q has max_size 0, which EKS refuses; it is carried over as 1", a.key)
		}
	}
	g.limits = g.span()
	if errors.Join(lowErr, highErr) != nil {
		r.found.add(g.place, "the limits of node group %q are those of its schedules alone, as its own sizes are not known", g.name)
	} else {
		g.limits.MinSize, g.limits.MaxSize = min(g.limits.MinSize, low), max(g.limits.MaxSize, high)
	}
	return g.check()
}

// span are the sizes between which the actions move the node group.
func (g *nodegroup) span() scaling.Limits {
	limits := scaling.Limits{MinSize: g.actions[0].sizes.min, MaxSize: g.actions[0].sizes.max}
	for _, a := range g.actions {
		limits.MinSize, limits.MaxSize = min(limits.MinSize, a.sizes.min), max(limits.MaxSize, a.sizes.max)
	}
	return limits
}

// ownSize is a size that the node group is made with.
func (r *nodegroupReader) ownSize(name string, byDefault int32) (int32, error) {
	s, ok, err := r.lookup(name)
	if err != nil || !ok {
		return byDefault, err
	}
	n, err := s.size()
	if err == nil && n == unchanged {
		err = s.want("a number of nodes")
	}
	return n, err
}

// complete puts the node group's own size where no action ever changes it. Where some do, nobody can say from here what it
// is at the others.
func (g *nodegroup) complete(name string, of func(*sizes) *int32, own int32, ownErr error) error {
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
		return fmt.Errorf("some of its schedules set %s and others keep it (-1); want it in all or in none", name)
	case ownErr != nil:
		return fmt.Errorf("its schedules keep %s, and its own is not known: %w", name, ownErr)
	}
	for i := range g.actions {
		*of(&g.actions[i].sizes) = own
	}
	return nil
}

// check finds an action with sizes in a wrong order, and two that contradict each other.
func (g *nodegroup) check() (place string, err error) {
	firing := map[int]action{}
	for _, a := range g.actions {
		desired := a.sizes.desired
		if desired == unchanged {
			desired = a.sizes.min
		}
		if a.sizes.min > desired || desired > a.sizes.max {
			return a.place, fmt.Errorf("schedule %q has min_size %d, desired_size %d, max_size %d; want min_size <= desired_size <= max_size",
				a.key, a.sizes.min, desired, a.sizes.max)
		}
		for _, at := range a.at {
			if other, ok := firing[at]; ok && other.sizes != a.sizes {
				return a.place, fmt.Errorf("schedules %q and %q both fire on %s %s with other sizes; want one of them", other.key, a.key,
					schedule.On(weekdayOf(at / minutesOfDay)).Names()[0], schedule.Clock(at%minutesOfDay))
			}
			firing[at] = a
		}
	}
	return "", nil
}
