package inventory_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// plainCluster is a cluster as the config table has it.
func plainCluster(name string) inventory.Item {
	return inventory.Item{Name: name, Spec: []byte(`{"name": "` + name + `", "region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}},` +
		` "profiles": {"normal": {"big": 1}, "peak": {"big": 5}}, "schedule": {"default": "normal"}}`)}
}

// with is a part with one text in place of another.
func with(t *testing.T, part inventory.Item, old, text string) inventory.Item {
	t.Helper()
	if strings.Count(string(part.Spec), old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(string(part.Spec), old))
	}
	part.Spec = []byte(strings.Replace(string(part.Spec), old, text, 1))
	return part
}

func launch(name, cluster string) inventory.Item {
	return inventory.Item{Cluster: cluster, Name: name, Spec: []byte(`{"name": "` + name + `", "cluster": "` + cluster + `", "profile": "peak",` +
		` "from": "2026-11-24T12:00:00Z", "until": "2026-11-25T12:00:00Z", "reason": "launch"}`)}
}

// TestAssemble puts parts together on 2026-11-24 at noon in São Paulo. What comes of it is written as the clusters with
// their overrides, "a(launch)", and the broken ones with their errors.
func TestAssemble(t *testing.T) {
	const (
		ended  = `"until": "2026-11-24T15:00:00Z"`
		update = "written by a newer version of eks-scaling (format 2; this version reads up to 1): update eks-scaling and deploy the stack with the newer version"
	)
	newer := func(i inventory.Item) inventory.Item { i.Format = config.Format + 1; return i }
	holidays := inventory.Item{Name: "holidays", Spec: []byte(`{"dates": ["2026-12-25"]}`)}
	brokenHolidays := inventory.Item{Name: "holidays", Spec: []byte(`{"dates": ["2026-02-30"]}`)}
	a, b := plainCluster("a"), plainCluster("b")
	// The same cluster, with a period on the dates of the calendar "holidays".
	festiveA := with(t, a, `"default": "normal"`, `"default": "normal", "periods": [{"name": "holidays", "profile": "peak", "calendars": {"only": ["holidays"]}}]`)
	ofA, ofB := launch("of-a", "a"), launch("of-b", "b")
	tests := []struct {
		rule     string
		parts    inventory.Snapshot
		clusters string
		broken   []string
	}{
		{"nothing", inventory.Snapshot{}, "", nil},
		{"cluster", inventory.Snapshot{Clusters: []inventory.Item{a}}, "a()", nil},
		{"clusters_in_the_given_order", inventory.Snapshot{Clusters: []inventory.Item{b, a}}, "b() a()", nil},
		{"override_of_its_cluster", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{ofB, ofA, launch("second", "a")}}, "a(of-a second) b(of-b)", nil},
		{"calendar", inventory.Snapshot{Calendars: []inventory.Item{holidays}, Clusters: []inventory.Item{festiveA}}, "a()", nil},

		{"broken_cluster_breaks_itself", inventory.Snapshot{Clusters: []inventory.Item{with(t, a, "sa-east-1", "here"), b}}, "b()", []string{`a: region: invalid region "here": use an AWS region, for example "sa-east-1"`}},
		{"broken_cluster_with_all_that_is_wrong", inventory.Snapshot{Clusters: []inventory.Item{with(t, with(t, a, "sa-east-1", "here"), `"big": 5`, `"big": 9`), b}}, "b()", []string{
			"a: region: invalid region \"here\": use an AWS region, for example \"sa-east-1\"\nprofiles.peak.big: desiredSize 9 is outside the node group's limits, 0 to 5",
		}},
		{"broken_clusters_in_the_order_of_their_names", inventory.Snapshot{Clusters: []inventory.Item{{Name: "z", Spec: []byte("1")}, {Name: "c", Spec: []byte("null")}, a}}, "a()", []string{"c: is empty: must be an object", "z: must be an object, not 1"}},
		{"spec_that_is_no_document", inventory.Snapshot{Clusters: []inventory.Item{{Name: "a"}, b}}, "b()", []string{"a: empty document: write a configuration in YAML"}},
		{"name_is_not_the_key", inventory.Snapshot{Clusters: []inventory.Item{{Name: "c", Spec: a.Spec}, b}}, "b()", []string{`c: name: "a" differs from the name in the key, cluster/c`}},
		{"name_of_another_cluster", inventory.Snapshot{Clusters: []inventory.Item{{Name: "b", Spec: a.Spec}, a}, Overrides: []inventory.Item{ofA, ofB}}, "a(of-a)", []string{`b: name: "a" differs from the name in the key, cluster/b`}},
		{"overrides_of_a_broken_cluster_add_nothing", inventory.Snapshot{Clusters: []inventory.Item{with(t, a, "sa-east-1", "here"), b}, Overrides: []inventory.Item{with(t, ofA, "peak", "peek"), ofB}}, "b(of-b)", []string{`a: region: invalid region "here": use an AWS region, for example "sa-east-1"`}},

		{"broken_calendar_breaks_those_that_name_it", inventory.Snapshot{Calendars: []inventory.Item{brokenHolidays}, Clusters: []inventory.Item{festiveA, b}}, "b()", []string{
			`a: schedule.periods[0].calendars.only[0]: unknown calendar "holidays"; known: (none); calendar/holidays: dates[0]: date "2026-02-30" does not exist: use 2026-02-01 to 2026-02-28`,
		}},
		{"missing_calendar_breaks_those_that_name_it", inventory.Snapshot{Clusters: []inventory.Item{festiveA, b}}, "b()", []string{`a: schedule.periods[0].calendars.only[0]: unknown calendar "holidays"; known: (none)`}},
		{"broken_calendar_that_none_names", inventory.Snapshot{Calendars: []inventory.Item{brokenHolidays, {Name: "b", Spec: []byte("{}")}}, Clusters: []inventory.Item{a}}, "a()", nil},
		{"another_broken_calendar_is_not_to_blame", inventory.Snapshot{Calendars: []inventory.Item{{Name: "holi", Spec: []byte("{}")}}, Clusters: []inventory.Item{festiveA, b}}, "b()", []string{`a: schedule.periods[0].calendars.only[0]: unknown calendar "holidays"; known: (none)`}},
		{"broken_calendar_beside_a_good_one", inventory.Snapshot{Calendars: []inventory.Item{holidays, {Name: "other", Spec: []byte("{}")}}, Clusters: []inventory.Item{festiveA}}, "a()", nil},

		{"broken_override_breaks_its_cluster", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{with(t, ofA, "peak", "peek"), ofB}}, "b(of-b)", []string{`a: override/of-a: profile: unknown profile "peek"; did you mean "peak"?`}},
		{"broken_override_beside_a_good_one", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{launch("good", "a"), with(t, ofA, "peak", "peek")}}, "b()", []string{`a: override/of-a: profile: unknown profile "peek"; did you mean "peak"?`}},
		{"first_of_two_broken_overrides", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{with(t, ofA, "peak", "peek"), with(t, launch("z", "a"), "peak", "pick")}}, "", []string{`a: override/of-a: profile: unknown profile "peek"; did you mean "peak"?`}},
		{"override_with_another_name_than_its_key", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{{Cluster: "a", Name: "other", Spec: ofA.Spec}}}, "b()", []string{`a: override/other: name: "of-a" differs from the name in the key`}},
		{"override_without_a_name", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{with(t, ofA, `"name": "of-a", `, "")}}, "b()", []string{`a: override/of-a: name: "" differs from the name in the key`}},
		{"override_with_an_unreadable_end", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{with(t, ofA, "2026-11-25T12:00:00Z", "tomorrow")}}, "b()", []string{
			`a: override/of-a: until: invalid time "tomorrow": use RFC 3339 ("2026-12-24T20:00:00-03:00") or local time ("2026-12-24 20:00")`,
		}},
		{"override_with_a_local_end", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{with(t, ofA, "2026-11-25T12:00:00Z", "2026-11-25 20:00")}}, "a(of-a) b()", nil},

		{"ended_override", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{with(t, ofA, `"until": "2026-11-25T12:00:00Z"`, ended)}}, "a(of-a)", nil},
		{"ended_broken_override", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{with(t, with(t, ofA, `"until": "2026-11-25T12:00:00Z"`, ended), "peak", "peek")}}, "a()", nil},
		{"broken_override_that_ends_in_a_second", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{with(t, with(t, ofA, "2026-11-25T12:00:00Z", "2026-11-24T15:00:01Z"), "peak", "peek")}}, "", []string{`a: override/of-a: profile: unknown profile "peek"; did you mean "peak"?`}},
		{"ended_broken_override_with_another_name", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{{Cluster: "a", Name: "other", Spec: with(t, ofA, `"until": "2026-11-25T12:00:00Z"`, ended).Spec}}}, "a()", nil},
		{"ended_broken_override_by_the_local_clock", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{with(t, with(t, ofA, "2026-11-25T12:00:00Z", "2026-11-24 12:00"), "peak", "peek")}}, "a()", nil},
		{"ended_override_of_a_cluster_that_is_gone", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{with(t, ofB, `"until": "2026-11-25T12:00:00Z"`, ended)}}, "a()", nil},

		{"override_of_a_cluster_that_is_gone", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{ofA, ofB}}, "a(of-a)", []string{`b: override/of-b: cluster: unknown cluster "b"; known: a`}},
		{"override_under_the_key_of_no_cluster", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{{Name: "of-a", Spec: ofA.Spec}, ofB}}, "a() b(of-b)", []string{
			`(unknown): override/of-a: invalid key "of-a": use CLUSTER/NAME with the cluster of the spec, "a"`,
		}},
		{"override_under_the_key_of_another_cluster", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{{Cluster: "b", Name: "of-a", Spec: ofA.Spec}, ofA}}, "a(of-a)", []string{
			`b: override/of-a: invalid key "b/of-a": use CLUSTER/NAME with the cluster of the spec, "a"`,
		}},
		{"override_under_the_key_of_a_cluster_that_is_not_there", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{{Cluster: "c", Name: "of-a", Spec: ofA.Spec}}}, "a()", []string{
			`c: override/of-a: invalid key "c/of-a": use CLUSTER/NAME with the cluster of the spec, "a"`,
		}},
		{"override_that_cannot_be_read_breaks_the_cluster_of_its_key", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{{Cluster: "a", Name: "x", Spec: []byte(`"peak"`)}}}, "b()", []string{`a: override/x: must be an object, not "peak"`}},
		{"fields_of_other_names_say_nothing", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{with(t, ofA, `"reason"`, `"Cluster": 7, "clu\u017fter": "b", "UNTIL": "2026-11-01T00:00:00Z", "reason"`)}}, "b()", []string{
			"a: override/of-a: Cluster: unknown field \"Cluster\"; did you mean \"cluster\"?\n" +
				"clu\u017fter: unknown field \"clu\u017fter\"; did you mean \"cluster\"?\n" +
				"UNTIL: unknown field \"UNTIL\"; did you mean \"until\"?",
		}},
		{"calendar_of_a_newer_version", inventory.Snapshot{Calendars: []inventory.Item{newer(holidays)}, Clusters: []inventory.Item{festiveA, b}}, "b()", []string{
			`a: schedule.periods[0].calendars.only[0]: unknown calendar "holidays"; known: (none); calendar/holidays: ` + update,
		}},
		{"cluster_of_a_newer_version", inventory.Snapshot{Clusters: []inventory.Item{newer(a), b}}, "b()", []string{"a: " + update}},
		{"override_of_a_newer_version", inventory.Snapshot{Clusters: []inventory.Item{a, b}, Overrides: []inventory.Item{newer(ofA), ofB}}, "b(of-b)", []string{"a: override/of-a: " + update}},
		{"override_that_cannot_be_read", inventory.Snapshot{Clusters: []inventory.Item{a}, Overrides: []inventory.Item{{Name: "x", Spec: []byte(`"peak"`)}}}, "a()", []string{`(unknown): override/x: must be an object, not "peak"`}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			checked := inventory.Check(withSettings(ofKinds(test.parts)), noon)
			var good, bad []string
			for _, c := range checked.Runnable {
				var overrides []string
				for _, o := range c.Timeline().Overrides {
					overrides = append(overrides, o.Name)
				}
				good = append(good, c.Name+"("+strings.Join(overrides, " ")+")")
			}
			for _, b := range checked.Unusable {
				bad = append(bad, b.Name+": "+b.Err.Error())
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

var noon = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)

// ofKinds gives each item its kind.
func ofKinds(s inventory.Snapshot) inventory.Snapshot {
	for kind, items := range map[string][]inventory.Item{
		inventory.KindCalendar: s.Calendars, inventory.KindCluster: s.Clusters, inventory.KindOverride: s.Overrides,
	} {
		for i := range items {
			items[i].Kind = kind
		}
	}
	return s
}

func withSettings(s inventory.Snapshot) inventory.Snapshot {
	s.Settings = &inventory.Item{
		Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: []byte(`{"paused": false, "timezone": "America/Sao_Paulo"}`),
	}
	return s
}

// TestWhatWasAppliedIsReadAsItWasWritten applies the example to an empty table.
func TestWhatWasAppliedIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := config.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	empty := inventory.Check(inventory.Snapshot{}, noon)
	changes, err := empty.Diff(want)
	if err != nil {
		t.Fatal(err)
	}
	got := empty.With(changes)
	if len(got.Invalid)+len(got.Unusable) > 0 || len(got.Runnable) != len(want.Units()) {
		t.Fatalf("found %v, %v and %d clusters", got.Invalid, got.Unusable, len(got.Runnable))
	}
	again, err := got.Diff(want)
	if err != nil || slices.ContainsFunc(again, inventory.Change.Needed) {
		t.Errorf("found changes %v, %v; want none", again, err)
	}
	for i, c := range got.Runnable {
		if diff := cmp.Diff(want.Units()[i].Timeline().Demands(noon), c.Timeline().Demands(noon)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.Name, diff)
		}
	}
}

