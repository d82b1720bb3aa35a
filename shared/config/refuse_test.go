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

		ofDocument = "known: accounts, blastRadius, budget, calendars, clusters, fleet, notifications, overrides, paused, prices, signals, timezone, weekly"
		wantSize   = "a number of nodes, or an object with minSize, maxSize or desiredSize"
		wantZone   = `use an IANA name, for example "America/Sao_Paulo" or "UTC"`
	)
	tests := []struct {
		rule, old, text string
		want            []string
	}{
		{"unknown_field_of_document", "clusters:", "color: ^red\nclusters:", []string{`color: unknown field "color"; ` + ofDocument}},
		{"unknown_field_of_cluster", "    region:", "    zone: ^a\n    region:", []string{cluster + `.zone: unknown field "zone"; known: account, clusterName, concurrency, enforce, externalId, name, nodegroups, notifications, paused, profiles, rampUp, region, roleArn, schedule, schedules, timezone, waitTimeout`}},
		{"unknown_field_of_limits", "small: {minSize: 0,", "small: {min: ^0, minSize: 0,", []string{cluster + `.nodegroups.small.min: unknown field "min"; did you mean "minSize"?`}},
		{"unknown_field_of_size", "big: 3", "big: {desired: ^3}", []string{cluster + `.profiles.peak.big.desired: unknown field "desired"; did you mean "desiredSize"?`}},
		{"unknown_field_of_schedule", "default:", "timezone: ^UTC\n      default:", []string{cluster + `.schedule.timezone: unknown field "timezone"; known: ahead, default, periods`}},
		{"unknown_field_of_period", "name: night,", "name: night, at: ^noon,", []string{periods + `[1].at: unknown field "at"; known: ahead, calendars, dates, days, from, mayReduce, monthDays, months, name, profile, to, when`}},
		{"unknown_field_in_other_case", "timezone: A", "timeZone: ^x\ntimezone: A", []string{`timeZone: unknown field "timeZone"; did you mean "timezone"?`}},
		{"duplicate_key_of_document", "clusters:", "timezone: ^UTC\nclusters:", []string{"timezone: duplicate field: keep one"}},
		{"duplicate_key_of_profile", "sleep: {small: 1, big: 0", "sleep: {big: 1, small: 1, big: ^0", []string{cluster + ".profiles.sleep.big: duplicate field: keep one"}},
		{"key_is_not_a_text", "sleep: {small: 1,", "sleep: {^[1]: 1, small: 1,", []string{cluster + ".profiles.sleep: invalid name a list: use printable characters"}},
		{"key_is_empty", "sleep: {small: 1,", `sleep: {^"": 1, small: 1,`, []string{cluster + `.profiles.sleep: invalid name "": use printable characters`}},
		{"key_is_not_printable", "sleep: {small: 1,", `sleep: {^"\x7f": 1, small: 1,`, []string{cluster + `.profiles.sleep: invalid name "\x7f": use printable characters`}},
		{"merge_key", "normal: {small: 0, big: 1}", "normal: {^<<: {small: 0}, big: 1}", []string{cluster + ".profiles.normal: merge keys (<<) are not supported: write out the fields"}},
		{"merge_key_among_profiles", "      normal: {small: 0, big: 1}", "      ^<<: {}\n      normal: {small: 0, big: 1}", []string{cluster + ".profiles: merge keys (<<) are not supported: write out the fields"}},

		{"text_is_a_number", "name: production", "name: ^7", []string{cluster + ".name: must be a string: quote it"}},
		{"text_is_nothing", "name: production", "name: ^~", []string{cluster + ".name: is empty: must be a string"}},
		{"text_is_left_out", "name: production", "name:^", []string{cluster + ".name: is empty: must be a string"}},
		{"text_is_empty", "name: night", `name: ^""`, []string{periods + `[1].name: must not be empty`}},
		{"text_is_not_printable", "name: night", `name: ^"a\nb"`, []string{periods + `[1].name: must be a string of printable characters, not "a\nb"`}},
		{"object_is_a_list", "sleep: {small: 1, big: 0}", "sleep: ^[1, 0]", []string{cluster + ".profiles.sleep: must be an object, not a list"}},
		{"list_is_an_object", "days: [tue]", "days: ^{tue: 1}", []string{periods + "[2].days: must be a list, not an object"}},
		{"list_is_nothing", "days: [tue]", "days: ^~", []string{periods + "[2].days: is empty: must be a list"}},
		{"size_is_a_text", "big: 3", "big: ^three", []string{cluster + `.profiles.peak.big: must be ` + wantSize + `, not "three"`}},
		{"size_is_a_fraction", "big: 3", "big: ^2.5", []string{cluster + ".profiles.peak.big: must be " + wantSize + ", not 2.5"}},
		{"size_is_a_list", "big: 3", "big: ^[3]", []string{cluster + ".profiles.peak.big: must be " + wantSize + ", not a list"}},
		{"size_is_negative", "big: 3", "big: ^-1", []string{cluster + ".profiles.peak.big: must be a whole number from 0 to 2147483647, not -1"}},
		{"limit_is_too_large_is_one_error", "big: {minSize: 0, maxSize: 5}", "big: {minSize: 0, maxSize: ^824638136896}", []string{cluster + ".nodegroups.big.maxSize: must be a whole number from 1 to 2147483647, not 824638136896"}},
		{"size_is_too_large", "big: 3", "big: ^2147483648", []string{cluster + ".profiles.peak.big: must be a whole number from 0 to 2147483647, not 2147483648"}},
		{"bool_is_a_word", "clusters:", "paused: ^yes\nclusters:", []string{`paused: must be true or false, not "yes"`}},
		{"bool_is_called_one", "clusters:", "paused: ^!!bool maybe\nclusters:", []string{"paused: must be true or false, not maybe"}},
		{"document_is_a_list", valid, "^[1, 2]", []string{"must be an object, not a list"}},

		{"price_is_0", "clusters:", "prices: {nodegroups: {production/big: ^0}}\nclusters:", []string{`prices.nodegroups.production/big: invalid price "0": use USD per hour above 0 and up to 10000, for example 0.0416`}},
		{"price_is_a_text", "clusters:", "prices: {nodegroups: {production/big: ^'1'}}\nclusters:", []string{`prices.nodegroups.production/big: must be a price in USD per hour, for example 0.0416, not "1"`}},
		{"price_of_a_cluster", "clusters:", "prices: {nodegroups: {production: ^1}}\nclusters:", []string{`prices.nodegroups.production: invalid node group "production": use CLUSTER/NODEGROUP, for example "production/big"`}},
		{"price_of_an_unknown_node_group", "clusters:", "prices: {nodegroups: {production/huge: ^1}}\nclusters:", []string{`warning: prices.nodegroups.production/huge: no such node group is configured: the price is not used`}},
		{"price_of_no_type", "clusters:", "prices: {instanceTypes: {sa-east-1: {large: ^1}}}\nclusters:", []string{`prices.instanceTypes.sa-east-1.large: invalid instance type "large": use a type such as "m7g.large"`}},
		{"prices_without_any", "clusters:", "prices: ^{}\nclusters:", []string{`prices: has no price: set instanceTypes, nodegroups or both, or remove it`}},
		{"prices_of_a_region_without_any", "clusters:", "prices: {instanceTypes: {sa-east-1: ^{}}}\nclusters:", []string{`prices.instanceTypes.sa-east-1: has no price: add one, or remove it`}},
		{"baseline_is_negative", "small: {minSize: 0,", "small: {baseline: ^-1, minSize: 0,", []string{cluster + `.nodegroups.small.baseline: must be a whole number from 0 to 2147483647, not -1`}},
		{"weekly_on_no_day", "clusters:", "weekly: {day: ^Monday, time: '08:00'}\nclusters:", []string{`weekly.day: unknown day "Monday"; known: sun, mon, tue, wed, thu, fri, sat`}},
		{"weekly_at_midnight_after", "clusters:", "weekly: {day: mon, time: ^'24:00'}\nclusters:", []string{`weekly.time: invalid time "24:00": use "00:00" on the next day`}},
		{"weekly_to_nobody", "clusters:", "weekly: {day: mon, time: '08:00', to: ^slack}\nclusters:", []string{`weekly.to: unknown recipient "slack"; known: mail, chat, both`}},

		{"missing_settings", valid, "^^{}", []string{"timezone is required", "clusters is required"}},
		{"missing_of_cluster", "name: production\n    region: sa-east-1\n", "^^paused: false\n", []string{cluster + ": name is required", cluster + ": region is required"}},
		{"missing_of_limits", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: ^{minSize: 0}\n", []string{cluster + ".nodegroups.huge: maxSize is required"}},
		{"missing_of_period", "{name: night, ", "^{", []string{periods + "[1]: name is required"}},
		{"zone_of_the_machine", "America/Sao_Paulo", "^localtime", []string{`timezone: invalid time zone "localtime": use an IANA name, for example "America/Sao_Paulo" or "UTC"`}},
		{"zone_of_another_database", "America/Sao_Paulo", "^posix/UTC", []string{`timezone: invalid time zone "posix/UTC": use an IANA name, for example "America/Sao_Paulo" or "UTC"`}},
		{"missing_timezone_alone", "timezone: America/Sao_Paulo\n", "^", []string{"timezone is required"}},
		{"no_cluster", valid, "timezone: UTC\nclusters: ^[]", []string{"clusters: must be a list of at least one cluster, not an empty list"}},
		{"clusters_by_name", valid, "timezone: UTC\nclusters: ^{production: {}}", []string{"clusters: must be a list of at least one cluster, not an object"}},
		{"clusters_are_nothing", valid, "timezone: UTC\nclusters:^", []string{"clusters: is empty: must be a list of at least one cluster"}},

		{"unknown_profile_of_period", "profile: peak", "profile: ^peek", []string{periods + `[2].profile: unknown profile "peek"; did you mean "peak"?`}},
		{"unknown_profile_by_default", "default: normal", "default: ^norm", []string{cluster + `.schedule.default: unknown profile "norm"; did you mean "normal"?`}},
		{"unknown_nodegroup", "sleep: {small: 1,", "sleep: {tiny: ^1,", []string{cluster + `.profiles.sleep.tiny: unknown node group "tiny"; known: big, small`}},
		{"desired_over_limit", "big: 3", "big: ^6", []string{cluster + ".profiles.peak.big: desiredSize 6 is outside the node group's limits, 0 to 5"}},
		{"max_over_limit", "big: 3", "big: ^{maxSize: 6}", []string{cluster + ".profiles.peak.big: maxSize 6 is outside the node group's limits, 0 to 5"}},
		{"min_over_max_of_size", "big: 3", "big: ^{minSize: 3, maxSize: 2}", []string{cluster + ".profiles.peak.big: minSize 3 is greater than maxSize 2"}},
		{"min_over_max_of_limits", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: ^{minSize: 4, maxSize: 3}\n", []string{cluster + ".nodegroups.huge: minSize 4 is greater than maxSize 3"}},
		{"max_of_limits_is_zero", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      huge: {minSize: 0, maxSize: ^0}\n", []string{cluster + ".nodegroups.huge.maxSize: must be a whole number from 1 to 2147483647, not 0"}},
		{"max_of_size_is_zero", "big: 3", "big: {maxSize: ^0}", []string{cluster + ".profiles.peak.big.maxSize: must be a whole number from 1 to 2147483647, not 0"}},
		{"nodegroup_name", "big: {minSize: 0, maxSize: 5}\n", "big: {minSize: 0, maxSize: 5}\n      a.b: ^{minSize: 0, maxSize: 3}\n", []string{cluster + `.nodegroups.a.b: invalid node group name "a.b": use at most 100 letters, digits, - and _, with a letter or digit first`}},

		{"timezone_unknown", "America/Sao_Paulo", "^America/Sampa", []string{`timezone: invalid time zone "America/Sampa": ` + wantZone}},
		{"timezone_local", "America/Sao_Paulo", "^Local", []string{`timezone: invalid time zone "Local": ` + wantZone}},
		{"timezone_offset", "America/Sao_Paulo", `^"-03:00"`, []string{`timezone: invalid time zone "-03:00": ` + wantZone}},
		{"timezone_empty", "America/Sao_Paulo", `^""`, []string{`timezone: must not be empty`}},
		{"timezone_of_cluster", "region:", "timezone: ^../etc\n    region:", []string{cluster + `.timezone: invalid time zone "../etc": ` + wantZone}},
		{"unreachable_period", `- {name: night, profile: sleep, from: "01:00", to: "06:30"}` + "\n        - {name: tuesday", "- {name: night, profile: sleep}\n        - ^{name: tuesday", []string{periods + `[2]: period "tuesday" never applies: it is covered by "night"; move it up or remove it`}},
		{"duplicate_period", "{name: tuesday", "^{name: night", []string{periods + `[2]: duplicate period "night": use each name once`}},

		{"cluster_name", "name: production", "name: ^-production", []string{cluster + `.name: invalid cluster name "-production": use at most 100 letters, digits, - and _, with a letter or digit first`}},
		{"region", "sa-east-1", "^São Paulo", []string{cluster + `.region: invalid region "São Paulo": use an AWS region, for example "sa-east-1"`}},
		{"role", "region:", "roleArn: ^arn:aws:iam::1:role/x\n    region:", []string{cluster + `.roleArn: invalid role ARN "arn:aws:iam::1:role/x": use the ARN of an IAM role, for example "arn:aws:iam::123456789012:role/scaling"`}},
		{"former_field", "clusters:", "enabled: ^false\nclusters:", []string{`enabled: unknown field "enabled": use paused: true`}},
		{"former_field_of_cluster", "region:", "enabled: ^true\n    region:", []string{cluster + `.enabled: unknown field "enabled": use paused: false`}},
		{"enforce", "region:", "enforce: ^sometimes\n    region:", []string{cluster + `.enforce: unknown value "sometimes"; known: transition, always`}},
		{"wait_timeout_without_unit", "region:", "waitTimeout: ^20\n    region:", []string{cluster + ".waitTimeout: must be a duration from 1s to 1h, for example 20m, not 20"}},
		{"steps_without_nodes", "region:", "rampUp: ^{every: 2m}\n    region:", []string{cluster + ".rampUp: nodes is required"}},
		{"steps_without_time", "region:", "rampUp: ^{nodes: 5}\n    region:", []string{cluster + ".rampUp: every is required"}},
		{"steps_of_no_nodes", "region:", "rampUp: {nodes: ^0, every: 2m}\n    region:", []string{cluster + ".rampUp.nodes: must be a whole number from 1 to 1000, not 0"}},
		{"steps_of_too_many_nodes", "region:", "rampUp: {nodes: ^1001, every: 2m}\n    region:", []string{cluster + ".rampUp.nodes: must be a whole number from 1 to 1000, not 1001"}},
		{"steps_too_rare", "region:", "rampUp: {nodes: 5, every: ^31m}\n    region:", []string{cluster + `.rampUp.every: must be a duration from 1s to 30m, for example 20m, not "31m"`}},
		{"steps_at_parts_of_seconds", "region:", "rampUp: {nodes: 5, every: ^1500ms}\n    region:", []string{cluster + `.rampUp.every: must be whole seconds, for example 90s, not "1500ms"`}},
		{"steps_that_are_a_number", "region:", "rampUp: ^5\n    region:", []string{cluster + ".rampUp: must be an object, not 5"}},
		{"wait_timeout_too_long", "region:", "waitTimeout: ^61m\n    region:", []string{cluster + `.waitTimeout: must be a duration from 1s to 1h, for example 20m, not "61m"`}},
		{"fleet", "clusters:", "fleet: {units: ^0}\nclusters:", []string{"fleet.units: must be a whole number from 1 to 1000, not 0"}},
		{"unknown_field_of_fleet", "clusters:", "fleet: {clusters: ^5}\nclusters:", []string{`fleet.clusters: unknown field "clusters"; known: units`}},
		{"blast_radius_of_no_node", "clusters:", "blastRadius: {nodes: ^0}\nclusters:", []string{"blastRadius.nodes: must be a whole number from 1 to 2147483647, not 0"}},
		{"blast_radius_of_half_a_unit", "clusters:", "blastRadius: {units: ^1.5}\nclusters:", []string{"blastRadius.units: must be a whole number from 1 to 1000, not 1.5"}},
		{"blast_radius_without_limits", "clusters:", "blastRadius: ^{}\nclusters:", []string{"blastRadius: has no limit: set nodes, units or both, for example {nodes: 100, units: 20}, or remove it"}},
		{"unknown_field_of_blast_radius", "clusters:", "blastRadius: {clusters: ^5}\nclusters:", []string{`blastRadius.clusters: unknown field "clusters"; known: nodes, units`}},
		{"budget_of_no_read", "clusters:", "budget: {reads: ^0}\nclusters:", []string{"budget.reads: must be a whole number from 1 to 10000, not 0"}},
		{"budget_without_limits", "clusters:", "budget: ^{}\nclusters:", []string{"budget: has no limit: set updates, reads or both, for example {updates: 5, reads: 10}, or remove it"}},
		{"concurrency", "region:", "concurrency: ^0\n    region:", []string{cluster + ".concurrency: must be a whole number from 1 to 40, not 0"}},

		{"no_nodegroup_though_more_is_wrong", valid, "timezone: ^Mars\nclusters: [{name: a, region: sa-east-1, nodegroups: ^{}, profiles: {p: {}}, schedule: {default: p, periods: [{name: b, profile: p, days: ^[]}]}}]", []string{
			`timezone: invalid time zone "Mars": ` + wantZone,
			cluster + ".nodegroups: needs at least one node group",
			periods + "[0].days: empty list: add an entry, or leave the field out",
		}},
		{"several_in_the_order_of_the_document", "region: sa-east-1\n    nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n    profiles:\n      sleep: {small: 1, big: 0}\n      normal: {small: 0, big: 1}\n      peak: {small: 0, big: 3}\n    schedule:\n      default", "region: ^here\n    schedule: {default: ^gone}\n    concurrency: ^99\n    nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n    profiles:\n      sleep: {small: 1, big: 0}\n      normal: {small: 0, big: 1}\n      peak: {small: 0, big: 3}\n    schedule:\n      ^default", []string{
			cluster + `.region: invalid region "here": use an AWS region, for example "sa-east-1"`,
			cluster + `.schedule.default: unknown profile "gone"; known: normal, peak, sleep`,
			cluster + ".concurrency: must be a whole number from 1 to 40, not 99",
			cluster + ".schedule: duplicate field: keep one",
		}},
		{"broken_nodegroups_are_wrong_once", "nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n", "nodegroups: ^[small, big]\n", []string{cluster + ".nodegroups: must be an object, not a list"}},
		{"missing_nodegroups_are_wrong_once", "name: production\n    region: sa-east-1\n    nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n", "^name: production\n    region: sa-east-1\n", []string{cluster + ": nodegroups is required"}},
		{"broken_profiles_are_wrong_once", "profiles:\n      sleep: {small: 1, big: 0}\n      normal: {small: 0, big: 1}\n      peak: {small: 0, big: 3}\n", "profiles: ^[sleep]\n", []string{cluster + ".profiles: must be an object, not a list"}},

		{"two_documents", "timezone: America", "^---\n{}\n---\ntimezone: America", []string{"more than one YAML document: keep one"}},
		{"broken_second_document", valid, valid + "---\n^{", []string{"invalid YAML: did not find expected node content"}},
		{"empty_document", valid, "", []string{"empty document: write a configuration in YAML"}},
		{"comment_alone", valid, "# nothing\n", []string{"empty document: write a configuration in YAML"}},
		{"null_document", valid, "---\n^", []string{"is empty: must be an object"}},
		{"not_yaml", valid, "a: b: c", []string{"invalid YAML: mapping values are not allowed in this context"}},
		{"not_text", valid, "\xff\x00", []string{"invalid YAML: invalid leading UTF-8 octet"}},
		{"unknown_alias", "big: 3", "big: *three", []string{"invalid YAML: unknown anchor 'three' referenced: quote a text that begins with * or &, for example \"*half day*\""}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			expect(t, plain, replace(t, test.old, test.text), test.want...)
		})
	}
}

func TestParseRefusesDuplicateCluster(t *testing.T) {
	_, list, _ := strings.Cut(valid, "clusters:\n  - ")
	expect(t, plain, valid+"  - ^"+list, `clusters[1]: duplicate cluster "production": use each name once; for node groups with other hours or in another time zone, use schedules`)
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
