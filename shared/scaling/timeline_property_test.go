package scaling_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// step is the grid on which everything in the drawn timelines happens.
const step = 15 * time.Minute

// state is what holds at one point of the grid, found in the most naive way: for the cluster under "", and for each node
// group under its name. An absent node group is left alone.
type state map[string]cause

// cause is what applies, and the size that it asks for.
type cause struct {
	source           scaling.Source
	period, override string
	profile          string
	size             int32
	// begun is the point of the grid at which it begins to apply by the schedule or an override. If the node group is raised ahead of
	// that, it is a later one.
	begun int
}

// verdict is what applies to a node group without any ahead. An untouched node group is left alone.
type verdict struct {
	cause
	touched bool
}

// naive looks at every override and at the schedule, for one instant and one node group at a time.
func naive(l scaling.Timeline, t time.Time, nodegroup string) verdict {
	c := ruling(l, t, nodegroup)
	sizes := l.Profiles[c.profile]
	for _, o := range l.Overrides {
		if o.Name == c.override && o.Profile == "" {
			sizes = o.Sizes
		}
	}
	target, touched := sizes[nodegroup]
	if touched {
		c.size = *target.DesiredSize
	}
	return verdict{c, touched}
}

// verdicts holds the naive look at every point of the grid and at some after it.
func verdicts(l scaling.Timeline, g grid, nodegroup string) []verdict {
	all := make([]verdict, len(g.states)+longestAhead+1)
	for i := range all {
		all[i] = naive(l, g.at(i), nodegroup)
		if i > 0 {
			all[i].begun = all[i-1].begun
			if all[i] != all[i-1] {
				all[i].begun = i
			}
		}
	}
	return all
}

// longestAhead is the longest drawn ahead, in points of the grid.
const longestAhead = 4 * 12

// led is what applies to a node group at the first of the points: the next in the list already, if it is of the schedule too, is near
// enough and asks for more.
func led(l scaling.Timeline, all []verdict) verdict {
	now := all[0]
	next := slices.IndexFunc(all, func(v verdict) bool { return v.begun != now.begun })
	if next < 0 || now.source == scaling.FromOverride || all[next].source == scaling.FromOverride {
		return now
	}
	ahead, ofProfile := l.Ahead.Profiles[all[next].profile]
	if !ofProfile {
		ahead = l.Ahead.Otherwise
	}
	if own, ofPeriod := l.Ahead.Periods[all[next].period]; ofPeriod {
		ahead = own
	}
	if time.Duration(next)*step <= ahead && all[next].size > now.size {
		return all[next]
	}
	return now
}

// ruling sorts the overrides that count by the time of their creation, those without one last, and takes the last, or else
// asks the schedule.
func ruling(l scaling.Timeline, t time.Time, nodegroup string) cause {
	var counting []scaling.Override
	for _, o := range l.Overrides {
		if o.From.Compare(t) > 0 || o.Until.Compare(t) <= 0 {
			continue
		}
		_, sized := o.Sizes[nodegroup]
		switch {
		case nodegroup == "", slices.Contains(o.Nodegroups, nodegroup), len(o.Nodegroups) == 0 && (o.Profile != "" || sized):
			counting = append(counting, o)
		}
	}
	creation := func(o scaling.Override) int64 {
		if o.CreatedAt.IsZero() {
			return math.MaxInt64
		}
		return o.CreatedAt.Unix()
	}
	slices.SortStableFunc(counting, func(a, b scaling.Override) int { return cmp.Compare(creation(a), creation(b)) })
	if len(counting) > 0 {
		last := counting[len(counting)-1]
		return cause{source: scaling.FromOverride, override: last.Name, profile: last.Profile}
	}
	active := l.Schedule.Active(t)
	if active.Period == "" {
		return cause{source: scaling.FromDefault, profile: active.Profile}
	}
	return cause{source: scaling.FromPeriod, period: active.Period, profile: active.Profile}
}

// drawnTimeline is a timeline with the periods that it is made of.
type drawnTimeline struct {
	scaling.Timeline
	periods []schedule.Period
	single  []*schedule.Schedule // one for each period, which is not conditional there
}

// conditioned looks for a conditional period that is on and before all ordinary ones, and takes its size if that is more than what
// applies without it. The name "" is the cluster.
func (l drawnTimeline) conditioned(t time.Time, nodegroup string, base verdict) verdict {
	if base.source == scaling.FromOverride {
		return base
	}
	return l.conditionedFrom(0, t, nodegroup, base)
}

