package agenda

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/weekgrid"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/triggers"
)

// Idle says why a unit is not scaled; empty if it is.
func Idle(s config.Settings, u config.Unit) string {
	switch {
	case s.Paused:
		return "scaling is paused"
	case u.Paused && u.Name != u.Cluster:
		return "this schedule or its cluster is paused"
	case u.Paused:
		return "this cluster is paused"
	default:
		return ""
	}
}

// Step is a unit's state from an instant on.
type Step struct {
	Cluster    string           `json:"cluster"`   // the unit's name
	At         time.Time        `json:"at"`        // in UTC
	LocalTime  time.Time        `json:"localTime"` // with the zone's offset
	Source     scaling.Source   `json:"source"`
	Period     string           `json:"period"`
	Profile    string           `json:"profile"`
	Nodegroups []NodegroupSizes `json:"nodegroups"`
	// Ahead is set before a transition for which node groups are scaled up already.
	Ahead *Lead `json:"ahead,omitempty"`
	// Conditional lists what periods with when would change.
	Conditional []Conditional `json:"conditional,omitempty"`

	override string // its name, for people
}

// Lead is the time before a transition, in which node groups are scaled up for the coming profile.
type Lead struct {
	Transition time.Time `json:"transition"` // in UTC
	Period     string    `json:"period"`     // that begins; empty for the default
	Profile    string    `json:"profile"`
	Nodegroups []string  `json:"nodegroups"`
}

// LeadAt returns the lead at an instant; nil if there is none.
func LeadAt(timeline scaling.Timeline, t time.Time) *Lead {
	for _, l := range timeline.Leads(t, t.Add(time.Nanosecond)) {
		if !t.Before(l.From) && t.Before(l.Transition) {
			return &Lead{Transition: l.Transition.UTC(), Period: l.Period, Profile: l.Profile, Nodegroups: l.Nodegroups}
		}
	}
	return nil
}

// Span is an interval: from <= t < until.
type Span struct {
	From, Until time.Time
}

// Interval returns the span that --from and --until ask for; by default the coming week.
func Interval(from, until string, units []config.Unit, now time.Time) (s Span, err error) {
	s.From = now.UTC().Truncate(time.Second)
	if from != "" {
		if s.From, err = Instant(from, units); err != nil {
			return s, fmt.Errorf("--from: %w", err)
		}
	}
	loc := units[0].Timetable().Location()
	s.Until = s.From.In(loc).AddDate(0, 0, 7).UTC()
	if until != "" {
		if s.Until, err = Instant(until, units); err != nil {
			return s, fmt.Errorf("--until: %w", err)
		}
	}
	shown := func(t time.Time) string { return t.In(loc).Format(scaling.LocalTime) }
	switch {
	case !s.Until.After(s.From):
		return s, fmt.Errorf("--until: %s is not after the start, %s: use a later end", shown(s.Until), shown(s.From))
	case s.Until.After(s.From.AddDate(frame.MaxYears, 0, 0)):
		return s, fmt.Errorf("--until: %s is more than %d years after the start, %s: use an earlier end", shown(s.Until), frame.MaxYears, shown(s.From))
	}
	return s, nil
}

// Steps returns the unit's state at the start of the interval and every change in it.
func (s Span) Steps(u config.Unit) []Step {
	timeline := u.Timeline()
	steps := []Step{stepAt(u, timeline, s.From)}
	for t := s.From; ; {
		next := timeline.NextChange(t)
		if next.IsZero() { // none within the horizon
			next = t.AddDate(0, 0, schedule.Horizon)
		}
		if !next.Before(s.Until) {
			return steps
		}
		t = next
		if now := stepAt(u, timeline, t); !now.Equal(steps[len(steps)-1]) {
			steps = append(steps, now)
		}
	}
}

func stepAt(u config.Unit, timeline scaling.Timeline, t time.Time) Step {
	wanted, sizes := timeline.Wanted(t), SizesOf(u, timeline.Demands(t))
	return Step{
		Cluster: u.Name, At: t.UTC(), LocalTime: t.In(timeline.Schedule.Location()),
		Source: wanted.Source, Period: wanted.Period, Profile: wanted.Profile, Nodegroups: sizes,
		Ahead: LeadAt(timeline, t), Conditional: conditionals(u, timeline, t, sizes), override: wanted.Override,
	}
}

// Equal reports whether both are the same except for their time.
func (s Step) Equal(other Step) bool {
	return s.Source == other.Source && s.Period == other.Period && s.Profile == other.Profile && (s.Ahead == nil) == (other.Ahead == nil) &&
		slices.EqualFunc(s.Nodegroups, other.Nodegroups, sameSizes) && slices.EqualFunc(s.Conditional, other.Conditional, Conditional.equal)
}

func sameSizes(a, b NodegroupSizes) bool {
	return a.String() == b.String() && a.MinSize == b.MinSize && a.MaxSize == b.MaxSize
}

