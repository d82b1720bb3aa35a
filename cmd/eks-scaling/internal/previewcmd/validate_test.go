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
	a := clitest.Ask(t, append([]string{"validate", "--strict"}, args...)...)
	if a.Exit != frame.ExitFailed || a.Stderr != "" || a.Err.Error() != "" {
		t.Fatalf("found exit code %d, stderr %q and the error %v; want 1, and all that is to be said in stdout", a.Exit, a.Stderr, a.Err)
	}
	return a.Stdout
}

// TestValidateNamesThePlace has in each row one finding, as a pattern for what follows the file's name.
func TestValidateNamesThePlace(t *testing.T) {
	t.Parallel()
	always := "        - {name: always, profile: hi, to: \"12:00\"}\n"
	tests := []struct{ name, document, want string }{
		{"nothing", "", ": empty document: write a configuration in YAML"},
		{"no YAML", "timezone: UTC\nclusters: [\n", ":2:1: invalid YAML: .*"},
		{"two documents", small + always + "---\n" + small, ":1:1: more than one YAML document: keep one"},
		{"an override in the past", small + always + "overrides:\n  - {reason: r, cluster: c, profile: hi, from: 2026-11-20 10:00, until: 2026-11-23 12:00}\n", `:12:73: overrides[0].until: ended at Mon 2026-11-23 12:00 +00:00: use a later end, or remove the override`},
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
		{"a file that is a web page", "document.yaml", `calendar "document.yaml": not an iCalendar file: it has no line BEGIN:VCALENDAR`},
		{"a date that does not exist", broken, `calendar "` + broken + `": the only event, on line 2, cannot be read: line 4: DTSTART: invalid date: use one that exists, for example 20261225`},
		{"a password that is not shown", withPassword + "/page.ics", `calendar "http://xxxxx@` + server.Listener.Addr().String() + `/page.ics": not an iCalendar file`},
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
	want := file + ":12:19: calendars.holidays.ics: warning: 1 event with a time of day left out: set timed: true to take the dates\n" +
		file + ": valid (1 cluster, 1 period, 1 calendar; 1 warning)\n"
	if got := clitest.MustSay(t, "validate", file); got != want {
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
