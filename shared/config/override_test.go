package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// override is one of the production cluster with the given fields beside those that all of the tests need.
func override(fields string) string {
	return "{cluster: production, reason: launch, " + fields + "}"
}

// The times that most tests do not care about.
const someTime = "from: 2026-12-24 20:00, until: 2026-12-25 20:00"

func TestParseOverride(t *testing.T) {
	start, end := time.Date(2026, 12, 24, 23, 0, 0, 0, time.UTC), time.Date(2026, 12, 25, 23, 0, 0, 0, time.UTC)
	tests := []struct {
		rule, text string
		want       scaling.Override // cluster and reason are the same in all, and so are the times where they are left out
	}{
		{"profile_for_some_node_groups", "profile: peak, nodegroups: [big], " + someTime, scaling.Override{Profile: "peak", Nodegroups: []string{"big"}}},
		{"size", "sizes: {big: 4}, " + someTime, scaling.Override{Sizes: map[string]scaling.Target{"big": scaling.Desired(4)}}},
		{"sizes", "sizes: {big: {minSize: 2, maxSize: 4}, small: 0}, nodegroups: [small, big], " + someTime, scaling.Override{
			Nodegroups: []string{"small", "big"},
			Sizes:      map[string]scaling.Target{"big": {MinSize: new(int32(2)), MaxSize: new(int32(4))}, "small": scaling.Desired(0)},
		}},
		{"who_in_200_characters", "profile: peak, createdBy: " + strings.Repeat("é", 200) + ", " + someTime, scaling.Override{Profile: "peak", CreatedBy: strings.Repeat("é", 200)}},
		{"name_of_100_characters", "profile: peak, name: " + strings.Repeat("n", 100) + ", " + someTime, scaling.Override{Profile: "peak", Name: strings.Repeat("n", 100)}},
		{"instants_in_quotes", `profile: peak, from: "2026-12-24 20:00", until: "2026-12-25T20:00:00-03:00"`, scaling.Override{Profile: "peak"}},
		{"that_has_begun", "profile: peak, from: 2026-11-01 00:00, until: 2026-12-25 20:00", scaling.Override{
			Profile: "peak", Name: "production-20261101T030000Z", From: time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC), Until: end,
		}},
		{"that_ends_in_a_moment", "profile: peak, from: 2026-11-01 00:00, until: 2026-11-24T15:00:00.001Z", scaling.Override{
			Profile: "peak", Name: "production-20261101T030000Z", From: time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC), Until: noon.Add(time.Millisecond),
		}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			test.want.Cluster, test.want.Reason = "production", "launch"
			if test.want.From.IsZero() {
				test.want.From, test.want.Until = start, end
			}
			if test.want.Name == "" {
				test.want.Name = "production-20261224T230000Z"
			}
			c, findings := today.Parse([]byte(withOverrides(override(test.text))))
			if len(findings) > 0 {
				t.Fatal(findings)
			}
			if diff := cmp.Diff([]scaling.Override{test.want}, c.Overrides); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			printsBack(t, c)
		})
	}
}

