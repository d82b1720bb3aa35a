package scaling

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// LocalTime is how reasons show an instant: the cluster's own wall clock with its offset.
const LocalTime = "Mon 2006-01-02 15:04 -07:00"

// reason says in words what is in force, and until when.
func (l Timeline) reason(r ruling, until time.Time) string {
	var cause string
	switch r.source() {
	case FromOverride:
		cause = fmt.Sprintf("an override (%s; by %s)", r.override.Reason, orUnknown(r.override.CreatedBy))
		if names := r.override.nodegroups(); len(names) > 0 {
			cause = fmt.Sprintf("an override for %s (%s; by %s)", strings.Join(names, ", "), r.override.Reason, orUnknown(r.override.CreatedBy))
		}
	case FromPeriod:
		cause = "period " + r.period()
	case FromDefault, FromPerson:
		cause = "no period applies, so the default"
	}
	words := fmt.Sprintf("%s puts profile %s in force", cause, r.profile())
	if r.profile() == "" {
		words = cause + " puts sizes of its own in force"
	}
	if !until.IsZero() {
		words += " until " + until.In(l.Schedule.Location()).Format(LocalTime)
	}
	return words
}

// orUnknown returns the name, or that it is unknown.
func orUnknown(person string) string {
	return cmp.Or(person, "(not known)")
}

// ConsideredOverride is what came of looking at one override for an instant.
type ConsideredOverride struct {
	Override Override
	// Wins says that the override is in force and that none was created after it.
	Wins   bool
	Reason string
}

// ConsiderOverrides says of each override whether it is in force at t, and why or why not.
func (l Timeline) ConsiderOverrides(t time.Time) []ConsideredOverride {
	var all []ConsideredOverride
	winner := l.latest(t, wholeCluster)
	for i := range l.Overrides {
		o := &l.Overrides[i]
		c := ConsideredOverride{Override: *o, Wins: o == winner, Reason: l.consider(o, t)}
		if names := o.nodegroups(); len(names) > 0 {
			c.Reason += "; for " + strings.Join(names, ", ")
		}
		all = append(all, c)
	}
	return all
}

func (l Timeline) consider(o *Override, t time.Time) string {
	local := func(t time.Time) string { return t.In(l.Schedule.Location()).Format(LocalTime) }
	switch {
	case t.Before(o.From):
		return "begins at " + local(o.From)
	case !t.Before(o.Until):
		return "ended at " + local(o.Until)
	}
	var other *Override
	for _, nodegroup := range slices.Sorted(maps.Keys(l.Nodegroups)) {
		switch winner := l.latest(t, forNodegroup(nodegroup)); {
		case winner == o:
			return fmt.Sprintf("in force until %s: %s", local(o.Until), o.Reason)
		case o.isFor(nodegroup) && other == nil:
			other = winner
		}
	}
	if other == nil {
		return fmt.Sprintf("in force until %s, but the cluster has none of its node groups", local(o.Until))
	}
	return fmt.Sprintf("in force until %s, but %s was created after it", local(o.Until), other.Name)
}
