package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
)

// plainCluster is a cluster as the config table has it.
func plainCluster(name string) config.Part {
	return config.Part{Name: name, Spec: []byte(`{"name": "` + name + `", "region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}},` +
		` "profiles": {"normal": {"big": 1}, "peak": {"big": 5}}, "schedule": {"default": "normal"}}`)}
}

// with is a part with one text in place of another.
func with(t *testing.T, part config.Part, old, text string) config.Part {
	t.Helper()
	if strings.Count(string(part.Spec), old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(string(part.Spec), old))
	}
	part.Spec = []byte(strings.Replace(string(part.Spec), old, text, 1))
	return part
}

func launch(name, cluster string) config.Part {
	return config.Part{Cluster: cluster, Name: name, Spec: []byte(`{"name": "` + name + `", "cluster": "` + cluster + `", "profile": "peak",` +
		` "from": "2026-11-24T12:00:00Z", "until": "2026-11-25T12:00:00Z", "reason": "launch"}`)}
}

// TestAssemble puts parts together on 2026-11-24 at noon in São Paulo. What comes of it is written as the clusters with
// their overrides, "a(launch)", and the broken ones with their errors.
func TestAssemble(t *testing.T) {
	const ended = `"until": "2026-11-24T15:00:00Z"`
	holidays := config.Part{Name: "holidays", Spec: []byte(`{"dates": ["2026-12-25"]}`)}
	brokenHolidays := config.Part{Name: "holidays", Spec: []byte(`{"dates": ["2026-02-30"]}`)}
	a, b := plainCluster("a"), plainCluster("b")
	// The same cluster, with a period on the dates of the calendar "holidays".
	festiveA := with(t, a, `"default": "normal"`, `"default": "normal", "periods": [{"name": "holidays", "profile": "peak", "calendars": {"only": ["holidays"]}}]`)
	ofA, ofB := launch("of-a", "a"), launch("of-b", "b")
	tests := []struct {
		rule     string
		parts    config.Parts
		clusters string
		broken   []string
	}{
		{"nothing", config.Parts{}, "", nil},
		{"cluster", config.Parts{Clusters: []config.Part{a}}, "a()", nil},
		{"clusters_in_the_given_order", config.Parts{Clusters: []config.Part{b, a}}, "b() a()", nil},
		{"override_of_its_cluster", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{ofB, ofA, launch("second", "a")}}, "a(of-a second) b(of-b)", nil},
		{"calendar", config.Parts{Calendars: []config.Part{holidays}, Clusters: []config.Part{festiveA}}, "a()", nil},

		{"broken_cluster_breaks_itself", config.Parts{Clusters: []config.Part{with(t, a, "sa-east-1", "here"), b}}, "b()", []string{`a: region: found "here"; want an AWS region, such as sa-east-1`}},
		{"broken_cluster_with_all_that_is_wrong", config.Parts{Clusters: []config.Part{with(t, with(t, a, "sa-east-1", "here"), `"big": 5`, `"big": 9`), b}}, "b()", []string{
			"a: region: found \"here\"; want an AWS region, such as sa-east-1\nprofiles.peak.big: found desiredSize 9; want it within the node group's limits, 0 to 5",
		}},
		{"broken_clusters_in_the_order_of_their_names", config.Parts{Clusters: []config.Part{{Name: "z", Spec: []byte("1")}, {Name: "c", Spec: []byte("null")}, a}}, "a()", []string{"c: found nothing; want an object", "z: found 1; want an object"}},
		{"spec_that_is_no_document", config.Parts{Clusters: []config.Part{{Name: "a"}, b}}, "b()", []string{"a: found nothing; want a YAML document"}},
		{"name_is_not_the_key", config.Parts{Clusters: []config.Part{{Name: "c", Spec: a.Spec}, b}}, "b()", []string{`c: spec.name: found "a" under the key cluster/c; want the same name in both`}},
		{"name_of_another_cluster", config.Parts{Clusters: []config.Part{{Name: "b", Spec: a.Spec}, a}, Overrides: []config.Part{ofA, ofB}}, "a(of-a)", []string{`b: spec.name: found "a" under the key cluster/b; want the same name in both`}},
		{"overrides_of_a_broken_cluster_add_nothing", config.Parts{Clusters: []config.Part{with(t, a, "sa-east-1", "here"), b}, Overrides: []config.Part{with(t, ofA, "peak", "peek"), ofB}}, "b(of-b)", []string{`a: region: found "here"; want an AWS region, such as sa-east-1`}},

		{"broken_calendar_breaks_those_that_name_it", config.Parts{Calendars: []config.Part{brokenHolidays}, Clusters: []config.Part{festiveA, b}}, "b()", []string{
			`a: schedule.periods[0].calendars.only[0]: unknown calendar "holidays"; known: (none); calendar/holidays: dates[0]: found "2026-02-30", a date that does not exist; want 2026-02-01 to 2026-02-28`,
		}},
		{"missing_calendar_breaks_those_that_name_it", config.Parts{Clusters: []config.Part{festiveA, b}}, "b()", []string{`a: schedule.periods[0].calendars.only[0]: unknown calendar "holidays"; known: (none)`}},
		{"broken_calendar_that_none_names", config.Parts{Calendars: []config.Part{brokenHolidays, {Name: "b", Spec: []byte("{}")}}, Clusters: []config.Part{a}}, "a()", nil},
		{"another_broken_calendar_is_not_to_blame", config.Parts{Calendars: []config.Part{{Name: "holi", Spec: []byte("{}")}}, Clusters: []config.Part{festiveA, b}}, "b()", []string{`a: schedule.periods[0].calendars.only[0]: unknown calendar "holidays"; known: (none)`}},
		{"broken_calendar_beside_a_good_one", config.Parts{Calendars: []config.Part{holidays, {Name: "other", Spec: []byte("{}")}}, Clusters: []config.Part{festiveA}}, "a()", nil},

		{"broken_override_breaks_its_cluster", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{with(t, ofA, "peak", "peek"), ofB}}, "b(of-b)", []string{`a: override/of-a: profile: unknown profile "peek"; known: normal, peak`}},
		{"broken_override_beside_a_good_one", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{launch("good", "a"), with(t, ofA, "peak", "peek")}}, "b()", []string{`a: override/of-a: profile: unknown profile "peek"; known: normal, peak`}},
		{"first_of_two_broken_overrides", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{with(t, ofA, "peak", "peek"), with(t, launch("z", "a"), "peak", "pick")}}, "", []string{`a: override/of-a: profile: unknown profile "peek"; known: normal, peak`}},
		{"override_with_another_name_than_its_key", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{{Cluster: "a", Name: "other", Spec: ofA.Spec}}}, "b()", []string{`a: override/other: spec.name: found "of-a"; want the same name as in the key`}},
		{"override_without_a_name", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{with(t, ofA, `"name": "of-a", `, "")}}, "b()", []string{`a: override/of-a: spec.name: found ""; want the same name as in the key`}},
		{"override_with_an_unreadable_end", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{with(t, ofA, "2026-11-25T12:00:00Z", "tomorrow")}}, "b()", []string{
			`a: override/of-a: until: found "tomorrow"; want an instant, as RFC 3339 ("2026-12-24T20:00:00-03:00") or by the local clock ("2026-12-24 20:00")`,
		}},
		{"override_with_a_local_end", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{with(t, ofA, "2026-11-25T12:00:00Z", "2026-11-25 20:00")}}, "a(of-a) b()", nil},

		{"ended_override", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{with(t, ofA, `"until": "2026-11-25T12:00:00Z"`, ended)}}, "a(of-a)", nil},
		{"ended_broken_override", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{with(t, with(t, ofA, `"until": "2026-11-25T12:00:00Z"`, ended), "peak", "peek")}}, "a()", nil},
		{"broken_override_that_ends_in_a_second", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{with(t, with(t, ofA, "2026-11-25T12:00:00Z", "2026-11-24T15:00:01Z"), "peak", "peek")}}, "", []string{`a: override/of-a: profile: unknown profile "peek"; known: normal, peak`}},
		{"ended_broken_override_with_another_name", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{{Cluster: "a", Name: "other", Spec: with(t, ofA, `"until": "2026-11-25T12:00:00Z"`, ended).Spec}}}, "a()", nil},
		{"ended_broken_override_by_the_local_clock", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{with(t, with(t, ofA, "2026-11-25T12:00:00Z", "2026-11-24 12:00"), "peak", "peek")}}, "a()", nil},
		{"ended_override_of_a_cluster_that_is_gone", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{with(t, ofB, `"until": "2026-11-25T12:00:00Z"`, ended)}}, "a()", nil},

		{"override_of_a_cluster_that_is_gone", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{ofA, ofB}}, "a(of-a)", []string{`b: override/of-b: cluster: unknown cluster "b"; known: a`}},
		{"override_under_the_key_of_no_cluster", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{{Name: "of-a", Spec: ofA.Spec}, ofB}}, "a() b(of-b)", []string{
			`(unknown): override/of-a: name: found the key "of-a"; want CLUSTER/NAME with the cluster of the spec, "a"`,
		}},
		{"override_under_the_key_of_another_cluster", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{{Cluster: "b", Name: "of-a", Spec: ofA.Spec}, ofA}}, "a(of-a)", []string{
			`b: override/of-a: name: found the key "b/of-a"; want CLUSTER/NAME with the cluster of the spec, "a"`,
		}},
		{"override_under_the_key_of_a_cluster_that_is_not_there", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{{Cluster: "c", Name: "of-a", Spec: ofA.Spec}}}, "a()", []string{
			`c: override/of-a: name: found the key "c/of-a"; want CLUSTER/NAME with the cluster of the spec, "a"`,
		}},
		{"override_that_cannot_be_read_breaks_the_cluster_of_its_key", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{{Cluster: "a", Name: "x", Spec: []byte(`"peak"`)}}}, "b()", []string{`a: override/x: found "peak"; want an object`}},
		{"fields_of_other_names_say_nothing", config.Parts{Clusters: []config.Part{a, b}, Overrides: []config.Part{with(t, ofA, `"reason"`, `"Cluster": 7, "clu\u017fter": "b", "UNTIL": "2026-11-01T00:00:00Z", "reason"`)}}, "b()", []string{
			"a: override/of-a: Cluster: unknown field \"Cluster\"; known: cluster, createdAt, createdBy, from, name, nodegroups, profile, reason, sizes, until\n" +
				"clu\u017fter: unknown field \"clu\u017fter\"; known: cluster, createdAt, createdBy, from, name, nodegroups, profile, reason, sizes, until\n" +
				"UNTIL: unknown field \"UNTIL\"; known: cluster, createdAt, createdBy, from, name, nodegroups, profile, reason, sizes, until",
		}},
		{"override_that_cannot_be_read", config.Parts{Clusters: []config.Part{a}, Overrides: []config.Part{{Name: "x", Spec: []byte(`"peak"`)}}}, "a()", []string{`(unknown): override/x: found "peak"; want an object`}},
	}
	settings := config.Settings{Enabled: true, Timezone: "America/Sao_Paulo"}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			clusters, broken := settings.Assemble(test.parts, noon)
			var good, bad []string
			for _, c := range clusters {
				var overrides []string
				for _, o := range c.Timeline().Overrides {
					overrides = append(overrides, o.Name)
				}
				good = append(good, c.Name+"("+strings.Join(overrides, " ")+")")
			}
			for _, b := range broken {
				bad = append(bad, b.Cluster+": "+b.Err.Error())
			}
			if got := strings.Join(good, " "); got != test.clusters {
				t.Errorf("clusters %q, want %q", got, test.clusters)
			}
			if diff := cmp.Diff(test.broken, bad); diff != "" {
				t.Errorf("broken (-want +got):\n%s", diff)
			}
		})
	}
}

