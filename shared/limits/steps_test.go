package limits_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/pace"
	"eks-scaling-automation/shared/scaling"
)

// stepping is a cluster that goes up in steps.
type stepping struct {
	nodes                   int
	every, timeout          string
	concurrency             int
	least, most, night, day []int // by node group
	override                string
}

// document returns the configuration in YAML.
func (s stepping) document() string {
	var groups, night, day []string
	for i := range s.most {
		name := fmt.Sprintf("group%d", i)
		groups = append(groups, fmt.Sprintf("%s: {minSize: %d, maxSize: %d}", name, s.least[i], s.most[i]))
		night, day = append(night, fmt.Sprintf("%s: %d", name, s.night[i])), append(day, fmt.Sprintf("%s: %d", name, s.day[i]))
	}
	return fmt.Sprintf(`timezone: UTC
clusters:
  - name: production
    region: sa-east-1
    waitTimeout: %s
    concurrency: %d
    rampUp: {nodes: %d, every: %s}
    nodegroups: {%s}
    profiles: {night: {%s}, day: {%s}}
    schedule: {default: day, periods: [{name: night, profile: night, from: "20:00", to: "07:00"}]}
%s`, s.timeout, s.concurrency, s.nodes, s.every, strings.Join(groups, ", "), strings.Join(night, ", "), strings.Join(day, ", "), s.override)
}

