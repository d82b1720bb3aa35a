package page

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/shared/scaling"
)

// week is a plan as it is drawn. Positions along the time are percentages of its width.
type week struct {
	Plan
	Bands []band // the profiles
	Plots []plot // the node groups
	Ticks []tick // the days
	Rows  []row  // the same as a table
	Label string // for screen readers
}

// band is a time with one profile.
type band struct {
	X, Width percent
	Name     string
	Class    string
	room
}

// plot is a node group's desired size over time.
type plot struct {
	Name string
	Most int32
	Bars []bar
}

// bar is a time with one size.
type bar struct {
	X, Width  percent
	Y, Height int
	Label     string
	LabelX    percent
	LabelY    int
	Class     string
	room
}

// room says whether a label has room.
type room struct {
	IsNarrow    bool // none on a small screen
	IsTooNarrow bool // none at all
}

type tick struct {
	X       percent
	Weekday string
	Date    string
	IsShort bool // the day has no room for a label
}

// row is a change in words.
type row struct {
	Day, Clock, Profile, Cause, Sizes string
}

// percent is a share of the width, in hundredths. Whole numbers make every machine draw the same.
type percent int

// String returns such as "12.5%".
func (p percent) String() string {
	if p%100 == 0 {
		return fmt.Sprintf("%d%%", p/100)
	}
	if p%10 == 0 {
		return fmt.Sprintf("%d.%d%%", p/100, p%100/10)
	}
	return fmt.Sprintf("%d.%02d%%", p/100, p%100)
}

const whole = percent(100_00)

// scale maps instants to positions.
type scale struct{ from, until time.Time }

func (s scale) at(t time.Time) percent {
	length := s.until.Sub(s.from)
	if length <= 0 {
		return 0
	}
	share := percent(int64(t.Sub(s.from)/time.Millisecond) * int64(whole) / int64(length/time.Millisecond))
	return min(max(share, 0), whole)
}

// The heights of a plot, in pixels.
const (
	plotTop    = 15 // room for the labels
	plotHeight = 30
)

func weekOf(p Plan, from, until time.Time) week {
	w := week{Plan: p, Label: "Desired nodes of " + p.Cluster + " in the coming week"}
	zone := time.UTC
	if loc, err := time.LoadLocation(p.Timezone); err == nil {
		zone = loc
	}
	along := scale{from, until}
	w.Ticks = ticksOf(along, zone)
	w.Bands = bandsOf(p.Steps, along)
	for _, name := range nodegroupsOf(p.Steps) {
		w.Plots = append(w.Plots, plotOf(name, p.Steps, along))
	}
	day := ""
	for _, s := range p.Steps {
		r := row{Clock: s.Clock(), Profile: agenda.ProfileInWords(s.Profile), Cause: s.Cause(), Sizes: agenda.InWords(s.Nodegroups)}
		if today := s.LocalTime.Format("Mon 2006-01-02"); today != day {
			day, r.Day = today, today
		}
		w.Rows = append(w.Rows, r)
	}
	return w
}

// ticksOf returns the days that begin within the scale, and the first one.
func ticksOf(s scale, zone *time.Location) []tick {
	const needs = 9_00 // the width of a label
	start := s.from.In(zone)
	all := []tick{{Weekday: start.Format("Mon"), Date: start.Format("2")}}
	for day := 1; ; day++ {
		midnight := time.Date(start.Year(), start.Month(), start.Day()+day, 0, 0, 0, 0, zone)
		x := s.at(midnight)
		if last := len(all) - 1; x-all[last].X < needs {
			all[last].IsShort = true
		}
		if !midnight.Before(s.until) {
			break
		}
		all = append(all, tick{X: x, Weekday: midnight.Format("Mon"), Date: midnight.Format("2")})
	}
	return all
}

