package savings

import (
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// By is what the rows of a report stand for.
type By string

// The groupings.
const (
	ByCluster   By = "cluster"
	BySchedule  By = "schedule"
	ByNodegroup By = "nodegroup"
	ByDay       By = "day"
)

// Groupings lists the groupings.
func Groupings() []By { return []By{ByCluster, BySchedule, ByNodegroup, ByDay} }

// Name is what a row stands for. Fields that its grouping does not tell apart are empty.
type Name struct {
	Cluster   string `json:"cluster,omitempty"`
	Schedule  string `json:"schedule,omitempty"`
	Nodegroup string `json:"nodegroup,omitempty"`
	// Day is a date by the clock of each node group's zone, such as "2026-11-24".
	Day string `json:"day,omitempty"`
}

// String returns the name as tables show it.
func (n Name) String() string {
	switch {
	case n.Day != "":
		return n.Day
	case n.Nodegroup != "":
		return n.Cluster + "/" + n.Nodegroup
	case n.Schedule != "":
		return n.Cluster + ":" + n.Schedule
	default:
		return n.Cluster
	}
}

// Row is the node time of a cluster, a unit, a node group or a day.
type Row struct {
	Name
	Hours
}

// Rows returns the node time of an interval by cluster, schedule, node group or day, ordered by name, and the sum of all rows.
func Rows(nodegroups []Nodegroup, from, until time.Time, by By) (rows []Row, sum Hours) {
	of := map[Name]Hours{}
	for _, n := range nodegroups {
		for _, s := range n.Segments(from, until) {
			for _, part := range n.split(s, by) {
				name := n.named(by, part.From)
				h := of[name]
				h.add(n, part)
				of[name] = h
				sum.add(n, part)
			}
		}
	}
	for name, h := range of {
		rows = append(rows, Row{Name: name, Hours: h})
	}
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.String(), b.String()) })
	return rows, sum
}

func (n Nodegroup) named(by By, at time.Time) Name {
	switch by {
	case BySchedule:
		return Name{Cluster: n.Cluster, Schedule: n.Schedule}
	case ByNodegroup:
		return Name{Cluster: n.Cluster, Schedule: n.Schedule, Nodegroup: n.Name}
	case ByDay:
		return Name{Day: schedule.DateOf(at.In(n.zone())).String()}
	case ByCluster:
	}
	return Name{Cluster: n.Cluster}
}

func (n Nodegroup) zone() *time.Location {
	if n.Zone == nil {
		return time.UTC
	}
	return n.Zone
}

// split divides a segment where days begin, if rows are days. A day may have 23 or 25 hours.
func (n Nodegroup) split(s Segment, by By) (parts []Segment) {
	if by != ByDay {
		return []Segment{s}
	}
	for s.From.Before(s.Until) {
		part := s
		part.Until = (schedule.DateOf(s.From.In(n.zone())) + 1).Start(n.zone())
		if part.Until.After(s.Until) {
			part.Until = s.Until
		}
		parts = append(parts, part)
		s.From = part.Until
	}
	return parts
}
