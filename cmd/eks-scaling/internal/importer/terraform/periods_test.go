package terraform_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
)

// TestPeriods has in each row the default and the periods that become of the schedules of one node group.
func TestPeriods(t *testing.T) {
	tests := []struct {
		rule, schedules string
		want            []string
	}{
		{"one_action_holds_always", "on = {" + sets("1", "0 6 * * *") + "}", []string{`"on"}`}},
		{"actions_of_the_same_sizes_hold_always", "on = {" + sets("1", "0 6 * * *") + "}\n again = {" + sets("1", "0 20 * * *") + "}", []string{`"on"}`}},
		{"every_day", "on = {" + sets("1", "30 6 * * *") + "}\n off = {" + sets("0", "15 20 * * *") + "}", []string{`"on"`, `"off", profile: "off", from: "20:15", to: "06:30"`}},
		{"the_longer_time_is_the_default", "on = {" + sets("1", "0 6 * * *") + "}\n off = {" + sets("0", "0 9 * * *") + "}", []string{`"off"`, `"on", profile: "on", from: "06:00", to: "09:00"`}},
		{
			"some_weekdays_sleep_through_the_weekend", "on = {" + sets("1", "0 6 * * 1-5") + "}\n off = {" + sets("0", "0 20 * * 1-5") + "}",
			[]string{`"off"`, `"on", profile: "on", days: [mon, tue, wed, thu, fri], from: "06:00", to: "20:00"`},
		},
		{"window_of_several_days", "on = {" + sets("1", "0 6 * * 1") + "}\n off = {" + sets("0", "0 20 * * 5") + "}", []string{`"on"`, `"off", profile: "off", from: "fri 20:00", to: "mon 06:00"`}},
		{
			"window_around_the_weeks_end_though_an_action_repeats_in_it", "on = {" + sets("1", "0 6 * * 1") + "}\n off = {" + sets("0", "0 20 * * 5") + "}\n again = {" + sets("0", "0 3 * * 1") + "}",
			[]string{`"on"`, `"off", profile: "off", from: "fri 20:00", to: "mon 06:00"`},
		},
		{"window_of_whole_days", "on = {" + sets("1", "0 0 * * 1") + "}\n off = {" + sets("0", "0 0 * * 6") + "}", []string{`"on"`, `"off", profile: "off", from: "sat 00:00", to: "mon 00:00"`}},
		{"window_of_one_whole_day", "on = {" + sets("1", "0 0 * * MON") + "}\n off = {" + sets("0", "0 0 * * SUN") + "}", []string{`"on"`, `"off", profile: "off", days: [sun], from: "00:00", to: "24:00"`}},
		{"window_of_24_hours", "on = {" + sets("1", "0 8 * * 1") + "}\n off = {" + sets("0", "0 8 * * 0") + "}", []string{`"on"`, `"off", profile: "off", from: "sun 08:00", to: "mon 08:00"`}},
		{"window_to_midnight", "on = {" + sets("1", "0 0 * * *") + "}\n off = {" + sets("0", "0 20 * * *") + "}", []string{`"on"`, `"off", profile: "off", from: "20:00", to: "24:00"`}},
		{"days_of_one_window_over_midnight", "on = {" + sets("1", "0 6 * * *") + "}\n off = {" + sets("0", "0 22 * * 5,6") + "}", []string{`"on"`, `"off", profile: "off", days: [fri, sat], from: "22:00", to: "06:00"`}},
		{
			"several_windows_of_a_profile_are_numbered", "on = {" + sets("1", "0 6,14 * * *") + "}\n off = {" + sets("0", "0 13,20 * * *") + "}",
			[]string{`"on"`, `"off", profile: "off", from: "13:00", to: "14:00"`, `off-2, profile: "off", from: "20:00", to: "06:00"`},
		},
		{"repeated_actions_change_nothing", "on = {" + sets("1", "*/10 6-19 * * *") + "}\n off = {" + sets("0", "0 20-23 * * *") + "}", []string{`"on"`, `"off", profile: "off", from: "20:00", to: "06:00"`}},
		{"what_ended_is_left_out", "on = {" + sets("1", "0 6 * * *") + `, start_time = "2020-01-01T00:00:00Z"` + "}\n off = {" + sets("0", "0 20 * * *") + `, end_time = "2026-11-23T12:00:00Z"` + "}", []string{`"on"}`}},
		{"what_fires_once_is_left_out", "on = {" + sets("1", "0 6 * * *") + `}, once = {min_size = 4, max_size = 4, desired_size = 4, start_time = "2026-12-01T00:00:00Z" }`, []string{`"on"}`}},
		{
			"names_that_YAML_takes_for_others", `"06:00" = {` + sets("1", "30 6 * * *") + "}\n null = {" + sets("0", "15 20 * * *") + "}\n \"a: [\" = {" + sets("2", "0 21 * * *") + "}",
			[]string{`"06:00"`, `"null", profile: "null", from: "20:15", to: "21:00"`, `'a: [', profile: 'a: [', from: "21:00", to: "06:30"`},
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(file(big(test.schedules)))
			if err != nil {
				t.Fatal(err)
			}
			_, got, _ := strings.Cut(importertest.Body(t, imported), "default: ")
			want := strings.Join(test.want, "\n      periods:\n        - {name: ")
			if len(test.want) > 1 {
				want = test.want[0] + "\n      periods:\n        - {name: " + strings.Join(test.want[1:], "}\n        - {name: ") + "}"
			}
			if diff := cmp.Diff(want+"\n", got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
