package asg_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer/asg"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// drawn is an action of Auto Scaling as a table of when it fires, beside the text that says so.
type drawn struct {
	recurrence           string
	minutes, hours, days map[int]bool // days from Sunday, which is 0
	low, high, desired   int32
}

func (d drawn) fires(at time.Time) bool {
	return d.minutes[at.Minute()] && d.hours[at.Hour()] && d.days[int(at.Weekday())]
}

// size is what the action makes of a node group.
func (d drawn) size() string {
	return fmt.Sprint(d.low, max(d.high, 1), d.desired)
}

// drawField draws one field of a cron expression and what it stands for.
func drawField(t *rapid.T, name string, high int) (text string, values map[int]bool) {
	values = map[int]bool{}
	entry := func() int { return rapid.IntRange(0, high).Draw(t, name) }
	switch rapid.IntRange(0, 5).Draw(t, "form of "+name) {
	case 0:
		step := rapid.SampledFrom([]int{1, high/2 + 1, high}).Draw(t, "step of "+name)
		for n := 0; n <= high; n += step {
			values[n] = true
		}
		return fmt.Sprintf("*/%d", step), values
	case 1:
		first := entry()
		last := rapid.IntRange(first, high).Draw(t, "end of "+name)
		step := rapid.IntRange(1, 3).Draw(t, "step of "+name)
		for n := first; n <= last; n += step {
			values[n] = true
		}
		return fmt.Sprintf("%d-%d/%d", first, last, step), values
	case 2:
		for n := range high + 1 {
			values[n] = true
		}
		return "*", values
	default:
		var texts []string
		for range rapid.IntRange(1, 3).Draw(t, "entries of "+name) {
			n := entry()
			values[n] = true
			texts = append(texts, strconv.Itoa(n))
		}
		return strings.Join(texts, ","), values
	}
}

func drawAction(t *rapid.T) drawn {
	minute, minutes := drawField(t, "minute", 59)
	if rapid.Bool().Draw(t, "at the full hour") {
		minute, minutes = "0", map[int]bool{0: true}
	}
	hour, hours := drawField(t, "hour", 23)
	day, days := drawField(t, "day", 6)
	if strings.HasPrefix(day, "*/") { // cron counts Sunday as 7 too, which the table does not have
		day = "*"
		for n := range 7 {
			days[n] = true
		}
	}
	return drawn{recurrence: minute + " " + hour + " * * " + day, minutes: minutes, hours: hours, days: days}
}

func (d *drawn) drawSizes(t *rapid.T) {
	d.high = rapid.Int32Range(0, 3).Draw(t, "max")
	d.low = rapid.Int32Range(0, d.high).Draw(t, "min")
	d.desired = rapid.Int32Range(d.low, d.high).Draw(t, "desired")
}

// firings returns the action that holds in every minute of local time: an action's sizes hold until another one fires.
func firings(actions []drawn, start time.Time, minutes int) (sizes []string, contradiction bool) {
	sizes = make([]string, minutes)
	now := ""
	for i := range sizes {
		fired := false
		for _, a := range actions {
			if a.fires(start.Add(time.Duration(i) * time.Minute)) {
				contradiction = contradiction || fired && now != a.size()
				now, fired = a.size(), true
			}
		}
		sizes[i] = now
	}
	return sizes, contradiction
}

// wanted are the sizes at every minute that a configuration asks for.
func wanted(l scaling.Timeline, nodegroup string, start time.Time, minutes int) []string {
	sizes := make([]string, minutes)
	var until time.Time
	now := ""
	for i := range sizes {
		at := start.Add(time.Duration(i) * time.Minute)
		if i == 0 || !until.IsZero() && !at.Before(until) {
			for _, d := range l.Demands(at) {
				if d.Nodegroup == nodegroup {
					now = fmt.Sprint(*d.Target.MinSize, *d.Target.MaxSize, *d.Target.DesiredSize)
				}
			}
			until = l.NextChange(at)
		}
		sizes[i] = now
	}
	return sizes
}

// drawnGroup is a node group with what its actions make of it.
type drawnGroup struct {
	asg.Nodegroup
	start time.Time // Monday 00:00 in the zone of its actions
	sizes []string  // by minute, from a week after the start; none if actions contradict each other
}

const week = 7 * 24 * 60

