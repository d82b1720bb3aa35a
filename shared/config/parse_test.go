package config_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

func TestParseExample(t *testing.T) {
	want := config.Config{
		Settings: config.Settings{Paused: false, Timezone: "America/Sao_Paulo", Fleet: config.Fleet{Units: 200}},
		Clusters: []config.Cluster{{
			Name: "production", Region: "sa-east-1", Paused: false, Enforce: scaling.OnTransition,
			WaitTimeout: config.Duration(20 * time.Minute), Concurrency: 5,
			Nodegroups: map[string]config.Nodegroup{"small": {Limits: scaling.Limits{MaxSize: 1}}, "big": {Limits: scaling.Limits{MaxSize: 5}}},
			Profiles: map[string]map[string]scaling.Target{
				"sleep":  {"small": scaling.Desired(1), "big": scaling.Desired(0)},
				"normal": {"small": scaling.Desired(0), "big": scaling.Desired(1)},
				"peak":   {"small": scaling.Desired(0), "big": scaling.Desired(3)},
			},
			Schedule: config.Schedule{Default: "normal", Periods: []schedule.Period{
				{Name: "weekend-midnight", Profile: "sleep", Days: schedule.Weekdays{Each: schedule.On(time.Saturday) | schedule.On(time.Sunday)}, To: at(60)},
				{Name: "night", Profile: "sleep", From: at(60), To: at(390)},
				{Name: "tuesday-peak", Profile: "peak", Days: schedule.Weekdays{Each: schedule.On(time.Tuesday)}, From: at(390), To: at(690)},
			}},
		}},
	}
	c := parse(t, string(example(t)))
	if diff := cmp.Diff(want, c, sameValues); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if zone := c.Units()[0].Timetable().Location().String(); zone != "America/Sao_Paulo" {
		t.Errorf("the timetable is in %s", zone)
	}
}