// conditionedFrom ignores the first periods.
func (l drawnTimeline) conditionedFrom(first int, t time.Time, nodegroup string, base verdict) verdict {
	for i, p := range l.periods {
		if i < first || !l.counts(p, t) || l.single[i].Active(t).Period == "" {
			continue
		}
		if p.When == nil {
			return base
		}
		v := verdict{cause: cause{source: scaling.FromPeriod, period: p.Name, profile: p.Profile}}
		target, touched := l.Profiles[p.Profile][nodegroup]
		if v.touched = touched; touched {
			v.size = *target.DesiredSize
		}
		if nodegroup == "" || p.MayReduce {
			return v
		}
		without := l.conditionedFrom(i+1, t, nodegroup, base)
		if !touched || v.size <= without.size {
			return without
		}
		return v
	}
	return base
}

// counts reports whether a period is ordinary, or its condition is on.
func (l drawnTimeline) counts(p schedule.Period, t time.Time) bool {
	if p.When == nil {
		return true
	}
	state := l.Conditions[p.Name]
	return state.On && state.Since.Compare(t) <= 0 && (state.Until.IsZero() || state.Until.Compare(t) > 0)
}

// grid holds the states at every quarter of an hour of some days. Base holds the states without conditional periods.
type grid struct {
	start        time.Time
	states, base []state
}

func newGrid(l drawnTimeline, start time.Time) grid {
	const points = 4 * 24 * 5
	g := grid{start, make([]state, points), make([]state, points)}
	for i := range g.states {
		base := ruling(l.Timeline, g.at(i), "")
		g.base[i], g.states[i] = state{"": base}, state{"": l.conditioned(g.at(i), "", verdict{cause: base}).cause}
	}
	for nodegroup := range l.Nodegroups {
		all := verdicts(l.Timeline, g, nodegroup)
		for i := range g.states {
			base := led(l.Timeline, all[i:i+longestAhead+1])
			if base.touched {
				g.base[i][nodegroup] = base.cause
			}
			if v := l.conditioned(g.at(i), nodegroup, base); v.touched {
				g.states[i][nodegroup] = v.cause
			}
		}
	}
	return g
}

// of returns the states that decide how long something holds: without conditional periods, if none of them decides at i.
func (g grid) of(i int, name string) []state {
	if g.states[i][name] == g.base[i][name] {
		return g.base
	}
	return g.states
}

func (g grid) at(i int) time.Time { return g.start.Add(time.Duration(i) * step) }

// stretch is how long what holds at i for the name has done so and will do so: from one point of the grid to just before
// the other. Each may be an end of the grid.
func (g grid) stretch(i int, name string, equal func(a, b cause) bool) (begin, end int) {
	states := g.of(i, name)
	for begin = i; begin > 0 && equal(states[begin-1][name], states[i][name]); {
		begin--
	}
	for end = i; end < len(states) && equal(states[end][name], states[i][name]); {
		end++
	}
	return begin, end
}

// check compares what is wanted with the state at i. Beyond the ends of the grid it does not know.
func (g grid) check(t *rapid.T, i int, name string, got scaling.Wanted, equal func(a, b cause) bool) {
	want := g.states[i][name]
	if found := (cause{got.Source, got.Period, got.Override, got.Profile, want.size, want.begun}); found != want {
		t.Errorf("%q at %s: %+v, want %+v", name, g.at(i), found, want)
	}
	begin, end := g.stretch(i, name, equal)
	if since := g.at(begin); begin > 0 && !got.Since.Equal(since) || begin == 0 && got.Since.After(since) {
		t.Errorf("%q at %s holds since %s, want %s", name, g.at(i), got.Since, since)
	}
	forEver := got.Until.IsZero()
	if until := g.at(end); end < len(g.states) && !got.Until.Equal(until) || end == len(g.states) && !forEver && got.Until.Before(until) {
		t.Errorf("%q at %s holds until %s, want %s", name, g.at(i), got.Until, until)
	}
}

// checkNextChange looks at every quarter of an hour before the next change: nothing is different there.
func (g grid) checkNextChange(t *rapid.T, i int, next time.Time) {
	if !next.IsZero() && !next.After(g.at(i)) {
		t.Errorf("after %s the next change is at %s", g.at(i), next)
	}
	for j := i + 1; j < len(g.states) && (next.IsZero() || g.at(j).Before(next)); j++ {
		if diff := gocmp.Diff(g.states[i], g.states[j], gocmp.AllowUnexported(cause{})); diff != "" {
			t.Fatalf("after %s the next change is at %s, but at %s there was one:\n%s", g.at(i), next, g.at(j), diff)
		}
	}
}

