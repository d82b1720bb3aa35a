package config_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// valid is a document without a fault; the tests break it.
const valid = `timezone: America/Sao_Paulo
clusters:
  - name: production
    region: sa-east-1
    nodegroups:
      small: {minSize: 0, maxSize: 1}
      big: {minSize: 0, maxSize: 5}
    profiles:
      sleep: {small: 1, big: 0}
      normal: {small: 0, big: 1}
      peak: {small: 0, big: 3}
    schedule:
      default: normal
      periods:
        - {name: weekend, profile: sleep, days: [sat, sun], from: "00:00", to: "01:00"}
        - {name: night, profile: sleep, from: "01:00", to: "06:30"}
        - {name: tuesday, profile: peak, days: [tue], from: "06:30", to: "11:30"}
`

// replace is valid with one text in place of another, which is there exactly once.
func replace(t *testing.T, old, text string) string {
	t.Helper()
	if strings.Count(valid, old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(valid, old))
	}
	return strings.Replace(valid, old, text, 1)
}

// sameValues compares configurations by what operators write; the timetable follows from that.
var sameValues = cmpopts.IgnoreUnexported(config.Cluster{})

func example(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t *testing.T, document string) config.Config {
	t.Helper()
	c, err := config.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParseExample(t *testing.T) {
	want := config.Config{
		Settings: config.Settings{Enabled: true, Timezone: "America/Sao_Paulo"},
		Clusters: []config.Cluster{{
			Name: "production", Region: "sa-east-1", Enabled: true, Enforce: scaling.OnTransition,
			WaitTimeout: config.Duration(20 * time.Minute), Concurrency: 5,
			Nodegroups: map[string]scaling.Limits{"small": {MinSize: 0, MaxSize: 1}, "big": {MinSize: 0, MaxSize: 5}},
			Profiles: map[string]map[string]scaling.Target{
				"sleep":  {"small": scaling.Desired(1), "big": scaling.Desired(0)},
				"normal": {"small": scaling.Desired(0), "big": scaling.Desired(1)},
				"peak":   {"small": scaling.Desired(0), "big": scaling.Desired(3)},
			},
			Schedule: config.Schedule{Default: "normal", Periods: []schedule.Period{
				{Name: "weekend-midnight", Profile: "sleep", Days: schedule.On(time.Saturday) | schedule.On(time.Sunday), From: 0, To: 60},
				{Name: "night", Profile: "sleep", From: 60, To: 390},
				{Name: "tuesday-peak", Profile: "peak", Days: schedule.On(time.Tuesday), From: 390, To: 690},
			}},
		}},
	}
	c := parse(t, string(example(t)))
	if diff := cmp.Diff(want, c, sameValues); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if zone := c.Clusters[0].Timetable().Location().String(); zone != "America/Sao_Paulo" {
		t.Errorf("the timetable is in %s", zone)
	}
}

// printsBack checks that what was read is read again from what it prints as: the document, its settings, each cluster.
func printsBack(t *testing.T, c config.Config) {
	t.Helper()
	again, err := config.Parse(printed(t, c))
	if err != nil {
		t.Fatalf("%s\nis refused: %v", printed(t, c), err)
	}
	if diff := cmp.Diff(c, again, sameValues); diff != "" {
		t.Errorf("the document (-read +printed and read again):\n%s", diff)
	}
	settings, err := config.ParseSettings(printed(t, c.Settings))
	if err != nil || settings != c.Settings {
		t.Errorf("settings: %v, then %v (%v)", c.Settings, settings, err)
	}
	for _, cluster := range c.Clusters {
		got, err := config.ParseCluster(printed(t, cluster), c.Timezone)
		if err != nil {
			t.Fatalf("%s\nis refused: %v", printed(t, cluster), err)
		}
		if diff := cmp.Diff(cluster, got, sameValues); diff != "" {
			t.Errorf("the cluster (-read +printed and read again):\n%s", diff)
		}
		var located config.Cluster
		if err := json.Unmarshal(printed(t, cluster.Located()), &located); err != nil {
			t.Fatalf("%s\nis refused: %v", printed(t, cluster.Located()), err)
		}
		if diff := cmp.Diff(cluster.Located(), located, sameValues); diff != "" {
			t.Errorf("the cluster with its zone (-read +printed and read again):\n%s", diff)
		}
	}
}

func printed(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const everything = `enabled: false
timezone: UTC
clusters:
  - name: staging
    region: us-gov-west-1
    timezone: Asia/Kathmandu
    enabled: false
    roleArn: arn:aws-us-gov:iam::123456789012:role/path/scaler
    enforce: always
    waitTimeout: 90s
    concurrency: 40
    nodegroups:
      a_B-9: {minSize: 1, maxSize: 2147483647}
    profiles:
      nothing: {}
      bounds only: {a_B-9: {minSize: 2, maxSize: 3}}
      everything: {a_B-9: {minSize: 1, maxSize: 4, desiredSize: 0x2}}
      "null <&> \" ñ": {a_B-9: 1}
    schedule:
      default: nothing
      periods:
        - {name: whole days, profile: bounds only, days: [sat-mon, Wed]}
        - {name: over midnight, profile: everything, from: "22:00", to: "06:00"}
        - {name: to the end, profile: "null <&> \" ñ", from: "12:00", to: "24:00"}
`

func TestPrintsBack(t *testing.T) {
	for rule, document := range map[string]string{
		"example": string(example(t)), "valid": valid, "everything": everything,
		"no_periods": valid[:strings.Index(valid, "      periods:")],
	} {
		t.Run(rule, func(t *testing.T) { printsBack(t, parse(t, document)) })
	}
}

func TestParseFills(t *testing.T) {
	c := parse(t, everything).Clusters[0]
	want := []schedule.Period{
		{Name: "whole days", Profile: "bounds only", Days: schedule.EveryDay &^ (schedule.On(time.Tuesday) | schedule.On(time.Thursday) | schedule.On(time.Friday)), From: 0, To: schedule.EndOfDay},
		{Name: "over midnight", Profile: "everything", From: 22 * 60, To: 6 * 60},
		{Name: "to the end", Profile: "null <&> \" ñ", From: 12 * 60, To: schedule.EndOfDay},
	}
	if diff := cmp.Diff(want, c.Schedule.Periods); diff != "" {
		t.Errorf("periods (-want +got):\n%s", diff)
	}
	if zone := c.Located().Timezone; zone != "Asia/Kathmandu" {
		t.Errorf("the cluster's own zone became %s", zone)
	}
	if zone := parse(t, valid).Clusters[0].Located().Timezone; zone != "America/Sao_Paulo" {
		t.Errorf("the settings' zone became %s", zone)
	}
}

func TestAliases(t *testing.T) {
	document := replace(t, "      sleep: {small: 1, big: 0}\n      normal: {small: 0, big: 1}", "      sleep: &quiet {small: 1, big: &none 0}\n      normal: *quiet")
	document = strings.Replace(document, "peak: {small: 0, big: 3}", "peak: {small: *none, big: 3}", 1)
	want := map[string]map[string]scaling.Target{
		"sleep":  {"small": scaling.Desired(1), "big": scaling.Desired(0)},
		"normal": {"small": scaling.Desired(1), "big": scaling.Desired(0)},
		"peak":   {"small": scaling.Desired(0), "big": scaling.Desired(3)},
	}
	if diff := cmp.Diff(want, parse(t, document).Clusters[0].Profiles); diff != "" {
		t.Errorf("profiles (-want +got):\n%s", diff)
	}
}

// problems are the lines of an error, which must be an Invalid with a line for each problem.
func problems(t *testing.T, err error) []string {
	t.Helper()
	invalid := (*config.Invalid)(nil)
	if !errors.As(err, &invalid) {
		t.Fatalf("the error is %v; want an Invalid", err)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(invalid.Problems) {
		t.Errorf("%d lines for %d problems", len(lines), len(invalid.Problems))
	}
	return lines
}

func TestParseRefuses(t *testing.T) {
	const (
		cluster = "clusters[0]"
		periods = "clusters[0].schedule.periods"
	)
	tests := []struct {
		rule, old, text string
		want            []string
	}{
		{"unknown_field_of_document", "clusters:", "colour: red\nclusters:", []string{`colour: unknown field "colour"; known: clusters, enabled, timezone`}},
		{"unknown_field_of_cluster", "    region:", "    zone: a\n    region:", []string{cluster + `.zone: unknown field "zone"; known: concurrency, enabled, enforce, name, nodegroups, profiles, region, roleArn, schedule, timezone, waitTimeout`}},
		{"unknown_field_of_limits", "small: {minSize: 0,", "small: {min: 0, minSize: 0,", []string{cluster + `.nodegroups.small.min: unknown field "min"; known: maxSize, minSize`}},
		{"unknown_field_of_size", "big: 3", "big: {desired: 3}", []string{cluster + `.profiles.peak.big.desired: unknown field "desired"; known: desiredSize, maxSize, minSize`}},
		{"unknown_field_of_schedule", "default:", "timezone: UTC\n      default:", []string{cluster + `.schedule.timezone: unknown field "timezone"; known: default, periods`}},
		{"unknown_field_of_period", "name: night,", "name: night, at: noon,", []string{periods + `[1].at: unknown field "at"; known: days, from, name, profile, to`}},
		{"unknown_field_in_other_case", "timezone: A", "timeZone: x\ntimezone: A", []string{`timeZone: unknown field "timeZone"; known: clusters, enabled, timezone`}},
		{"duplicate_key_of_document", "clusters:", "timezone: UTC\nclusters:", []string{"timezone: found twice; want it once"}},
		{"duplicate_key_of_profile", "sleep: {small: 1,", "sleep: {big: 1, small: 1,", []string{cluster + ".profiles.sleep.big: found twice; want it once"}},
		{"key_is_not_a_text", "sleep: {small: 1,", "sleep: {[1]: 1, small: 1,", []string{cluster + ".profiles.sleep: found a list as a name; want a text of printable characters"}},
		{"key_is_empty", "sleep: {small: 1,", `sleep: {"": 1, small: 1,`, []string{cluster + `.profiles.sleep: found "" as a name; want a text of printable characters`}},
		{"key_is_not_printable", "sleep: {small: 1,", `sleep: {"\x7f": 1, small: 1,`, []string{cluster + `.profiles.sleep: found "\x7f" as a name; want a text of printable characters`}},
		{"merge_key", "normal: {small: 0, big: 1}", "normal: {<<: {small: 0}, big: 1}", []string{cluster + ".profiles.normal: found a merge key (<<); want the fields themselves"}},
		{"merge_key_among_profiles", "      normal: {small: 0, big: 1}", "      <<: {}\n      normal: {small: 0, big: 1}", []string{cluster + ".profiles: found a merge key (<<); want the fields themselves"}},

		{"text_is_a_number", "name: production", "name: 7", []string{cluster + ".name: found 7; want a text (in quotes, if it looks like something else)"}},
		{"text_is_nothing", "name: production", "name:", []string{cluster + ".name: found nothing; want a text (in quotes, if it looks like something else)"}},
		{"text_is_empty", "name: night", `name: ""`, []string{periods + `[1].name: found ""; want a text that is not empty`}},
		{"text_is_not_printable", "name: night", `name: "a\nb"`, []string{periods + `[1].name: found "a\nb"; want a text of printable characters`}},
		{"object_is_a_list", "sleep: {small: 1, big: 0}", "sleep: [1, 0]", []string{cluster + ".profiles.sleep: found a list; want an object"}},
		{"list_is_a_text", "days: [tue]", "days: tue", []string{periods + `[2].days: found "tue"; want a list, such as [tue]`}},
		{"list_is_an_object", "days: [tue]", "days: {tue: 1}", []string{periods + "[2].days: found an object; want a list"}},
		{"list_is_nothing", "days: [tue]", "days: ~", []string{periods + "[2].days: found nothing; want a list"}},
		{"size_is_a_text", "big: 3", "big: three", []string{cluster + `.profiles.peak.big: found "three"; want a number of nodes, or an object with some of minSize, maxSize and desiredSize`}},
		{"size_is_a_fraction", "big: 3", "big: 2.5", []string{cluster + ".profiles.peak.big: found 2.5; want a number of nodes, or an object with some of minSize, maxSize and desiredSize"}},
		{"size_is_negative", "big: 3", "big: -1", []string{cluster + ".profiles.peak.big: found -1; want a whole number from 0"}},
		{"size_is_too_large", "big: 3", "big: 2147483648", []string{cluster + ".profiles.peak.big: found 2147483648; want a whole number from 0"}},
		{"bool_is_a_word", "clusters:", "enabled: yes\nclusters:", []string{`enabled: found "yes"; want true or false`}},
		{"bool_is_called_one", "clusters:", "enabled: !!bool maybe\nclusters:", []string{"enabled: found maybe; want true or false"}},
		{"document_is_a_list", valid, "[1, 2]", []string{"found a list; want an object"}},

		{"missing_settings", valid, "{}", []string{"timezone: missing; it is required", "clusters: missing; it is required"}},
		{"missing_of_cluster", "name: production\n    region: sa-east-1\n", "enabled: true\n", []string{cluster + ".name: missing; it is required", cluster + ".region: missing; it is required"}},
		{"missing_of_limits", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: {minSize: 0}\n", []string{cluster + ".nodegroups.huge.maxSize: missing; it is required"}},
		{"missing_of_period", "name: night, ", "", []string{periods + "[1].name: missing; it is required"}},
		{"missing_timezone_alone", "timezone: America/Sao_Paulo\n", "", []string{"timezone: missing; it is required"}},
		{"no_cluster", valid, "timezone: UTC\nclusters: []", []string{"clusters: found a list; want a list of at least one cluster"}},

		{"unknown_profile_of_period", "profile: peak", "profile: peek", []string{periods + `[2].profile: unknown profile "peek"; known: normal, peak, sleep`}},
		{"unknown_profile_by_default", "default: normal", "default: norm", []string{cluster + `.schedule.default: unknown profile "norm"; known: normal, peak, sleep`}},
		{"unknown_nodegroup", "sleep: {small: 1,", "sleep: {tiny: 1,", []string{cluster + `.profiles.sleep.tiny: unknown node group "tiny"; known: big, small`}},
		{"desired_over_limit", "big: 3", "big: 6", []string{cluster + ".profiles.peak.big: found desiredSize 6; want it within the node group's limits, 0 to 5"}},
		{"max_over_limit", "big: 3", "big: {maxSize: 6}", []string{cluster + ".profiles.peak.big: found maxSize 6; want it within the node group's limits, 0 to 5"}},
		{"min_over_max_of_size", "big: 3", "big: {minSize: 3, maxSize: 2}", []string{cluster + ".profiles.peak.big: found minSize 3 over maxSize 2; want minSize <= maxSize"}},
		{"min_over_max_of_limits", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: {minSize: 4, maxSize: 3}\n", []string{cluster + ".nodegroups.huge: found minSize 4 over maxSize 3; want minSize <= maxSize"}},
		{"max_of_limits_is_zero", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: {minSize: 0, maxSize: 0}\n", []string{cluster + ".nodegroups.huge.maxSize: found 0; want a whole number from 1"}},
		{"max_of_size_is_zero", "big: 3", "big: {maxSize: 0}", []string{cluster + ".profiles.peak.big.maxSize: found 0; want a whole number from 1"}},
		{"nodegroup_name", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      a.b: {minSize: 0, maxSize: 3}\n", []string{cluster + `.nodegroups.a.b: "a.b" is not the name of an EKS node group`}},

		{"timezone_unknown", "America/Sao_Paulo", "America/Sampa", []string{`timezone: found "America/Sampa"; want an IANA time zone, such as America/Sao_Paulo or UTC`}},
		{"timezone_local", "America/Sao_Paulo", "Local", []string{`timezone: found "Local"; want an IANA time zone, such as America/Sao_Paulo or UTC`}},
		{"timezone_offset", "America/Sao_Paulo", `"-03:00"`, []string{`timezone: found "-03:00"; want an IANA time zone, such as America/Sao_Paulo or UTC`}},
		{"timezone_empty", "America/Sao_Paulo", `""`, []string{`timezone: found ""; want a text that is not empty`}},
		{"timezone_of_cluster", "region:", "timezone: ../etc\n    region:", []string{cluster + `.timezone: found "../etc"; want an IANA time zone, such as America/Sao_Paulo or UTC`}},
		{"clock", `from: "01:00"`, `from: 1am`, []string{periods + `[1].from: found "1am"; want a time of day as "HH:MM", such as "06:30"`}},
		{"clock_is_a_number", `from: "01:00"`, `from: 1`, []string{periods + `[1].from: found 1; want a text (in quotes, if it looks like something else)`}},
		{"day", "days: [tue]", "days: [tuesday]", []string{periods + `[2].days[0]: found "tuesday"; want a weekday or a range of them: mon, tue, wed, thu, fri, sat, sun, mon-fri, sat-mon`}},
		{"day_is_a_number", "days: [tue]", "days: [2]", []string{periods + `[2].days[0]: found 2; want a text (in quotes, if it looks like something else)`}},
		{"no_day", "days: [tue]", "days: []", []string{periods + "[2].days: found an empty list; want at least one day, or no days at all for every day"}},
		{"from_is_to", `to: "06:30"`, `to: "01:00"`, []string{periods + `[1].to: found "01:00" for both from and to, a window without length; for a whole day leave out both, or write "00:00" and "24:00"`}},
		{"from_is_the_to_left_out", `, from: "01:00", to: "06:30"`, `, from: "24:00"`, []string{periods + `[1].to: found "24:00" for both from and to, a window without length; for a whole day leave out both, or write "00:00" and "24:00"`}},
		{"from_is_end_of_day", `from: "01:00"`, `from: "24:00"`, []string{periods + `[1].from: found "24:00"; want "00:00" to "23:59"`}},
		{"unreachable_period", `, from: "01:00", to: "06:30"`, "", []string{periods + `[2]: "tuesday" is never in force: "night" before it cover all of its time; move it up, or take it out`}},
		{"duplicate_period", "name: tuesday", "name: night", []string{periods + `[2]: period "night" is there twice; want each name once`}},

		{"cluster_name", "name: production", "name: -production", []string{cluster + `.name: found "-production"; want the name of an EKS cluster`}},
		{"region", "sa-east-1", "São Paulo", []string{cluster + `.region: found "São Paulo"; want an AWS region, such as sa-east-1`}},
		{"role", "region:", "roleArn: arn:aws:iam::1:role/x\n    region:", []string{cluster + `.roleArn: found "arn:aws:iam::1:role/x"; want the ARN of an IAM role`}},
		{"enforce", "region:", "enforce: sometimes\n    region:", []string{cluster + `.enforce: unknown way to enforce "sometimes"; known: transition, always`}},
		{"wait_timeout_without_unit", "region:", "waitTimeout: 20\n    region:", []string{cluster + ".waitTimeout: found 20; want a duration from 1s to 1h0m0s, such as 20m"}},
		{"wait_timeout_too_long", "region:", "waitTimeout: 61m\n    region:", []string{cluster + `.waitTimeout: found "61m"; want a duration from 1s to 1h0m0s, such as 20m`}},
		{"concurrency", "region:", "concurrency: 0\n    region:", []string{cluster + ".concurrency: found 0; want a whole number from 1 to 40"}},

		{"no_nodegroup_though_more_is_wrong", valid, "timezone: Mars\nclusters: [{name: a, region: sa-east-1, nodegroups: {}, profiles: {p: {}}, schedule: {default: p, periods: [{name: b, profile: p, days: []}]}}]", []string{
			`timezone: found "Mars"; want an IANA time zone, such as America/Sao_Paulo or UTC`,
			cluster + ".nodegroups: no node group; want at least one, with its limits",
			periods + "[0].days: found an empty list; want at least one day, or no days at all for every day",
		}},
		{"several_in_the_order_of_the_document", "region: sa-east-1\n    nodegroups:", "region: here\n    schedule: {default: gone}\n    concurrency: 99\n    nodegroups:", []string{
			cluster + `.region: found "here"; want an AWS region, such as sa-east-1`,
			cluster + `.schedule.default: unknown profile "gone"; known: normal, peak, sleep`,
			cluster + ".concurrency: found 99; want a whole number from 1 to 40",
			cluster + ".schedule: found twice; want it once",
		}},
		{"two_documents", "timezone: America", "---\n{}\n---\ntimezone: America", []string{"found more than one document; want exactly one"}},
		{"broken_second_document", valid, valid + "---\n{", []string{"not a YAML document: yaml: line 19: did not find expected node content"}},
		{"empty_document", valid, "", []string{"found nothing; want a YAML document"}},
		{"comment_alone", valid, "# nothing\n", []string{"found nothing; want a YAML document"}},
		{"null_document", valid, "---\n", []string{"found nothing; want an object"}},
		{"not_yaml", valid, "a: b: c", []string{"not a YAML document: yaml: mapping values are not allowed in this context"}},
		{"not_text", valid, "\xff\x00", []string{"not a YAML document: yaml: invalid leading UTF-8 octet"}},
		{"unknown_alias", "big: 3", "big: *three", []string{"not a YAML document: yaml: unknown anchor 'three' referenced"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			_, err := config.Parse([]byte(replace(t, test.old, test.text)))
			if diff := cmp.Diff(test.want, problems(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefusesDuplicateCluster(t *testing.T) {
	_, list, _ := strings.Cut(valid, "clusters:\n")
	_, err := config.Parse([]byte(valid + list))
	want := []string{`clusters[1]: cluster "production" is there twice; want each cluster once`}
	if diff := cmp.Diff(want, problems(t, err)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// An alias may point at what contains it; reading such a document comes to an end wherever that is.
func TestAliasOfItselfEnds(t *testing.T) {
	for _, document := range []string{
		"&a {timezone: UTC, clusters: *a}", "&a [*a]", "{timezone: UTC, clusters: &a [*a]}", "&a {*a : *a}",
		"{timezone: UTC, clusters: [&c {name: *c, nodegroups: *c, profiles: *c, schedule: *c}]}",
		"{timezone: UTC, clusters: [{profiles: &p {a: *p, b: {c: *p}}, schedule: &s {periods: [*s], default: *s}}]}",
	} {
		_, err := config.Parse([]byte(document))
		problems(t, err)
	}
}

func TestProblemsKnowTheirLine(t *testing.T) {
	_, err := config.Parse([]byte(replace(t, "profile: peak", "profile: peek")))
	invalid := (*config.Invalid)(nil)
	if !errors.As(err, &invalid) || invalid.Problems[0].Line != 17 || invalid.Problems[0].Column != 36 {
		t.Errorf("got %+v", invalid)
	}
}

func TestParseClusterAlone(t *testing.T) {
	data := printed(t, parse(t, valid).Clusters[0])
	_, err := config.ParseCluster(data, "")
	if diff := cmp.Diff([]string{"no time zone: neither the cluster nor the settings name one"}, problems(t, err)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	var c config.Cluster
	if err := json.Unmarshal([]byte(`{"name": "a"}`), &c); err == nil {
		t.Error("an incomplete cluster was accepted")
	}
	if c, err := config.ParseCluster(data, "Europe/Berlin"); err != nil || c.Timetable().Location().String() != "Europe/Berlin" {
		t.Errorf("the given zone does not count: %v", err)
	}
}

func TestParseSettingsAlone(t *testing.T) {
	for text, want := range map[string]string{
		`{"timezone": "UTC"}`: "enabled: missing; it is required",
		`{"enabled": true}`:   "timezone: missing; it is required",
		`{"enabled": true, "timezone": "UTC", "clusters": []}`: `clusters: unknown field "clusters"; known: enabled, timezone`,
	} {
		_, err := config.ParseSettings([]byte(text))
		if diff := cmp.Diff([]string{want}, problems(t, err)); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", text, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		string(example(f)), valid, everything, "", "---\n", "{}", "[]", "&a [*a]", "&a {timezone: UTC, clusters: *a}", valid + "---\n{",
		"{timezone: UTC, clusters: [{name: a, region: sa-east-1, nodegroups: {b: {minSize: 0, maxSize: 1}}, profiles: {p: {b: {}}}, schedule: {default: p}}]}",
		"{timezone: UTC, clusters: [{name: a, region: sa-east-1, nodegroups: {b: {minSize: 0, maxSize: 1}}, profiles: {\"\\x7f\": {}}, schedule: {default: \"\\x7f\"}}]}",
		strings.Replace(valid, "profiles:", "profiles: &self\n      self: *self", 1),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse(data)
		if err != nil {
			problems(t, err)
			return
		}
		printsBack(t, c)
	})
}