func (s stepping) parse(t interface{ Fatal(args ...any) }) config.Config {
	c, err := config.Parse([]byte(s.document()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// one is a cluster with one node group, from 1 to 12 nodes.
func one(change func(*stepping)) stepping {
	s := stepping{nodes: 5, every: "2m", timeout: "20m", concurrency: 5, least: []int{1}, most: []int{99}, night: []int{1}, day: []int{12}}
	change(&s)
	return s
}

func TestStepsOfTheLargestScaleUp(t *testing.T) {
	t.Parallel()
	const override = `overrides:
  - {cluster: production, sizes: {group0: 21}, from: 2027-12-24 20:00, until: 2027-12-25 20:00, reason: launch}
`
	for _, row := range []struct {
		rule  string
		s     stepping
		steps int
		time  time.Duration
	}{
		{"from 1 to 12 by 5", one(func(*stepping) {}), 3, time.Hour},
		{"from the limits' minSize, whatever the profiles", one(func(s *stepping) { s.night = []int{9} }), 3, time.Hour},
		{"at least one", one(func(s *stepping) { s.day = []int{1} }), 1, 20 * time.Minute},
		{"to the sizes of an override", one(func(s *stepping) { s.override = override }), 4, 80 * time.Minute},
		{"steps that wait for rampUp.every", one(func(s *stepping) { s.every, s.timeout = "10m", "1m" }), 3, 21 * time.Minute},
		{"one by one", one(func(s *stepping) { s.nodes, s.timeout = 1, "5m" }), 11, 55 * time.Minute},
		{"over all node groups, and a wave for scale-downs", one(func(s *stepping) {
			s.least, s.most, s.night, s.day = []int{0, 0, 0}, []int{9, 9, 9}, []int{0, 0, 0}, []int{4, 4, 4}
		}), 3, 80 * time.Minute},
	} {
		u := row.s.parse(t).Units()[0]
		if steps, worst := limits.Steps(u), limits.UnitTime(u); steps != row.steps || worst != row.time {
			t.Errorf("%s: found %d steps in %s; want %d in %s", row.rule, steps, worst, row.steps, row.time)
		}
	}
}

// six has six node groups, one of which goes up, in so many steps.
func six(steps int) func(*stepping) {
	return func(s *stepping) {
		s.nodes, s.least, s.most = 1, make([]int, 6), []int{9, 9, 9, 9, 9, 9}
		s.night, s.day = make([]int, 6), []int{steps, 0, 0, 0, 0, 0}
	}
}

func TestStepsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule       string
		fits, over func(*stepping)
		want       string
	}{
		{
			"3 hours with waitTimeout", func(s *stepping) { s.nodes, s.day = 1, []int{10} }, func(s *stepping) { s.nodes, s.day = 1, []int{11} },
			"clusters[0]: 1 node group 5 at a time with waitTimeout 20m in 10 steps of 1 node every 2m can take 3h20m, more than 3h: raise rampUp.nodes, or lower waitTimeout or rampUp.every",
		},
		{
			"8 steps of up to 6 node groups", six(8), six(9),
			"clusters[0]: 6 node groups 5 at a time with waitTimeout 20m in 9 steps of 1 node every 2m can take 3h20m, more than 3h: raise rampUp.nodes, or lower waitTimeout or rampUp.every",
		},
		{
			"3 hours with rampUp.every", func(s *stepping) { s.nodes, s.day, s.every, s.timeout = 2, []int{14}, "29m", "1m" },
			func(s *stepping) { s.nodes, s.day, s.every, s.timeout = 2, []int{15}, "30m", "1m" },
			"clusters[0]: 1 node group 5 at a time with waitTimeout 1m in 7 steps of 2 nodes every 30m can take 3h1m, more than 3h: raise rampUp.nodes, or lower waitTimeout or rampUp.every",
		},
		{
			"the history", func(s *stepping) { s.nodes, s.timeout, s.every, s.most, s.day = 1, "30s", "1s", []int{450}, []int{220} },
			func(s *stepping) { s.nodes, s.timeout, s.every, s.most, s.day = 1, "30s", "1s", []int{450}, []int{240} },
			"clusters[0]: changes of all 1 node group with waitTimeout 30s in 239 steps of 1 node every 1s need 21062 history events, more than 20000: " +
				"manage fewer node groups, or raise rampUp.nodes, or lower waitTimeout or rampUp.every",
		},
	} {
		if found := limits.Check(one(row.fits).parse(t), now); len(found) > 0 {
			t.Errorf("%s: found %v; want none", row.rule, found)
		}
		var found []string
		for _, f := range limits.Check(one(row.over).parse(t), now) {
			found = append(found, f.String())
		}
		if len(found) != 1 || found[0] != row.want {
			t.Errorf("%s: found %q; want %q", row.rule, found, row.want)
		}
	}
}

// TestStepsOfANamedScheduleAreRefusedAtItsPlace, not at another one.
func TestStepsOfANamedScheduleAreRefusedAtItsPlace(t *testing.T) {
	t.Parallel()
	c, err := config.Parse([]byte(`timezone: UTC
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {web: {minSize: 1, maxSize: 99}, batch: {minSize: 0, maxSize: 99}}
    schedules:
      - {name: office, profiles: {day: {web: 99}}, default: day}
      - {name: batch, profiles: {"on": {batch: 99}}, default: "on", rampUp: {nodes: 5, every: 1m}}
`))
	if err != nil {
		t.Fatal(err)
	}
	found := limits.Check(c, now)
	if len(found) == 0 {
		t.Error("found nothing")
	}
	for _, f := range found {
		if f.Path != "clusters[0].schedules[1]" {
			t.Errorf("found %s; want only findings of the second schedule", f)
		}
	}
}

// TestWhatAUnitNeedsIsWithinItsBounds: a unit goes from one profile to the other, in steps, and no change takes longer than
// waitTimeout.
func TestWhatAUnitNeedsIsWithinItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStepping(t)
		u := s.parse(t).Units()[0]
		night := clock{t: t, unit: u, at: now}
		night.settle("night")
		night.change("day")
		if most := limits.UnitTime(u); night.at.Sub(now) > most {
			t.Errorf("it takes %s; computed %s\n%s", night.at.Sub(now), most, s.document())
		}
		if most := limits.UnitEvents(u); night.course.Events() > most {
			t.Errorf("it has %+v, %d events; computed %+v, %d\n%s", night.course, night.course.Events(), limits.UnitCourse(u), most, s.document())
		}
	})
}