func TestParseEveryField(t *testing.T) {
	want := config.Config{
		Settings: config.Settings{
			Paused: true, Timezone: "UTC", Fleet: config.Fleet{Units: 1000}, Accounts: config.Accounts{ExternalID: "hub:1/a", Role: "night.scaler"},
			BlastRadius: blastradius.Limit{Nodes: 100, Units: 20},
			Budget:      budget.Budget{Updates: 5, Reads: 10},
		},
		Calendars: map[string]config.Calendar{
			"holidays": {Dates: schedule.Calendar{
				{Dates: dates(t, "2026-12-25")},
				{Dates: dates(t, "2026-12-31..2027-01-01")},
				{Dates: dates(t, "2027-02-09"), Name: "Carnaval"},
				{Dates: dates(t, "2027-03-26..2027-03-28"), Name: "Páscoa"},
			}},
			"none": {},
		},
		Clusters: []config.Cluster{{
			Name: "staging", Region: "us-gov-west-1", Timezone: "Asia/Kathmandu", Paused: true,
			ClusterName: "stage_1", Account: "123456789012", ExternalID: "of=this",
			RoleARN: "arn:aws-us-gov:iam::123456789012:role/path/scaler", Enforce: scaling.Always,
			WaitTimeout: config.Duration(90 * time.Second), Concurrency: 40,
			Nodegroups: map[string]config.Nodegroup{"a_B-9": {Limits: scaling.Limits{MinSize: 1, MaxSize: 2147483647}}},
			Profiles: map[string]map[string]scaling.Target{
				"nothing":      {},
				"bounds only":  {"a_B-9": {MinSize: new(int32(2)), MaxSize: new(int32(3))}},
				"everything":   {"a_B-9": {MinSize: new(int32(1)), MaxSize: new(int32(4)), DesiredSize: new(int32(2))}},
				`null <&> " ñ`: {"a_B-9": scaling.Desired(1)},
			},
			Schedule: config.Schedule{Ahead: config.Ahead{Profiles: map[string]config.Duration{
				"everything": config.Duration(90 * time.Minute), `null <&> " ñ`: config.Duration(time.Minute),
			}}, Default: "nothing", Periods: []schedule.Period{
				{Name: "whole days", Profile: "bounds only", To: at(schedule.EndOfDay), Days: schedule.Weekdays{
					Each: schedule.On(time.Saturday) | schedule.On(time.Sunday) | schedule.On(time.Monday) | schedule.On(time.Wednesday),
					Nth:  []schedule.NthDay{{Day: time.Tuesday, N: 2}, {Day: time.Friday, N: -1}},
				}},
				{Name: "over midnight", Profile: "everything", From: at(22 * 60), To: at(6 * 60), Ahead: config.Duration(12 * time.Hour)},
				{
					Name: "to the end", Profile: `null <&> " ñ`, From: at(12 * 60), To: at(schedule.EndOfDay),
					Months:    months(time.November, time.December, time.January, time.February),
					MonthDays: []schedule.MonthDays{{First: 1, Last: 1}, {First: -1, Last: -1}, {First: 15, Last: 20}, {First: 15, Last: 15, Nearest: true}},
				},
				{
					Name: "dated", Profile: "nothing", From: at(6 * 60), To: at(12 * 60),
					Dates: []schedule.DateRange{dates(t, "2026-12-24"), dates(t, "2026-12-30..2027-01-02")},
				},
				{
					Name: "weekend", Profile: "nothing", From: on(time.Friday, 20*60), To: on(time.Monday, 8*60),
					Calendars: schedule.CalendarFilter{Only: []string{"holidays"}, Except: []string{"none"}},
				},
			}},
		}},
		Overrides: []scaling.Override{
			{
				Name: "staging-20261224T141500Z", Cluster: "staging", Profile: "everything", Reason: "launch: <&>",
				From: time.Date(2026, 12, 24, 14, 15, 0, 0, time.UTC), Until: time.Date(2026, 12, 25, 23, 0, 0, 0, time.UTC),
			},
			{
				Name: "frozen_1.a-b", Cluster: "staging", Nodegroups: []string{"a_B-9"},
				Sizes: map[string]scaling.Target{"a_B-9": {MinSize: new(int32(1))}}, Reason: "migration", CreatedBy: "ana",
				From: time.Date(2026, 12, 1, 0, 0, 0, 500_000_000, time.UTC), Until: time.Date(2026, 12, 2, 18, 15, 0, 0, time.UTC),
				CreatedAt: time.Date(2026, 11, 1, 3, 15, 0, 0, time.UTC),
			},
		},
	}
	if diff := cmp.Diff(want, parse(t, everything), sameValues); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func months(all ...time.Month) schedule.Months {
	var set schedule.Months
	for _, month := range all {
		set |= 1 << month
	}
	return set
}

// unnamed is an override without a name, which gets one of its own.
const unnamed = "{cluster: production, profile: peak, from: 2026-12-24 20:00, until: 2026-12-25 20:00, reason: launch}"

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

// The parts of the config table have their places too: those in the part.
func TestParseClusterAlone(t *testing.T) {
	data := printed(t, parse(t, valid).Clusters[0])
	for rule, test := range map[string]struct {
		data, timezone string
		want           []string
	}{
		"no_zone_at_all":      {string(data), "", []string{"timezone is required, in the cluster or in the settings"}},
		"incomplete":          {`{"name": "a"}`, "UTC", []string{"region is required", "nodegroups is required", "profiles is required", "schedule is required"}},
		"not_an_object":       {`"production"`, "UTC", []string{`must be an object, not "production"`}},
		"calendars_elsewhere": {strings.Replace(string(data), `{"name"`, `{"calendars":{},"name"`, 1), "UTC", []string{`calendars: unknown field "calendars"; known: account, clusterName, concurrency, enforce, externalId, name, nodegroups, notifications, paused, profiles, rampUp, region, roleArn, schedule, schedules, timezone, waitTimeout`}},
		"overrides_elsewhere": {strings.Replace(string(data), `{"name"`, `{"overrides":[],"name"`, 1), "UTC", []string{`overrides: unknown field "overrides"; known: account, clusterName, concurrency, enforce, externalId, name, nodegroups, notifications, paused, profiles, rampUp, region, roleArn, schedule, schedules, timezone, waitTimeout`}},
	} {
		t.Run(rule, func(t *testing.T) {
			_, err := config.ParseCluster([]byte(test.data), config.Settings{Timezone: test.timezone}, nil)
			if diff := cmp.Diff(test.want, problems(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
	if c, err := config.ParseCluster(data, config.Settings{Timezone: "Europe/Berlin"}, nil); err != nil || c.Units()[0].Timetable().Location().String() != "Europe/Berlin" {
		t.Errorf("the given zone does not count: %v", err)
	}
}

func TestParseSettingsAlone(t *testing.T) {
	for text, want := range map[string]string{
		`{"timezone": "UTC"}`: "paused is required",
		`{"paused": false}`:   "timezone is required",
		`{"paused": false, "timezone": "UTC", "clusters": []}`:             `clusters: unknown field "clusters"; known: accounts, blastRadius, budget, fleet, notifications, paused, prices, signals, timezone, weekly`,
		`{"paused": false, "timezone": "UTC", "fleet": {"units": 1001}}`:   "fleet.units: must be a whole number from 1 to 1000, not 1001",
		`{"paused": false, "timezone": "UTC", "fleet": {"units": "many"}}`: `fleet.units: must be a whole number from 1 to 1000, not "many"`,
		`{"paused": false, "timezone": "UTC", "fleet": {"unit": 5}}`:       `fleet.unit: unknown field "unit"; did you mean "units"?`,
		`{"paused": false, "timezone": "UTC", "fleet": null}`:              "fleet: is empty: must be an object",
	} {
		_, err := config.ParseSettings([]byte(text))
		if diff := cmp.Diff([]string{want}, problems(t, err)); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", text, diff)
		}
	}
}

// TestTheDefaultOfTheFleetIsNotPrinted as settings without it were written before it existed, and are to stay as they are.
func TestTheDefaultOfTheFleetIsNotPrinted(t *testing.T) {
	for text, want := range map[string]string{
		`{"paused":false,"timezone":"UTC"}`:                       `{"paused":false,"timezone":"UTC"}`,
		`{"paused":false,"timezone":"UTC","fleet":{}}`:            `{"paused":false,"timezone":"UTC"}`,
		`{"paused":false,"timezone":"UTC","fleet":{"units":200}}`: `{"paused":false,"timezone":"UTC"}`,
		`{"paused":false,"timezone":"UTC","fleet":{"units":1}}`:   `{"paused":false,"timezone":"UTC","fleet":{"units":1}}`,
		`{"paused":true,"timezone":"UTC","fleet":{"units":1000}}`: `{"paused":true,"timezone":"UTC","fleet":{"units":1000}}`,
	} {
		s, err := config.ParseSettings([]byte(text))
		if err != nil || s.Fleet.Units == 0 {
			t.Errorf("%s: read as %+v, %v", text, s, err)
		}
		if printed, err := json.Marshal(s); err != nil || string(printed) != want {
			t.Errorf("%s: printed as %s, %v; want %s", text, printed, err, want)
		}
	}
}

// problems are the lines of an error, which must be an Invalid with a line for each problem, errors all of them.
func problems(t *testing.T, err error) []string {
	t.Helper()
	invalid, ok := errors.AsType[*config.Invalid](err)
	if !ok {
		t.Fatalf("the error is %v; want an Invalid", err)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(invalid.Findings) {
		t.Errorf("%d lines for %d problems", len(lines), len(invalid.Findings))
	}
	for _, f := range invalid.Findings {
		if f.Severity != config.Error {
			t.Errorf("%s is on the list of errors, but is a %s", f, f.Severity)
		}
	}
	return lines
}
