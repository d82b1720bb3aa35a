package importer

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/shared/scaling"
)

// ScaledNodegroup is an EKS managed node group whose sizes Auto Scaling changes by the clock.
type ScaledNodegroup struct {
	Name   string
	Limits scaling.Limits // the bounds that it has now
	Groups []AutoScalingGroup
}

// AutoScalingGroup is one behind a node group.
type AutoScalingGroup struct {
	Name    string
	Actions []ScheduledAction
}

// ScheduledAction sets sizes of an Auto Scaling group. A nil size is left as it is, and a zero time is none.
type ScheduledAction struct {
	Name       string
	Recurrence string // a cron expression of five fields; empty if it fires once
	TimeZone   string // IANA name; empty is UTC
	// Start is when it fires for the first time. Of one that recurs, AWS keeps there when it fires next.
	Start, End                        time.Time
	MinSize, MaxSize, DesiredCapacity *int32
}

// asgWords are those of Auto Scaling.
var asgWords = words{
	schedule: "scheduled action", min: "MinSize", max: "MaxSize", desired: "DesiredCapacity", keep: "leave it out",
}

// ASG imports the scheduled actions of the Auto Scaling groups behind the node groups of a cluster, as of now. The cluster's
// name and region must be given. With a time zone, only node groups whose actions are in that one are imported; without,
// those in the one that most have.
//
// A node group is imported with all of its actions or not at all, and remarks say why not. It is an error if there is none
// to import.
func ASG(groups []ScaledNodegroup, as Cluster, now time.Time) (Imported, error) {
	var found remarks
	var read []nodegroup
	for _, group := range groups {
		r := asgReader{ScaledNodegroup: group, now: now, found: &found}
		g, err := r.read()
		if err != nil {
			found.add(r.place(), "node group %q is left out: %v", group.Name, err)
			continue
		}
		read = append(read, g)
	}
	source := "the scheduled actions of cluster " + as.Name
	if read = inOneZone(read, sameZone(as.Timezone), asgWords, &found); len(read) == 0 {
		return Imported{Remarks: found}, fmt.Errorf("%s: found no node group whose scheduled actions can be imported; the remarks say why", source)
	}
	d := document{Timezone: read[0].zone, Clusters: []cluster{newCluster(as.Name, as.Region, read)}}
	return d.finish(source, "Delete the scheduled actions before this is applied: both would scale the same node groups.", found)
}

// asgReader reads one node group.
type asgReader struct {
	ScaledNodegroup
	now   time.Time
	found *remarks
}

// place is the Auto Scaling group, which has another name than the node group.
func (r *asgReader) place() string {
	if len(r.Groups) == 0 {
		return r.Name
	}
	return r.Groups[0].Name
}

func (r *asgReader) read() (nodegroup, error) {
	g := nodegroup{name: r.Name, place: r.place()}
	acting := slices.ContainsFunc(r.Groups, func(group AutoScalingGroup) bool { return len(group.Actions) > 0 })
	switch {
	case !acting:
		return g, asgWords.none()
	case len(r.Groups) > 1:
		return g, fmt.Errorf("it has %d Auto Scaling groups, and their sizes are not those of the node group", len(r.Groups))
	}
	gathered := gathering{key: r.Name, into: &g, words: asgWords, found: r.found}
	for _, scheduled := range r.Groups[0].Actions {
		gathered.add(r.action(scheduled))
	}
	if err := gathered.end(); err != nil {
		return g, err
	}
	_, err := g.settle(ownSizes{min: r.Limits.MinSize, max: r.Limits.MaxSize}, asgWords, r.found) // all places are the same
	return g, err
}

// action reads one action. One that does not fire again, or only once, is over, with a remark.
func (r *asgReader) action(s ScheduledAction) (a action, zone string, over bool, err error) {
	a = action{key: s.Name, place: r.place(), sizes: sizes{orUnchanged(s.MinSize), orUnchanged(s.MaxSize), orUnchanged(s.DesiredCapacity)}}
	if s.Recurrence == "" {
		r.found.add(a.place, "scheduled action %q is left out: it has no recurrence and fires once%s; if it is still to come, write an override",
			s.Name, atInstant(s.Start))
		return a, "", true, nil
	}
	if !s.End.IsZero() && !s.End.After(r.now) {
		r.found.add(a.place, "scheduled action %q is left out: it ended%s", s.Name, atInstant(s.End))
		return a, "", true, nil
	}
	zone = sameZone(cmp.Or(s.TimeZone, "UTC"))
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == time.Local.String() {
		return a, zone, false, fmt.Errorf("found time zone %q; want an IANA time zone, such as America/Sao_Paulo", s.TimeZone)
	}
	if a.at, err = weekly(s.Recurrence); err != nil {
		return a, zone, false, err
	}
	return a, zone, false, r.checkBounds(a, s, loc)
}

// checkBounds refuses an action that only recurs from, or until, an instant to come. The start that AWS itself computes, the
// next time, bounds nothing.
func (r *asgReader) checkBounds(a action, s ScheduledAction, loc *time.Location) error {
	switch {
	case !s.End.IsZero():
		return fmt.Errorf("it ends%s; want none that ends, as periods have no end", atInstant(s.End))
	case a.firesBetween(r.now, s.Start, loc):
		return fmt.Errorf("it starts%s, later than its recurrence %q says; want none that is still to start, as periods have no start",
			atInstant(s.Start), s.Recurrence)
	}
	return nil
}

// firesBetween says whether the action would fire after one instant and before the other, going by its minutes of the week
// alone.
func (a action) firesBetween(after, before time.Time, loc *time.Location) bool {
	year, month, day := after.In(loc).Date()
	for ahead := range 9 { // of a week and the days around it
		for _, at := range a.at {
			t := time.Date(year, month, day+ahead, 0, at%minutesOfDay, 0, 0, loc)
			if t.Weekday() == weekdayOf(at/minutesOfDay) && t.After(after) && t.Before(before) {
				return true
			}
		}
	}
	return false
}

func orUnchanged(size *int32) int32 {
	if size == nil {
		return unchanged
	}
	return *size
}

// atInstant is such as " at 2026-12-24 20:00 UTC"; empty if there is none.
func atInstant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(" at 2006-01-02 15:04 UTC")
}
