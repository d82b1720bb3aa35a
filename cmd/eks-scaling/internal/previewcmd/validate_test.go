package previewcmd

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// findings validates and checks that the call ends with 1 and says all in stdout.
func findings(t *testing.T, args ...string) string {
	t.Helper()
	a := clitest.Ask(t, append([]string{"validate"}, args...)...)
	if a.Exit != frame.ExitFailed || a.Stderr != "" || a.Err.Error() != "" {
		t.Fatalf("found exit code %d, stderr %q and the error %v; want 1, and all that is to be said in stdout", a.Exit, a.Stderr, a.Err)
	}
	return a.Stdout
}

// TestValidateNamesThePlace has in each row one finding, as a pattern for what follows the file's name.
func TestValidateNamesThePlace(t *testing.T) {
	t.Parallel()
	always := "        - {name: always, profile: hi, to: \"12:00\"}\n"
	override := func(fields string) string { return small + always + "overrides:\n  - {reason: r, " + fields + "}\n" }
	tests := []struct{ name, document, want string }{
		{"nothing", "", ": found nothing; want a YAML document"},
		{"comments alone", "# nothing yet\n", ": found nothing; want a YAML document"},
		{"no YAML", "timezone: UTC\nclusters: [\n", ":2:1: not a YAML document: .*"},
		{"a tab", "a: b\n\tc: d\n", ":2:1: not a YAML document: .*"},
		{"a web page", "<!DOCTYPE html>\n<html></html>\n", ":1:1: found .*; want an object"},
		{"two documents", small + always + "---\n" + small, ":1:1: found more than one document; want exactly one"},
		{"a field that does not exist", small + always + "timezones: UTC\n", `:11:12: timezones: unknown field "timezones"; known: calendars, clusters, enabled, overrides, timezone`},
		{"a zone that does not exist", strings.Replace(small, "UTC", "Europe/Berlinn", 1) + always, `:1:11: timezone: found "Europe/Berlinn"; want an IANA time zone, such as America/Sao_Paulo or UTC`},
		{"a date that does not exist", small + "        - {name: p, profile: hi, dates: [2026-02-30]}\n", `:10:42: clusters[0].schedule.periods[0].dates[0]: found "2026-02-30", a date that does not exist; want 2026-02-01 to 2026-02-28`},
		{"a calendar that does not exist", small + "        - {name: p, profile: hi, calendars: {only: [hollidays]}}\ncalendars: {holidays: {dates: [2026-12-25]}}\n", `:10:53: clusters[0].schedule.periods[0].calendars.only[0]: unknown calendar "hollidays"; known: holidays`},

		{"an override that ends before it starts", override("cluster: c, profile: hi, from: 2026-12-02 10:00, until: 2026-12-01 10:00"), `:12:73: overrides[0].until: found an end at Tue 2026-12-01 10:00 +00:00, which is not after the start at Wed 2026-12-02 10:00 +00:00; want a later end`},
		{"an override that ends when it starts", override("cluster: c, profile: hi, from: 2026-12-02 10:00, until: 2026-12-02 10:00"), `:12:73: overrides[0].until: found an end at Wed 2026-12-02 10:00 +00:00, which is not after the start`},
		{"an override in the past", override("cluster: c, profile: hi, from: 2026-11-20 10:00, until: 2026-11-23 12:00"), `:12:73: overrides[0].until: found an end at Mon 2026-11-23 12:00 +00:00, which is in the past; want a later end, or take the override out`},
		{"an override of an unknown cluster", override("cluster: d, profile: hi, from: 2026-12-01 10:00, until: 2026-12-02 10:00"), `:12:26: overrides[0].cluster: unknown cluster "d"; known: c`},
		{"an override by an unknown profile", override("cluster: c, profile: lo, from: 2026-12-01 10:00, until: 2026-12-02 10:00"), `:12:38: overrides[0].profile: unknown profile "lo"; known: hi, low`},
		{"an override of an unknown node group", override("cluster: c, sizes: {gn: 1}, from: 2026-12-01 10:00, until: 2026-12-02 10:00"), `:12:41: overrides[0].sizes.gn: unknown node group "gn"; known: ng, other`},
		{"an override over the limits", override("cluster: c, sizes: {ng: 6}, from: 2026-12-01 10:00, until: 2026-12-02 10:00"), `:12:41: overrides[0].sizes.ng: found desiredSize 6; want it within the node group's limits, 0 to 5`},
		{"an override without an end", override("cluster: c, profile: hi, from: 2026-12-01 10:00"), `:12:5: overrides[0].until: missing; it is required`},
		{"an override from a day that does not exist", override("cluster: c, profile: hi, from: 2026-11-31 10:00, until: 2026-12-02 10:00"), `:12:48: overrides[0].from: found "2026-11-31", a date that does not exist; want 2026-11-01 to 2026-11-30`},

		{"a calendar without a date to come", small + always + "        - {name: p, profile: hi, from: \"12:00\", calendars: {only: [old]}}\ncalendars: {old: {dates: [2025-12-25]}}\n", `:11:67: clusters[0].schedule.periods[1].calendars.only: warning: no date of old lies within a year from 2026-11-23, so "p" is not in force; add the coming dates`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := clitest.WriteDocument(t, tt.document)
			oneFinding(t, file, findings(t, file), tt.want)
		})
	}
}

