package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/printable"
	"eks-scaling-automation/shared/schedule"
)

// finding is something wrong or suspicious in a file, as people and machines get it.
type finding struct {
	File     string          `json:"file"`
	Line     int             `json:"line"`
	Column   int             `json:"column"`
	Path     string          `json:"path"`
	Severity config.Severity `json:"severity"`
	Message  string          `json:"message"`
}

// String is "file:line:column: path: message".
func (f finding) String() string {
	var text strings.Builder
	text.WriteString(f.File)
	if f.Line > 0 {
		say(&text, ":%d:%d", f.Line, f.Column)
	}
	if f.Path != "" {
		text.WriteString(": " + f.Path)
	}
	if f.Severity == config.Warning {
		text.WriteString(": warning")
	}
	return text.String() + ": " + f.Message
}

// calendarYears is how many years before and after the current one an iCalendar file is read for; a rule without an end
// is not followed further.
const calendarYears = 5

// readDocument reads a configuration with the iCalendar files that it names. With a now, what depends on the day is looked
// at too, and whether a run can carry it.
func readDocument(ctx context.Context, file string, env environment, now time.Time) (config.Config, []finding) {
	data, err := os.ReadFile(file)
	if err != nil {
		return config.Config{}, []finding{{File: file, Severity: config.Error, Message: whyUnreadable(err)}}
	}
	return parseDocument(ctx, file, data, env, now)
}

// parseDocument is readDocument for a file that has been read.
func parseDocument(ctx context.Context, file string, data []byte, env environment, now time.Time) (config.Config, []finding) {
	source := icalendar.Source{Dir: filepath.Dir(file)}
	year := env.now().Year()
	reading := config.Reading{Now: now, Calendar: func(ref string) (schedule.Calendar, error) {
		data, err := source.Read(ctx, ref)
		if errors.Is(err, fs.ErrNotExist) { // which is a path, and is named once
			if !filepath.IsAbs(ref) {
				ref = filepath.Join(source.Dir, ref)
			}
			return nil, fmt.Errorf("found no file %s; want the path of an iCalendar file, or an http(s) URL", ref)
		}
		if err != nil {
			return nil, err
		}
		days, err := icalendar.Parse(data, newYear(year-calendarYears), newYear(year+calendarYears+1).AddDate(0, 0, -1))
		if err != nil {
			return nil, fmt.Errorf("calendar %q: %w", withoutUser(ref), err)
		}
		return calendarOf(days), nil
	}}
	c, found := reading.Parse(data)
	if !now.IsZero() && config.Usable(found) == nil {
		found = append(found, limits.Check(c, now)...)
	}
	findings := make([]finding, len(found))
	for i, f := range found {
		findings[i] = finding{file, f.Line, f.Column, f.Path, f.Severity, f.Message}
	}
	return c, findings
}

// withoutUser is a reference without the credentials that a URL may hold.
func withoutUser(ref string) string {
	address, err := url.Parse(ref)
	if err != nil || address.User == nil {
		return ref
	}
	address.User = nil
	return address.String()
}

// unreadable is the error of a file that cannot be read; one that is not there is not found.
func unreadable(file string, err error) error {
	failed := fmt.Errorf("%s: %s", file, whyUnreadable(err))
	if errors.Is(err, fs.ErrNotExist) {
		return notFound(failed)
	}
	return failed
}

// whyUnreadable is why a file could not be read, without the name that stands before it anyway.
func whyUnreadable(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "cannot be read: no such file"
	}
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return "cannot be read: " + path.Err.Error()
	}
	return "cannot be read: " + err.Error()
}

func newYear(year int) time.Time {
	return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
}

func calendarOf(days []icalendar.Day) schedule.Calendar {
	calendar := schedule.Calendar{}
	for _, day := range days {
		date := schedule.DateOf(day.Date)
		calendar = append(calendar, schedule.Holiday{Dates: schedule.DateRange{First: date, Last: date}, Name: day.Name})
	}
	return calendar
}

// usable is the error of a file that cannot be used, with what was done about it; nil if it has no errors.
func usable(file, consequence string, findings []finding) error {
	lines := []string{file + " is not valid; " + consequence}
	for _, f := range findings {
		if f.Severity == config.Error {
			lines = append(lines, f.String())
		}
	}
	if len(lines) == 1 {
		return nil
	}
	return errors.New(strings.Join(lines, "\n  "))
}

// instant reads a point in time. One without an offset is by the clock of the clusters, which then must share a zone.
func instant(text string, clusters []config.Cluster) (time.Time, error) {
	if strings.Contains(text, "T") {
		t, err := schedule.ParseInstant(text, time.UTC) // its offset counts
		return t.UTC(), err
	}
	loc := clusters[0].Timetable().Location()
	for _, c := range clusters {
		if c.Timetable().Location().String() != loc.String() {
			return time.Time{}, fmt.Errorf(`found %q, but the clusters are in different time zones; want RFC 3339 ("2026-12-24T20:00:00-03:00"), or one --cluster`, text)
		}
	}
	t, err := schedule.ParseInstant(text, loc)
	return t.UTC(), err
}

// printJSON writes a value for machines.
func printJSON(out io.Writer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := io.WriteString(out, escaped(text.String()))
	return err
}

// escaped writes the control characters as JSON may, which the encoder leaves as they are: DEL, C1 and those that turn a text around.
// They can only be inside of texts, so that the value is the same.
func escaped(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r != '\n' && printable.Check(string(r)) != nil {
			say(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}
