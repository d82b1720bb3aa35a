package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/weekgrid"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// step is a cluster's state from an instant on.
type step struct {
	Cluster    string           `json:"cluster"`
	At         time.Time        `json:"at"`        // in UTC
	LocalTime  time.Time        `json:"localTime"` // with the zone's offset
	Source     scaling.Source   `json:"source"`
	Period     string           `json:"period"`
	Profile    string           `json:"profile"`
	Nodegroups []nodegroupSizes `json:"nodegroups"`

	override string // its name, for people
}

func newPreview(env environment) *cobra.Command {
	v := viewed{presentation: presentation{also: []string{svgOutput}}}
	var from, until string
	cmd := &cobra.Command{
		Use:   "preview [--config FILE] [--cluster C]... [--from T] [--until T]",
		Short: "Shows every change in the coming week, or in another interval",
		Long: `Shows what each cluster is at the start of the interval and every change in it, day by day in the cluster's own time.
On a terminal a grid shows at a glance when what is up; -o svg writes that grid as a picture. It is about the deployed
configuration; with --config about the one in FILE, and then it needs no AWS.

T is RFC 3339 ("2026-12-24T20:00:00-03:00"), or by the clusters' own clock ("2026-12-24 20:00").

What of the deployed configuration cannot be used is named on stderr, and the command then ends with 1.`,
		Example: `  eks-scaling preview
  eks-scaling preview --config examples/sao-paulo.yaml --from "2026-12-21 00:00" --until "2026-12-28 00:00" -o svg > week.svg`,
		Args: v.checkCall,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := v.read(cmd, env)
			if err != nil {
				return err
			}
			span, err := interval(from, until, c.Clusters, c.now)
			if err != nil {
				return usage(cmd, err)
			}
			out := cmd.OutOrStdout()
			if v.output == svgOutput {
				return cmp.Or(span.grid(c.from, c.Config).WriteSVG(out), c.findings)
			}
			steps := []step{}
			for _, cluster := range c.Clusters {
				steps = append(steps, span.steps(cluster)...)
			}
			inWords := func(out io.Writer) error { return span.print(out, c.from, c.Config, env) }
			return cmp.Or(v.print(out, steps, inWords), c.findings)
		},
	}
	v.flags(cmd)
	cmd.Flags().StringVar(&from, "from", "", "the start of the interval (default: now)")
	cmd.Flags().StringVar(&until, "until", "", "the end of the interval, at most 10 years after its start (default: a week)")
	return cmd
}

// span is the interval that is shown: from <= t < until.
type span struct {
	from, until time.Time
}

// maxYears is how long an interval may be; one that is longer was hardly meant, and takes long to work out.
const maxYears = 10

func interval(from, until string, clusters []config.Cluster, now time.Time) (s span, err error) {
	s.from = now.UTC().Truncate(time.Second)
	if from != "" {
		if s.from, err = instant(from, clusters); err != nil {
			return s, fmt.Errorf("--from: %w", err)
		}
	}
	loc := clusters[0].Timetable().Location()
	s.until = s.from.In(loc).AddDate(0, 0, 7).UTC()
	if until != "" {
		if s.until, err = instant(until, clusters); err != nil {
			return s, fmt.Errorf("--until: %w", err)
		}
	}
	shown := func(t time.Time) string { return t.In(loc).Format(scaling.LocalTime) }
	switch {
	case !s.until.After(s.from):
		return s, fmt.Errorf("--until: found %s, which is not after the start, %s; want a later end", shown(s.until), shown(s.from))
	case s.until.After(s.from.AddDate(maxYears, 0, 0)):
		return s, fmt.Errorf("--until: found %s, more than %d years after the start, %s; want an earlier end", shown(s.until), maxYears, shown(s.from))
	}
	return s, nil
}

// steps are the cluster's state at the start of the interval and every change in it.
func (s span) steps(c config.Cluster) []step {
	timeline := c.Timeline()
	steps := []step{stepAt(c, timeline, s.from)}
	for t := s.from; ; {
		next := timeline.NextChange(t)
		if next.IsZero() { // nothing as far as it looks
			next = t.AddDate(0, 0, schedule.Horizon)
		}
		if !next.Before(s.until) {
			return steps
		}
		t = next
		if now := stepAt(c, timeline, t); !now.equal(steps[len(steps)-1]) {
			steps = append(steps, now)
		}
	}
}