// oneFinding checks that one line is printed, with the file's name and then what is wanted. Of the latter ".*" stands for
// anything, and so does its end.
func oneFinding(t *testing.T, file, printed, want string) {
	t.Helper()
	pattern := "^" + regexp.QuoteMeta(file) + strings.ReplaceAll(regexp.QuoteMeta(want), `\.\*`, ".*") + "[^\n]*\n$"
	if !regexp.MustCompile(pattern).MatchString(printed) {
		t.Errorf("found\n%s\nwant one line, %s%s", printed, file, want)
	}
}

// withCalendar is a document with an iCalendar file, which is named in line 12.
func withCalendar(t *testing.T, ref string) string {
	t.Helper()
	return clitest.WriteDocument(t, small+"        - {name: workdays, profile: hi, from: \"12:00\", calendars: {except: [holidays]}}\ncalendars:\n  holidays: {ics: \""+ref+"\"}\n")
}

func TestValidateOfACalendarThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<!DOCTYPE html>\n<html>log in, please</html>\n"))
	}))
	t.Cleanup(server.Close)
	broken := clitest.Write(t, filepath.Join(t.TempDir(), "broken.ics"),
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Carnaval\nDTSTART;VALUE=DATE:20270230\nEND:VEVENT\nEND:VCALENDAR\n")
	withPassword := strings.Replace(server.URL, "http://", "http://ana:s3cret@", 1)
	tests := []struct{ name, ref, want string }{
		{"a file that is a web page", "document.yaml", `calendar "document.yaml": not an iCalendar file: it does not begin with BEGIN:VCALENDAR`},
		{"a date that does not exist", broken, `calendar "` + broken + `": line 4: DTSTART: invalid date; want one that exists, such as 20261225`},
		{"a password that is not shown", withPassword + "/page.ics", `calendar "http://` + server.Listener.Addr().String() + `/page.ics": not an iCalendar file`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := withCalendar(t, tt.ref)
			printed := findings(t, file)
			oneFinding(t, file, printed, ":12:19: calendars.holidays.ics: "+tt.want)
			if strings.Contains(printed, "s3cret") {
				t.Errorf("found the password in\n%s", printed)
			}
			for _, verb := range []string{"explain", "preview"} {
				clitest.Refuses(t, clitest.Ask(t, verb, "--config", file), frame.ExitFailed, strings.TrimSpace(printed))
			}
		})
	}
}

// TestCalendarOfAServer reads one that is good, and finds its dates in the answer.
func TestCalendarOfAServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.FileServer(http.Dir("../clitest/testdata")))
	t.Cleanup(server.Close)
	file := withCalendar(t, server.URL+"/holidays.ics")
	if got, want := clitest.MustSay(t, "validate", file), file+": fine (1 cluster, 1 period, 1 calendar)\n"; got != want {
		t.Errorf("found %q; want %q", got, want)
	}
	for at, profile := range map[string]string{
		"2026-12-24 13:00": "hi", "2026-12-25 13:00": "low", "2031-12-25 13:00": "low", "2021-12-25 13:00": "low", // by its rule
		"2026-11-26 19:00": "hi", // an event with a time is no holiday
	} {
		e := clitest.Decode[[]explanation](t, clitest.MustSay(t, "explain", "--config", file, "--at", at, "-o", "json"))
		if got := e[0].Clusters[0].Profile; got != profile {
			t.Errorf("at %s found profile %s; want %s", at, got, profile)
		}
	}
}
