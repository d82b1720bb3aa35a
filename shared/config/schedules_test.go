package config_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// shared is a cluster with two schedules.
const shared = `timezone: America/Sao_Paulo
clusters:
  - name: production
    region: sa-east-1
    enforce: always
    waitTimeout: 10m
    nodegroups: {web: {minSize: 1, maxSize: 12}, tools: {minSize: 0, maxSize: 2}, batch: {minSize: 0, maxSize: 30}, free: {minSize: 0, maxSize: 1}}
    schedules:
      - name: office
        profiles: {day: {web: 6, tools: 1}, night: {web: 1, tools: 0}}
        default: day
        periods:
          - {name: night, profile: night, days: [mon-fri], from: "20:00", to: "07:00"}
      - name: batch
        timezone: Europe/Berlin
        paused: true
        enforce: transition
        waitTimeout: 30m
        profiles: {"on": {batch: 20}, "off": {batch: 0}}
        default: "off"
        periods:
          - {name: run, profile: "on", from: "22:00", to: "04:00"}
`

func TestUnitsOfAClusterWithSchedules(t *testing.T) {
	c := parse(t, shared)
	printsBack(t, c)
	type unit struct {
		Name, Cluster, Zone string
		Paused              bool
		Enforce             scaling.Enforce
		WaitTimeout         config.Duration
		Nodegroups          map[string]scaling.Limits
	}
	var got []unit
	for _, u := range c.Units() {
		got = append(got, unit{u.Name, u.Cluster, u.Timetable().Location().String(), u.Paused, u.Enforce, u.WaitTimeout, u.Nodegroups})
	}
	want := []unit{
		{
			"production:office", "production", "America/Sao_Paulo", false, scaling.Always, config.Duration(10 * time.Minute),
			map[string]scaling.Limits{"web": {MinSize: 1, MaxSize: 12}, "tools": {MaxSize: 2}},
		},
		{
			"production:batch", "production", "Europe/Berlin", true, scaling.OnTransition, config.Duration(30 * time.Minute),
			map[string]scaling.Limits{"batch": {MaxSize: 30}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSettingsOfTheClusterHoldWhereverTheyStand: the order of the fields does not matter.
func TestSettingsOfTheClusterHoldWhereverTheyStand(t *testing.T) {
	for _, setting := range []string{"    timezone: Asia/Kathmandu\n", "    paused: true\n", "    concurrency: 7\n"} {
		first, last := strings.Replace(shared, "    region:", setting+"    region:", 1), shared+setting
		a, b := parse(t, first).Units()[0], parse(t, last).Units()[0]
		zones := [2]string{a.Timetable().Location().String(), b.Timetable().Location().String()}
		if a.Paused != b.Paused || a.Concurrency != b.Concurrency || zones[0] != zones[1] {
			t.Errorf("%s first: %+v in %s; last: %+v in %s", strings.TrimSpace(setting), a, zones[0], b, zones[1])
		}
	}
	if u := parse(t, shared+"    paused: true\n").Units(); !u[0].Paused || !u[1].Paused {
		t.Error("a cluster that is paused has a schedule that is not")
	}
}

func TestASingleScheduleNeedsNoName(t *testing.T) {
	c := parse(t, shared).Clusters[0]
	if _, ok := c.Unit(""); ok {
		t.Error("found a unit without a name in a cluster with two schedules")
	}
	if u, ok := c.Unit("batch"); !ok || u.Name != "production:batch" {
		t.Errorf("found %+v, %t; want batch", u, ok)
	}
	if _, ok := c.Unit("gone"); ok {
		t.Error("found a unit of an unknown schedule")
	}
	only, _, _ := strings.Cut(shared, "      - name: batch\n")
	if u, ok := parse(t, only).Clusters[0].Unit(""); !ok || u.Name != "production:office" {
		t.Errorf("found %+v, %t; want the only schedule", u, ok)
	}
	if u, ok := parse(t, valid).Clusters[0].Unit(""); !ok || u.Name != "production" {
		t.Errorf("found %+v, %t; want the cluster", u, ok)
	}
}

func TestParseRefusesSchedules(t *testing.T) {
	const cluster = "clusters[0]"
	for _, row := range []struct {
		rule, old, text string
		want            []string
	}{
		{"profiles_beside_schedules", "    schedules:", "    profiles: ^{day: {web: 6}}\n    schedules:", []string{cluster + ".profiles: the cluster has schedules: move profiles into one of them"}},
		{"schedule_beside_schedules", "    schedules:", "    schedule: ^{default: day}\n    schedules:", []string{cluster + ".schedule: the cluster has schedules: move schedule into one of them"}},
		{"a_node_group_in_two_schedules", `{"on": {batch: 20}`, `{"on": {batch: 20, web: ^1}`, []string{cluster + `.schedules[1].profiles.on.web: node group "web" is in schedule "office" already: a node group belongs to one schedule`}},
		{"an_unknown_node_group", "day: {web: 6,", "day: {wep: ^6,", []string{cluster + `.schedules[0].profiles.day.wep: unknown node group "wep"; did you mean "web"?`}},
		{"a_size_over_the_limit", "web: 6,", "web: ^13,", []string{cluster + ".schedules[0].profiles.day.web: desiredSize 13 is outside the node group's limits, 1 to 12"}},
		{"an_unknown_profile", "default: day", "default: ^dya", []string{cluster + `.schedules[0].default: unknown profile "dya"; did you mean "day"?`}},
		{"a_profile_of_another_schedule", "profile: night", `profile: ^"on"`, []string{cluster + `.schedules[0].periods[0].profile: unknown profile "on"; known: day, night`}},
		{"the_same_name_twice", "- name: batch", "- ^name: office", []string{cluster + `.schedules[1]: duplicate schedule "office": use each name once`}},
		{"a_name_that_is_none", "name: office", `name: ^"a:b"`, []string{cluster + `.schedules[0].name: invalid schedule name "a:b": use at most 100 letters, digits, ., - and _, with a letter or digit first`}},
		{"no_name", "- name: office\n        profiles", "- ^profiles", []string{cluster + ".schedules[0]: name is required"}},
		{"no_default", "        default: day\n", "", []string{cluster + ".schedules[0]: default is required"}},
		{"no_profiles", `        profiles: {"on": {batch: 20}, "off": {batch: 0}}` + "\n", "", []string{cluster + ".schedules[1]: profiles is required"}},
		{"no_node_group", `{"on": {batch: 20}, "off": {batch: 0}}`, `^{"on": {}, "off": {}}`, []string{cluster + ".schedules[1].profiles: names no node group: add one, for example {day: {web: 6}}"}},
		{"a_region_of_its_own", "timezone: Europe/Berlin", "region: ^eu-central-1", []string{cluster + `.schedules[1].region: unknown field "region"; known: ahead, default, enforce, name, paused, periods, profiles, rampUp, timezone, waitTimeout`}},
		{"an_unknown_zone", "Europe/Berlin", "^Europe/Berlim", []string{cluster + `.schedules[1].timezone: invalid time zone "Europe/Berlim": use an IANA name, for example "America/Sao_Paulo" or "UTC"`}},
		{"a_period_that_never_applies", `from: "22:00", to: "04:00"}`, `days: ^[]}`, []string{cluster + ".schedules[1].periods[0].days: empty list: add an entry, or leave the field out"}},
		{"a_window_without_length", `to: "07:00"`, `to: ^"20:00"`, []string{cluster + `.schedules[0].periods[0].to: from and to are both "20:00": for a whole day, leave out both, or use "00:00" and "24:00"`}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			document := strings.Replace(shared, row.old, row.text, 1)
			if document == shared {
				t.Fatal("the row changes nothing")
			}
			if !strings.Contains(row.text, "^") {
				wantMessages(t, document, row.want)
				return
			}
			expect(t, plain, document, row.want...)
		})
	}
}

// wantMessages compares the errors of a document without their places.
func wantMessages(t *testing.T, document string, want []string) {
	t.Helper()
	_, err := config.Parse([]byte(document))
	var got []string
	for _, f := range config.FindingsOf(err) {
		got = append(got, f.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOverridesOfSchedules(t *testing.T) {
	const override = `overrides:
  - {cluster: production, WHAT, from: 2026-12-24 20:00, until: 2026-12-25 20:00, reason: launch}
`
	for _, row := range []struct {
		rule, what, unit, name, err string
	}{
		{"one of several", `schedule: batch, profile: "on"`, "production:batch", "production-batch-20261224T190000Z", ""},
		{"none of several", `profile: "on"`, "", "", "overrides[0]: schedule is required: cluster production has office, batch"},
		{"an unknown one", `schedule: bach, profile: "on"`, "", "", `overrides[0].schedule: unknown schedule "bach"; did you mean "batch"?`},
		{"a profile of another one", `schedule: office, profile: "on"`, "", "", `overrides[0].profile: unknown profile "on"; known: day, night`},
		{"a node group of another one", `schedule: office, sizes: {batch: 1}`, "", "", `overrides[0].sizes.batch: unknown node group "batch"; known: tools, web`},
	} {
		t.Run(row.rule, func(t *testing.T) {
			document := shared + strings.Replace(override, "WHAT", row.what, 1)
			if row.err != "" {
				wantMessages(t, document, []string{row.err})
				return
			}
			c := parse(t, document)
			o := c.Overrides[0]
			if o.Unit() != row.unit || o.Name != row.name {
				t.Errorf("found override %s of %s; want %s of %s", o.Name, o.Unit(), row.name, row.unit)
			}
			for _, u := range c.Units() {
				if has := len(u.Timeline().Overrides) == 1; has != (u.Name == row.unit) {
					t.Errorf("%s has the override: %t", u.Name, has)
				}
			}
		})
	}
	only, _, _ := strings.Cut(shared, "      - name: batch\n")
	o := parse(t, only+strings.Replace(override, "WHAT", "profile: night", 1)).Overrides[0]
	if text, err := json.Marshal(o); o.Schedule != "office" || err != nil || !strings.Contains(string(text), `"schedule":"office"`) {
		t.Errorf("found %s, %v; want the only schedule filled in", text, err)
	}
}

// TestIndependentHoursPointToSchedules: a period that another one covers may be for node groups with hours of their own.
func TestIndependentHoursPointToSchedules(t *testing.T) {
	const document = `timezone: UTC
clusters:
  - name: dev
    region: eu-west-1
    nodegroups: {web: {minSize: 0, maxSize: 5}, batch: {minSize: 0, maxSize: 9}}
    profiles: {web-day: {web: 3}, web-night: {web: 0}, batch-night: {BATCH}}
    schedule:
      default: web-day
      periods:
        - {name: web-off, profile: web-night, from: "20:00", to: "07:00"}
        - {name: batch-on, profile: batch-night, from: "22:00", to: "04:00"}
`
	const covered = `clusters[0].schedule.periods[1]: period "batch-on" never applies: it is covered by "web-off"; move it up or remove it`
	wantMessages(t, strings.Replace(document, "BATCH", "batch: 9", 1), []string{covered + "; node groups with hours of their own can have a schedule of their own, under schedules"})
	wantMessages(t, strings.Replace(document, "BATCH", "batch: 9, web: 1", 1), []string{covered})
}

// TestAScheduleMayBeEmptyBesideOthers, but not a cluster.
func TestAScheduleMayBeEmptyBesideOthers(t *testing.T) {
	at := config.Reading{Now: noon}
	if _, findings := at.Parse([]byte(shared)); len(findings) > 0 {
		t.Errorf("found %v; want nothing", findings)
	}
	const batch = "      - name: batch"
	head, rest, _ := strings.Cut(shared, "      - name: office")
	_, tail, _ := strings.Cut(rest, batch)
	alone := head + batch + tail
	if _, findings := at.Parse([]byte(alone)); len(findings) != 1 || !strings.Contains(findings[0].String(), "schedules[0]: no node at all from 04:00 to 22:00") {
		t.Errorf("found %v; want the hours without any node", findings)
	}
}