func stepAt(c config.Cluster, timeline scaling.Timeline, t time.Time) step {
	wanted := timeline.Wanted(t)
	return step{
		Cluster: c.Name, At: t.UTC(), LocalTime: t.In(timeline.Schedule.Location()),
		Source: wanted.Source, Period: wanted.Period, Profile: wanted.Profile, Nodegroups: sizesOf(c, timeline.Demands(t)),
		override: wanted.Override,
	}
}

// equal says whether both are the same but for their time.
func (s step) equal(other step) bool {
	return s.Source == other.Source && s.Period == other.Period && s.Profile == other.Profile &&
		slices.EqualFunc(s.Nodegroups, other.Nodegroups, func(a, b nodegroupSizes) bool {
			return a.String() == b.String() && a.MinSize == b.MinSize && a.MaxSize == b.MaxSize
		})
}

// cause is what put the state in force.
func (s step) cause() string {
	if s.Source == scaling.FromOverride {
		return "override " + s.override
	}
	return cmp.Or(s.Period, string(s.Source))
}

// clock is the step's local time of day, with the offset from UTC where the clocks are about to change or just did: a
// time may come twice there.
func (s step) clock() string {
	_, before := s.LocalTime.Add(-12 * time.Hour).Zone()
	_, after := s.LocalTime.Add(12 * time.Hour).Zone()
	if before != after {
		return s.LocalTime.Format("15:04 -07:00")
	}
	return s.LocalTime.Format("15:04")
}

// print writes a table by local day for each cluster, and on a terminal the grid.
func (s span) print(out io.Writer, title string, c config.Config, env environment) error {
	for i, cluster := range c.Clusters {
		if i > 0 {
			sayLine(out)
		}
		if err := s.table(out, c.Settings, cluster); err != nil {
			return err
		}
	}
	if env.width == 0 {
		return nil
	}
	sayLine(out)
	return s.grid(title, c).WriteText(out, env.colour, env.width)
}

func (s span) table(out io.Writer, settings config.Settings, c config.Cluster) error {
	loc := c.Timetable().Location()
	say(out, "%s, from %s until %s (%s)\n", c.Name, s.from.In(loc).Format(scaling.LocalTime), s.until.In(loc).Format(scaling.LocalTime), loc)
	if why := idle(settings, c); why != "" {
		say(out, "  but %s\n", why)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	day := ""
	for _, step := range s.steps(c) {
		if today := step.LocalTime.Format("Mon 2006-01-02"); today != day {
			day = today
			say(table, "  %s", day)
		}
		say(table, "\t%s\t%s\t%s\t%s\n", step.clock(), profileInWords(step.Profile), step.cause(), inWords(step.Nodegroups))
	}
	return table.Flush()
}

// grid is the interval as a drawing.
func (s span) grid(title string, c config.Config) weekgrid.Grid {
	grid := weekgrid.Grid{Title: title}
	for _, cluster := range c.Clusters {
		lane := weekgrid.Lane{Name: cluster.Name, Zone: cluster.Timetable().Location(), From: s.from, Until: s.until}
		if idle(c.Settings, cluster) != "" {
			lane.Name += " (not scaled)"
		}
		for _, step := range s.steps(cluster) {
			lane.Spans = append(lane.Spans, weekgrid.Span{
				From: step.At, Profile: step.Profile, Source: string(step.Source), Detail: inWords(step.Nodegroups), Weight: weight(step.Nodegroups),
			})
		}
		grid.Lanes = append(grid.Lanes, lane)
	}
	return grid
}

// weight is how many nodes the sizes stand for, as far as they say it.
func weight(sizes []nodegroupSizes) int {
	nodes := 0
	for _, s := range sizes {
		if s.DesiredSize != nil {
			nodes += int(*s.DesiredSize)
		} else {
			nodes += int(s.MinSize)
		}
	}
	return nodes
}