// Cause names what set the state.
func (s Step) Cause() string {
	if s.Source == scaling.FromOverride {
		return "override " + s.override
	}
	text := cmp.Or(s.Period, string(s.Source))
	if s.Ahead != nil {
		text += ", ahead of " + cmp.Or(s.Ahead.Period, string(scaling.FromDefault))
	}
	return text
}

// Clock returns the step's local time of day, with the offset from UTC near a change of the clocks, where a time may come twice.
func (s Step) Clock() string {
	_, before := s.LocalTime.Add(-12 * time.Hour).Zone()
	_, after := s.LocalTime.Add(12 * time.Hour).Zone()
	if before != after {
		return s.LocalTime.Format("15:04 -07:00")
	}
	return s.LocalTime.Format("15:04")
}

// Print prints a table by local day for each unit, and on a terminal the grid.
func (s Span) Print(out io.Writer, title string, settings config.Settings, units []config.Unit, env frame.Environment) error {
	for i, unit := range units {
		if i > 0 {
			term.SayLine(out)
		}
		if err := s.Table(out, env.Width, settings, unit); err != nil {
			return err
		}
	}
	if env.Width == 0 {
		return nil
	}
	term.SayLine(out)
	return s.Grid(title, settings, units).WriteText(out, env.Color(), env.Width)
}

// Table prints the steps of a unit by local day, with their causes. A width of 0 is no terminal.
func (s Span) Table(out io.Writer, width int, settings config.Settings, u config.Unit) error {
	loc := u.Timetable().Location()
	term.SayFitting(out, width, "%s, from %s until %s (%s)", u.Name, s.From.In(loc).Format(scaling.LocalTime), s.Until.In(loc).Format(scaling.LocalTime), loc)
	if why := Idle(settings, u); why != "" {
		term.Say(out, "  not applied: %s\n", why)
	}
	if looks := triggers.LooksPerDay([]config.Unit{u}, s.From); looks > 0 {
		term.SayFitting(out, width, "  up to %s a day start only to look at its signals", english.Count(looks, "run"))
	}
	var rows [][]string
	day := ""
	for _, step := range s.Steps(u) {
		first := ""
		if today := step.LocalTime.Format("Mon 2006-01-02"); today != day {
			day, first = today, "  "+today
		}
		rows = append(rows, []string{first, step.Clock(), ProfileInWords(step.Profile), step.Cause(), InWords(step.Nodegroups)})
		for _, c := range step.Conditional {
			rows = append(rows, []string{"", "", c.Profile, c.Period + ", if " + c.Condition, strings.Join(c.changes, ", ")})
		}
	}
	return term.WriteTable(out, width, rows)
}

// Grid returns the interval as a drawing.
func (s Span) Grid(title string, settings config.Settings, units []config.Unit) weekgrid.Grid {
	grid := weekgrid.Grid{Title: title}
	for _, unit := range units {
		lane := weekgrid.Lane{Name: unit.Name, Zone: unit.Timetable().Location(), From: s.From, Until: s.Until}
		if Idle(settings, unit) != "" {
			lane.Name += " (not scaled)"
		}
		for _, step := range s.Steps(unit) {
			lane.Spans = append(lane.Spans, step.drawn())
		}
		grid.Lanes = append(grid.Lanes, lane)
	}
	return grid
}

// drawn returns the step as a part of the drawing. Ahead of a transition it has the coming profile.
func (s Step) drawn() weekgrid.Span {
	profile, source := s.Profile, string(s.Source)
	if s.Ahead != nil {
		profile, source = s.Ahead.Profile, weekgrid.Ahead
	}
	drawn := weekgrid.Span{From: s.At, Profile: profile, Source: source, Detail: InWords(s.Nodegroups), Weight: weight(s.Nodegroups)}
	for _, c := range s.Conditional {
		drawn.Conditional = append(drawn.Conditional, c.drawn())
	}
	return drawn
}

// weight counts the nodes of the sizes, the minimum where there is no desired size.
func weight(sizes []NodegroupSizes) (nodes int) {
	for _, s := range sizes {
		nodes += int(*cmp.Or(s.DesiredSize, &s.MinSize))
	}
	return nodes
}

// Instant reads an instant. Without an offset it is by the clock of the units, which then must share a zone.
func Instant(text string, units []config.Unit) (time.Time, error) {
	if strings.Contains(text, "T") {
		t, err := schedule.ParseInstant(text, time.UTC) // its offset counts
		return t.UTC(), err
	}
	loc := units[0].Timetable().Location()
	for _, u := range units {
		if u.Timetable().Location().String() != loc.String() {
			return time.Time{}, fmt.Errorf(`%q is ambiguous, as the clusters are in different time zones: use RFC 3339 ("2026-12-24T20:00:00-03:00"), or one --cluster`, text)
		}
	}
	t, err := schedule.ParseInstant(text, loc)
	return t.UTC(), err
}
