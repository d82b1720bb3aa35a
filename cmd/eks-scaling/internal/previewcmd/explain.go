package previewcmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// explanation is the state of all clusters at an instant.
type explanation struct {
	Region   string               `json:"region,omitempty"` // with --all-regions
	At       time.Time            `json:"at"`               // in UTC
	Clusters []clusterExplanation `json:"clusters"`
}

type clusterExplanation struct {
	Cluster   string         `json:"cluster"`
	Timezone  string         `json:"timezone"`
	LocalTime time.Time      `json:"localTime"` // with the zone's offset
	Source    scaling.Source `json:"source"`
	Profile   string         `json:"profile"`
	Period    string         `json:"period"`
	// Until is the next instant, in UTC, at which source, period or profile changes; nil when there is none.
	Until      *time.Time              `json:"until"`
	Reason     string                  `json:"reason"`
	Nodegroups []agenda.NodegroupSizes `json:"nodegroups"`
	// Ahead is set before a transition for which node groups are scaled up already.
	Ahead *agenda.Lead `json:"ahead,omitempty"`
	// ScaleUps has how long the last scale-up of each node group took; none if the configuration is a file.
	ScaleUps []health.ScaleUp `json:"scaleUps,omitempty"`
	// Conditions explains the conditional periods whose window is open.
	Conditions []conditionExplanation `json:"conditions,omitempty"`
	// Considered lists the overrides, the periods and the default by precedence.
	Considered []consideration `json:"considered"`

	timeline scaling.Timeline // with the conditions at the instant
}

// scaleUpsOf returns the durations on record for some node groups.
func scaleUpsOf(took map[string]time.Duration, sizes []agenda.NodegroupSizes) (all []health.ScaleUp) {
	for _, s := range sizes {
		if d := took[s.Nodegroup]; d > 0 {
			all = append(all, health.ScaleUp{Nodegroup: s.Nodegroup, Seconds: d.Seconds()})
		}
	}
	return all
}

// NewExplain returns the command explain.
func NewExplain(env frame.Environment) *cobra.Command {
	var v configSource
	var instants, signals []string
	cmd := &cobra.Command{
		Use:   "explain [-f FILE] [--cluster C]... [--at T]... [--signal NAME=VALUE]...",
		Short: "Explains which profile applies, and why",
		Long: `Explains which profile applies at T (default: now) in each cluster, until when, and why: it lists the overrides and periods
that were considered. It reads the deployed configuration, or with -f the one in FILE, without AWS.

T is RFC 3339 ("2026-12-24T20:00:00-03:00"), or by the clusters' own clock ("2026-12-24 20:00").

Several units have a line each first. More than 30 units are not explained one by one, but counted by profile: narrow them with
--cluster, --schedule, --account and --in-region, or add --all.

A condition of a period goes by what the last run read, and by what the unit remembers. Explain asks no source of a signal. For each
condition whose window is open it shows the value, its age, the thresholds, and what the other outcome would be. --signal tries a
value. At another instant than now, only what is remembered counts. A file has no values: there, "otherwise" of the signal decides.

Invalid parts of the deployed configuration are named on stderr, and the command then ends with 1.`,
		Example: `  eks-scaling explain --cluster production
  eks-scaling explain -f examples/sao-paulo.yaml --at "2026-11-24 06:29" --at "2026-11-24 06:30"
  eks-scaling explain --cluster production --signal rain=25`,
		Args: v.checkCall,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if v.regions {
				return v.explainOfAll(cmd, env, instants, signals)
			}
			c, err := v.read(cmd, env)
			if err != nil {
				return err
			}
			if err := c.readSignals(cmd, signals); err != nil {
				return err
			}
			at, err := c.instants(cmd, instants)
			if err != nil {
				return err
			}
			c.readRecords(cmd, at)
			inWords := func(out io.Writer) error { return explainInWords(out, env.Width, c, at) }
			return cmp.Or(v.Print(cmd.OutOrStdout(), explainAll(c, at), inWords), c.findings)
		},
	}
	v.addFlags(cmd)
	cmd.Flags().StringArrayVar(&instants, "at", nil, "the instant; may be repeated (default: now)")
	cmd.Flags().StringArrayVar(&signals, "signal", nil, "a value to try, such as rain=25; may be repeated")
	return cmd
}

// instants reads the instants of --at; without any it is now.
func (c loadedConfig) instants(cmd *cobra.Command, texts []string) (at []time.Time, err error) {
	if len(texts) == 0 {
		return []time.Time{c.now.UTC().Truncate(time.Second)}, nil
	}
	for _, text := range texts {
		t, err := agenda.Instant(text, c.units)
		if err != nil {
			return nil, frame.Usage(cmd, fmt.Errorf("--at: %w", err))
		}
		at = append(at, t)
	}
	return at, nil
}

func explainAll(c loadedConfig, at []time.Time) []explanation {
	all := make([]explanation, len(at))
	for i, t := range at {
		all[i] = explanation{At: t, Clusters: []clusterExplanation{}}
		for _, unit := range c.units {
			all[i].Clusters = append(all[i].Clusters, explainUnit(c, unit, t))
		}
	}
	return all
}

