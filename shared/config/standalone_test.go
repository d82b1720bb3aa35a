package config_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

func TestStandaloneBringsAllThatItNeeds(t *testing.T) {
	c := parse(t, everything)
	const want = `{"name":"staging","region":"us-gov-west-1","timezone":"Asia/Kathmandu","enabled":false,` +
		`"roleArn":"arn:aws-us-gov:iam::123456789012:role/path/scaler","enforce":"always","waitTimeout":"1m30s","concurrency":40,` +
		`"nodegroups":{"a_B-9":{"minSize":1,"maxSize":2147483647}},` +
		`"profiles":{"bounds only":{"a_B-9":{"minSize":2,"maxSize":3}},"everything":{"a_B-9":{"minSize":1,"maxSize":4,"desiredSize":2}},` +
		`"nothing":{},"null \u003c\u0026\u003e \" ñ":{"a_B-9":1}},` +
		`"schedule":{"default":"nothing","periods":[` +
		`{"name":"whole days","profile":"bounds only","days":["mon","wed","sat","sun","tue#2","fri#last"],"from":"00:00","to":"24:00"},` +
		`{"name":"over midnight","profile":"everything","from":"22:00","to":"06:00"},` +
		`{"name":"to the end","profile":"null \u003c\u0026\u003e \" ñ","monthDays":[1,-1,"15..20","15W"],"months":["jan","feb","nov","dec"],"from":"12:00","to":"24:00"},` +
		`{"name":"dated","profile":"nothing","dates":["2026-12-24","2026-12-30..2027-01-02"],"from":"06:00","to":"12:00"},` +
		`{"name":"weekend","profile":"nothing","calendars":{"only":["holidays"],"except":["none"]},"from":"fri 20:00","to":"mon 08:00"}]},` +
		`"calendars":{"holidays":{"dates":["2026-12-25","2026-12-31..2027-01-01","2027-02-09","2027-03-26..2027-03-28"]},"none":{"dates":[]}},` +
		`"overrides":[` +
		`{"name":"staging-20261224T141500Z","cluster":"staging","profile":"everything","from":"2026-12-24T14:15:00Z","until":"2026-12-25T23:00:00Z","reason":"launch: \u003c\u0026\u003e"},` +
		`{"name":"frozen_1.a-b","cluster":"staging","nodegroups":["a_B-9"],"sizes":{"a_B-9":{"minSize":1}},"from":"2026-12-01T00:00:00.5Z","until":"2026-12-02T18:15:00Z","reason":"migration","createdBy":"ana","createdAt":"2026-11-01T03:15:00Z"}]}`
	if diff := cmp.Diff(want, string(printed(t, c.Clusters[0].Standalone(noon)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A cluster that needs nothing of the rest is printed as it is in the config table, but for its zone.
func TestStandaloneWithoutCalendarsAndOverrides(t *testing.T) {
	cluster := parse(t, valid).Clusters[0]
	cluster.Timezone = "America/Sao_Paulo"
	if diff := cmp.Diff(string(printed(t, cluster)), string(printed(t, cluster.Standalone(noon)))); diff != "" {
		t.Errorf("(-cluster +standalone):\n%s", diff)
	}
}

// Of the calendars only what matters travels: those that a period names, the dates that are near, and no names.
func TestStandalonePrunesCalendars(t *testing.T) {
	near := func(days int) string { return noon.AddDate(0, 0, days).Format(time.DateOnly) }
	entries := []string{
		"1999-01-01", near(-2000), near(-450), near(-400), near(-400) + ".." + near(-390), "{date: " + near(0) + ", name: today}",
		near(400), near(399) + ".." + near(2000), near(450), "2099-12-31", "1999-01-01..2099-12-31",
	}
	document := strings.Replace(withPeriod("calendars: {only: [holidays], except: [away]}"), "calendars: {holidays: {",
		"calendars: {away: {dates: ["+strings.Join(entries, ", ")+"]}, holidays: {", 1)
	var alone struct {
		Calendars map[string]struct{ Dates []string }
	}
	if err := json.Unmarshal(printed(t, parse(t, document).Clusters[0].Standalone(noon)), &alone); err != nil {
		t.Fatal(err)
	}
	want := map[string]struct{ Dates []string }{
		"holidays": {[]string{"2026-12-25", "2027-01-01"}},
		"away": {[]string{
			near(-400), near(-400) + ".." + near(-390), near(0), near(400), near(399) + ".." + near(2000), "1999-01-01..2099-12-31",
		}},
	}
	if diff := cmp.Diff(want, alone.Calendars); diff != "" {
		t.Errorf("calendars (-want +got):\n%s", diff)
	}
}

func TestStandaloneRefuses(t *testing.T) {
	text := string(printed(t, parse(t, everything).Clusters[0].Standalone(noon)))
	for rule, test := range map[string]struct{ old, text, want string }{
		"incomplete":                  {text, `{"name": "a"}`, "region: missing; it is required\nnodegroups: missing; it is required\nprofiles: missing; it is required\nschedule: missing; it is required"},
		"nothing":                     {text, "null", "found nothing; want an object"},
		"no_zone":                     {`"timezone":"Asia/Kathmandu",`, "", "no time zone: neither the cluster nor the settings name one"},
		"unknown_calendar":            {`"none":{"dates":[]}`, `"some":{"dates":[]}`, `schedule.periods[4].calendars.except[0]: unknown calendar "none"; known: holidays, some`},
		"override_of_another_cluster": {`"cluster":"staging","profile"`, `"cluster":"production","profile"`, `overrides[0].cluster: unknown cluster "production"; known: staging`},
		"iCalendar_file":              {`"none":{"dates":[]}`, `"none":{"ics":"a.ics"}`, "calendars.none.ics: found an iCalendar file, which is read only when a configuration is applied; want dates"},
	} {
		t.Run(rule, func(t *testing.T) {
			if strings.Count(text, test.old) != 1 {
				t.Fatalf("%q is there %d times", test.old, strings.Count(text, test.old))
			}
			var alone config.Standalone
			err := alone.UnmarshalJSON([]byte(strings.Replace(text, test.old, test.text, 1)))
			if diff := cmp.Diff(strings.Split(test.want, "\n"), problems(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// What travels from load-config to decide is enough for the decision: it is the same as with the whole configuration.
func TestStandaloneDecidesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := drawInstant(t)
		c, err := config.Parse(drawDocument(t, at))
		if err != nil {
			t.Skip(err) // a period that can never be in force
		}
		for _, cluster := range c.Clusters {
			text, err := json.Marshal(cluster.Standalone(at))
			if err != nil {
				t.Fatal(err)
			}
			var alone config.Standalone
			if err := json.Unmarshal(text, &alone); err != nil {
				t.Fatalf("%s\nis refused: %v", text, err)
			}
			whole, pruned := cluster.Timeline(), alone.Timeline()
			if diff := cmp.Diff(whole.Wanted(at), pruned.Wanted(at)); diff != "" {
				t.Errorf("wanted at %s of\n%s\n(-whole +standalone):\n%s", at, text, diff)
			}
			if diff := cmp.Diff(whole.Demands(at), pruned.Demands(at)); diff != "" {
				t.Errorf("demands at %s of\n%s\n(-whole +standalone):\n%s", at, text, diff)
			}
		}
	})
}

func drawInstant(t *rapid.T) time.Time {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	minutes := rapid.IntRange(0, 2*365*24*60).Draw(t, "minutes after 2026")
	return start.Add(time.Duration(minutes) * time.Minute)
}

// drawDocument draws a configuration whose dates and overrides lie around an instant: many near it, many near the ends of
// the schedule's horizon, some beyond.
func drawDocument(t *rapid.T, at time.Time) []byte {
	day := func(what string) int {
		return rapid.OneOf(
			rapid.IntRange(-10, 10), rapid.IntRange(-schedule.Horizon-15, -schedule.Horizon+15),
			rapid.IntRange(schedule.Horizon-15, schedule.Horizon+15), rapid.IntRange(-1000, 1000),
		).Draw(t, what)
	}
	c := map[string]any{
		"timezone":  rapid.SampledFrom([]string{"America/Sao_Paulo", "Europe/Berlin", "Pacific/Kiritimati", "America/New_York"}).Draw(t, "zone"),
		"calendars": map[string]any{"first": drawCalendar(t, at, day), "second": drawCalendar(t, at, day)},
	}
	periods := make([]map[string]any, rapid.IntRange(1, 4).Draw(t, "periods"))
	for i := range periods {
		periods[i] = drawPeriod(t, fmt.Sprintf("period-%d", i))
	}
	overrides := make([]map[string]any, rapid.IntRange(0, 4).Draw(t, "overrides"))
	for i := range overrides {
		overrides[i] = drawOverride(t, at, day)
	}
	c["overrides"] = overrides
	c["clusters"] = []map[string]any{{
		"name": "a", "region": "sa-east-1",
		"nodegroups": map[string]scaling.Limits{"big": {MaxSize: 9}, "small": {MaxSize: 9}},
		"profiles":   map[string]any{"low": map[string]int{"big": 0, "small": 1}, "high": map[string]int{"big": 9, "small": 9}, "big": map[string]int{"big": 5}},
		"schedule":   map[string]any{"default": "low", "periods": periods},
	}}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func drawCalendar(t *rapid.T, at time.Time, day func(string) int) map[string]any {
	entries := make([]string, rapid.IntRange(0, 8).Draw(t, "entries"))
	for i := range entries {
		first := at.AddDate(0, 0, day("first date"))
		last := first.AddDate(0, 0, rapid.SampledFrom([]int{0, 0, 1, 7, 500}).Draw(t, "length"))
		entries[i] = first.Format(time.DateOnly) + ".." + last.Format(time.DateOnly)
	}
	return map[string]any{"dates": entries}
}

func drawPeriod(t *rapid.T, name string) map[string]any {
	p := map[string]any{"name": name, "profile": rapid.SampledFrom([]string{"low", "high", "big"}).Draw(t, "profile")}
	window := rapid.SampledFrom([][2]string{
		{"00:00", "24:00"}, {"22:00", "06:00"}, {"09:00", "17:30"}, {"fri 20:00", "mon 08:00"}, {"fri 20:00", "fri 19:59"}, {"tue 00:00", "mon 23:59"},
	}).Draw(t, "window")
	p["from"], p["to"] = window[0], window[1]
	names := rapid.SampledFrom([][]string{nil, {"first"}, {"second"}, {"first", "second"}})
	filter := map[string][]string{}
	if only := names.Draw(t, "only"); only != nil {
		filter["only"] = only
	}
	if except := names.Draw(t, "except"); except != nil {
		filter["except"] = except
	}
	if len(filter) > 0 {
		p["calendars"] = filter
	}
	return p
}

func drawOverride(t *rapid.T, at time.Time, day func(string) int) map[string]any {
	from := at.AddDate(0, 0, day("from")).Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "from minutes")) * time.Minute)
	until := from.AddDate(0, 0, rapid.SampledFrom([]int{1, 20, 400, 800}).Draw(t, "days"))
	o := map[string]any{"cluster": "a", "from": from, "until": until, "reason": "drawn"}
	if rapid.Bool().Draw(t, "has created at") {
		o["createdAt"] = at.AddDate(0, 0, rapid.IntRange(-3, 0).Draw(t, "created at"))
	}
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		o["profile"] = "high"
	case 1:
		o["profile"], o["nodegroups"] = "big", []string{"big"}
	default:
		o["sizes"] = map[string]int{"small": 3}
	}
	return o
}