// nodegroupsOf lists the node groups of all steps, by name.
func nodegroupsOf(steps []agenda.Step) (names []string) {
	for _, s := range steps {
		for _, n := range s.Nodegroups {
			names = append(names, n.Nodegroup)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// bandsOf joins steps in a row that have the same profile.
func bandsOf(steps []agenda.Step, along scale) (bands []band) {
	ranks := ranksOf(steps)
	for i, s := range steps {
		b := band{X: along.at(s.At), Width: whole, Name: agenda.ProfileInWords(s.Profile), Class: fmt.Sprintf("p%d", ranks[s.Profile])}
		switch {
		case s.Source == scaling.FromOverride:
			b.Class, b.Name = "po", s.Cause()
		case s.Ahead != nil:
			b.Class, b.Name = "pa", "ahead of "+s.Ahead.Profile
		}
		if last := len(bands) - 1; i > 0 && bands[last].Name == b.Name && bands[last].Class == b.Class {
			continue
		}
		bands = append(bands, b)
	}
	for i := range bands {
		end := whole
		if i+1 < len(bands) {
			end = bands[i+1].X
		}
		bands[i].Width = end - bands[i].X
		bands[i].room = room{bands[i].Width < 14_00, bands[i].Width < 3_00}
	}
	return bands
}

// maxRank is the class of the profile with the most nodes, if there are as many.
const maxRank = 4

// ranksOf orders the profiles by their nodes, so that more nodes are drawn darker.
func ranksOf(steps []agenda.Step) map[string]int {
	nodes := map[string]int32{}
	for _, s := range steps {
		if s.Source == scaling.FromOverride {
			continue // it has a color of its own
		}
		total := int32(0)
		for _, n := range s.Nodegroups {
			total += sizeOf(n)
		}
		nodes[s.Profile] = max(nodes[s.Profile], total)
	}
	var names []string
	for name := range nodes {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(nodes[a], nodes[b]), cmp.Compare(a, b)) })
	ranks := map[string]int{}
	for i, name := range names {
		ranks[name] = i
		if len(names) > 1 {
			ranks[name] = i * maxRank / (len(names) - 1)
		}
	}
	return ranks
}

// sizeOf returns the nodes that are asked for: the minimum if the node group keeps its desired size.
func sizeOf(n agenda.NodegroupSizes) int32 {
	if n.DesiredSize == nil {
		return n.MinSize
	}
	return *n.DesiredSize
}

// plotOf draws a node group. Steps that leave its size alone are one bar.
func plotOf(name string, steps []agenda.Step, along scale) plot {
	p := plot{Name: name}
	type piece struct {
		at    time.Time
		size  int32
		label string
		class string
	}
	var pieces []piece
	for _, s := range steps {
		next := piece{at: s.At, label: "–", class: "none"}
		if i := slices.IndexFunc(s.Nodegroups, func(n agenda.NodegroupSizes) bool { return n.Nodegroup == name }); i >= 0 {
			n := s.Nodegroups[i]
			next.size, next.label, next.class = sizeOf(n), fmt.Sprint(sizeOf(n)), "plan"
			if n.DesiredSize == nil {
				next.label, next.class = fmt.Sprintf("%d–%d", n.MinSize, n.MaxSize), "bounds"
			}
		}
		if s.Source == scaling.FromOverride {
			next.class += " by-override"
		}
		p.Most = max(p.Most, next.size)
		if last := len(pieces) - 1; last >= 0 && pieces[last].label == next.label && pieces[last].class == next.class {
			continue
		}
		pieces = append(pieces, next)
	}
	for i, piece := range pieces {
		end := whole
		if i+1 < len(pieces) {
			end = along.at(pieces[i+1].at)
		}
		b := bar{X: along.at(piece.at), Label: piece.label, Class: piece.class, Height: int(piece.size) * plotHeight / int(max(p.Most, 1))}
		b.Width, b.Y = end-b.X, plotTop+plotHeight-b.Height
		if piece.size > 0 {
			b.Height, b.Y = max(b.Height, 2), min(b.Y, plotTop+plotHeight-2)
		}
		b.LabelX, b.LabelY = b.X+b.Width/2, b.Y-3
		b.room = room{b.Width < 5_00, b.Width < 1_20}
		p.Bars = append(p.Bars, b)
	}
	return p
}
