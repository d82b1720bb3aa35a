package config_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// withCalendars is valid with calendars. A period names "holidays".
func withCalendars(calendars string) string {
	return strings.Replace(valid, "name: tuesday, profile: peak, days: [tue],", "name: holidays, profile: peak, calendars: {only: [holidays]},", 1) +
		"calendars: " + calendars + "\n"
}

// library is where the tests' iCalendar files are.
func library(t *testing.T) config.ReadCalendar {
	return func(feed config.Feed) (config.FeedDates, error) {
		switch feed.Ref {
		case "brazil.ics":
			return config.FeedDates{Dates: schedule.Calendar{{Dates: dates(t, "2026-12-25"), Name: "Natal"}, {Dates: dates(t, "2027-01-01")}}}, nil
		case "https://example.com/empty.ics":
			return config.FeedDates{}, nil
		default:
			return config.FeedDates{}, fmt.Errorf("calendar %q: found no file; want the path of an iCalendar file", feed.Ref)
		}
	}
}

func TestParseCalendars(t *testing.T) {
	christmas := schedule.Holiday{Dates: dates(t, "2026-12-25")}
	tests := []struct {
		rule, text string
		want       schedule.Calendar
	}{
		{"date", "{dates: [2026-12-25]}", schedule.Calendar{christmas}},
		{"date_in_quotes", `{dates: ["2026-12-25"]}`, schedule.Calendar{christmas}},
		{"range", "{dates: [2026-12-30..2027-01-02]}", schedule.Calendar{{Dates: dates(t, "2026-12-30..2027-01-02")}}},
		{"date_with_a_name", "{dates: [{date: 2026-12-25, name: Natal}]}", schedule.Calendar{{Dates: christmas.Dates, Name: "Natal"}}},
		{"range_with_a_name", "{dates: [{name: Réveillon, date: 2026-12-31..2027-01-01}]}", schedule.Calendar{{Dates: dates(t, "2026-12-31..2027-01-01"), Name: "Réveillon"}}},
		{"date_as_an_object_without_a_name", "{dates: [{date: 2026-12-25}]}", schedule.Calendar{christmas}},
		{"name_of_100_characters", "{dates: [{date: 2026-12-25, name: " + strings.Repeat("é", 100) + "}]}", schedule.Calendar{{Dates: christmas.Dates, Name: strings.Repeat("é", 100)}}},
		{"in_the_order_of_the_document", "{dates: [2027-01-01, 2026-12-25, 2027-01-01]}", schedule.Calendar{{Dates: dates(t, "2027-01-01")}, christmas, {Dates: dates(t, "2027-01-01")}}},
		{"no_date_yet", "{dates: []}", nil},
		{"as_many_as_may_be", "{dates: [" + strings.Repeat("2026-12-25, ", 4000) + "]}", slices.Repeat(schedule.Calendar{christmas}, 4000)},
		{"icalendar", "{ics: brazil.ics}", schedule.Calendar{{Dates: christmas.Dates, Name: "Natal"}, {Dates: dates(t, "2027-01-01")}}},
		{"icalendar_with_choices", `{ics: brazil.ics, timed: true, match: "*", exclude: [a, "*half day*"]}`, schedule.Calendar{{Dates: christmas.Dates, Name: "Natal"}, {Dates: dates(t, "2027-01-01")}}},
		{"icalendar_without_dates", "{ics: https://example.com/empty.ics}", nil},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			c, findings := config.Reading{Calendar: library(t)}.Parse([]byte(withCalendars("{holidays: " + test.text + "}")))
			if len(findings) > 0 {
				t.Fatal(findings)
			}
			want := map[string]config.Calendar{"holidays": {Dates: test.want}}
			if diff := cmp.Diff(want, c.Calendars, sameValues); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			printsBack(t, c) // the dates of an iCalendar file are ordinary dates now
		})
	}
}