// Each override goes by the clock of its own cluster, wherever both are in the document.
func TestOverridesInTheirClustersZones(t *testing.T) {
	_, list, _ := strings.Cut(valid, "clusters:\n  - name: production\n")
	kathmandu := "  - name: staging\n    timezone: Asia/Kathmandu\n" + list
	document := "overrides:\n  - " + unnamed + "\n  - " + strings.Replace(unnamed, "production", "staging", 1) + "\n" + valid + kathmandu
	c := parse(t, document)
	var got []string
	for i, o := range c.Overrides {
		got = append(got, o.Name+" from "+o.From.Format(time.RFC3339))
		if of := c.Units()[i].Timeline().Overrides; len(of) != 1 || of[0].Name != o.Name {
			t.Errorf("%s is under %+v", c.Clusters[i].Name, of)
		}
	}
	want := []string{"production-20261224T230000Z from 2026-12-24T23:00:00Z", "staging-20261224T141500Z from 2026-12-24T14:15:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Overrides without a name get one of their own, whatever the names of the others.
func TestDerivedNames(t *testing.T) {
	named := strings.Replace(unnamed, "{", "{name: production-20261224T230000Z, ", 1)
	other := strings.Replace(unnamed, "from: 2026-12-24", "from: 2026-12-23", 1)
	for rule, test := range map[string]struct {
		overrides []string
		want      []string
	}{
		"cluster_and_start":        {[]string{unnamed, other}, []string{"production-20261224T230000Z", "production-20261223T230000Z"}},
		"same_start":               {[]string{unnamed, unnamed, unnamed}, []string{"production-20261224T230000Z", "production-20261224T230000Z-2", "production-20261224T230000Z-3"}},
		"the_name_is_taken":        {[]string{named, unnamed}, []string{"production-20261224T230000Z", "production-20261224T230000Z-2"}},
		"the_name_is_taken_later":  {[]string{unnamed, named}, []string{"production-20261224T230000Z-2", "production-20261224T230000Z"}},
		"an_offset_does_not_count": {[]string{strings.Replace(unnamed, "2026-12-24 20:00", "2026-12-24T22:00:00-01:00", 1)}, []string{"production-20261224T230000Z"}},
	} {
		t.Run(rule, func(t *testing.T) {
			var got []string
			for _, o := range parse(t, withOverrides(test.overrides...)).Overrides {
				got = append(got, o.Name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefusesOverride(t *testing.T) {
	const (
		first = "overrides[0]"

		wantInstant = `use RFC 3339 ("2026-12-24T20:00:00-03:00") or local time ("2026-12-24 20:00")`
		wantSize    = "a number of nodes, or an object with minSize, maxSize or desiredSize"
		wantName    = "use at most 100 letters, digits, ., - and _, with a letter or digit first"
		starts      = "not after its start at Thu 2026-12-24 20:00 -03:00: use a later end"
		past        = "use a later end, or remove the override"
	)
	peak := func(times string) string { return override("profile: peak, " + times) }
	tests := []struct {
		rule, text string
		want       []string
	}{
		{"text", "^peak", []string{first + `: must be an object, not "peak"`}},
		{"empty", "^^^^{}", []string{first + ": cluster is required", first + ": from is required", first + ": until is required", first + ": reason is required"}},
		{"unknown_field", override("profile: peak, to: ^x, " + someTime), []string{first + `.to: unknown field "to"; known: cluster, createdAt, createdBy, from, name, nodegroups, profile, reason, schedule, sizes, until`}},
		{"empty_reason", `{cluster: production, profile: peak, reason: ^"", ` + someTime + "}", []string{first + `.reason: must not be empty`}},
		{"neither_profile_nor_sizes", "^" + override(someTime), []string{first + ": profile or sizes is required"}},
		{"both_profile_and_sizes", "^" + override("profile: peak, sizes: {big: 4}, "+someTime), []string{first + ": has both profile and sizes: keep one"}},
		{"name_with_spaces", override("profile: peak, name: ^black friday, " + someTime), []string{first + `.name: invalid override name "black friday": ` + wantName}},
		{"name_too_long", override("profile: peak, name: ^" + strings.Repeat("n", 101) + ", " + someTime), []string{first + `.name: invalid override name "` + strings.Repeat("n", 101) + `": ` + wantName}},
		{"created_by_nobody", override(`profile: peak, createdBy: ^"", ` + someTime), []string{first + `.createdBy: must not be empty`}},
		{"created_by_201_characters", override("profile: peak, createdBy: ^" + strings.Repeat("é", 201) + ", " + someTime), []string{first + `.createdBy: must have at most 200 characters`}},

		{"cluster_with_its_schedule", `{cluster: ^"production:batch", profile: peak, reason: launch, ` + someTime + "}", []string{first + ".cluster: has a schedule, too: use cluster: production and schedule: batch"}},
		{"unknown_cluster", "{cluster: ^staging, profile: peak, reason: launch, " + someTime + "}", []string{first + `.cluster: unknown cluster "staging"; known: production`}},
		{"unknown_profile", override("profile: ^peek, " + someTime), []string{first + `.profile: unknown profile "peek"; did you mean "peak"?`}},
		{"unknown_nodegroup", override("profile: peak, nodegroups: [big, ^huge], " + someTime), []string{first + `.nodegroups[1]: unknown node group "huge"; known: big, small`}},
		{"unknown_nodegroup_behind_a_wrong_one", override("profile: peak, nodegroups: [^[big], ^huge], " + someTime), []string{first + ".nodegroups[0]: must be a string, not a list", first + `.nodegroups[1]: unknown node group "huge"; known: big, small`}},
		{"no_nodegroup", override("profile: peak, nodegroups: ^[], " + someTime), []string{first + ".nodegroups: empty list: add an entry, or leave the field out"}},

		{"no_size", override("sizes: ^{}, " + someTime), []string{first + ".sizes: needs the size of at least one node group, for example {big: 4}"}},
		{"sizes_as_a_number", override("sizes: ^4, " + someTime), []string{first + ".sizes: must be an object, not 4"}},
		{"size_as_a_text", override("sizes: {big: ^many}, " + someTime), []string{first + `.sizes.big: must be ` + wantSize + `, not "many"`}},
		{"size_of_an_unknown_nodegroup", override("sizes: {huge: ^4}, " + someTime), []string{first + `.sizes.huge: unknown node group "huge"; known: big, small`}},
		{"size_of_a_nodegroup_with_a_dot", override("sizes: {a.b: ^4}, " + someTime), []string{first + `.sizes.a.b: unknown node group "a.b"; known: big, small`}},
		{"size_over_the_limit", override("sizes: {big: ^6}, " + someTime), []string{first + ".sizes.big: desiredSize 6 is outside the node group's limits, 0 to 5"}},
		{"min_over_max", override("sizes: {big: ^{minSize: 4, maxSize: 3}}, " + someTime), []string{first + ".sizes.big: minSize 4 is greater than maxSize 3"}},
		{"size_of_none_of_the_nodegroups", override("nodegroups: [big], sizes: {big: 4, small: ^1}, " + someTime), []string{first + `.sizes.small: node group "small" is not in nodegroups: add it, or leave out nodegroups`}},

		{"date_alone", peak("from: ^2026-12-24, until: 2026-12-25 20:00"), []string{first + `.from: invalid time "2026-12-24": ` + wantInstant}},
		{"seconds_since_1970", peak("from: ^1798156800, until: 2026-12-25 20:00"), []string{first + `.from: invalid time "1798156800": ` + wantInstant}},
		{"instant_as_a_list", peak("from: ^[2026-12-24 20:00], until: 2026-12-25 20:00"), []string{first + ".from: must be a string, not a list"}},
		{"date_that_does_not_exist", peak("from: ^2026-02-30 20:00, until: 2026-12-25 20:00"), []string{first + `.from: date "2026-02-30" does not exist: use 2026-02-01 to 2026-02-28`}},
		{"created_at_no_instant", override("profile: peak, createdAt: ^yesterday, " + someTime), []string{first + `.createdAt: invalid time "yesterday": ` + wantInstant}},
		{"year_10000_in_utc", peak("from: 2026-12-24 20:00, until: ^9999-12-31 23:00"), []string{first + `.until: invalid time "9999-12-31 23:00": ` + wantInstant}},

		{"end_before_start", peak("from: 2026-12-24 20:00, until: ^2026-12-24 19:00"), []string{first + ".until: ends at Thu 2026-12-24 19:00 -03:00, " + starts}},
		{"end_at_start", peak("from: 2026-12-24 20:00, until: ^2026-12-24T23:00:00Z"), []string{first + ".until: ends at Thu 2026-12-24 20:00 -03:00, " + starts}},
		{"end_in_the_past", peak("from: 2026-11-23 12:00, until: ^2026-11-24 11:59"), []string{first + ".until: ended at Tue 2026-11-24 11:59 -03:00: " + past}},
		{"end_now", peak("from: 2026-11-23 12:00, until: ^2026-11-24 12:00"), []string{first + ".until: ended at Tue 2026-11-24 12:00 -03:00: " + past}},

		{"several_at_once", override("profile: ^peek, nodegroups: [^huge, ^tiny], from: ^tomorrow, until: ^2026-02-30 20:00, createdAt: ^x"), []string{
			first + `.profile: unknown profile "peek"; did you mean "peak"?`,
			first + `.nodegroups[0]: unknown node group "huge"; known: big, small`,
			first + `.nodegroups[1]: unknown node group "tiny"; known: big, small`,
			first + `.from: invalid time "tomorrow": ` + wantInstant,
			first + `.until: date "2026-02-30" does not exist: use 2026-02-01 to 2026-02-28`,
			first + `.createdAt: invalid time "x": ` + wantInstant,
		}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			expect(t, today, withOverrides(test.text), test.want...)
		})
	}
}

func TestParseRefusesOverrides(t *testing.T) {
	named := strings.Replace(unnamed, "{", "{name: launch, ", 1)
	_, list, _ := strings.Cut(valid, "clusters:\n  - name: production\n")
	broken := strings.Replace(valid, "big: {minSize: 0, maxSize: 5}", "big: ^{minSize: 0}", 1)
	for rule, test := range map[string]struct {
		document string
		want     []string
	}{
		"no_list":                    {valid + "overrides: ^" + unnamed, []string{"overrides: must be a list, not an object"}},
		"same_name_twice":            {withOverrides(named, "^"+named), []string{`overrides[1]: duplicate override "launch": use each name once`}},
		"same_name_of_two_clusters":  {valid + "  - name: staging\n" + list + "overrides:\n  - " + named + "\n  - ^" + strings.Replace(named, "production", "staging", 1), []string{`overrides[1]: duplicate override "launch": use each name once`}},
		"each_wrong_one":             {withOverrides(override("profile: ^peek, "+someTime), unnamed, override("profile: ^pick, "+someTime)), []string{`overrides[0].profile: unknown profile "peek"; did you mean "peak"?`, `overrides[2].profile: unknown profile "pick"; known: normal, peak, sleep`}},
		"broken_cluster_alone":       {broken + "overrides: [" + unnamed + "]", []string{"clusters[0].nodegroups.big: maxSize is required"}},
		"cluster_without_nodegroups": {replace(t, "nodegroups:\n      small: {minSize: 0, maxSize: 1}\n      big: {minSize: 0, maxSize: 5}\n    profiles:\n      sleep: {small: 1, big: 0}\n      normal: {small: 0, big: 1}\n      peak: {small: 0, big: 3}\n", "nodegroups: ^[]\n    profiles: {sleep: {}, normal: {}, peak: {}}\n") + "overrides: [" + override("sizes: {big: 4}, "+someTime) + "]", []string{"clusters[0].nodegroups: must be an object, not an empty list"}},
	} {
		t.Run(rule, func(t *testing.T) { expect(t, today, test.document, test.want...) })
	}
}

// Whether an override has ended depends on the day; a document as such may hold it.
func TestEndedOverrideIsValidByItself(t *testing.T) {
	document := withOverrides(override("profile: peak, from: 2020-01-01 00:00, until: 2020-01-02 00:00"))
	if c := parse(t, document); len(c.Units()[0].Timeline().Overrides) != 1 {
		t.Errorf("it is not in the timeline")
	}
}

// In the config table an override is by itself; its cluster is known from elsewhere.
func TestParseOverrideAlone(t *testing.T) {
	c := parse(t, valid)
	clusters := map[string]config.Cluster{"production": c.Clusters[0]}
	const alone = `{"cluster": "production", "profile": "peak", "from": "2026-12-24 20:00", "until": "2026-12-25T20:00:00Z", "reason": "launch"}`
	want := scaling.Override{
		Cluster: "production", Profile: "peak", Reason: "launch",
		From: time.Date(2026, 12, 24, 23, 0, 0, 0, time.UTC), Until: time.Date(2026, 12, 25, 20, 0, 0, 0, time.UTC),
	}
	got, err := config.ParseOverride([]byte(alone), clusters)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for text, want := range map[string]string{
		`null`: "is empty: must be an object",
		strings.Replace(alone, "production", "staging", 1): `cluster: unknown cluster "staging"; known: production`,
		strings.Replace(alone, "peak", "peek", 1):          `profile: unknown profile "peek"; did you mean "peak"?`,
		strings.Replace(alone, "25T", "24T", 1):            "until: ends at Thu 2026-12-24 17:00 -03:00, not after its start at Thu 2026-12-24 20:00 -03:00: use a later end",
	} {
		_, err := config.ParseOverride([]byte(text), clusters)
		if diff := cmp.Diff([]string{want}, problems(t, err)); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", text, diff)
		}
	}
}

// Under picks the overrides of the cluster, and forgets those that it had before.
func TestUnder(t *testing.T) {
	cluster := parse(t, withOverrides(unnamed)).Clusters[0]
	under := cluster.WithOverrides([]scaling.Override{{Name: "a", Cluster: "production"}, {Name: "b", Cluster: "staging"}, {Name: "c", Cluster: "production"}})
	var got []string
	for _, o := range under.Units()[0].Timeline().Overrides {
		got = append(got, o.Name)
	}
	if strings.Join(got, " ") != "a c" {
		t.Errorf("it is under %q, want a and c", got)
	}
	if len(cluster.Units()[0].Timeline().Overrides) != 1 {
		t.Error("the cluster that it was made from has changed")
	}
}