// The timeline says the same as the naive look at every quarter of an hour, and so do its ends: a stretch of time begins
// and ends where the naive states change.
func TestTimelineAgreesWithEachQuarterOfAnHour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC) // Europe/Berlin puts its clocks back on the 25th
		l := drawTimeline(t, start)
		drawConditions(t, &l, start)
		g := newGrid(l, start)
		i := rapid.IntRange(0, len(g.states)-1).Draw(t, "quarter")
		g.check(t, i, "", l.Wanted(g.at(i)), func(a, b cause) bool {
			return a.source == b.source && a.period == b.period && a.profile == b.profile
		})
		names := []string{""}
		for _, d := range l.Demands(g.at(i)) {
			names = append(names, d.Nodegroup)
			if begun := g.states[i][d.Nodegroup].begun; begun > i && !d.Starts.Equal(g.at(begun)) || begun <= i && !d.Starts.IsZero() {
				t.Errorf("%s at %s: its demand starts at %s, want %s", d.Nodegroup, g.at(i), d.Starts, g.at(begun))
			}
			if want := g.states[i][d.Nodegroup].size; *d.Target.DesiredSize != want {
				t.Errorf("%s at %s: %d nodes, want %d", d.Nodegroup, g.at(i), *d.Target.DesiredSize, want)
			}
			g.check(t, i, d.Nodegroup, d.Wanted, func(a, b cause) bool { return a == b })
		}
		if diff := gocmp.Diff(slices.Sorted(maps.Keys(g.states[i])), names); diff != "" {
			t.Errorf("node groups at %s (-want +got):\n%s", g.at(i), diff)
		}
		g.checkNextChange(t, i, l.NextChange(g.at(i)))
		g.checkLeads(t, l.Leads(g.at(0), g.at(len(g.states))))
	})
}

// checkLeads compares the leads with the points of the grid at which the naive look raises a node group ahead.
func (g grid) checkLeads(t *rapid.T, leads []scaling.Lead) {
	for i, s := range g.base {
		want, got := map[string]cause{}, map[string]cause{}
		for nodegroup, c := range s {
			if c.begun > i {
				want[nodegroup] = cause{period: c.period, profile: c.profile, begun: c.begun}
			}
		}
		for _, lead := range leads {
			if lead.From.After(g.at(i)) || !lead.Transition.After(g.at(i)) {
				continue
			}
			for _, nodegroup := range lead.Nodegroups {
				got[nodegroup] = cause{period: lead.Period, profile: lead.Profile, begun: int(lead.Transition.Sub(g.start) / step)}
			}
		}
		if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(cause{})); diff != "" {
			t.Fatalf("leads at %s (-want +got):\n%s", g.at(i), diff)
		}
	}
}

// drawConditions makes some periods conditional, and draws since when and until when their conditions are on.
func drawConditions(t *rapid.T, l *drawnTimeline, start time.Time) {
	quarter := func(what string, first, last int) time.Time {
		return start.Add(time.Duration(rapid.IntRange(first, last).Draw(t, what)) * step)
	}
	l.Conditions = map[string]scaling.PeriodCondition{}
	for i := range l.periods {
		p := &l.periods[i]
		single, err := schedule.New(l.Schedule.Location(), "none", []schedule.Period{*p}, nil)
		if err != nil {
			t.Fatal(err)
		}
		l.single = append(l.single, single)
		if rapid.Bool().Draw(t, p.Name+" is ordinary") {
			continue
		}
		p.When, p.MayReduce = &schedule.Condition{Signal: "rain", Is: "ALARM"}, rapid.IntRange(0, 2).Draw(t, p.Name+" may reduce") == 0
		state := scaling.PeriodCondition{On: rapid.IntRange(0, 4).Draw(t, p.Name+" is off") > 0, Since: quarter(p.Name+" is on since", -100, 400)}
		if rapid.Bool().Draw(t, p.Name+" ends") {
			state.Until = state.Since.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, p.Name+" is on for")) * step)
		}
		l.Conditions[p.Name] = state
	}
	var err error
	if l.Schedule, err = schedule.New(l.Schedule.Location(), "low", l.periods, nil); err != nil {
		t.Fatal(err) // fewer periods cover others than before
	}
}

