package triggers_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/triggers"
)

const queue = "signals: {queue: {alarm: backlog, otherwise: false}}\n"

// looking is a window that depends on the signal queue, with a look every so often.
func looking(window, every string) string {
	return window + ", when: {signal: queue, is: ALARM, every: " + every + "}"
}

func TestLooks(t *testing.T) {
	days := func(days string) string { return "days: [" + days + "], from: '06:00', to: '22:00'" }
	for _, test := range []struct {
		rule     string
		clusters []string
		want     []string // the looks: when, and for which clusters
	}{
		{"none_without_conditions", []string{cluster("a", "UTC", days("mon"))}, nil},
		{"whole_hours", []string{cluster("a", "UTC", looking(days("mon"), "15m"))}, []string{
			"look-UTC-0615-mon cron(15,30,45 6 ? * MON *) a", "look-UTC-0700-mon cron(0,15,30,45 7-21 ? * MON *) a",
		}},
		{"every_hour_of_every_day", []string{cluster("a", "UTC", looking("to: '24:00'", "1h"))}, []string{"look-UTC-0100-mon cron(0 1-23 ? * * *) a"}},
		{"the_default_is_15_minutes", []string{cluster("a", "UTC", "from: '06:00', to: '07:00', when: {signal: queue, is: ALARM}")}, []string{"look-UTC-0615-mon cron(15,30,45 6 ? * * *) a"}},
		{"edges_within_an_hour", []string{cluster("a", "UTC", looking("from: '06:50', to: '08:20'", "20m"))}, []string{
			"look-UTC-0700-mon cron(0,20,40 7 ? * * *) a", "look-UTC-0800-mon cron(0 8 ? * * *) a",
		}},
		{"over_midnight", []string{cluster("a", "UTC", looking("days: [sun], from: '23:00', to: '01:30'", "30m"))}, []string{
			"look-UTC-0000-mon cron(0,30 0 ? * MON *) a", "look-UTC-0100-mon cron(0 1 ? * MON *) a", "look-UTC-2330-sun cron(30 23 ? * SUN *) a",
		}},
		{"times_that_do_not_divide_the_hour_are_shorter", []string{cluster("a", "UTC", looking("from: '06:00', to: '07:00'", "45m"))}, []string{"look-UTC-0630-mon cron(30 6 ? * * *) a"}},
		{"clusters_share_their_looks", []string{cluster("a", "UTC", looking(days("mon"), "6h")), cluster("b", "UTC", looking(days("mon"), "4h"))}, []string{
			"look-UTC-0800-mon cron(0 8,16,20 ? * MON *) b", "look-UTC-1200-mon cron(0 12 ? * MON *) a b", "look-UTC-1800-mon cron(0 18 ? * MON *) a",
		}},
		{"no_look_at_a_transition", []string{cluster("a", "UTC", "from: '12:00', to: '13:00'", looking(days("mon"), "6h"))}, []string{"look-UTC-1800-mon cron(0 18 ? * MON *) a"}},
		{"another_clusters_transition_does_not_matter", []string{cluster("a", "UTC", looking(days("mon"), "6h")), cluster("b", "UTC", "from: '12:00', to: '13:00'")}, []string{
			"look-UTC-1200-mon cron(0 12,18 ? * MON *) a",
		}},
		{"a_paused_cluster_does_not_look", []string{disabled(cluster("a", "UTC", looking(days("mon"), "6h")))}, nil},
		{"dated_windows_have_one_time_looks", []string{cluster("a", "UTC", looking("dates: ['2026-11-24', '2026-12-24'], from: '06:00', to: '10:00'", "2h"))}, []string{
			"look-20261124T080000Z at(2026-11-24T08:00:00) a",
		}},
		{"and_so_have_windows_with_exceptions", []string{cluster("a", "UTC", looking("calendars: {except: [even]}, from: '06:00', to: '10:00'", "2h"))}, []string{
			"look-20261123T080000Z at(2026-11-23T08:00:00) a",
		}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			doc := document(test.clusters...) + "calendars: {even: {dates: ['2026-11-24']}}\n"
			if strings.Contains(doc, "when:") {
				doc += queue
			}
			now := instant(t, "2026-11-23T07:59:00Z")
			if test.rule == "dated_windows_have_one_time_looks" {
				now = now.Add(time.Hour)
			}
			var got []string
			for _, trigger := range triggers.Plan(read(t, doc), now) {
				if strings.HasPrefix(trigger.Name, "look-") || trigger.Once && strings.Contains(trigger.Description, "looks at its signals") {
					got = append(got, fmt.Sprintf("%s %s %s", trigger.Name, trigger.Expression, strings.Join(trigger.Input.Clusters, " ")))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("looks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLooksPerDay(t *testing.T) {
	hours := "from: '06:00', to: '22:00'"
	for _, test := range []struct {
		rule     string
		want     int
		clusters []string
	}{
		{"none_without_conditions", 0, []string{cluster("a", "UTC", "days: [mon]")}},
		{"four_an_hour_but_not_at_the_beginning", 63, []string{cluster("a", "UTC", looking(hours, "15m"))}},
		{"the_day_with_the_most_counts", 63, []string{cluster("a", "UTC", looking("days: [sun], "+hours, "15m"), looking("days: [mon], "+hours, "1h"))}},
		{"clusters_share_their_runs", 63, []string{cluster("a", "UTC", looking(hours, "15m")), cluster("b", "UTC", looking(hours, "15m"))}},
		{"other_zones_have_their_own", 78, []string{cluster("a", "UTC", looking(hours, "15m")), cluster("b", "Asia/Tokyo", looking(hours, "1h"))}},
		{"dated_windows_within_a_day", 4, []string{cluster("a", "UTC", looking("dates: ['2026-11-23'], from: '06:00', to: '10:00'", "1h"), looking("dates: ['2026-11-24'], from: '06:00', to: '11:00'", "1h"))}},
		{"paused_clusters_do_not_look", 0, []string{disabled(cluster("a", "UTC", looking(hours, "15m")))}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			doc := document(test.clusters...)
			if strings.Contains(doc, "when:") {
				doc += queue
			}
			if got := triggers.LooksPerDay(read(t, doc), instant(t, "2026-11-22T23:00:00Z")); got != test.want {
				t.Errorf("found %d; want %d", got, test.want)
			}
		})
	}
}

// While a conditional window is open, a run looks at the signals often enough, also when clocks change. No trigger looks without one.
// No cluster is in two triggers of an instant.
func TestRunsLookWhileAWindowIsOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawing{t: t, begin: time.Date(rapid.IntRange(2007, 2035).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC)}
		doc, now := d.conditions(d.document()), d.instant().Truncate(time.Minute)
		t.Logf("at %s:\n%s", now, doc)
		const days = 4
		clusters, until := read(t, doc), now.AddDate(0, 0, days)
		fired := map[string]map[time.Time]int{}
		for from := now; from.Before(until); from = from.AddDate(0, 0, 1) {
			fireLooks(t, fired, clusters, from)
		}
		for _, c := range clusters {
			if c.Paused {
				continue
			}
			checkTwice(t, c, fired[c.Name])
			for _, p := range c.Schedule.Periods {
				if p.When != nil {
					checkLooks(t, c, p, fired[c.Name], now, until)
				}
			}
		}
	})
}

var ownAhead = regexp.MustCompile(`^ ahead: \d+m,`)

// conditions makes about half of the periods conditional.
func (d *drawing) conditions(doc string) string {
	parts := strings.Split(doc, "{name: p")
	for i := 1; i < len(parts); i++ {
		if rapid.Bool().Draw(d.t, "is conditional") {
			every := rapid.SampledFrom([]string{"5m", "7m", "15m", "45m", "1h", "90m", "2h", "6h"}).Draw(d.t, "every")
			number, fields, _ := strings.Cut(parts[i], ",")
			fields = ownAhead.ReplaceAllString(fields, "") // which a condition refuses
			parts[i] = number + ", " + looking("", every)[2:] + "," + fields
		}
	}
	doc = strings.Join(parts, "{name: p")
	if strings.Contains(doc, "when:") {
		doc += queue
	}
	return doc
}

// fireLooks fires the triggers of a plan for a day. Those for looks must fire only while a window is open.
func fireLooks(t *rapid.T, fired map[string]map[time.Time]int, clusters []config.Unit, from time.Time) {
	for _, trigger := range triggers.Plan(clusters, from) {
		times, err := schedulerlocal.Times(trigger.Expression, trigger.Zone, from.Add(1), from.AddDate(0, 0, 1).Add(1))
		if err != nil {
			t.Fatalf("%s: %v", trigger.Name, err)
		}
		for _, c := range clusters {
			if !trigger.Names(c.Name) {
				continue
			}
			for _, at := range times {
				if fired[c.Name] == nil {
					fired[c.Name] = map[time.Time]int{}
				}
				fired[c.Name][at.UTC()]++
				local := at.In(c.Timetable().Location())
				looks := strings.HasPrefix(trigger.Name, "look-") || strings.Contains(trigger.Description, c.Name+" looks at its signals")
				if looks && len(c.Timetable().Open(at)) == 0 && len(shownAs(local)) == 1 {
					t.Errorf("%s looks for %s at %s, when no window is open", trigger.Name, c.Name, local)
				}
			}
		}
	}
}

func checkTwice(t *rapid.T, c config.Unit, fired map[time.Time]int) {
	for at, n := range fired {
		if n > 1 && len(shownAs(at.In(c.Timetable().Location()))) == 1 {
			t.Errorf("%s is in %d triggers at %s", c.Name, n, at)
		}
	}
}

// checkLooks looks at every minute whether the period's window is open, and measures the time since the last run or the opening.
func checkLooks(t *rapid.T, c config.Unit, p schedule.Period, fired map[time.Time]int, from, until time.Time) {
	var last time.Time
	for at := from; at.Before(until); at = at.Add(time.Minute) {
		open := slices.ContainsFunc(c.Timetable().Open(at), func(o schedule.Period) bool { return o.Name == p.Name })
		switch {
		case !open:
			last = time.Time{}
		case last.IsZero() || fired[at.UTC()] > 0:
			last = at
		case at.Sub(last) > time.Duration(p.When.Every)+time.Minute:
			t.Fatalf("%s: no run between %s and %s while the window of %s is open", c.Name, last.In(c.Timetable().Location()), at, p.Name)
		}
	}
}
