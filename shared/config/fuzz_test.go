package config_test

import (
	"errors"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// What is accepted prints back as the same configuration; whatever else a document holds is an error with its findings.
func FuzzParse(f *testing.F) {
	const cluster = "{name: a, region: sa-east-1, nodegroups: {b: {minSize: 0, maxSize: 1}}, profiles: {p: {b: {}}}, schedule: {default: p"
	for _, seed := range []string{
		string(example(f)), valid, everything, "", "---\n", "{}", "[]", "&a [*a]", "&a {timezone: UTC, clusters: *a}", valid + "---\n{",
		"{timezone: UTC, clusters: [" + cluster + "}}]}", strings.Replace(valid, "timezone:", "calendars: {}\noverrides: []\ntimezone:", 1),
		strings.ReplaceAll(withOverrides(unnamed), "production", strings.Repeat("p", 100)),
		"{timezone: UTC, clusters: [{name: a, region: sa-east-1, nodegroups: {b: {minSize: 0, maxSize: 1}}, profiles: {\"\\x7f\": {}}, schedule: {default: \"\\x7f\"}}]}",
		strings.Replace(valid, "profiles:", "profiles: &self\n      self: *self", 1),
		withPeriod("days: [sat-mon, tue#2, FRI#last], monthDays: [1, -1, 15..20, -7..-1, 25..-3, 15W], months: [nov-feb]"),
		withPeriod("dates: [2026-12-24, 2026-12-30..2027-01-02], calendars: {only: [holidays], except: [freeze]}"),
		withPeriod("from: fri 20:00, to: mon 08:00"), withPeriod(`from: 22:00, to: "06:00"`), withPeriod("dates: [2026-02-30]"),
		withPeriod("monthDays: [31], months: [apr]"), withPeriod("calendars: {only: [gone]}"),
		withCalendars("{holidays: {dates: [2026-12-25, {date: 2026-12-31..2027-01-01, name: \"Réveillon \"}]}}"),
		withCalendars("{holidays: {ics: a.ics, timed: true, match: \"*\", exclude: [a, \"b*\"]}, b: {ics: empty.ics}}"), withCalendars("{holidays: {ics: gone.ics}}"),
		withOverrides(unnamed, unnamed), withOverrides(override("sizes: {big: {minSize: 1}, small: 0}, nodegroups: [big, small], createdBy: ana, createdAt: 2026-11-01 09:00, " + someTime)),
		withOverrides(override("profile: peak, from: 2026-12-24T20:00:00.5-03:00, until: 9999-12-31 23:59")),
		withOverrides(override("profile: peak, from: 0000-01-01T00:00:00+01:00, until: 2026-12-25 24:00")),
		strings.Replace(withOverrides(unnamed), "America/Sao_Paulo", "Pacific/Apia", 1),
		everySignal, oneSignal("{alarm: a, otherwise: last}"), oneSignal("{parameter: /a/b, otherwise: true, maxAge: 1h0m1s}"),
		oneSignal(`{http: {url: "https://a.b:8443/?c=d&key=e", header: {Accept: f, "g\x00": h, X-Token: {secret: i}}}, value: "j.#(k==\"l\").m", otherwise: false}`),
		outside + "        - {name: p, profile: peak, when: {signal: rain, above: 1_000, until: -0.0, hold: 1h30m, atMost: 24h}, mayReduce: true}\n",
		outside + "        - {name: p, profile: peak, when: {signal: event, below: 1e-7, until: 0x10}}\n",
		"{timezone: UTC, clusters: [" + cluster + ", periods: [{name: q, profile: p, dates: [0001-01-01..9999-12-31]}]}}]}",
	} {
		f.Add([]byte(seed))
	}
	reading := config.Reading{Now: noon, Calendar: func(feed config.Feed) (config.FeedDates, error) {
		switch feed.Ref {
		case "a.ics":
			return config.FeedDates{
				Dates:    schedule.Calendar{{Dates: schedule.DateRange{First: 20000, Last: 20001}, Name: "a"}},
				Warnings: []config.FeedWarning{{Field: "match[0]", Message: "m"}, {Message: "n"}},
			}, nil
		case "empty.ics":
			return config.FeedDates{}, nil
		default:
			return config.FeedDates{}, errors.New("no such file")
		}
	}}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, findings := reading.Parse(data)
		if err := config.Usable(findings); err != nil {
			problems(t, err)
			return
		}
		printsBack(t, c)
	})
}
