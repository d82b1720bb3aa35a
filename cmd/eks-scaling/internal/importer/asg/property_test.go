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
	d := drawn{recurrence: minute + " " + hour + " * * " + day, minutes: minutes, hours: hours, days: days}
	d.high = rapid.Int32Range(0, 3).Draw(t, "max")
	d.low = rapid.Int32Range(0, d.high).Draw(t, "min")
	d.desired = rapid.Int32Range(d.low, d.high).Draw(t, "desired")
	return d
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

// TestImportedScheduleEqualsTheActions fires random actions of every week for two weeks after one to begin with, and
// compares every minute. The clocks are not changed in these weeks.
func TestImportedScheduleEqualsTheActions(t *testing.T) {
	const week = 7 * 24 * 60
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "America/Sao_Paulo", "Asia/Kathmandu", "Europe/Berlin"}).Draw(t, "zone")
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Date(2026, 10, 26, 0, 0, 0, 0, loc)
		var groups []asg.Nodegroup
		simulated := map[string][]string{}
		for i := range rapid.IntRange(1, 3).Draw(t, "node groups") {
			var actions []drawn
			group := asg.Nodegroup{Name: fmt.Sprintf("ng%d", i), Groups: []asg.AutoScalingGroup{{}}}
			for j := range rapid.IntRange(1, 4).Draw(t, "actions") {
				a := drawAction(t)
				actions = append(actions, a)
				group.Groups[0].Actions = append(group.Groups[0].Actions, asg.ScheduledAction{
					Name: fmt.Sprintf("a%d", j), Recurrence: a.recurrence, TimeZone: zone, MinSize: &a.low, MaxSize: &a.high, DesiredCapacity: &a.desired,
				})
			}
			groups = append(groups, group)
			if sizes, contradiction := firings(actions, start, 3*week); !contradiction {
				simulated[group.Name] = sizes[week:]
			}
		}
		imported, err := read(groups...)
		if err != nil {
			if len(simulated) > 0 {
				t.Fatalf("%v\nis refused: %v", groups, err)
			}
			return
		}
		cluster := importertest.Config(t, imported).Clusters[0]
		names := slices.Sorted(maps.Keys(cluster.Nodegroups))
		if want := slices.Sorted(maps.Keys(simulated)); !slices.Equal(want, names) {
			t.Fatalf("%v\nbecame the node groups %v; want %v", groups, names, want)
		}
		begin := start.AddDate(0, 0, 7)
		for _, name := range names {
			got := wanted(cluster.Timeline(), name, begin, 2*week)
			for i, want := range simulated[name] {
				if got[i] != want {
					t.Fatalf("%v\nbecame\n%s\nwith %s at %s for %s; want %s", groups, imported.Document, got[i],
						begin.Add(time.Duration(i)*time.Minute), name, want)
				}
			}
		}
	})
}
