package importer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Words holds the imported tool's own terms.
type Words struct {
	Schedule          string // one, such as "schedule"
	Min, Max, Desired string
	Keep              string // what a schedule does to a size that it does not set
}

func (w Words) schedules() string {
	return w.Schedule + "s"
}

// Gathering collects the actions of one node group. One unreadable action excludes the whole node group: without it, the previous
// action's sizes would last too long.
type Gathering struct {
	Key   string // the node group's name, for warnings
	Into  *Nodegroup
	Words Words
	Found *Warnings

	broken bool
}

// Add adds an action, or warns about one that could not be read. It ignores an action that is over.
func (g *Gathering) Add(a Action, zone string, over bool, err error) {
	switch {
	case err != nil:
		g.Found.Add(a.Place, "%s %q of node group %q cannot be imported: %v", g.Words.Schedule, a.Key, g.Key, err)
		g.broken = true
		return
	case over:
		return
	case g.Into.Zone != "" && g.Into.Zone != zone:
		g.Found.Add(a.Place, "%s %q of node group %q is in %s, others are in %s: all must be in one time zone",
			g.Words.Schedule, a.Key, g.Key, zone, g.Into.Zone)
		g.broken = true
	}
	g.Into.Zone = zone
	g.Into.Actions = append(g.Into.Actions, a)
}

// End returns why the node group cannot be imported, or nil.
func (g *Gathering) End() error {
	switch {
	case g.broken:
		return fmt.Errorf("importing only some of its %s would give wrong sizes", g.Words.schedules())
	case len(g.Into.Actions) == 0:
		return g.Words.None()
	}
	return nil
}

// None is the error for a node group without schedules.
func (w Words) None() error {
	return errors.New("it has no " + w.schedules())
}

// utcAliases are the other names of UTC in the time zone database, without "Etc/".
var utcAliases = strings.Fields("utc uct universal zulu gmt gmt0 gmt+0 gmt-0 greenwich")

// SameZone gives UTC one name.
func SameZone(zone string) string {
	if slices.Contains(utcAliases, strings.TrimPrefix(strings.ToLower(zone), "etc/")) {
		return "UTC"
	}
	return zone
}

// End is when an action stops recurring.
type End int

// The ends of actions. Periods have none, so a schedule that ends soon would differ from its source.
const (
	Ended End = iota
	EndsSoon
	EndsLater // in a year or more
)

// JudgeEnd judges the end of an action.
func JudgeEnd(at, now time.Time) End {
	switch {
	case !at.After(now):
		return Ended
	case at.Before(now.AddDate(1, 0, 0)):
		return EndsSoon
	}
	return EndsLater
}

// OwnSizes holds the sizes of the node group itself, or why they are unknown.
type OwnSizes struct {
	Min, Max       int32
	MinErr, MaxErr error
}

// Settle completes the sizes of the actions, compares them, and derives the limits. It returns an error with its place.
func (g *Nodegroup) Settle(own OwnSizes, w Words, found *Warnings) (place string, err error) {
	for _, size := range []struct {
		name string
		of   func(*Sizes) *int32
		own  int32
		err  error
	}{
		{w.Min, func(s *Sizes) *int32 { return &s.Min }, own.Min, own.MinErr},
		{w.Max, func(s *Sizes) *int32 { return &s.Max }, own.Max, own.MaxErr},
		{w.Desired, func(s *Sizes) *int32 { return &s.Desired }, Unchanged, nil},
	} {
		if err := g.complete(size.name, size.of, size.own, size.err, w); err != nil {
			return g.Place, err
		}
	}
	for i := range g.Actions {
		if a := &g.Actions[i]; a.Sizes.Max == 0 {
			if a.Sizes.Desired == Unchanged {
				return a.Place, fmt.Errorf("%s %q has %s 0, which EKS rejects, and keeps %s: set %s to 0", w.Schedule, a.Key, w.Max, w.Desired, w.Desired)
			}
			a.Sizes.Max = 1
			found.Add(a.Place, "%s %q has %s 0, which EKS rejects; it is imported as 1", w.Schedule, a.Key, w.Max)
		}
	}
	g.Limits = g.span()
	if errors.Join(own.MinErr, own.MaxErr) != nil {
		found.Add(g.Place, "the limits of node group %q come from its %s only, because its own sizes are unknown", g.Name, w.schedules())
	} else {
		g.Limits.MinSize, g.Limits.MaxSize = min(g.Limits.MinSize, own.Min), max(g.Limits.MaxSize, own.Max)
	}
	return g.check(w)
}

// span returns the smallest and largest sizes that the actions set.
func (g *Nodegroup) span() scaling.Limits {
	limits := scaling.Limits{MinSize: g.Actions[0].Sizes.Min, MaxSize: g.Actions[0].Sizes.Max}
	for _, a := range g.Actions {
		limits.MinSize, limits.MaxSize = min(limits.MinSize, a.Sizes.Min), max(limits.MaxSize, a.Sizes.Max)
	}
	return limits
}

// complete sets the node group's own size if no action changes it. If only some actions set the size, its value at the others is
// unknown.
func (g *Nodegroup) complete(name string, of func(*Sizes) *int32, own int32, ownErr error, w Words) error {
	kept := 0
	for i := range g.Actions {
		if *of(&g.Actions[i].Sizes) == Unchanged {
			kept++
		}
	}
	switch {
	case kept == 0:
		return nil
	case kept < len(g.Actions):
		return fmt.Errorf("some of its %s set %s and others %s: set it in all or in none", w.schedules(), name, w.Keep)
	case ownErr != nil:
		return fmt.Errorf("its %s keep %s, but its own value is unknown: %w", w.schedules(), name, ownErr)
	}
	for i := range g.Actions {
		*of(&g.Actions[i].Sizes) = own
	}
	return nil
}

// check finds actions whose sizes are in the wrong order, and pairs that contradict each other.
func (g *Nodegroup) check(w Words) (place string, err error) {
	firing := map[int]Action{}
	for _, a := range g.Actions {
		desired := a.Sizes.Desired
		if desired == Unchanged {
			desired = a.Sizes.Min
		}
		if a.Sizes.Min > desired || desired > a.Sizes.Max {
			return a.Place, fmt.Errorf("%s %q has %s %d, %s %d, %s %d: must be %s <= %s <= %s", w.Schedule, a.Key,
				w.Min, a.Sizes.Min, w.Desired, desired, w.Max, a.Sizes.Max, w.Min, w.Desired, w.Max)
		}
		for _, at := range a.At {
			if other, ok := firing[at]; ok && other.Sizes != a.Sizes {
				return a.Place, fmt.Errorf("%s %q and %q both fire on %s %s with different sizes", w.schedules(), other.Key, a.Key,
					schedule.On(WeekdayOf(at / MinutesOfDay)).Names()[0], schedule.Clock(at%MinutesOfDay))
			}
			firing[at] = a
		}
	}
	return "", nil
}
