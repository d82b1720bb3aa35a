package legacy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/legacy"
)

const (
	bothLimits  = `{"small_nodegroup": {"min_size": 0, "max_size": 1}, "big_nodegroup": {"min_size": 0, "max_size": 5}}`
	asleep      = `"small_nodes": 1, "big_nodes": 0`
	sleepOne    = `"sleep_time": {"start_hour": 1, "end_hour": 6, ` + asleep + `}`
	tuesdayPeak = `"peak_time": {"weekday": 1, "big_nodes": 3}`
)

func parse(text string) (importer.Imported, error) {
	return legacy.Import(importer.File{Name: "old.json", Data: []byte(text)}, importertest.Production)
}

func read(schedules, limits string) (importer.Imported, error) {
	return parse(fmt.Sprintf("{\"schedules\": {%s},\n\"nodegroup_limits\": %s}", schedules, limits))
}

// TestPeriods has in each row the schedules, and the periods that become of them.
func TestPeriods(t *testing.T) {
	sleep := func(hours string) string { return `"sleep_time": {` + hours + ", " + asleep + "}" }
	tests := []struct {
		rule, schedules string
		want            []string
	}{
		{"without_a_minute_it_ends_at_half_past", sleepOne, []string{`sleep, profile: sleep, from: "01:00", to: "06:30"`}},
		{"another_end_hour_without_a_minute", sleep(`"start_hour": 2, "end_hour": 8`), []string{`sleep, profile: sleep, from: "02:00", to: "08:30"`}},
		{"no_hours", sleep(`"start_minute": 15`), []string{`sleep, profile: sleep, from: "01:15", to: "06:30"`}},
		{"minutes", sleep(`"start_hour": 1, "start_minute": 15, "end_hour": 6, "end_minute": 0`), []string{`sleep, profile: sleep, from: "01:15", to: "06:00"`}},
		{"numbers_as_texts", sleep(`"start_hour": "1", "start_minute": "05", "end_hour": "6", "end_minute": "0.0"`), []string{`sleep, profile: sleep, from: "01:05", to: "06:00"`}},
		{"to_midnight", sleep(`"start_hour": 22, "end_hour": 24`), []string{`sleep, profile: sleep, from: "22:00", to: "24:00"`}},
		{"a_peak_without_hours", tuesdayPeak, []string{`peak, profile: peak, days: [tue], from: "06:30", to: "11:30"`}},
		{"a_peak_without_a_day_is_on_Tuesday", `"peak_time": {"big_nodes": 3}`, []string{`peak, profile: peak, days: [tue], from: "06:30", to: "11:30"`}},
		{"weekday_0_is_monday", `"peak_time": {"weekday": 0, "big_nodes": 3}`, []string{`peak, profile: peak, days: [mon], from: "06:30", to: "11:30"`}},
		{"weekday_6_is_sunday", `"peak_time": {"weekday": "6", "big_nodes": 3}`, []string{`peak, profile: peak, days: [sun], from: "06:30", to: "11:30"`}},
		{"the_older_name_of_the_peak", `"tuesday_peak": {"big_nodes": 3, "end_hour": 9}`, []string{`peak, profile: peak, days: [tue], from: "06:30", to: "09:30"`}},
		{
			"sleep_outranks_peak", `"peak_time": {"weekday": 1, "big_nodes": 3, "start_hour": 5}, ` + sleepOne,
			[]string{`sleep, profile: sleep, from: "01:00", to: "06:30"`, `peak, profile: peak, days: [tue], from: "05:30", to: "11:30"`},
		},
		{
			"weekend_midnight", sleepOne + `, "weekend_midnight": {"start_hour": 0, "end_hour": 1, "weekdays": [5, 6], ` + asleep + `}`,
			[]string{`sleep, profile: sleep, from: "01:00", to: "06:30"`, `weekend_midnight, profile: weekend_midnight, days: [sat, sun], from: "00:00", to: "01:00"`},
		},
		{"weekend_midnight_without_anything", `"weekend_midnight": {` + asleep + `}`, []string{`weekend_midnight, profile: weekend_midnight, days: [sat, sun], from: "00:00", to: "01:00"`}},
		{"weekdays_as_texts", `"weekend_midnight": {"weekdays": ["4"], ` + asleep + `}`, []string{`weekend_midnight, profile: weekend_midnight, days: [fri], from: "00:00", to: "01:00"`}},
		{
			"without_a_sleep_time_its_default_hides_the_peak", `"peak_time": {"weekday": 1, "big_nodes": 3, "start_hour": 5, "start_minute": 0}`,
			[]string{`sleep, profile: sleep, from: "01:00", to: "06:30"`, `peak, profile: peak, days: [tue], from: "05:00", to: "11:30"`},
		},
		{
			"without_a_peak_its_default_counts_if_it_differs", sleepOne + `, "normal_operation": {"small_nodes": 0, "big_nodes": 2}`,
			[]string{`sleep, profile: sleep, from: "01:00", to: "06:30"`, `peak, profile: peak, days: [tue], from: "06:30", to: "11:30"`},
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(test.schedules, bothLimits)
			if err != nil {
				t.Fatal(err)
			}
			_, periods, _ := strings.Cut(importertest.Body(t, imported), "periods:\n")
			want := "        - {name: " + strings.Join(test.want, "}\n        - {name: ") + "}\n"
			if diff := cmp.Diff(want, periods); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWhatTheOldScalerNeverUses has windows that are skipped; the other one is imported all the same.
func TestWhatTheOldScalerNeverUses(t *testing.T) {
	tests := []struct{ rule, schedules, left, want string }{
		{"over_midnight", `"sleep_time": {"start_hour": 22, "end_hour": 6, "big_nodes": 0}, ` + tuesdayPeak, "peak", `schedules.sleep_time: skipped: it ends at 06:30, which is not after 22:00, so the old scaler never uses it. For a window over midnight, add a period from "22:00" to "06:30"`},
		{"no_length", `"sleep_time": {"start_hour": 6, "start_minute": 30, "end_hour": 6}, ` + tuesdayPeak, "peak", `schedules.sleep_time: skipped: it ends at 06:30, which is not after 06:30`},
		{"a_peak_within_sleep", `"sleep_time": {"start_hour": 0, "end_hour": 23, ` + asleep + "}, " + tuesdayPeak, "sleep", `schedules.peak_time: skipped: it lies within windows that take precedence`},
		{"both_names_of_the_peak", `"tuesday_peak": {"big_nodes": 2}, ` + tuesdayPeak, "peak", `schedules.tuesday_peak: skipped, as the old scaler reads peak_time if there are both: if it counts, rename it to peak_time`},
		{"a_schedule_of_another_name", `"lunch": null, ` + tuesdayPeak, "peak", "old.json: schedules.lunch: unknown key, skipped; known: sleep_time, peak_time, tuesday_peak, weekend_midnight, normal_operation"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(test.schedules, bothLimits)
			if err != nil {
				t.Fatal(err)
			}
			importertest.Warned(t, imported, test.want)
			if periods := importertest.Config(t, imported).Clusters[0].Schedule.Periods; len(periods) != 1 || periods[0].Name != test.left {
				t.Errorf("found %v; want %s alone", periods, test.left)
			}
		})
	}
}

// TestSizes has in each row limits, and the node groups and profiles that become of them.
func TestSizes(t *testing.T) {
	tests := []struct{ rule, limits, nodegroups, profiles, warning string }{
		{
			"sizes_are_the_files_own", bothLimits, "big_nodegroup: {minSize: 0, maxSize: 5}\n      small_nodegroup: {minSize: 0, maxSize: 1}",
			"normal: {big_nodegroup: 1, small_nodegroup: 0}\n      peak: {big_nodegroup: 3, small_nodegroup: 0}\n      sleep: {big_nodegroup: 0, small_nodegroup: 1}",
			"old.json: schedules.normal_operation: small_nodes or big_nodes is missing: the old scaler's default is used, 0 small and 1 big",
		},
		{
			"limits_have_defaults", `{}`, "big_nodegroup: {minSize: 0, maxSize: 3}\n      small_nodegroup: {minSize: 0, maxSize: 1}",
			"normal: {big_nodegroup: 1, small_nodegroup: 0}\n      peak: {big_nodegroup: 3, small_nodegroup: 0}\n      sleep: {big_nodegroup: 0, small_nodegroup: 1}",
			"old.json: nodegroup_limits: no limits of big_nodegroup: the old scaler's defaults are used, 0 to 3",
		},
		{
			"one_limit_has_a_default", `{"big_nodegroup": {"min_size": 1}}`, "big_nodegroup: {minSize: 0, maxSize: 3}\n      small_nodegroup: {minSize: 0, maxSize: 1}",
			"normal:\n        big_nodegroup: {minSize: 1, maxSize: 3, desiredSize: 1}\n        small_nodegroup: 0\n      peak:\n        big_nodegroup: {minSize: 1, maxSize: 3, desiredSize: 3}\n        small_nodegroup: 0\n      sleep: {big_nodegroup: 0, small_nodegroup: 1}",
			"nodegroup_limits.big_nodegroup: min_size or max_size is missing: the old scaler's defaults are used, so the limits are 1 to 3",
		},
		{
			"a_default_is_moved_within_the_limits", `{"big_nodegroup": {"min_size": 2, "max_size": 5}}`, "big_nodegroup: {minSize: 0, maxSize: 5}\n      small_nodegroup: {minSize: 0, maxSize: 1}",
			"normal:\n        big_nodegroup: {minSize: 2, maxSize: 5, desiredSize: 2}\n        small_nodegroup: 0\n      peak:\n        big_nodegroup: {minSize: 2, maxSize: 5, desiredSize: 3}\n        small_nodegroup: 0\n      sleep: {big_nodegroup: 0, small_nodegroup: 1}",
			"the old scaler's default is used, 0 small and 2 big",
		},
		{
			"names_that_sound_alike", `{"Large-1": {"min_size": 0, "max_size": 5}, "my-small": {"min_size": 0, "max_size": 2}, "other": {}}`, "Large-1: {minSize: 0, maxSize: 5}\n      my-small: {minSize: 0, maxSize: 2}",
			"normal: {Large-1: 1, my-small: 0}\n      peak: {Large-1: 3, my-small: 0}\n      sleep: {Large-1: 0, my-small: 1}",
			`old.json: nodegroup_limits.other: "other" is neither the small nor the big node group, so it is skipped: the old scaler never scales it`,
		},
		{
			"one_that_is_always_off_is_left_out", `{"small_nodegroup": {"min_size": 0, "max_size": 0}, "big_nodegroup": {"min_size": 0, "max_size": 5}}`, "big_nodegroup: {minSize: 0, maxSize: 5}",
			"normal: {big_nodegroup: 1}\n      peak: {big_nodegroup: 3}\n      sleep: {big_nodegroup: 0}",
			`old.json: nodegroup_limits.small_nodegroup: has max_size 0, which EKS rejects; the node group is skipped`,
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(sleepOne+", "+tuesdayPeak, test.limits)
			if err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(importertest.Body(t, imported), "nodegroups:\n      ")
			nodegroups, rest, _ := strings.Cut(rest, "\n    profiles:\n      ")
			profiles, _, _ := strings.Cut(rest, "\n    schedule:")
			if diff := cmp.Diff(test.nodegroups+"\n"+test.profiles, nodegroups+"\n"+profiles); diff != "" {
				t.Error(diff)
			}
			importertest.Warned(t, imported, test.warning)
		})
	}
}

// whole is what the old scaler's own setup writes, with another cluster.
const whole = `{"config_id": "active", "cluster_name": "shop", "small_nodegroup": "small-2025", "big_nodegroup": "big-v4", "enabled": %s,
	"schedules": {"sleep_time": {"start_hour": 1, "start_minute": 0, "end_hour": 6, "end_minute": 30, "small_nodes": 1, "big_nodes": 0, "description": "asleep"},
	"normal_operation": {"small_nodes": 0, "big_nodes": 1}},
	"nodegroup_limits": {"small_nodegroup": {"min_size": 0, "max_size": 1}, "big_nodegroup": {"min_size": 0, "max_size": 3}}, "version": "1.0"}`

func TestNamesOfTheFile(t *testing.T) {
	as := importertest.Production
	as.Name = ""
	imported, err := legacy.Import(importer.File{Name: "old.json", Data: fmt.Appendf(nil, whole, "true")}, as)
	if err != nil {
		t.Fatal(err)
	}
	c := importertest.Config(t, imported).Clusters[0]
	if _, big := c.Nodegroups["big-v4"]; c.Name != "shop" || c.Paused || len(c.Nodegroups) != 2 || !big {
		t.Errorf("found %s, paused %t, with %v", c.Name, c.Paused, c.Nodegroups)
	}
	importertest.Warned(t, imported, "old.json: not imported, as they only describe the file: config_id, version, schedules.sleep_time.description")
	if len(imported.Warnings) != 2 {
		t.Errorf("found %v; want one about the time zone and one about what has no effect", imported.Warnings)
	}
	imported, err = legacy.Import(importer.File{Name: "old.json", Data: fmt.Appendf(nil, whole, "true")}, importertest.Production)
	if err != nil || importertest.Config(t, imported).Clusters[0].Name != "production" {
		t.Errorf("found %v, %v; want the operator's name", imported, err)
	}
	imported, err = legacy.Import(importer.File{Name: "old.json", Data: []byte(`{"schedules": {}}`)}, as)
	if importertest.Refused(t, imported, err, "--cluster is required"); !errors.Is(err, legacy.ErrNoCluster) {
		t.Errorf("found %v", err)
	}
}

func TestDisabledIsPaused(t *testing.T) {
	for enabled, want := range map[string]bool{"false": true, `"False"`: true, "0": true, "true": false, `"true"`: false, "1": false} {
		imported, err := parse(fmt.Sprintf(whole, enabled))
		if err != nil {
			t.Fatal(err)
		}
		if got := importertest.Config(t, imported).Clusters[0].Paused; got != want {
			t.Errorf("enabled %s: found paused %t", enabled, got)
		}
		if want {
			importertest.Warned(t, imported, "old.json: enabled: scaling is disabled, so the cluster is imported as paused", "eks-scaling resume production")
		}
	}
	imported, err := parse(fmt.Sprintf(whole, `"perhaps"`))
	importertest.Refused(t, imported, err, `old.json: enabled: must be true or false, not "perhaps"`)
}

func TestRefused(t *testing.T) {
	tests := []struct{ rule, schedules, limits, want string }{
		{"no_schedule", ``, bothLimits, "old.json: schedules: sleep_time or peak_time is required"},
		{"hour_of_no_clock", `"sleep_time": {"start_hour": 24, "end_hour": 6}`, bothLimits, "old.json: schedules.sleep_time.start_hour: invalid number 24: use a whole number from 0 to 23"},
		{"minute_of_no_clock", `"sleep_time": {"end_minute": 60}`, bothLimits, "sleep_time.end_minute: invalid number 60: use a whole number from 0 to 59"},
		{"hour_as_words", `"sleep_time": {"start_hour": "one"}`, bothLimits, `start_hour: invalid number "one": use a whole number`},
		{"hour_that_is_null", `"sleep_time": {"start_hour": null}`, bothLimits, `start_hour: invalid number null: use a whole number`},
		{"hour_with_a_fraction", `"sleep_time": {"start_hour": 1.5, "end_hour": 6}`, bothLimits, `start_hour: invalid number 1.5: use a whole number`},
		{"hour_without_end", `"sleep_time": {"start_hour": "inf"}`, bothLimits, `start_hour: invalid number "inf"`},
		{"sleep_that_is_none", `"sleep_time": null`, bothLimits, "old.json: schedules.sleep_time: must be an object, not null"},
		{"no_such_weekday", `"peak_time": {"weekday": 7, "big_nodes": 3}`, bothLimits, "weekday: invalid number 7: use a whole number from 0 to 6"},
		{"weekdays_that_are_no_list", `"weekend_midnight": {"weekdays": 5}`, bothLimits, "weekdays: must be a list of numbers from 0 to 6, not 5"},
		{"weekdays_with_none", `"weekend_midnight": {"weekdays": []}`, bothLimits, "weekdays: must be a list of numbers from 0 to 6, not []"},
		{"weekdays_with_a_wrong_one", `"weekend_midnight": {"weekdays": [5, 7]}`, bothLimits, "schedules.weekend_midnight.weekdays[1]: invalid number 7"},
		{"peak_over_the_limit", `"peak_time": {"weekday": 1, "big_nodes": 6}`, bothLimits, "old.json: schedules.peak_time.big_nodes: invalid number 6: use a whole number from 0 to 5"},
		{"normal_over_the_limit", tuesdayPeak + `, "normal_operation": {"small_nodes": 2}`, bothLimits, "old.json: schedules.normal_operation.small_nodes: invalid number 2: use a whole number from 0 to 1"},
		{"nodes_below_the_limit", `"peak_time": {"big_nodes": 1}`, `{"big_nodegroup": {"min_size": 2, "max_size": 5}}`, "big_nodes: invalid number 1: use 0, or a whole number from 2 to 5"},
		{"limits_upside_down", tuesdayPeak, `{"big_nodegroup": {"min_size": 3, "max_size": 2}}`, "old.json: nodegroup_limits.big_nodegroup: min_size 3 is over max_size 2"},
		{"limit_below_zero", tuesdayPeak, `{"big_nodegroup": {"min_size": -1, "max_size": 2}}`, "nodegroup_limits.big_nodegroup.min_size: invalid number -1: use a whole number from 0"},
		{"no_nodes_at_all", tuesdayPeak, `{"big_nodegroup": {"max_size": 0}, "small_nodegroup": {"max_size": 0}}`, "no node group can have nodes: max_size must be at least 1"},
		{"nodegroup_that_cannot_be", tuesdayPeak, `{"big one": {"min_size": 1, "max_size": 2}}`, `invalid node group name "big one"`},
		{"two_big_ones", tuesdayPeak, `{"big-a": {"min_size": 0, "max_size": 2}, "big-b": {"min_size": 0, "max_size": 2}}`, `2 node groups are called big: "big-a", "big-b": name one of them in big_nodegroup`},
		{"limits_that_are_a_list", tuesdayPeak, `[1]`, "old.json: nodegroup_limits: must be an object, not [1]"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(test.schedules, test.limits)
			importertest.Refused(t, imported, err, test.want)
		})
	}
}