// drawGroup draws sizes for the given hours: a recurrence for each action.
func drawGroup(t *rapid.T, name, zone string, hours []drawn) drawnGroup {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	g := drawnGroup{start: time.Date(2026, 10, 26, 0, 0, 0, 0, loc), Nodegroup: asg.Nodegroup{Name: name, Groups: []asg.AutoScalingGroup{{}}}}
	actions := slices.Clone(hours)
	for i := range actions {
		a := &actions[i]
		a.drawSizes(t)
		g.Groups[0].Actions = append(g.Groups[0].Actions, asg.ScheduledAction{
			Name: fmt.Sprintf("a%d", i), Recurrence: a.recurrence, TimeZone: zone, MinSize: &a.low, MaxSize: &a.high, DesiredCapacity: &a.desired,
		})
	}
	if sizes, contradiction := firings(actions, g.start, 3*week); !contradiction {
		g.sizes = sizes[week:]
	}
	return g
}

// hours are the zone and the minutes of the week at which the sizes change.
func (g drawnGroup) hours() string {
	var changes []int
	for i := 1; i <= week; i++ {
		if g.sizes[i] != g.sizes[i-1] {
			changes = append(changes, i)
		}
	}
	return fmt.Sprint(g.start.Location(), changes)
}

// drawGroups draws node groups from few recurrences and zones, so that some have the same hours.
func drawGroups(t *rapid.T) (drawnGroups []drawnGroup, groups []asg.Nodegroup) {
	zones := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"UTC", "America/Sao_Paulo", "Asia/Kathmandu", "Europe/Berlin"}), 1, 2, rapid.ID).Draw(t, "zones")
	hours := make([][]drawn, rapid.IntRange(1, 3).Draw(t, "sets of hours"))
	for i := range hours {
		for range rapid.IntRange(1, 4).Draw(t, "actions") {
			hours[i] = append(hours[i], drawAction(t))
		}
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "node groups") {
		g := drawGroup(t, fmt.Sprintf("ng%d", i), rapid.SampledFrom(zones).Draw(t, "zone"), rapid.SampledFrom(hours).Draw(t, "hours"))
		drawnGroups, groups = append(drawnGroups, g), append(groups, g.Nodegroup)
	}
	return drawnGroups, groups
}

// TestImportedSchedulesEqualTheActions fires random actions of every week for two weeks after one to begin with, and
// compares every minute. The clocks are not changed in these weeks. Node groups share a schedule if they share hours.
func TestImportedSchedulesEqualTheActions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, groups := drawGroups(t)
		all = slices.DeleteFunc(all, func(g drawnGroup) bool { return g.sizes == nil })
		imported, err := read(groups...)
		if err != nil {
			if len(all) > 0 {
				t.Fatalf("%v\nis refused: %v", groups, err)
			}
			return
		}
		cluster := importertest.Config(t, imported).Clusters[0]
		want := map[string][]string{}
		for _, g := range all {
			want[g.hours()] = append(want[g.hours()], g.Name)
		}
		checkUnits(t, cluster, slices.Collect(maps.Values(want)))
		for _, g := range all {
			begin := g.start.AddDate(0, 0, 7)
			for i, got := range wanted(unitOf(cluster, g.Name).Timeline(), g.Name, begin, 2*week) {
				if got != g.sizes[i] {
					t.Fatalf("%v\nbecame\n%s\nwith %s at %s for %s; want %s", groups, imported.Document, got,
						begin.Add(time.Duration(i)*time.Minute), g.Name, g.sizes[i])
				}
			}
		}
	})
}

// checkUnits checks which node groups are in one unit. Several units have the names of their first node groups.
func checkUnits(t *rapid.T, c config.Cluster, want [][]string) {
	var got []string
	for _, u := range c.Units() {
		names := slices.Sorted(maps.Keys(u.Nodegroups))
		got = append(got, u.Name+fmt.Sprint(names))
	}
	wanted := make([]string, len(want))
	for i, names := range want {
		slices.Sort(names)
		wanted[i] = c.Name + fmt.Sprint(names)
		if len(want) > 1 {
			wanted[i] = c.Name + ":" + names[0] + fmt.Sprint(names)
		}
	}
	slices.Sort(got)
	slices.Sort(wanted)
	if !slices.Equal(got, wanted) {
		t.Fatalf("found the units %v; want %v", got, wanted)
	}
}

func unitOf(c config.Cluster, nodegroup string) config.Unit {
	for _, u := range c.Units() {
		if _, own := u.Nodegroups[nodegroup]; own {
			return u
		}
	}
	return config.Unit{}
}