// What is wrong with a calendar is said once, there, and not again wherever a period names it. The tests read with a now,
// so that calendars without dates would be seen too.
func TestParseRefusesCalendars(t *testing.T) {
	const (
		holidays = "calendars.holidays"

		noSuchDay = " does not exist: use 2026-02-01 to 2026-02-28"
	)
	tests := []struct {
		rule, text string
		want       []string
	}{
		{"calendars_as_a_list", "^[holidays]", []string{"calendars: must be an object, not a list"}},
		{"calendar_as_a_list", "{holidays: ^[2026-12-25]}", []string{holidays + ": must be an object, not a list"}},
		{"name", `{holidays: {dates: [2026-12-25]}, of brazil: ^{dates: []}}`, []string{`calendars.of brazil: invalid calendar name "of brazil": use at most 100 letters, digits, ., - and _, with a letter or digit first`}},
		{"neither_dates_nor_ics", "{holidays: ^{}}", []string{holidays + ": dates or ics is required"}},
		{"both_dates_and_ics", "{holidays: ^{dates: [2026-12-25], ics: brazil.ics}}", []string{holidays + ": has both dates and ics: keep one"}},
		{"twice", "{holidays: {dates: [2026-12-25]}, holidays: ^{dates: []}}", []string{holidays + ": duplicate field: keep one"}},
		{"unknown_field", "{holidays: {dates: [2026-12-25], name: ^x}}", []string{holidays + `.name: unknown field "name"; known: dates, exclude, ics, match, timed`}},
		{"dates_alone", "{holidays: {dates: ^2026-12-25}}", []string{holidays + ".dates: must be a list, not 2026-12-25"}},
		{"date_that_does_not_exist", "{holidays: {dates: [^2026-02-30]}}", []string{holidays + `.dates[0]: date "2026-02-30"` + noSuchDay}},
		{"date_as_a_list", "{holidays: {dates: [^[2026-12-25]]}}", []string{holidays + ".dates[0]: must be a string, not a list"}},
		{"named_date_that_does_not_exist", "{holidays: {dates: [{date: ^2026-02-30, name: x}]}}", []string{holidays + `.dates[0].date: date "2026-02-30"` + noSuchDay}},
		{"name_without_a_date", "{holidays: {dates: [^{name: Natal}]}}", []string{holidays + ".dates[0]: date is required"}},
		{"name_as_a_number", "{holidays: {dates: [{date: 2026-12-25, name: ^7}]}}", []string{holidays + ".dates[0].name: must be a string: quote it"}},
		{"name_too_long", "{holidays: {dates: [{date: 2026-12-25, name: ^" + strings.Repeat("n", 101) + "}]}}", []string{holidays + `.dates[0].name: must have at most 100 characters`}},
		{"too_many", "{holidays: ^{dates: [" + strings.Repeat("2026-12-25, ", 4001) + "]}}", []string{holidays + ": has 4001 dates: use at most 4000"}},
		{"unreadable_ics", "{holidays: {ics: ^gone.ics}}", []string{holidays + `.ics: calendar "gone.ics": found no file; want the path of an iCalendar file`}},
		{"ics_as_a_list", "{holidays: {ics: ^[brazil.ics]}}", []string{holidays + ".ics: must be a string, not a list"}},
		{"empty_ics", `{holidays: {ics: ^""}}`, []string{holidays + `.ics: must not be empty`}},
		{"timed_without_a_file", "{holidays: {dates: [2026-12-25], timed: ^true}}", []string{holidays + ".timed: requires ics: remove it"}},
		{"match_without_a_file", "{holidays: {match: ^[x], dates: [2026-12-25]}}", []string{holidays + ".match: requires ics: remove it"}},
		{"timed_as_a_text", `{holidays: {ics: brazil.ics, timed: ^"yes"}}`, []string{holidays + `.timed: must be true or false, not "yes"`}},
		{"match_of_nothing", "{holidays: {ics: brazil.ics, match: ^[]}}", []string{holidays + ".match: empty list: add an entry, or leave the field out"}},
		{"exclude_as_a_number", "{holidays: {ics: brazil.ics, exclude: [^7]}}", []string{holidays + ".exclude[0]: must be a string: quote it"}},
		{"match_too_long", "{holidays: {ics: brazil.ics, match: ^" + strings.Repeat("n", 101) + "}}", []string{holidays + ".match: must have at most 100 characters"}},
		{"wrong_beside_a_right_one", "{holidays: {dates: [2026-12-25]}, freeze: {dates: [^2026-02-30]}}", []string{`calendars.freeze.dates[0]: date "2026-02-30"` + noSuchDay}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			expect(t, config.Reading{Now: noon, Calendar: library(t)}, withCalendars(test.text), test.want...)
		})
	}
}

// Only a part of the dates was read, so nothing can be said of periods that depend on them.
func TestPartOfACalendarIsNotReviewed(t *testing.T) {
	document := strings.Replace(withCalendars("{holidays: {dates: [2026-12-25, ^2027-02-30]}}"), "only: [holidays]}", "only: [holidays]}, days: [sun]", 1)
	expect(t, today, document, `calendars.holidays.dates[1]: date "2027-02-30" does not exist: use 2027-02-01 to 2027-02-28`)
}

