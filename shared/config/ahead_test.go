package config_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// TestAhead reads ahead in the schedule, and in the period tuesday.
func TestAhead(t *testing.T) {
	for _, test := range []struct {
		rule, schedule, period string
		want                   scaling.Ahead
		printed                string // of the schedule
	}{
		{"none", "", "", scaling.Ahead{}, ""},
		{"of_a_schedule", "10m", "", scaling.Ahead{Otherwise: 10 * time.Minute}, `"ahead":"10m"`},
		{"of_a_schedule_in_other_units", "90m", "", scaling.Ahead{Otherwise: 90 * time.Minute}, `"ahead":"1h30m"`},
		{"of_a_period", "", "1m", scaling.Ahead{Periods: map[string]time.Duration{"tuesday": time.Minute}}, `"ahead":"1m"`},
		{"of_profiles", "{peak: 12h, normal: 5m}", "", scaling.Ahead{Profiles: map[string]time.Duration{"peak": 12 * time.Hour, "normal": 5 * time.Minute}}, `"ahead":{"normal":"5m","peak":"12h"}`},
		{"of_both", "10m", "20m", scaling.Ahead{Periods: map[string]time.Duration{"tuesday": 20 * time.Minute}, Otherwise: 10 * time.Minute}, `"ahead":"10m"`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			document := valid
			if test.schedule != "" {
				document = strings.Replace(document, "default: normal", "default: normal\n      ahead: "+test.schedule, 1)
			}
			if test.period != "" {
				document = strings.Replace(document, "name: tuesday,", "name: tuesday, ahead: "+test.period+",", 1)
			}
			c := parse(t, document)
			if diff := cmp.Diff(test.want, c.Units()[0].Timeline().Ahead); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if text := string(printed(t, c.Clusters[0].Schedule)); !strings.Contains(text, test.printed) || test.printed == "" && strings.Contains(text, "ahead") {
				t.Errorf("it prints as %s", text)
			}
			printsBack(t, c)
		})
	}
}

const twoSchedules = `timezone: UTC
clusters:
  - name: p
    region: eu-west-1
    nodegroups: {a: {minSize: 0, maxSize: 5}, b: {minSize: 0, maxSize: 5}}
    schedules:
      - {name: one, ahead: AHEAD, profiles: {busy: {a: 1}, quiet: {a: 0}}, default: quiet, periods: [{name: day, profile: busy, from: "08:00", to: "18:00"}]}
      - {name: two, profiles: {high: {b: 1}}, default: high}
`

// A named schedule has its own, beside default, and knows only its own profiles.
func TestAheadOfANamedSchedule(t *testing.T) {
	c := parse(t, strings.Replace(twoSchedules, "AHEAD", "{busy: 10m}", 1))
	one, two := c.Units()[0].Timeline().Ahead, c.Units()[1].Timeline().Ahead
	if one.Profiles["busy"] != 10*time.Minute || !two.IsZero() {
		t.Errorf("found %+v and %+v; want 10m for profile busy of the first, and nothing in the second", one, two)
	}
	printsBack(t, c)
	expect(t, plain, strings.Replace(twoSchedules, "AHEAD", "{high: ^10m}", 1),
		`clusters[0].schedules[0].ahead.high: unknown profile "high"; known: busy, quiet`)
}

func TestAheadRefuses(t *testing.T) {
	const (
		path = "clusters[0].schedule.ahead"
		form = ": must be a duration from 1m to 12h, for example 20m, not "
	)
	for _, test := range []struct {
		rule, ahead string
		want        []string
	}{
		{"a_number", "^10", []string{path + form + "10"}},
		{"too_short", "^59s", []string{path + form + `"59s"`}},
		{"too_long", "^721m", []string{path + form + `"721m"`}},
		{"negative", "^-10m", []string{path + form + `"-10m"`}},
		{"a_part_of_a_minute", "^90s", []string{path + `: must be whole minutes, for example 10m, not "90s"`}},
		{"nothing", "^null", []string{path + ": is empty: must be a duration from 1m to 12h, for example 20m"}},
		{"no_profile", "^{}", []string{path + ": is empty: use a duration, or one for each profile, for example {peak: 10m}"}},
		{"a_list", "^[10m]", []string{path + form + "a list"}},
		{"an_unknown_profile", "{peek: ^10m}", []string{path + `.peek: unknown profile "peek"; did you mean "peak"?`}},
		{"a_profile_twice", "{peak: 10m, peak: ^5m}", []string{path + ".peak: duplicate field: keep one"}},
		{"a_profile_without_unit", "{peak: ^10, normal: 5m}", []string{path + ".peak" + form + "10"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			expect(t, plain, replace(t, "default: normal", "default: normal\n      ahead: "+test.ahead), test.want...)
		})
	}
	expect(t, plain, replace(t, "name: night,", "name: night, ahead: ^soon,"), `clusters[0].schedule.periods[1].ahead`+form+`"soon"`)
}

