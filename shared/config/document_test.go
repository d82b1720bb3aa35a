package config_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// valid is a document without a fault; the tests break it. It ends in the list of periods, so that more can follow.
const valid = `timezone: America/Sao_Paulo
clusters:
  - name: production
    region: sa-east-1
    nodegroups:
      small: {minSize: 0, maxSize: 1}
      big: {minSize: 0, maxSize: 5}
    profiles:
      sleep: {small: 1, big: 0}
      normal: {small: 0, big: 1}
      peak: {small: 0, big: 3}
    schedule:
      default: normal
      periods:
        - {name: weekend, profile: sleep, days: [sat, sun], from: "00:00", to: "01:00"}
        - {name: night, profile: sleep, from: "01:00", to: "06:30"}
        - {name: tuesday, profile: peak, days: [tue], from: "06:30", to: "11:30"}
`

// everything uses each field at least once.
const everything = `paused: true
timezone: UTC
fleet: {units: 1000}
accounts: {externalId: "hub:1/a", role: night.scaler}
blastRadius: {nodes: 100, units: 20}
budget: {updates: 5, reads: 10}
calendars:
  holidays: {dates: [2026-12-25, 2026-12-31..2027-01-01, {date: 2027-02-09, name: Carnaval}, {date: 2027-03-26..2027-03-28, name: "Páscoa"}]}
  none: {dates: []}
clusters:
  - name: staging
    region: us-gov-west-1
    timezone: Asia/Kathmandu
    paused: true
    clusterName: stage_1
    account: "123456789012"
    externalId: of=this
    roleArn: arn:aws-us-gov:iam::123456789012:role/path/scaler
    enforce: always
    waitTimeout: 90s
    concurrency: 40
    nodegroups:
      a_B-9: {minSize: 1, maxSize: 2147483647}
    profiles:
      nothing: {}
      bounds only: {a_B-9: {minSize: 2, maxSize: 3}}
      everything: {a_B-9: {minSize: 1, maxSize: 4, desiredSize: 0x2}}
      "null <&> \" ñ": {a_B-9: 1}
    schedule:
      ahead: {everything: 90m, "null <&> \" ñ": 1m}
      default: nothing
      periods:
        - {name: whole days, profile: bounds only, days: [sat-mon, Wed, tue#2, FRI#Last]}
        - {name: over midnight, profile: everything, from: "22:00", to: "06:00", ahead: 12h}
        - {name: to the end, profile: "null <&> \" ñ", from: "12:00", to: "24:00", months: [nov-feb], monthDays: [1, -1, 15..20, 15w]}
        - {name: dated, profile: nothing, dates: [2026-12-24, 2026-12-30..2027-01-02], from: 06:00, to: 12:00}
        - {name: weekend, profile: nothing, from: Fri 20:00, to: MON 08:00, calendars: {only: [holidays], except: [none]}}
overrides:
  - {cluster: staging, profile: everything, from: 2026-12-24 20:00, until: 2026-12-25T20:00:00-03:00, reason: "launch: <&>"}
  - name: frozen_1.a-b
    cluster: staging
    nodegroups: [a_B-9]
    sizes: {a_B-9: {minSize: 1}}
    from: 2026-12-01T00:00:00.5Z
    until: 2026-12-02 24:00
    reason: migration
    createdBy: ana
    createdAt: 2026-11-01 09:00
`

// replace is valid with one text in place of another, which is there exactly once.
func replace(t *testing.T, old, text string) string {
	t.Helper()
	if strings.Count(valid, old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(valid, old))
	}
	return strings.Replace(valid, old, text, 1)
}

// withPeriod is valid with one period alone, and with calendars that it may name. A "^" at the beginning of the fields
// marks the period as a whole.
func withPeriod(fields string) string {
	before, _, _ := strings.Cut(valid, "        - {")
	start := "        - {name: p, profile: peak, "
	if rest, whole := strings.CutPrefix(fields, "^"); whole {
		start, fields = "        - ^{name: p, profile: peak, ", rest
	}
	return before + start + fields + "}\n" +
		"calendars: {holidays: {dates: [2026-12-25, 2027-01-01]}, freeze: {dates: [2026-12-14..2027-01-03]}}\n"
}