// drawTimeline draws a schedule and overrides, mostly in the five days from start.
func drawTimeline(t *rapid.T, start time.Time) drawnTimeline {
	loc := location(rapid.SampledFrom([]string{"America/Sao_Paulo", "Europe/Berlin", "Asia/Kathmandu"}).Draw(t, "zone"))
	clock := func(what string) schedule.Edge {
		return at(schedule.Clock(15 * rapid.IntRange(0, 24*4-1).Draw(t, what)))
	}
	profiles := rapid.SampledFrom([]string{"low", "high", "a-only"})
	periods := make([]schedule.Period, rapid.IntRange(0, 3).Draw(t, "periods"))
	for i := range periods {
		periods[i] = schedule.Period{Name: fmt.Sprintf("period-%d", i), Profile: profiles.Draw(t, "profile"), From: clock("from"), To: clock("to")}
		if rapid.Bool().Draw(t, "has days") {
			periods[i].Days.Each = schedule.Days(rapid.IntRange(1, 127).Draw(t, "days"))
		}
	}
	s, err := schedule.New(loc, "low", periods, nil)
	if err != nil {
		t.Skip(err) // without length, or never active
	}
	l := drawnTimeline{periods: periods, Timeline: scaling.Timeline{
		Schedule: s, Nodegroups: map[string]scaling.Limits{"a": {MaxSize: 9}, "b": {MaxSize: 9}, "c": {MaxSize: 9}},
		Profiles: map[string]map[string]scaling.Target{
			"low":    {"a": scaling.Desired(0), "b": scaling.Desired(1), "c": scaling.Desired(1)},
			"high":   {"a": scaling.Desired(5), "b": scaling.Desired(6), "c": scaling.Desired(1)},
			"a-only": {"a": scaling.Desired(7)},
		},
	}}
	drawAhead(t, &l.Timeline)
	for i := range rapid.IntRange(0, 5).Draw(t, "overrides") {
		l.Overrides = append(l.Overrides, drawOverride(t, fmt.Sprintf("override-%d", i), start, profiles))
	}
	return l
}

// drawAhead draws how long ahead of its transitions a timeline raises node groups; nothing in half of the cases.
func drawAhead(t *rapid.T, l *scaling.Timeline) {
	ahead := func(of string) time.Duration {
		if rapid.Bool().Draw(t, of+" is ahead") {
			return time.Duration(rapid.IntRange(1, longestAhead).Draw(t, of+" ahead")) * step
		}
		return 0
	}
	if rapid.Bool().Draw(t, "nothing is ahead") {
		return
	}
	l.Ahead.Otherwise = ahead("the schedule")
	l.Ahead.Profiles, l.Ahead.Periods = map[string]time.Duration{}, map[string]time.Duration{}
	for _, name := range []string{"low", "high", "a-only", "period-0", "period-1", "period-2"} {
		all := l.Ahead.Profiles
		if strings.HasPrefix(name, "period") {
			all = l.Ahead.Periods
		}
		if d := ahead(name); d > 0 {
			all[name] = d
		}
	}
}

func drawOverride(t *rapid.T, name string, start time.Time, profiles *rapid.Generator[string]) scaling.Override {
	// Few possible instants, so that many overrides begin where another ends.
	from := rapid.IntRange(-4, 20).Draw(t, "from, in quarters of a day")
	o := scaling.Override{Name: name, From: start.Add(time.Duration(from) * 6 * time.Hour)}
	o.Until = o.From.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "quarters of a day")) * 6 * time.Hour)
	if hours := rapid.IntRange(-3, 0).Draw(t, "created"); hours < 0 {
		o.CreatedAt = start.Add(time.Duration(hours) * time.Hour)
	}
	nodegroups := rapid.SampledFrom([][]string{{"a"}, {"b"}, {"a", "b"}, {"c", "a", "b"}}).Draw(t, "node groups")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		o.Profile = profiles.Draw(t, "profile")
	case 1:
		o.Profile, o.Nodegroups = profiles.Draw(t, "profile"), nodegroups
	default:
		o.Sizes = map[string]scaling.Target{}
		for _, nodegroup := range nodegroups {
			o.Sizes[nodegroup] = scaling.Desired(rapid.Int32Range(0, 9).Draw(t, "size"))
		}
	}
	return o
}