// TestAdviceOnAhead has profiles of one node group: none, low and high, with 0, 1 and 5 nodes.
func TestAdviceOnAhead(t *testing.T) {
	const (
		path = "warning: clusters[0].schedule."

		useless = "has no effect: "
	)
	for _, test := range []struct {
		rule, schedule string
		want           []string
	}{
		{"long_enough_before", `ahead: 8h, default: low, periods: [{name: day, profile: high, from: "08:00", to: "18:00"}]`, nil},
		{"longer_than_the_default_before", `default: low, periods: [{name: day, profile: high, from: "08:00", to: "22:00", ahead: ^10h1m}]`, []string{
			path + `periods[0].ahead: 10h1m is longer than the default before period "day", which starts at sun 22:00: scale-ups begin at its start`,
		}},
		{"as_long_as_the_default_before", `default: low, periods: [{name: day, profile: high, from: "08:00", to: "22:00", ahead: 10h}]`, nil},
		{"the_shortest_counts", `default: high, ahead: ^7h, periods: [{name: week, profile: low, days: [mon-fri], from: "00:00", to: "06:00"}, {name: end, profile: low, days: [sat, sun], from: "00:00", to: "03:00"}]`, []string{
			path + `ahead: 7h is longer than period "end" before the default, which starts at sat 00:00: scale-ups begin at its start`,
		}},
		{"what_is_not_raised_does_not_count", `default: low, ahead: 2h, periods: [{name: day, profile: high, from: "08:00", to: "09:00"}]`, nil},
		{"of_a_profile", `default: low, ahead: {high: ^10h1m}, periods: [{name: day, profile: high, from: "08:00", to: "22:00"}]`, []string{
			path + `ahead.high: 10h1m is longer than the default before period "day", which starts at sun 22:00: scale-ups begin at its start`,
		}},
		{"dated_periods_are_no_ordinary_week", `default: low, ahead: 12h, periods: [{name: sale, profile: high, dates: ["2026-12-01", "2026-12-03"], from: "08:00", to: "20:01"}]`, nil},

		{"a_period_that_only_lowers", `default: high, periods: [{name: night, profile: low, from: "22:00", to: "06:00", ahead: ^10m}]`, []string{
			path + "periods[0].ahead: " + useless + "profile low raises no node group above another profile of the schedule",
		}},
		{"a_period_that_raises_what_another_lowers", `default: high, periods: [{name: off, profile: none, days: [sun]}, {name: night, profile: low, from: "22:00", to: "06:00", ahead: 10m}]`, nil},
		{"a_profile_that_only_lowers", `default: high, ahead: {low: ^10m, high: 10m}, periods: [{name: night, profile: low, from: "22:00", to: "06:00"}]`, []string{
			path + "ahead.low: " + useless + "profile low raises no node group above another profile of the schedule",
		}},
		{"a_profile_that_no_period_has", `default: high, ahead: {none: ^10m}, periods: [{name: night, profile: low, from: "22:00", to: "06:00"}]`, []string{
			path + "ahead.none: " + useless + "profile none applies in no period without its own ahead or when",
		}},
		{"a_schedule_of_one_size", `default: high, ahead: ^10m`, []string{path + "ahead: " + useless + "no profile raises a node group above another profile of the schedule"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			document := "timezone: UTC\nclusters:\n  - name: p\n    region: eu-west-1\n    nodegroups: {a: {minSize: 0, maxSize: 5}, b: {minSize: 0, maxSize: 5}}\n" +
				"    profiles: {none: {a: 0, b: 1}, low: {a: 1, b: 1}, high: {a: 5, b: 1}}\n    schedule: {" + test.schedule + "}\n"
			expect(t, today, document, test.want...)
			expect(t, config.Reading{}, strings.ReplaceAll(document, "^", ""))
		})
	}
}

// The documented example raises big when its description says so.
func TestDocumentedLeads(t *testing.T) {
	i := slices.IndexFunc(fence.FindAllStringSubmatch(documentation(t), -1), func(block []string) bool { return strings.Contains(block[2], "ahead:") })
	c := parse(t, without(whole(t), "clusters")+fence.FindAllStringSubmatch(documentation(t), -1)[i][2])
	loc := c.Units()[0].Timetable().Location()
	var got []string
	for _, lead := range c.Units()[0].Timeline().Leads(time.Date(2026, 10, 30, 0, 0, 0, 0, loc), time.Date(2026, 10, 31, 0, 0, 0, 0, loc)) { // a last Friday
		got = append(got, lead.From.Format("15:04")+" to "+lead.Transition.Format("15:04")+" "+lead.Profile+" "+strings.Join(lead.Nodegroups, " "))
	}
	if diff := cmp.Diff([]string{"06:20 to 06:30 normal big", "08:45 to 09:00 peak big"}, got); diff != "" {
		t.Errorf("leads (-want +got):\n%s", diff)
	}
}