func TestThatIsNoJSON(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "old.json:1: not JSON: unexpected end of JSON input",
		"{\n\"schedules\": {,}}": "old.json:2: not JSON: invalid character ','",
		"[]":                     "old.json: must be an object, not []",
		"null":                   "old.json: must be an object, not null",
		"{}":                     "old.json: schedules is required",
		`{"schedules": {"peak_time": {}}, "small_nodegroup": 1}`:               "old.json: small_nodegroup: must be a string, not 1",
		`{"schedules": {"peak_time": {}}, "small_nodegroup": "big_nodegroup"}`: `old.json: both node groups are called "big_nodegroup"`,
	} {
		imported, err := parse(text)
		importertest.Refused(t, imported, err, want)
	}
}

func TestWarningsAreAtTheTopOnALineEach(t *testing.T) {
	imported, err := legacy.Import(importer.File{Name: "old\nscaler.json", Data: []byte(
		`{"a\n clusters: []\u2028\u001b[2J": 1, "schedules": {"peak_time": {"weekday": 1, "big_nodes": 3}}, "nodegroup_limits": {"big": {"min_size": 0, "max_size": 5}}}`,
	)}, importertest.Production)
	if err != nil {
		t.Fatal(err)
	}
	want := "# Imported from old scaler.json.\n# Stop the old scaler before you apply this: both would scale the same node groups.\n"
	for _, warning := range imported.Warnings {
		want += "# warning: " + warning.String() + "\n"
	}
	head := strings.TrimSuffix(string(imported.Document), importertest.Body(t, imported))
	if diff := cmp.Diff(want, head); diff != "" {
		t.Error(diff)
	}
	importertest.Warned(t, imported, "old scaler.json: a  clusters: []  [2J: unknown key, skipped; known: schedules, nodegroup_limits")
}

func TestNeedsTheCluster(t *testing.T) {
	for want, as := range map[string]importer.Cluster{
		`clusters[0].region: invalid region "nowhere"`: {Name: "production", Region: "nowhere", Timezone: "UTC"},
		`timezone: invalid time zone "Local"`:          {Name: "production", Region: "sa-east-1", Timezone: "Local"},
	} {
		text := `{"schedules": {` + tuesdayPeak + `}, "nodegroup_limits": ` + bothLimits + `}`
		imported, err := legacy.Import(importer.File{Name: "old.json", Data: []byte(text)}, as)
		importertest.Refused(t, imported, err, "old.json: the imported configuration is invalid:\n", want)
	}
}
