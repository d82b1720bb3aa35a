package legacy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/legacy"
)

const (
	bothLimits    = `{"small_nodegroup": {"min_size": 0, "max_size": 1}, "big_nodegroup": {"min_size": 0, "max_size": 5}}`
	sleepOneToSix = `"sleep_time": {"start_hour": 1, "end_hour": 6}`
	tuesdayPeak   = `"peak_time": {"weekday": 1, "big_nodes": 3}`
)

func read(schedules, limits string) (importer.Imported, error) {
	text := fmt.Sprintf("{\"schedules\": {%s},\n\"nodegroup_limits\": %s}", schedules, limits)
	return legacy.Import(importer.File{Name: "old.json", Data: []byte(text)}, importertest.Production)
}

func TestPeriods(t *testing.T) {
	tests := []struct {
		rule, schedules string
		want            []string
	}{
		{"sleep_alone", sleepOneToSix, []string{`sleep, profile: sleep, from: "01:00", to: "06:00"`}},
		{"minutes", `"sleep_time": {"start_hour": 1, "start_minute": 15, "end_hour": 6, "end_minute": 30}`, []string{`sleep, profile: sleep, from: "01:15", to: "06:30"`}},
		{"over_midnight", `"sleep_time": {"start_hour": 22, "end_hour": 6}`, []string{`sleep, profile: sleep, from: "22:00", to: "06:00"`}},
		{"to_midnight", `"sleep_time": {"start_hour": 22, "end_hour": 24}`, []string{`sleep, profile: sleep, from: "22:00", to: "24:00"`}},
		{"to_midnight_as_zero", `"sleep_time": {"start_hour": 22, "end_hour": 0}`, []string{`sleep, profile: sleep, from: "22:00", to: "00:00"`}},
		{"weekday_0_is_monday", `"peak_time": {"weekday": 0, "big_nodes": 3}`, []string{`peak, profile: peak, days: [mon], from: "00:00", to: "24:00"`}},
		{"weekday_6_is_sunday", `"peak_time": {"weekday": 6, "big_nodes": 3}`, []string{`peak, profile: peak, days: [sun], from: "00:00", to: "24:00"`}},
		{
			"peak_with_hours_comes_first", sleepOneToSix + `, "peak_time": {"weekday": 1, "big_nodes": 3, "start_hour": 5, "end_hour": 11}`,
			[]string{`peak, profile: peak, days: [tue], from: "05:00", to: "11:00"`, `sleep, profile: sleep, from: "01:00", to: "06:00"`},
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

func TestNodegroups(t *testing.T) {
	tests := []struct{ rule, limits, profiles, warning string }{
		{
			"minimum_over_zero_is_kept", `{"big": {"min_size": 2, "max_size": 5}}`,
			"normal: {big: 2}\n      peak: {big: 3}\n      sleep: {big: 2}", `old.json: nodegroup_limits: replace these node group names with their names in EKS`,
		},
		{
			"without_a_small_one_nothing_may_run", `{"big": {"min_size": 0, "max_size": 5}}`,
			"normal: {big: 1}\n      peak: {big: 3}\n      sleep: {big: 0}", `old.json: schedules.sleep_time: no node group is called small and "big" goes to 0: the cluster may have no nodes during sleep`,
		},
		{
			"large_is_big", `{"Large-1": {"min_size": 0, "max_size": 5}, "other": {"min_size": 0, "max_size": 2}}`,
			"normal: {Large-1: 1}\n      peak: {Large-1: 3}\n      sleep: {Large-1: 0}", `"other" is called neither big nor small: no profile scales it`,
		},
		{
			"the_only_one_not_called_small_is_big", `{"workers": {"min_size": 0, "max_size": 5}, "small": {"min_size": 1, "max_size": 2}}`,
			"normal: {small: 1, workers: 1}\n      peak: {small: 1, workers: 3}\n      sleep: {small: 2, workers: 0}", `no node group is called big; assumed "workers" is the big one`,
		},
		{
			"one_that_is_always_off_is_left_out", `{"big": {"min_size": 0, "max_size": 5}, "small": {"min_size": 0, "max_size": 0}}`,
			"normal: {big: 1}\n      peak: {big: 3}\n      sleep: {big: 0}", `old.json: nodegroup_limits.small: has max_size 0, which EKS rejects; the node group is skipped`,
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(sleepOneToSix+", "+tuesdayPeak, test.limits)
			if err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(importertest.Body(t, imported), "profiles:\n      ")
			profiles, _, _ := strings.Cut(rest, "\n    schedule:")
			if diff := cmp.Diff(test.profiles, profiles); diff != "" {
				t.Error(diff)
			}
			importertest.Warned(t, imported, test.warning)
		})
	}
}

func TestUnknownKeysAreWarnings(t *testing.T) {
	imported, err := read(`"sleep_time": {"start_hour": 1, "end_hour": 6, "days": [1]}, "lunch": null`, `{"big": {"min_size": 0, "max_size": 5, "type": "m5"}}`)
	if err != nil {
		t.Fatal(err)
	}
	importertest.Warned(t, imported, "old.json: schedules.lunch: unknown key, skipped; known: sleep_time, peak_time",
		"old.json: schedules.sleep_time.days: unknown key, skipped; known: start_hour, start_minute, end_hour, end_minute",
		"old.json: nodegroup_limits.big.type: unknown key, skipped; known: min_size, max_size")
}

func TestRefused(t *testing.T) {
	tests := []struct{ rule, schedules, limits, want string }{
		{"no_schedule", ``, bothLimits, "old.json: schedules: sleep_time or peak_time is required"},
		{"no_end", `"sleep_time": {"start_hour": 1}`, bothLimits, "old.json: schedules.sleep_time: end_hour is required"},
		{"hour_of_no_clock", `"sleep_time": {"start_hour": 24, "end_hour": 6}`, bothLimits, "old.json: schedules.sleep_time.start_hour: invalid number 24: use a whole number from 0 to 23"},
		{"minute_after_the_day", `"sleep_time": {"start_hour": 1, "end_hour": 24, "end_minute": 1}`, bothLimits, "sleep_time.end_minute: invalid number 1: use a whole number from 0 to 0"},
		{"hour_as_text", `"sleep_time": {"start_hour": "1", "end_hour": 6}`, bothLimits, `start_hour: invalid number "1": use a whole number`},
		{"hour_with_a_fraction", `"sleep_time": {"start_hour": 1.5, "end_hour": 6}`, bothLimits, `start_hour: invalid number 1.5: use a whole number`},
		{"window_without_length", `"sleep_time": {"start_hour": 6, "end_hour": 6}`, bothLimits, "old.json: schedules.sleep_time: it starts and ends at 06:00: use another end"},
		{"sleep_that_is_none", `"sleep_time": null`, bothLimits, "old.json: schedules.sleep_time: must be an object, not null"},
		{"peak_start_alone", `"peak_time": {"weekday": 1, "big_nodes": 3, "start_hour": 6}`, bothLimits, "peak_time: end_hour is required"},
		{"peak_without_a_day", `"peak_time": {"big_nodes": 3}`, bothLimits, "old.json: schedules.peak_time: weekday is required"},
		{"no_such_weekday", `"peak_time": {"weekday": 7, "big_nodes": 3}`, bothLimits, "weekday: invalid number 7: use a whole number from 0 to 6"},
		{"peak_over_the_limit", `"peak_time": {"weekday": 1, "big_nodes": 6}`, bothLimits, "old.json: schedules.peak_time.big_nodes: invalid number 6: use a whole number from 0 to 5"},
		{"peak_without_nodes", `"peak_time": {"weekday": 1}`, bothLimits, "peak_time: big_nodes is required"},
		{"limits_upside_down", tuesdayPeak, `{"big": {"min_size": 3, "max_size": 2}}`, "old.json: nodegroup_limits.big: min_size 3 is over max_size 2"},
		{"limit_below_zero", tuesdayPeak, `{"big": {"min_size": -1, "max_size": 2}}`, "nodegroup_limits.big.min_size: invalid number -1: use a whole number from 0"},
		{"limit_missing", tuesdayPeak, `{"big": {"min_size": 1}}`, "nodegroup_limits.big: max_size is required"},
		{"no_nodegroup", tuesdayPeak, `{}`, "old.json: nodegroup_limits: 0 node groups are called big or large among (none): big_nodes needs exactly one"},
		{"nodegroup_that_cannot_be", tuesdayPeak, `{"big one": {"min_size": 1, "max_size": 2}}`, `invalid node group name "big one"`},
		{"two_big_ones", tuesdayPeak, `{"big-a": {"min_size": 0, "max_size": 2}, "big-b": {"min_size": 0, "max_size": 2}}`, `2 node groups are called big or large among "big-a", "big-b": big_nodes needs exactly one`},
		{"none_called_big_of_several", tuesdayPeak, `{"a": {"min_size": 0, "max_size": 2}, "b": {"min_size": 0, "max_size": 2}}`, `0 node groups are called big or large among "a", "b"`},
		{"limits_that_are_a_list", tuesdayPeak, `[1]`, "old.json: nodegroup_limits: must be an object, not [1]"},
		{"peak_that_sleep_covers", `"sleep_time": {"start_hour": 0, "end_hour": 24}, ` + tuesdayPeak, bothLimits, `clusters[0].schedule.periods[1]: period "peak" never applies`},
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
		"":                                  "old.json:1: not JSON: unexpected end of JSON input",
		"{\n\"schedules\": {,}}":            "old.json:2: not JSON: invalid character ','",
		"[]":                                "old.json: must be an object, not []",
		"null":                              "old.json: must be an object, not null",
		`{"schedules": {}}`:                 "old.json: nodegroup_limits is required",
		`{"nodegroup_limits": {"big": {}}}`: "old.json: schedules is required",
	} {
		imported, err := legacy.Import(importer.File{Name: "old.json", Data: []byte(text)}, importertest.Production)
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
		"clusters[0].name: must not be empty":          {Region: "sa-east-1", Timezone: "UTC"},
		`clusters[0].region: invalid region "nowhere"`: {Name: "production", Region: "nowhere", Timezone: "UTC"},
		`timezone: invalid time zone "Local"`:          {Name: "production", Region: "sa-east-1", Timezone: "Local"},
	} {
		text := `{"schedules": {` + tuesdayPeak + `}, "nodegroup_limits": ` + bothLimits + `}`
		imported, err := legacy.Import(importer.File{Name: "old.json", Data: []byte(text)}, as)
		importertest.Refused(t, imported, err, "old.json: the imported configuration is invalid:\n", want)
	}
}

func FuzzImport(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", "null", `{"schedules": {` + sleepOneToSix + ", " + tuesdayPeak + `}, "nodegroup_limits": ` + bothLimits + "}",
		`{"schedules": {"sleep_time": {"start_hour": 0, "end_hour": 24}}, "nodegroup_limits": {"big": {"min_size": 1, "max_size": 2147483647}}}`,
		`{"schedules": {"peak_time": {"weekday": 6, "big_nodes": 1, "start_hour": 22, "end_hour": 2}}, "nodegroup_limits": {"a": {"min_size": 0, "max_size": 1}}}`,
		"{\"a\\nb\": 1}", "\ufeff{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		imported, err := legacy.Import(importer.File{Name: "old.json", Data: data}, importertest.Production)
		if err != nil {
			importertest.Refused(t, imported, err)
			return
		}
		importertest.Body(t, imported)
	})
}