// Nothing is fetched where a document is read as such: from the config table, and for the names of its node groups.
func TestICalendarNeedsAReader(t *testing.T) {
	const want = "iCalendar files are read only when a configuration is applied: use dates"
	expect(t, plain, withCalendars("{holidays: {ics: ^brazil.ics}}"), "calendars.holidays.ics: "+want)
	_, err := config.ParseCalendar([]byte(`{"ics": "brazil.ics"}`))
	if diff := cmp.Diff([]string{"ics: " + want}, problems(t, err)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestICalendarIsReadByItsReference(t *testing.T) {
	var refs []string
	_, findings := config.Reading{Calendar: func(feed config.Feed) (config.FeedDates, error) {
		refs = append(refs, feed.Ref)
		return config.FeedDates{}, errors.New("not now")
	}}.Parse([]byte(withCalendars(`{holidays: {ics: "https://example.com/b.ics?year=2026"}, other: {ics: ../a.ics}, dates: {dates: []}}`)))
	if diff := cmp.Diff([]string{"https://example.com/b.ics?year=2026", "../a.ics"}, refs); diff != "" || len(findings) != 2 {
		t.Errorf("%d findings, read (-want +got):\n%s", len(findings), diff)
	}
}

func TestParseCalendarAlone(t *testing.T) {
	for text, want := range map[string]string{
		`null`:                        "is empty: must be an object",
		`{"dates": null}`:             "dates: is empty: must be a list",
		`{"dates": [20261225]}`:       `dates[0]: invalid date "20261225": use YYYY-MM-DD, for example "2026-12-24"`,
		`{"dates": [], "spec": true}`: `spec: unknown field "spec"; known: dates, exclude, ics, match, timed`,
	} {
		_, err := config.ParseCalendar([]byte(text))
		if diff := cmp.Diff([]string{want}, problems(t, err)); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", text, diff)
		}
	}
}

func TestTheCalendarsOfACluster(t *testing.T) {
	t.Parallel()
	with := func(periods string) string {
		return strings.Replace(plainCluster, `"default": "normal"`, `"default": "normal", "periods": [`+periods+`]`, 1)
	}
	for _, row := range []struct {
		rule, spec string
		want       []string
	}{
		{"none", plainCluster, nil},
		{"each once", with(`{"calendars": {"only": ["b", "a"]}}, {"calendars": {"only": ["b"], "except": ["c"]}}`), []string{"a", "b", "c"}},
		{"those that can be read", with(`{"calendars": {"only": [7, {}, "a"], "except": "b"}}, "x"`), []string{"7", "a", "b"}},
		{"none of a spec that is no document", `"oops"`, nil},
		{"none of fields with other names", with(`{"Calendars": {"only": ["a"]}}, {"calendars": {"Only": ["b"]}}`), nil},
	} {
		if diff := cmp.Diff(row.want, config.CalendarsOf([]byte(row.spec))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// plainCluster is a cluster as the config table has it.
const plainCluster = `{"name": "a", "region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}},` +
	` "profiles": {"normal": {"big": 1}, "peak": {"big": 5}}, "schedule": {"default": "normal"}}`

// The file is read once all that is said of it is known, whatever the order of the fields.
func TestAFeedIsReadAsTheDocumentSays(t *testing.T) {
	var feeds []config.Feed
	_, findings := config.Reading{Calendar: func(feed config.Feed) (config.FeedDates, error) {
		feeds = append(feeds, feed)
		return config.FeedDates{}, nil
	}}.Parse([]byte(withCalendars(`{holidays: {match: "*day*", exclude: ["half*", x], timed: true, ics: a.ics}}`)))
	want := []config.Feed{{Ref: "a.ics", Timezone: "America/Sao_Paulo", Timed: true, Match: []string{"*day*"}, Exclude: []string{"half*", "x"}}}
	if diff := cmp.Diff(want, feeds); diff != "" || len(findings) > 0 {
		t.Errorf("findings %v, feeds (-want +got):\n%s", findings, diff)
	}
}

func TestWarningsOfAFeedHaveTheirPlaces(t *testing.T) {
	reading := config.Reading{Calendar: func(config.Feed) (config.FeedDates, error) {
		return config.FeedDates{Dates: schedule.Calendar{{Dates: dates(t, "2026-12-25")}}, Warnings: []config.FeedWarning{
			{Message: `event "Odd" is left out`}, {Field: "match[1]", Message: "no event"}, {Field: "exclude[0]", Message: "no event"},
		}}, nil
	}}
	_, findings := reading.Parse([]byte(withCalendars("{holidays: {ics: a.ics, match: [a, b], exclude: c}}")))
	var got []string
	for _, f := range findings {
		got = append(got, fmt.Sprintf("%d: %s: %s", f.Column, f, f.Severity))
	}
	want := []string{
		`29: calendars.holidays.ics: event "Odd" is left out: warning`, "47: calendars.holidays.match[1]: no event: warning",
		"60: calendars.holidays.exclude[0]: no event: warning",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