// TestWithIsCheckAfterTheChange compares with a check that parses every item again.
func TestWithIsCheckAfterTheChange(t *testing.T) {
	t.Parallel()
	holidays := with(t, plainCluster("c"), `"default": "normal"`, `"default": "normal", "periods": [{"name": "p", "profile": "peak", "calendars": {"only": ["holidays"]}}]`)
	before := inventory.Check(withSettings(ofKinds(inventory.Snapshot{
		Calendars: []inventory.Item{{Name: "holidays", Spec: []byte(`{"dates": ["2026-12-25"]}`)}},
		Clusters:  []inventory.Item{plainCluster("a"), plainCluster("b"), holidays},
		Overrides: []inventory.Item{launch("of-a", "a"), launch("of-b", "b")},
	})), noon)
	withoutPeak := func(i inventory.Item) inventory.Item {
		i.Kind, i.Spec = inventory.KindCluster, []byte(strings.Replace(string(i.Spec), `, "peak": {"big": 5}`, "", 1))
		return i
	}
	settings, today := *before.Settings, before.Calendars[0]
	settings.Spec, today.Spec = []byte(`{"paused": false, "timezone": "Mars"}`), []byte(`{"dates": ["2026-11-24"]}`)
	for _, row := range []struct {
		rule   string
		change inventory.Change
		breaks string
	}{
		{"a cluster changes", inventory.Change{After: withoutPeak(plainCluster("a"))}, `a: override/of-a: profile: unknown profile "peek"`},
		{"an override goes", inventory.Change{After: before.Overrides[0], Gone: true}, ""},
		{"a calendar changes", inventory.Change{After: today}, ""},
		{"a calendar goes", inventory.Change{After: before.Calendars[0], Gone: true}, "c: unknown calendar"},
		{"the time zone goes", inventory.Change{After: settings}, "a: no time zone"},
	} {
		after := before.With([]inventory.Change{row.change})
		fresh := inventory.Check(inventory.Snapshot{
			Settings: after.Settings, Calendars: after.Calendars, Clusters: after.Clusters, Overrides: after.Overrides,
		}, noon)
		if diff := cmp.Diff(inWords(fresh), inWords(after)); diff != "" {
			t.Errorf("%s (-all read again +with):\n%s", row.rule, diff)
		}
		broken := inventory.Breaks(before, after)
		if (row.breaks == "") != (len(broken) == 0) || len(broken) > 0 && broken[0].Name != row.breaks[:1] {
			t.Errorf("%s: breaks %v; want %q", row.rule, broken, row.breaks)
		}
		if again := inventory.Breaks(after, after.With(nil)); len(again) > 0 {
			t.Errorf("%s: no change breaks %v", row.rule, again)
		}
	}
}

// inWords is everything that a check found.
func inWords(c inventory.Checked) (lines []string) {
	for _, r := range c.Runnable {
		demands, _ := json.Marshal(r.Timeline().Demands(noon))
		lines = append(lines, fmt.Sprintf("%s %s %s", r.Name, r.Timetable().Location(), demands))
	}
	for _, u := range c.Unusable {
		lines = append(lines, fmt.Sprint(u.Name, u.Err))
	}
	for _, i := range c.Invalid {
		lines = append(lines, i.String())
	}
	return lines
}
