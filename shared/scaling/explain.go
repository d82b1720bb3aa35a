package scaling

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// LocalTime formats instants in reasons: the cluster's local time with its offset.
const LocalTime = "Mon 2006-01-02 15:04 -07:00"

// reason describes which sizes apply, and until when.
func (l Timeline) reason(r ruling, until time.Time) string {
	if until.IsZero() {
		return l.words(r)
	}
	return l.words(r) + " until " + l.local(until)
}

// words returns text such as "period night sets profile sleep".
func (l Timeline) words(r ruling) string {
	switch r.source() {
	case FromOverride:
		return l.overrideReason(r.override)
	case FromPeriod:
		return fmt.Sprintf("period %s sets profile %s", r.period(), r.profile()) + l.conditionReason(r.period())
	case FromDefault, FromPerson:
	}
	return "default profile " + r.profile()
}

func (l Timeline) local(t time.Time) string {
	return t.In(l.Schedule.Location()).Format(LocalTime)
}

// overrideReason returns text such as `override "load test" (root) sets big=4`.
func (l Timeline) overrideReason(o *Override) string {
	words := fmt.Sprintf("override %q", o.Reason)
	if o.CreatedBy != "" {
		words += " (" + o.CreatedBy + ")"
	}
	if o.Profile == "" {
		return words + " sets " + l.customSizes(o)
	}
	words += " sets profile " + o.Profile
	if names := o.nodegroups(); len(names) > 0 {
		words += " for " + strings.Join(names, ", ")
	}
	return words
}

// customSizes returns text such as "big=4, small=0..2".
func (l Timeline) customSizes(o *Override) string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(o.Sizes)) {
		target := o.Sizes[name]
		goal := target.Goal(l.Nodegroups[name])
		text := fmt.Sprintf("%s=%d..%d", name, goal.MinSize, goal.MaxSize)
		switch bounded := target.MinSize != nil || target.MaxSize != nil; {
		case goal.DesiredSize != nil && bounded:
			text = name + "=" + goal.String()
		case goal.DesiredSize != nil:
			text = fmt.Sprintf("%s=%d", name, *goal.DesiredSize)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

// orUnknown returns the name, or "unknown" if there is none.
func orUnknown(person string) string {
	return cmp.Or(person, "unknown")
}

// ConsideredOverride explains whether an override applies at an instant.
type ConsideredOverride struct {
	Override Override
	// Wins reports that the override is active and none was created after it.
	Wins   bool
	Reason string
}

// ConsiderOverrides explains for each override whether it applies at t.
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
	switch {
	case t.Before(o.From):
		return "starts at " + l.local(o.From)
	case !t.Before(o.Until):
		return "ended at " + l.local(o.Until)
	}
	var other *Override
	for _, nodegroup := range slices.Sorted(maps.Keys(l.Nodegroups)) {
		switch winner := l.latest(t, forNodegroup(nodegroup)); {
		case winner == o:
			return fmt.Sprintf("active until %s: %s", l.local(o.Until), o.Reason)
		case o.isFor(nodegroup) && other == nil:
			other = winner
		}
	}
	if other == nil {
		return fmt.Sprintf("active until %s, but the cluster has none of its node groups", l.local(o.Until))
	}
	return fmt.Sprintf("superseded by %s", other.Name)
}