// withOverrides is valid with these in the list of overrides.
func withOverrides(overrides ...string) string {
	return valid + "overrides:\n  - " + strings.Join(overrides, "\n  - ") + "\n"
}

func example(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t *testing.T, document string) config.Config {
	t.Helper()
	c, err := config.Parse([]byte(document))
	if err != nil {
		t.Fatalf("%s\nis refused: %v", document, err)
	}
	return c
}

// noon is a Tuesday in November 2026, which the tests take for today.
var noon = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)

// The readings of the tests: of the document alone, and of all that depends on the day too.
var (
	plain = config.Reading{}
	today = config.Reading{Now: noon}
)

// expect reads a document with a "^" before each place where something is to be found, and compares the findings, with
// their places, in the order of the document. Without any "^" the places are expected to be unknown. What is wanted is
// "path: message", with "warning: " before it unless it is an error.
func expect(t *testing.T, reading config.Reading, document string, want ...string) {
	t.Helper()
	document, places := unmark(document)
	if len(places) == 0 {
		places = slices.Repeat([]string{"0:0"}, len(want))
	}
	if len(places) != len(want) {
		t.Fatalf("%d findings are wanted, in %d places", len(want), len(places))
	}
	for i := range want {
		want[i] = places[i] + ": " + want[i]
	}
	_, findings := reading.Parse([]byte(document))
	got := make([]string, len(findings))
	for i, f := range findings {
		severity := ""
		if f.Severity != config.Error {
			severity = string(f.Severity) + ": "
		}
		got[i] = fmt.Sprintf("%d:%d: %s%s", f.Line, f.Column, severity, f)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// unmark takes the marks out of a text and says in which line and column each was.
func unmark(text string) (document string, places []string) {
	if !strings.Contains(text, "^") {
		return text, nil // it may not even be text
	}
	var plain strings.Builder
	line, column := 1, 1
	for _, r := range text {
		switch r {
		case '^':
			places = append(places, fmt.Sprintf("%d:%d", line, column))
			continue
		case '\n':
			line, column = line+1, 1
		default:
			column++
		}
		plain.WriteRune(r)
	}
	return plain.String(), places
}

// sameValues compares configurations by what operators write; all else follows from that.
var sameValues = cmp.Options{cmpopts.IgnoreUnexported(config.Cluster{}, config.Calendar{}), cmpopts.EquateEmpty()}

// printsBack checks that what was read is read again from what it prints as: the document, and each of its parts, as the
// config table and the payload between two steps have them.
func printsBack(t *testing.T, c config.Config) {
	t.Helper()
	again, err := config.Parse(printed(t, c))
	same(t, "the document", c, again, err)
	settings, err := config.ParseSettings(printed(t, c.Settings))
	same(t, "the settings", c.Settings, settings, err)
	for name, calendar := range c.Calendars {
		got, err := config.ParseCalendar(printed(t, calendar))
		same(t, "calendar "+name, calendar, got, err)
	}
	clusters := map[string]config.Cluster{}
	for _, cluster := range c.Clusters {
		clusters[cluster.Name] = cluster
		got, err := config.ParseCluster(printed(t, cluster), c.Settings, c.Calendars)
		same(t, "cluster "+cluster.Name, cluster, got, err)
	}
	for _, o := range c.Overrides {
		got, err := config.ParseOverride(printed(t, o), clusters)
		same(t, "override "+o.Name, o, got, err)
	}
}

func same(t *testing.T, what string, read, again any, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s is refused when it is read again: %v", what, err)
		return
	}
	if diff := cmp.Diff(read, again, sameValues); diff != "" {
		t.Errorf("%s (-read +printed and read again):\n%s", what, diff)
	}
}

func printed(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%+v cannot be printed: %v", v, err)
	}
	return text
}

func at(clock schedule.Clock) schedule.Edge { return schedule.Edge{At: clock} }

// on is a weekday's time, such as Friday 20:00.
func on(day time.Weekday, clock schedule.Clock) schedule.Edge {
	return schedule.Edge{Day: schedule.On(day), At: clock}
}

// dates is a range of them, such as "2026-12-30..2027-01-02", or one alone.
func dates(t testing.TB, text string) schedule.DateRange {
	t.Helper()
	r, err := schedule.ParseDateRange(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
