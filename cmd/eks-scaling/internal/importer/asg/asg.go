// Package asg imports the scheduled actions of the Auto Scaling groups behind EKS managed node groups. The caller reads
// them from AWS.
package asg

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/scaling"
)

// Nodegroup is an EKS managed node group with scheduled Auto Scaling actions.
type Nodegroup struct {
	Name   string
	Limits scaling.Limits // its current bounds
	Groups []AutoScalingGroup
}

// AutoScalingGroup is an Auto Scaling group behind a node group.
type AutoScalingGroup struct {
	Name    string
	Actions []ScheduledAction
}

// ScheduledAction sets sizes of an Auto Scaling group. A nil size is left unchanged, and a zero time means none.
type ScheduledAction struct {
	Name       string
	Recurrence string // a cron expression of five fields; empty if it fires once
	TimeZone   string // IANA name; empty is UTC
	// Start is the first firing. For a recurring action, AWS stores the next firing there.
	Start, End                        time.Time
	MinSize, MaxSize, DesiredCapacity *int32
}

// words holds the names that Auto Scaling uses.
var words = importer.Words{
	Schedule: "scheduled action", Min: "MinSize", Max: "MaxSize", Desired: "DesiredCapacity", Keep: "leave it out",
}

// Import imports the scheduled actions of the Auto Scaling groups behind the node groups of a cluster, as of now. The cluster's
// name and region must be given. With a time zone, it imports only node groups whose actions are in that zone.
//
// A node group is imported with all of its actions or not at all; warnings say why not. If none can be imported, that is an
// error.
func Import(groups []Nodegroup, as importer.Cluster, now time.Time) (importer.Imported, error) {
	var found importer.Warnings
	var read []importer.Nodegroup
	for _, group := range groups {
		r := reader{Nodegroup: group, now: now, found: &found}
		g, err := r.read()
		if err == nil {
			err = checkZone(g, as.Timezone)
		}
		if err != nil {
			found.Add(r.place(), "node group %q is skipped: %v", group.Name, err)
			continue
		}
		read = append(read, g)
	}
	source := "the scheduled actions of cluster " + as.Name
	if len(read) == 0 {
		return importer.Imported{Warnings: found}, fmt.Errorf("%s: no node group has scheduled actions that can be imported; the warnings say why", source)
	}
	var d importer.Document
	d.Add(importer.NewCluster(as.Name, as.Region, read))
	return d.Finish(source, "Delete the scheduled actions before you apply this: both would scale the same node groups.", found)
}

// checkZone refuses a node group whose actions are not in the requested time zone, if there is one.
func checkZone(g importer.Nodegroup, requested string) error {
	if zone := importer.SameZone(requested); requested != "" && g.Zone != zone {
		return fmt.Errorf("its scheduled actions are in %s, but --timezone is %s", g.Zone, zone)
	}
	return nil
}

// reader reads one node group.
type reader struct {
	Nodegroup
	now   time.Time
	found *importer.Warnings
}

// place names the Auto Scaling group. Its name differs from the node group's.
func (r *reader) place() string {
	if len(r.Groups) == 0 {
		return r.Name
	}
	return r.Groups[0].Name
}

func (r *reader) read() (importer.Nodegroup, error) {
	g := importer.Nodegroup{Name: r.Name, Place: r.place()}
	acting := slices.ContainsFunc(r.Groups, func(group AutoScalingGroup) bool { return len(group.Actions) > 0 })
	switch {
	case !acting:
		return g, words.None()
	case len(r.Groups) > 1:
		return g, fmt.Errorf("it has %d Auto Scaling groups; their sizes differ from the node group's", len(r.Groups))
	}
	gathered := importer.Gathering{Key: r.Name, Into: &g, Words: words, Found: r.found}
	for _, scheduled := range r.Groups[0].Actions {
		gathered.Add(r.action(scheduled))
	}
	if err := gathered.End(); err != nil {
		return g, err
	}
	_, err := g.Settle(importer.OwnSizes{Min: r.Limits.MinSize, Max: r.Limits.MaxSize}, words, r.found) // all places are the same
	return g, err
}

// action reads one action. It skips an action that fires at most once more, with a warning.
func (r *reader) action(s ScheduledAction) (a importer.Action, zone string, over bool, err error) {
	a = importer.Action{Key: s.Name, Place: r.place(), Sizes: importer.Sizes{
		Min: orUnchanged(s.MinSize), Max: orUnchanged(s.MaxSize), Desired: orUnchanged(s.DesiredCapacity),
	}}
	if s.Recurrence == "" {
		r.found.Add(a.Place, "scheduled action %q is skipped: it has no recurrence and fires once%s; if that is in the future, create an override instead",
			s.Name, atInstant(s.Start))
		return a, "", true, nil
	}
	if !s.End.IsZero() && importer.JudgeEnd(s.End, r.now) == importer.Ended {
		r.found.Add(a.Place, "scheduled action %q is skipped: it ended%s", s.Name, atInstant(s.End))
		return a, "", true, nil
	}
	zone = importer.SameZone(cmp.Or(s.TimeZone, "UTC"))
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == time.Local.String() {
		return a, zone, false, fmt.Errorf("unknown time zone %q: use an IANA name, for example America/Sao_Paulo", s.TimeZone)
	}
	if a.At, err = importer.Weekly(s.Recurrence); err != nil {
		return a, zone, false, err
	}
	return a, zone, false, r.checkBounds(a, s, loc)
}

// checkBounds refuses an action that starts or stops recurring in the future. The next firing, which AWS stores as its start, is
// no such bound.
func (r *reader) checkBounds(a importer.Action, s ScheduledAction, loc *time.Location) error {
	switch {
	case !s.End.IsZero() && importer.JudgeEnd(s.End, r.now) == importer.EndsSoon:
		return fmt.Errorf("it ends%s, but periods have no end date: remove the end, or import it after that time", atInstant(s.End))
	case firesBetween(a, r.now, s.Start, loc):
		return fmt.Errorf("it starts%s, later than its recurrence %q says, but periods have no start date: import it after that time",
			atInstant(s.Start), s.Recurrence)
	case !s.End.IsZero():
		r.found.Add(a.Place, "scheduled action %q ends%s, but periods have no end date: it is imported without; change the schedule by then",
			s.Name, atInstant(s.End))
	}
	return nil
}

// firesBetween reports whether an action would fire between two instants, judged only by its minutes of the week.
func firesBetween(a importer.Action, after, before time.Time, loc *time.Location) bool {
	year, month, day := after.In(loc).Date()
	for ahead := range 9 { // a week and the days around it
		for _, at := range a.At {
			t := time.Date(year, month, day+ahead, 0, at%importer.MinutesOfDay, 0, 0, loc)
			if t.Weekday() == importer.WeekdayOf(at/importer.MinutesOfDay) && t.After(after) && t.Before(before) {
				return true
			}
		}
	}
	return false
}

func orUnchanged(size *int32) int32 {
	if size == nil {
		return importer.Unchanged
	}
	return *size
}

// atInstant returns text such as " at 2026-12-24 20:00 UTC"; empty if there is no instant.
func atInstant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(" at 2006-01-02 15:04 UTC")
}
