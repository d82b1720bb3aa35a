package config_test

import (
	"strings"
	"testing"
)

// TestAdvice reads a cluster whose node groups are both at 0 in profile off, with the given default and periods.
func TestAdvice(t *testing.T) {
	const (
		none   = "warning: clusters[0].schedule: no node at all "
		gap    = "warning: clusters[0].schedule.periods[1]: profile on applies "
		meant  = "; is this intended?"
		nights = `{name: night, profile: off, from: "20:00", to: "07:00"`
	)
	tests := []struct {
		rule, fallback, periods string
		want                    []string
	}{
		{"a_node_group_stays_up", "on", `{name: night, profile: half, from: "20:00", to: "07:00"}`, nil},
		{"a_node_group_is_left_alone", "on", `{name: night, profile: one, from: "20:00", to: "07:00"}`, nil},
		{"never_a_node", "off", "", []string{none + "at any time" + meant}},
		{"every_night", "on", nights + "}", []string{none + "from 20:00 to 07:00 every day" + meant}},
		{"some_nights", "on", nights + ", days: [mon, wed, thu]}", []string{none + "from 20:00 to 07:00 on mon, wed, thu" + meant}},
		{"a_whole_day", "on", "{name: d, profile: off, days: [sun]}", []string{none + "from 00:00 to 24:00 on sun" + meant}},
		{"over_the_end_of_the_week", "on", `{name: w, profile: off, from: "fri 20:00", to: "mon 08:00"}`, []string{none + "from fri 20:00 to mon 08:00" + meant}},
		{"two_windows_a_day", "on", `{name: a, profile: off, from: "01:00", to: "02:00"}, {name: b, profile: off, from: "05:00", to: "06:00"}`, []string{none + "from 01:00 to 02:00 every day and from 05:00 to 06:00 every day" + meant}},
		{"an_earlier_period_keeps_it_up", "on", `{name: batch, profile: half, from: "19:00", to: "06:00"}, ` + nights + "}", []string{none + "from 06:00 to 07:00 every day" + meant}},
		{"dated_periods_are_no_ordinary_week", "on", `{name: christmas, profile: off, dates: ["2026-12-25"]}`, nil},
		{"some_weeks_of_a_month_neither", "on", `{name: closing, profile: off, days: ["fri#last"]}`, nil},

		{"weekend_then_night", "on", "{name: weekend, profile: off, days: [sat, sun]}, ^" + nights + ", days: [mon-fri]}", []string{
			none + "from 20:00 to 07:00 on mon-thu and from fri 20:00 to mon 00:00" + meant,
			gap + `from mon 00:00 to 07:00, between "weekend" and "night"; to close the gap, add sun to the days of "night"`,
		}},
		{"night_then_weekend", "on", "{name: weekend, profile: off, days: [sat, sun]}, ^" + nights + ", days: [sun-thu]}", []string{
			none + "from 20:00 to 07:00 on mon-thu and from sat 00:00 to mon 07:00" + meant,
			gap + `from fri 20:00 to 24:00, between "weekend" and "night"; to close the gap, add fri to the days of "night"`,
		}},
		{"the_remedy_closes_the_gap", "on", "{name: weekend, profile: off, days: [sat, sun]}, " + nights + ", days: [sun-fri]}", []string{
			none + "from 20:00 to 07:00 on mon-thu and from fri 20:00 to mon 07:00" + meant,
		}},
		{"a_weekend_that_is_up_leaves_no_gap", "on", "{name: a, profile: half, days: [sat, sun]}, " + nights + ", days: [mon-thu]}", []string{none + "from 20:00 to 07:00 on mon-thu" + meant}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			document := "timezone: UTC\nclusters:\n  - name: p\n    region: eu-west-1\n    nodegroups: {a: {minSize: 0, maxSize: 5}, b: {minSize: 0, maxSize: 5}}\n" +
				"    profiles: {off: {a: 0, b: 0}, on: {a: 1, b: 1}, half: {a: 1, b: 0}, one: {a: 0}}\n" +
				"    schedule:\n      ^default: " + test.fallback + "\n      periods: [" + test.periods + "]\n"
			if len(test.want) == 0 || !strings.HasPrefix(test.want[0], none) {
				document = strings.Replace(document, "^default", "default", 1)
			}
			expect(t, today, document, test.want...)
			expect(t, plain, strings.ReplaceAll(document, "^", ""))
		})
	}
}