func drawStepping(t *rapid.T) stepping {
	s := stepping{
		nodes:   rapid.IntRange(1, 8).Draw(t, "nodes"),
		every:   rapid.SampledFrom([]string{"1s", "30s", "2m", "5m", "30m"}).Draw(t, "every"),
		timeout: rapid.SampledFrom([]string{"1s", "1m", "10m", "1h"}).Draw(t, "waitTimeout"), concurrency: rapid.IntRange(1, 4).Draw(t, "concurrency"),
	}
	for range rapid.IntRange(1, 6).Draw(t, "node groups") {
		most := rapid.IntRange(1, 20).Draw(t, "maxSize")
		least := rapid.IntRange(0, most).Draw(t, "minSize")
		size := rapid.IntRange(least, most)
		s.least, s.most = append(s.least, least), append(s.most, most)
		s.night, s.day = append(s.night, size.Draw(t, "night")), append(s.day, size.Draw(t, "day"))
	}
	return s
}

// clock carries out a unit's changes and counts what they need.
type clock struct {
	t      *rapid.T
	unit   config.Unit
	groups []scaling.Nodegroup
	at     time.Time
	course limits.Course
}

// settle puts the node groups at the sizes of a profile.
func (c *clock) settle(profile string) {
	for name, target := range c.unit.Profiles[profile] {
		bounds := c.unit.Nodegroups[name]
		sizes := target.Goal(bounds).Sizes(0)
		c.groups = append(c.groups, scaling.Nodegroup{Name: name, Limits: bounds, Observed: scaling.Observed{Condition: scaling.Active, Sizes: &sizes}})
	}
	slices.SortFunc(c.groups, func(a, b scaling.Nodegroup) int { return strings.Compare(a.Name, b.Name) })
}

// change brings them to the sizes of another one, wave by wave.
func (c *clock) change(profile string) {
	for i := range c.groups {
		c.groups[i].Target = c.unit.Profiles[profile][c.groups[i].Name]
	}
	wanted := c.unit.Timeline().Wanted(now)
	rules := scaling.Rules{At: now, TakenAt: now, Enforce: c.unit.Enforce, Force: true, RampUp: c.unit.RampUp.Rule(), Run: "00000000-0000-0000-0000-000000000000"}
	var begun time.Time
	for {
		plan := scaling.Decide(wanted, rules, c.groups)
		if len(plan.Waves) == 0 {
			return
		}
		wave := plan.Waves[0]
		if wave[0].Step {
			begun = c.await(begun)
		}
		c.carryOut(wave)
	}
}

// await waits until rampUp.every has passed since the step before, and returns when the next one begins.
func (c *clock) await(begun time.Time) time.Time {
	due := begun.Add(time.Duration(c.unit.RampUp.Every))
	for !begun.IsZero() && c.at.Before(due) {
		c.at = c.at.Add(min(due.Sub(c.at), pace.Longest))
		c.course.Waits++
	}
	return c.at
}

// carryOut makes the changes of a wave, as many at a time as the unit may.
func (c *clock) carryOut(wave []scaling.Decision) {
	c.course.Waves++
	lanes := make([]time.Time, c.unit.Concurrency)
	for i := range lanes {
		lanes[i] = c.at
	}
	for _, d := range wave {
		takes := time.Duration(rapid.IntRange(0, int(time.Duration(c.unit.WaitTimeout)/time.Second)).Draw(c.t, "seconds")) * time.Second
		if rapid.Bool().Draw(c.t, "takes all of waitTimeout") {
			takes = time.Duration(c.unit.WaitTimeout)
		}
		c.course.Changes, c.course.Looks = c.course.Changes+1, c.course.Looks+pace.Looks(takes)
		lane := slices.Index(lanes, slices.MinFunc(lanes, time.Time.Compare))
		lanes[lane] = lanes[lane].Add(takes)
		i := slices.IndexFunc(c.groups, func(n scaling.Nodegroup) bool { return n.Name == d.Nodegroup })
		c.groups[i].Observed.Sizes = &d.After
	}
	c.at = slices.MaxFunc(lanes, time.Time.Compare)
}
