package terraform_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
)

// group is a node group with these schedules, each with its maximum at 5.
func group(name string, schedules ...string) string {
	return "\n" + name + " = { min_size = 0, max_size = 5, schedules = {" + strings.Join(schedules, ", ") + "} }"
}

// action sets a desired size, in UTC or in the given zone.
func action(key, desired, recurrence string, zone ...string) string {
	text := key + " = {" + sets(desired, recurrence)
	if len(zone) > 0 {
		text += `, time_zone = "` + zone[0] + `"`
	}
	return text + "}"
}

// TestSchedules has in each row the schedules of a cluster: each with its zone and its node groups.
func TestSchedules(t *testing.T) {
	open, closed := action("on", "1", "0 6 * * 1-5"), action("off", "0", "0 20 * * 1-5")
	abroad := []string{action("on", "1", "0 6 * * 1-5", "Europe/Berlin"), action("off", "0", "0 20 * * 1-5", "Europe/Berlin")}
	tests := []struct {
		rule, groups string
		want         []string
	}{
		{"hours_are_shared_whatever_the_sizes", group("web", open, closed) + group("api", action("up", "5", "0 6 * * 1-5"), action("down", "2", "0 20 * * 1-5")), []string{"production UTC api web"}},
		{"hours_are_shared_however_they_are_written", group("web", open, closed) + group("api", action("on", "1", "0 6 * * MON,TUE,WED-FRI"), action("off", "0", "0 20 * * 1-5")), []string{"production UTC api web"}},
		{"actions_that_change_nothing_do_not_count", group("web", open, closed) + group("api", action("on", "1", "0 6 * * 1-5"), action("off", "0", "0 20 * * *")), []string{"production UTC api web"}},
		{"another_day", group("web", open, closed) + group("api", action("on", "1", "0 6 * * 1-6"), action("off", "0", "0 20 * * 1-6")), []string{"production:web UTC web", "production:api UTC api"}},
		{"another_minute", group("web", open, closed) + group("api", open, action("off", "0", "1 20 * * 1-5")), []string{"production:web UTC web", "production:api UTC api"}},
		{"another_time_zone", group("web", open, closed) + group("api", abroad...), []string{"production:web UTC web", "production:api Europe/Berlin api"}},
		{
			"the_first_by_name_gives_the_name", group("web", open, closed) + group("batch", action("on", "1", "0 6 * * *"), action("off", "0", "0 20 * * *")) + group("api", open, closed),
			[]string{"production:api UTC api web", "production:batch UTC batch"},
		},
		{"sizes_that_never_change", group("web", open, closed) + group("system", action("on", "1", "0 6 * * 1-5")) + group("dns", action("on", "2", "0 9 * * *")), []string{"production:web UTC web", "production:dns UTC dns system"}},
		{"only_sizes_that_never_change", group("system", action("on", "1", "0 6 * * 1-5")) + group("dns", action("on", "2", "0 9 * * *")), []string{"production UTC dns system"}},
		{"a_node_group_without_schedules", group("web", open, closed) + "\nsystem = {}", []string{"production UTC web"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(file(test.groups))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range importertest.Config(t, imported).Clusters[0].Units() {
				got = append(got, fmt.Sprint(u.Name, " ", u.Timetable().Location(), " ", strings.Join(slices.Sorted(maps.Keys(u.Nodegroups)), " ")))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", diff, imported.Document)
			}
		})
	}
}

// TestTimeZoneIsWrittenOnce checks that a zone is written at the highest level at which it is the most frequent one.
func TestTimeZoneIsWrittenOnce(t *testing.T) {
	in := func(name, zone string) string {
		return group(name, action("on", "1", "0 6 * * 1-5", zone), action("off", "0", "0 20 * * 1-5", zone))
	}
	first := string(file(in("a", "Europe/Berlin") + in("b", "Asia/Dubai") + in("c", "Asia/Dubai")).Data)
	_, second, _ := strings.Cut(string(file(in("d", "Etc/UTC")+in("e", "Asia/Dubai")+in("f", "UTC")).Data), "\n")
	imported, err := read(file2(first + strings.NewReplacer(`"eks" {`, `"more" {`, `"production"`, `"staging"`).Replace(second)))
	if err != nil || len(imported.Warnings) > 0 {
		t.Fatalf("found %v and the warnings %v; want none", err, imported.Warnings)
	}
	c := importertest.Config(t, imported)
	got := []string{c.Timezone}
	for _, cluster := range c.Clusters {
		got = append(got, cluster.Name+" "+cluster.Timezone)
		for _, s := range cluster.Schedules {
			got = append(got, s.Name+" "+s.Timezone)
		}
	}
	want := []string{"Asia/Dubai", "production ", "a Europe/Berlin", "b ", "staging UTC", "d ", "e Asia/Dubai"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s", diff, imported.Document)
	}
}