func explainUnit(c loadedConfig, u config.Unit, at time.Time) clusterExplanation {
	timeline, judged := u.Timeline(), c.facts[u.Name].Judge(u, c.readingsAt(at), c.now.Truncate(time.Second), at)
	timeline.Conditions = judged.Conditions()
	wanted := wantedOfUnit(timeline, at)
	loc := timeline.Schedule.Location()
	e := clusterExplanation{
		Cluster: u.Name, Timezone: loc.String(), LocalTime: at.In(loc),
		Source: wanted.Source, Profile: wanted.Profile, Period: wanted.Period, Reason: wanted.Reason,
		Nodegroups: agenda.SizesOf(u, timeline.Demands(at)), timeline: timeline,
	}
	e.Conditions = c.explainConditions(u, judged, timeline, at)
	e.Ahead, e.Considered = agenda.LeadAt(timeline, at), considered(timeline, e, at)
	e.ScaleUps = scaleUpsOf(c.took[u.Cluster], e.Nodegroups)
	if why := agenda.Idle(c.Settings, u); why != "" {
		e.Reason += "; but " + why
	}
	if !wanted.Until.IsZero() {
		until := wanted.Until.UTC()
		e.Until = &until
	}
	return e
}

func explainInWords(out io.Writer, width int, c loadedConfig, at []time.Time) error {
	for i, t := range at {
		if i > 0 && len(c.units) > 1 {
			term.SayLine(out)
		}
		if err := listUnits(out, width, c, t); err != nil {
			return err
		}
		if c.isLarge() {
			continue
		}
		for j, unit := range c.units {
			if j > 0 || i > 0 && len(c.units) == 1 {
				term.SayLine(out)
			}
			if err := unitInWords(out, width, c, unit, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func unitInWords(out io.Writer, width int, c loadedConfig, u config.Unit, at time.Time) error {
	e := explainUnit(c, u, at)
	timeline := e.timeline
	others := exceptions(timeline, at)
	term.SayBeside(out, width, e.Cluster+" at ", fmt.Sprintf("%s (%s, %s)", e.LocalTime.Format(scaling.LocalTime), e.Timezone, at.UTC().Format(frame.UTCForm)))
	term.SayBeside(out, width, "  ", e.Reason)
	for _, other := range others {
		term.SayBeside(out, width, "  ", fmt.Sprintf("except for %s: %s", strings.Join(other.nodegroups, ", "), other.wanted.Reason))
	}
	term.SayBeside(out, width, "  sizes: ", agenda.InWords(e.Nodegroups))
	if text := nextLead(timeline, e, at); text != "" {
		term.SayBeside(out, width, "  ", text)
	}
	if text := health.ScaleUpsInWords(e.ScaleUps); text != "" {
		term.SayBeside(out, width, "  ", text)
	}
	local := func(t time.Time) string { return t.In(timeline.Schedule.Location()).Format(scaling.LocalTime) }
	c.conditionsInWords(out, width, e, local, at)
	term.SayLine(out, "  considered, in order of precedence:")
	var rows [][]string
	for _, row := range e.Considered {
		mark := " "
		if row.Applies {
			mark = "*"
		}
		for _, other := range others {
			if other.ruledBy(row) {
				row.Reason += "; applies to " + strings.Join(other.nodegroups, ", ")
			}
		}
		rows = append(rows, []string{"  " + mark + " " + row.title(), agenda.ProfileInWords(row.Profile), row.Reason})
	}
	return term.WriteTable(out, width, rows)
}

// nextLead says which node groups are scaled up ahead of the next transition; empty if none is, or if that has begun.
func nextLead(timeline scaling.Timeline, e clusterExplanation, at time.Time) string {
	if e.Until == nil || e.Ahead != nil {
		return ""
	}
	for _, l := range timeline.Leads(at, *e.Until) {
		if l.From.After(at) && l.Transition.Equal(*e.Until) {
			from := l.From.In(timeline.Schedule.Location()).Format(scaling.LocalTime)
			return fmt.Sprintf("%s: scaled up from %s, %s ahead", strings.Join(l.Nodegroups, ", "), from, english.Minutes(l.Transition.Sub(l.From)))
		}
	}
	return ""
}

// exception is the state of node groups that differs from their unit's.
type exception struct {
	nodegroups []string
	wanted     scaling.Wanted
}

// wantedOfUnit returns what explains the sizes of a unit. A condition that is on but raises no node group explains none.
func wantedOfUnit(timeline scaling.Timeline, at time.Time) scaling.Wanted {
	wanted := timeline.Wanted(at)
	if _, conditional := timeline.Conditions[wanted.Period]; !conditional || wanted.Source == scaling.FromOverride {
		return wanted
	}
	demands := timeline.Demands(at)
	if len(demands) == 0 || slices.ContainsFunc(demands, func(d scaling.Demand) bool { return sameRuling(d.Wanted, wanted) }) {
		return wanted
	}
	return demands[0].Wanted
}

// exceptions returns the exceptions of a unit, in the order of their first node groups: those to which the override of the others does
// not apply, those that no condition raises, and those that are scaled up ahead of the next transition.
func exceptions(timeline scaling.Timeline, at time.Time) []exception {
	cluster := wantedOfUnit(timeline, at)
	if cluster.Source != scaling.FromOverride && timeline.Ahead.IsZero() && len(timeline.Conditions) == 0 {
		return nil
	}
	var all []exception
	for _, d := range timeline.Demands(at) {
		if d.Starts.IsZero() && sameRuling(d.Wanted, cluster) {
			continue
		}
		i := slices.IndexFunc(all, func(e exception) bool { return e.wanted.Reason == d.Wanted.Reason })
		if i < 0 {
			i, all = len(all), append(all, exception{wanted: d.Wanted})
		}
		all[i].nodegroups = append(all[i].nodegroups, d.Nodegroup)
	}
	return all
}

// sameRuling reports whether the same override, period or default decides for a node group as for its unit.
func sameRuling(nodegroup, unit scaling.Wanted) bool {
	if unit.Source == scaling.FromOverride {
		return nodegroup.Override == unit.Override
	}
	return nodegroup.Source == unit.Source && nodegroup.Period == unit.Period
}

// ruledBy reports whether the consideration sets the state.
func (e exception) ruledBy(c consideration) bool {
	return c.Source == e.wanted.Source && c.Name == cmp.Or(e.wanted.Override, e.wanted.Period)
}

// consideration is one line of the explanation.
type consideration struct {
	Source  scaling.Source `json:"source"`
	Name    string         `json:"name"`    // empty for the default
	Profile string         `json:"profile"` // empty for custom sizes
	Applies bool           `json:"applies"`
	Reason  string         `json:"reason"`
}

func (c consideration) title() string {
	return strings.TrimSpace(string(c.Source) + " " + c.Name)
}

// byRank sorts overrides by precedence: the last created first, and of those created at the same time the one further down.
func byRank(overrides []scaling.ConsideredOverride) []scaling.ConsideredOverride {
	slices.Reverse(overrides)
	slices.SortStableFunc(overrides, func(a, b scaling.ConsideredOverride) int {
		return b.Override.CreatedAt.Compare(a.Override.CreatedAt)
	})
	return overrides
}

// considered lists the overrides, the periods and the default, each with its result.
func considered(timeline scaling.Timeline, e clusterExplanation, at time.Time) []consideration {
	var rows []consideration
	for _, o := range byRank(timeline.ConsiderOverrides(at)) {
		rows = append(rows, consideration{scaling.FromOverride, o.Override.Name, o.Override.Profile, o.Wins, o.Reason})
	}
	overridden, decides := e.Source == scaling.FromOverride, deciding(timeline, e, at)
	why := e.whyDefault()
	for _, p := range timeline.Schedule.Explain(at) {
		row := consideration{scaling.FromPeriod, p.Period, p.Profile, p.Wins && !overridden && decides(scaling.FromPeriod, p.Period), p.Reason}
		switch {
		case p.Wins && overridden:
			row.Reason = "overridden"
		case p.Wins:
			why = "not reached"
		case p.When != nil && p.Applies:
			row = e.conditional(row, overridden, decides)
		}
		rows = append(rows, row)
	}
	return append(rows, consideration{scaling.FromDefault, "", timeline.Schedule.Default(), decides(scaling.FromDefault, ""), why})
}

// whyDefault says why the default applies, unless a period is reached before it.
func (e clusterExplanation) whyDefault() string {
	switch {
	case e.Source == scaling.FromOverride:
		return "overridden"
	case e.anyOn():
		return "no other period applies"
	default:
		return "no period applies"
	}
}

// conditional says whether the condition of a period is on, and whether the period then decides.
func (e clusterExplanation) conditional(row consideration, overridden bool, decides func(scaling.Source, string) bool) consideration {
	i := slices.IndexFunc(e.Conditions, func(c conditionExplanation) bool { return c.Period == row.Name })
	switch {
	case i < 0:
	case !e.Conditions[i].On:
		row.Reason += "; off"
	case overridden:
		row.Reason = "overridden"
	case decides(scaling.FromPeriod, row.Name):
		row.Applies = true
		row.Reason += "; on"
	default:
		row.Reason += "; on, but it raises no node group"
	}
	return row
}

// anyOn reports whether a condition is on.
func (e clusterExplanation) anyOn() bool {
	return slices.ContainsFunc(e.Conditions, func(c conditionExplanation) bool { return c.On })
}

// deciding returns whether a period, or the default, decides for a node group. Without a condition that is on, one decides for all.
func deciding(timeline scaling.Timeline, e clusterExplanation, at time.Time) func(scaling.Source, string) bool {
	if !e.anyOn() {
		return func(source scaling.Source, _ string) bool { return source != scaling.FromDefault || e.Source == source }
	}
	demands := timeline.Demands(at)
	return func(source scaling.Source, name string) bool {
		return slices.ContainsFunc(demands, func(d scaling.Demand) bool { return d.Wanted.Source == source && d.Wanted.Period == name })
	}
}
