package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
)

// TestParseRefuses puts a text in the place of another in the valid document.
func TestParseRefuses(t *testing.T) {
	const (
		cluster = "clusters[0]"
		periods = "clusters[0].schedule.periods"

		ofDocument = "known: calendars, clusters, fleet, overrides, paused, timezone"
		wantSize   = "want a number of nodes, or an object with some of minSize, maxSize and desiredSize"
		wantText   = "want a text (in quotes, if it looks like something else)"
		wantZone   = "want an IANA time zone, such as America/Sao_Paulo or UTC"
	)
	tests := []struct {
		rule, old, text string
		want            []string
	}{
		{"unknown_field_of_document", "clusters:", "colour: ^red\nclusters:", []string{`colour: unknown field "colour"; ` + ofDocument}},
		{"unknown_field_of_cluster", "    region:", "    zone: ^a\n    region:", []string{cluster + `.zone: unknown field "zone"; known: concurrency, enforce, name, nodegroups, paused, profiles, region, roleArn, schedule, timezone, waitTimeout`}},
		{"unknown_field_of_limits", "small: {minSize: 0,", "small: {min: ^0, minSize: 0,", []string{cluster + `.nodegroups.small.min: unknown field "min"; known: maxSize, minSize`}},
		{"unknown_field_of_size", "big: 3", "big: {desired: ^3}", []string{cluster + `.profiles.peak.big.desired: unknown field "desired"; known: desiredSize, maxSize, minSize`}},
		{"unknown_field_of_schedule", "default:", "timezone: ^UTC\n      default:", []string{cluster + `.schedule.timezone: unknown field "timezone"; known: default, periods`}},
		{"unknown_field_of_period", "name: night,", "name: night, at: ^noon,", []string{periods + `[1].at: unknown field "at"; known: calendars, dates, days, from, monthDays, months, name, profile, to`}},
		{"unknown_field_in_other_case", "timezone: A", "timeZone: ^x\ntimezone: A", []string{`timeZone: unknown field "timeZone"; ` + ofDocument}},
		{"duplicate_key_of_document", "clusters:", "timezone: ^UTC\nclusters:", []string{"timezone: found twice; want it once"}},
		{"duplicate_key_of_profile", "sleep: {small: 1, big: 0", "sleep: {big: 1, small: 1, big: ^0", []string{cluster + ".profiles.sleep.big: found twice; want it once"}},
		{"key_is_not_a_text", "sleep: {small: 1,", "sleep: {^[1]: 1, small: 1,", []string{cluster + ".profiles.sleep: found a list as a name; want a text of printable characters"}},
		{"key_is_empty", "sleep: {small: 1,", `sleep: {^"": 1, small: 1,`, []string{cluster + `.profiles.sleep: found "" as a name; want a text of printable characters`}},
		{"key_is_not_printable", "sleep: {small: 1,", `sleep: {^"\x7f": 1, small: 1,`, []string{cluster + `.profiles.sleep: found "\x7f" as a name; want a text of printable characters`}},
		{"merge_key", "normal: {small: 0, big: 1}", "normal: {^<<: {small: 0}, big: 1}", []string{cluster + ".profiles.normal: found a merge key (<<); want the fields themselves"}},
		{"merge_key_among_profiles", "      normal: {small: 0, big: 1}", "      ^<<: {}\n      normal: {small: 0, big: 1}", []string{cluster + ".profiles: found a merge key (<<); want the fields themselves"}},

		{"text_is_a_number", "name: production", "name: ^7", []string{cluster + ".name: found 7; " + wantText}},
		{"text_is_nothing", "name: production", "name: ^~", []string{cluster + ".name: found nothing; " + wantText}},
		{"text_is_left_out", "name: production", "name:^", []string{cluster + ".name: found nothing; " + wantText}},
		{"text_is_empty", "name: night", `name: ^""`, []string{periods + `[1].name: found ""; want a text that is not empty`}},
		{"text_is_not_printable", "name: night", `name: ^"a\nb"`, []string{periods + `[1].name: found "a\nb"; want a text of printable characters`}},
		{"object_is_a_list", "sleep: {small: 1, big: 0}", "sleep: ^[1, 0]", []string{cluster + ".profiles.sleep: found a list; want an object"}},
		{"list_is_a_text", "days: [tue]", "days: ^tue", []string{periods + `[2].days: found "tue"; want a list, such as [tue]`}},
		{"list_is_an_object", "days: [tue]", "days: ^{tue: 1}", []string{periods + "[2].days: found an object; want a list"}},
		{"list_is_nothing", "days: [tue]", "days: ^~", []string{periods + "[2].days: found nothing; want a list"}},
		{"size_is_a_text", "big: 3", "big: ^three", []string{cluster + `.profiles.peak.big: found "three"; ` + wantSize}},
		{"size_is_a_fraction", "big: 3", "big: ^2.5", []string{cluster + ".profiles.peak.big: found 2.5; " + wantSize}},
		{"size_is_a_list", "big: 3", "big: ^[3]", []string{cluster + ".profiles.peak.big: found a list; " + wantSize}},
		{"size_is_negative", "big: 3", "big: ^-1", []string{cluster + ".profiles.peak.big: found -1; want a whole number from 0"}},
		{"size_is_too_large", "big: 3", "big: ^2147483648", []string{cluster + ".profiles.peak.big: found 2147483648; want a whole number from 0"}},
		{"bool_is_a_word", "clusters:", "paused: ^yes\nclusters:", []string{`paused: found "yes"; want true or false`}},
		{"bool_is_called_one", "clusters:", "paused: ^!!bool maybe\nclusters:", []string{"paused: found maybe; want true or false"}},
		{"document_is_a_list", valid, "^[1, 2]", []string{"found a list; want an object"}},

		{"missing_settings", valid, "^^{}", []string{"timezone: missing; it is required", "clusters: missing; it is required"}},
		{"missing_of_cluster", "name: production\n    region: sa-east-1\n", "^^paused: false\n", []string{cluster + ".name: missing; it is required", cluster + ".region: missing; it is required"}},
		{"missing_of_limits", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: ^{minSize: 0}\n", []string{cluster + ".nodegroups.huge.maxSize: missing; it is required"}},
		{"missing_of_period", "{name: night, ", "^{", []string{periods + "[1].name: missing; it is required"}},
		{"zone_of_the_machine", "America/Sao_Paulo", "^localtime", []string{`timezone: found "localtime"; want an IANA time zone, such as America/Sao_Paulo or UTC`}},
		{"zone_of_another_database", "America/Sao_Paulo", "^posix/UTC", []string{`timezone: found "posix/UTC"; want an IANA time zone, such as America/Sao_Paulo or UTC`}},
		{"missing_timezone_alone", "timezone: America/Sao_Paulo\n", "^", []string{"timezone: missing; it is required"}},
		{"no_cluster", valid, "timezone: UTC\nclusters: ^[]", []string{"clusters: found an empty list; want a list of at least one cluster"}},
		{"clusters_by_name", valid, "timezone: UTC\nclusters: ^{production: {}}", []string{"clusters: found an object; want a list of at least one cluster"}},
		{"clusters_are_nothing", valid, "timezone: UTC\nclusters:^", []string{"clusters: found nothing; want a list of at least one cluster"}},

		{"unknown_profile_of_period", "profile: peak", "profile: ^peek", []string{periods + `[2].profile: unknown profile "peek"; known: normal, peak, sleep`}},
		{"unknown_profile_by_default", "default: normal", "default: ^norm", []string{cluster + `.schedule.default: unknown profile "norm"; known: normal, peak, sleep`}},
		{"unknown_nodegroup", "sleep: {small: 1,", "sleep: {tiny: ^1,", []string{cluster + `.profiles.sleep.tiny: unknown node group "tiny"; known: big, small`}},
		{"desired_over_limit", "big: 3", "big: ^6", []string{cluster + ".profiles.peak.big: found desiredSize 6; want it within the node group's limits, 0 to 5"}},
		{"max_over_limit", "big: 3", "big: ^{maxSize: 6}", []string{cluster + ".profiles.peak.big: found maxSize 6; want it within the node group's limits, 0 to 5"}},
		{"min_over_max_of_size", "big: 3", "big: ^{minSize: 3, maxSize: 2}", []string{cluster + ".profiles.peak.big: found minSize 3 over maxSize 2; want minSize <= maxSize"}},
		{"min_over_max_of_limits", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: ^{minSize: 4, maxSize: 3}\n", []string{cluster + ".nodegroups.huge: found minSize 4 over maxSize 3; want minSize <= maxSize"}},
		{"max_of_limits_is_zero", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: {minSize: 0, maxSize: ^0}\n", []string{cluster + ".nodegroups.huge.maxSize: found 0; want a whole number from 1"}},
		{"max_of_size_is_zero", "big: 3", "big: {maxSize: ^0}", []string{cluster + ".profiles.peak.big.maxSize: found 0; want a whole number from 1"}},
		{"nodegroup_name", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      a.b: ^{minSize: 0, maxSize: 3}\n", []string{cluster + `.nodegroups.a.b: "a.b" is not the name of an EKS node group`}},

		{"timezone_unknown", "America/Sao_Paulo", "^America/Sampa", []string{`timezone: found "America/Sampa"; ` + wantZone}},
		{"timezone_local", "America/Sao_Paulo", "^Local", []string{`timezone: found "Local"; ` + wantZone}},
		{"timezone_offset", "America/Sao_Paulo", `^"-03:00"`, []string{`timezone: found "-03:00"; ` + wantZone}},
		{"timezone_empty", "America/Sao_Paulo", `^""`, []string{`timezone: found ""; want a text that is not empty`}},
		{"timezone_of_cluster", "region:", "timezone: ^../etc\n    region:", []string{cluster + `.timezone: found "../etc"; ` + wantZone}},
		{"unreachable_period", `- {name: night, profile: sleep, from: "01:00", to: "06:30"}` + "\n        - {name: tuesday", "- {name: night, profile: sleep}\n        - ^{name: tuesday", []string{periods + `[2]: "tuesday" is never in force: all of its time belongs to "night" before it; move it up, or take it out`}},
		{"duplicate_period", "{name: tuesday", "^{name: night", []string{periods + `[2]: period "night" is there twice; want each name once`}},

		{"cluster_name", "name: production", "name: ^-production", []string{cluster + `.name: found "-production"; want the name of an EKS cluster`}},
		{"region", "sa-east-1", "^São Paulo", []string{cluster + `.region: found "São Paulo"; want an AWS region, such as sa-east-1`}},
		{"role", "region:", "roleArn: ^arn:aws:iam::1:role/x\n    region:", []string{cluster + `.roleArn: found "arn:aws:iam::1:role/x"; want the ARN of an IAM role`}},
		{"enforce", "region:", "enforce: ^sometimes\n    region:", []string{cluster + `.enforce: unknown way to enforce "sometimes"; known: transition, always`}},
		{"wait_timeout_without_unit", "region:", "waitTimeout: ^20\n    region:", []string{cluster + ".waitTimeout: found 20; want a duration from 1s to 1h, such as 20m"}},
		{"wait_timeout_too_long", "region:", "waitTimeout: ^61m\n    region:", []string{cluster + `.waitTimeout: found "61m"; want a duration from 1s to 1h, such as 20m`}},
		{"fleet", "clusters:", "fleet: {units: ^0}\nclusters:", []string{"fleet.units: found 0; want a whole number from 1 to 1000"}},
		{"unknown_field_of_fleet", "clusters:", "fleet: {clusters: ^5}\nclusters:", []string{`fleet.clusters: unknown field "clusters"; known: units`}},
		{"concurrency", "region:", "concurrency: ^0\n    region:", []string{cluster + ".concurrency: found 0; want a whole number from 1 to 40"}},

		{"no_nodegroup_though_more_is_wrong", valid, "timezone: ^Mars\nclusters: [{name: a, region: sa-east-1, nodegroups: ^{}, profiles: {p: {}}, schedule: {default: p, periods: [{name: b, profile: p, days: ^[]}]}}]", []string{
			`timezone: found "Mars"; ` + wantZone,
			cluster + ".nodegroups: no node group; want at least one, with its limits",
			periods + "[0].days: found an empty list; want at least one entry, or leave the field out",
		}},
		{"several_in_the_order_of_the_document", "region: sa-east-1\n    nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n    profiles:\n      sleep: {small: 1, big: 0}\n      normal: {small: 0, big: 1}\n      peak: {small: 0, big: 3}\n    schedule:\n      default", "region: ^here\n    schedule: {default: ^gone}\n    concurrency: ^99\n    nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n    profiles:\n      sleep: {small: 1, big: 0}\n      normal: {small: 0, big: 1}\n      peak: {small: 0, big: 3}\n    schedule:\n      ^default", []string{
			cluster + `.region: found "here"; want an AWS region, such as sa-east-1`,
			cluster + `.schedule.default: unknown profile "gone"; known: normal, peak, sleep`,
			cluster + ".concurrency: found 99; want a whole number from 1 to 40",
			cluster + ".schedule: found twice; want it once",
		}},
		{"broken_nodegroups_are_wrong_once", "nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n", "nodegroups: ^[small, big]\n", []string{cluster + ".nodegroups: found a list; want an object"}},
		{"missing_nodegroups_are_wrong_once", "name: production\n    region: sa-east-1\n    nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n", "^name: production\n    region: sa-east-1\n", []string{cluster + ".nodegroups: missing; it is required"}},
		{"broken_profiles_are_wrong_once", "profiles:\n      sleep: {small: 1, big: 0}\n      normal: {small: 0, big: 1}\n      peak: {small: 0, big: 3}\n", "profiles: ^[sleep]\n", []string{cluster + ".profiles: found a list; want an object"}},

		{"two_documents", "timezone: America", "^---\n{}\n---\ntimezone: America", []string{"found more than one document; want exactly one"}},
		{"broken_second_document", valid, valid + "---\n^{", []string{"not a YAML document: did not find expected node content"}},
		{"empty_document", valid, "", []string{"found nothing; want a YAML document"}},
		{"comment_alone", valid, "# nothing\n", []string{"found nothing; want a YAML document"}},
		{"null_document", valid, "---\n^", []string{"found nothing; want an object"}},
		{"not_yaml", valid, "a: b: c", []string{"not a YAML document: mapping values are not allowed in this context"}},
		{"not_text", valid, "\xff\x00", []string{"not a YAML document: invalid leading UTF-8 octet"}},
		{"unknown_alias", "big: 3", "big: *three", []string{"not a YAML document: unknown anchor 'three' referenced"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			expect(t, plain, replace(t, test.old, test.text), test.want...)
		})
	}
}

func TestParseRefusesDuplicateCluster(t *testing.T) {
	_, list, _ := strings.Cut(valid, "clusters:\n  - ")
	expect(t, plain, valid+"  - ^"+list, `clusters[1]: cluster "production" is there twice; want each cluster once`)
}

// An alias may point at what contains it; reading such a document comes to an end wherever that is.
func TestAliasOfItselfEnds(t *testing.T) {
	for _, document := range []string{
		"&a {timezone: UTC, clusters: *a}", "&a [*a]", "{timezone: UTC, clusters: &a [*a]}", "&a {*a : *a}",
		"{timezone: UTC, clusters: [&c {name: *c, nodegroups: *c, profiles: *c, schedule: *c}]}",
		"{timezone: UTC, clusters: [{profiles: &p {a: *p, b: {c: *p}}, schedule: &s {periods: [*s], default: *s}}]}",
		"&a {timezone: UTC, clusters: [], calendars: *a, overrides: *a}", "{timezone: UTC, clusters: [], calendars: &c {a: *c}, overrides: &o [*o]}",
		"{timezone: UTC, clusters: [], calendars: {a: &c {dates: [*c]}}, overrides: [&o {sizes: *o, nodegroups: *o, from: *o}]}",
	} {
		_, err := config.Parse([]byte(document))
		problems(t, err)
	}
}

// What cannot be used is the error, what is suspicious only is not.
func TestUsable(t *testing.T) {
	wrong := config.Finding{Path: "a", Line: 2, Severity: config.Error, Message: "wrong"}
	odd := config.Finding{Path: "b", Line: 1, Severity: config.Warning, Message: "odd"}
	first := config.Finding{Line: 1, Severity: config.Error, Message: "first"}
	for rule, test := range map[string]struct {
		findings []config.Finding
		want     string
	}{
		"without_findings":           {nil, ""},
		"with_warnings":              {[]config.Finding{odd, odd}, ""},
		"not_with_errors":            {[]config.Finding{wrong, odd}, "a: wrong"},
		"errors_are_in_their_order":  {[]config.Finding{wrong, odd, first}, "first\na: wrong"},
		"the_document_has_no_path":   {[]config.Finding{first}, "first"},
		"errors_at_the_same_place":   {[]config.Finding{wrong, wrong}, "a: wrong\na: wrong"},
		"the_given_order_is_of_none": {[]config.Finding{first, odd, wrong}, "first\na: wrong"},
	} {
		t.Run(rule, func(t *testing.T) {
			got := ""
			err := config.Usable(test.findings)
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("the error is %q, want %q", got, test.want)
			}
			if n := len(config.FindingsOf(err)); n != strings.Count(test.want, "\n")+min(len(test.want), 1) {
				t.Errorf("it holds %d findings", n)
			}
		})
	}
	if diff := cmp.Diff([]config.Finding(nil), config.FindingsOf(errors.New("another"))); diff != "" {
		t.Errorf("findings of another error: %s", diff)
	}
}