// The parts of a document that was applied are the document again.
func TestAssembleIsWhatWasApplied(t *testing.T) {
	for rule, document := range map[string]string{"example": string(example(t)), "everything": everything, "valid": withOverrides(unnamed, unnamed)} {
		t.Run(rule, func(t *testing.T) {
			c := parse(t, document)
			var parts config.Parts
			for name, calendar := range c.Calendars {
				parts.Calendars = append(parts.Calendars, config.Part{Name: name, Spec: printed(t, calendar)})
			}
			for _, cluster := range c.Clusters {
				parts.Clusters = append(parts.Clusters, config.Part{Name: cluster.Name, Spec: printed(t, cluster)})
			}
			for _, o := range c.Overrides {
				parts.Overrides = append(parts.Overrides, config.Part{Cluster: o.Cluster, Name: o.Name, Spec: printed(t, o)})
			}
			clusters, broken := c.Assemble(parts, noon)
			if len(broken) > 0 {
				t.Fatal(broken)
			}
			same(t, "the clusters", c.Clusters, clusters, nil)
			for i, cluster := range clusters {
				same(t, "its overrides", c.Clusters[i].Timeline().Overrides, cluster.Timeline().Overrides, nil)
				same(t, "what is wanted", c.Clusters[i].Timeline().Demands(noon), cluster.Timeline().Demands(noon), nil)
			}
		})
	}
}

func TestTheCalendarsOfACluster(t *testing.T) {
	t.Parallel()
	with := func(periods string) string {
		return strings.Replace(string(plainCluster("a").Spec), `"default": "normal"`, `"default": "normal", "periods": [`+periods+`]`, 1)
	}
	for _, row := range []struct {
		rule, spec string
		want       []string
	}{
		{"none", string(plainCluster("a").Spec), nil},
		{"each once", with(`{"calendars": {"only": ["b", "a"]}}, {"calendars": {"only": ["b"], "except": ["c"]}}`), []string{"a", "b", "c"}},
		{"those that can be read", with(`{"calendars": {"only": [7, {}, "a"], "except": "b"}}, "x"`), []string{"7", "a"}},
		{"none of a spec that is no document", `"oops"`, nil},
		{"none of fields with other names", with(`{"Calendars": {"only": ["a"]}}, {"calendars": {"Only": ["b"]}}`), nil},
	} {
		if diff := cmp.Diff(row.want, config.CalendarsOf([]byte(row.spec))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}
