// Package document reads configuration files, with the calendars that they name.
package document

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/schedule"
)

// Finding is something wrong or suspicious in a file, as people and machines get it.
type Finding struct {
	File     string          `json:"file"`
	Line     int             `json:"line"`
	Column   int             `json:"column"`
	Path     string          `json:"path"`
	Severity config.Severity `json:"severity"`
	Message  string          `json:"message"`
}

// String is "file:line:column: path: message".
func (f Finding) String() string {
	var text strings.Builder
	text.WriteString(f.File)
	if f.Line > 0 {
		term.Say(&text, ":%d:%d", f.Line, f.Column)
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

// Check reads a configuration with the iCalendar files that it names. With a now, what depends on the day is looked
// at too, and whether a run can carry it.
func Check(ctx context.Context, file string, env frame.Environment, now time.Time) (config.Config, []Finding) {
	data, err := os.ReadFile(file)
	if err != nil {
		return config.Config{}, []Finding{{File: file, Severity: config.Error, Message: whyUnreadable(err)}}
	}
	return Parse(ctx, file, data, env, now)
}

// Parse is readDocument for a file that has been read.
func Parse(ctx context.Context, file string, data []byte, env frame.Environment, now time.Time) (config.Config, []Finding) {
	source := CalendarSource{Dir: filepath.Dir(file)}
	year := env.Now().Year()
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
	findings := make([]Finding, len(found))
	for i, f := range found {
		findings[i] = Finding{file, f.Line, f.Column, f.Path, f.Severity, f.Message}
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

// Unreadable is the error of a file that cannot be read; one that is not there is not found.
func Unreadable(file string, err error) error {
	failed := fmt.Errorf("%s: %s", file, whyUnreadable(err))
	if errors.Is(err, fs.ErrNotExist) {
		return frame.NotFound(failed)
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

// Usable is the error of a file that cannot be used, with what was done about it; nil if it has no errors.
func Usable(file, consequence string, findings []Finding) error {
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
