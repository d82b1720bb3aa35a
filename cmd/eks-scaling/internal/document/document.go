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

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/schedule"
)

// Finding is an error or a warning about a file.
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

// calendarYears is the number of years before and after the current one for which an iCalendar file is read.
const calendarYears = 5

// Check reads a configuration with the iCalendar files that it names, and returns its text too. With a now it also checks what depends on
// the day, and the limits of a run.
func Check(cmd *cobra.Command, file string, env frame.Environment, now time.Time) (c config.Config, findings []Finding, text []byte) {
	text, err := frame.ReadDocument(cmd, file)
	file = frame.DocumentName(file)
	if err != nil {
		return c, []Finding{{File: file, Severity: config.Error, Message: whyUnreadable(err)}}, nil
	}
	c, findings = parse(cmd.Context(), file, text, env, now)
	return c, findings, text
}

// Load is Check for a configuration that must be valid. The error of an invalid one states the consequence.
func Load(cmd *cobra.Command, file, consequence string, env frame.Environment, now time.Time) (config.Config, []Finding, error) {
	data, err := frame.ReadDocument(cmd, file)
	file = frame.DocumentName(file)
	if err != nil {
		return config.Config{}, nil, Unreadable(file, err)
	}
	c, findings := parse(cmd.Context(), file, data, env, now)
	return c, findings, usable(file, consequence, findings)
}

func parse(ctx context.Context, file string, data []byte, env frame.Environment, now time.Time) (config.Config, []Finding) {
	source := CalendarSource{Dir: filepath.Dir(file)}
	year := env.Now().Year()
	reading := config.Reading{Now: now, Calendar: func(ref string) (schedule.Calendar, error) {
		data, err := source.Read(ctx, ref)
		if errors.Is(err, fs.ErrNotExist) { // which is a path, and is named once
			if !filepath.IsAbs(ref) {
				ref = filepath.Join(source.Dir, ref)
			}
			return nil, fmt.Errorf("file %s not found: use the path of an iCalendar file, or an http(s) URL", ref)
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

// withoutUser removes the user and the password from a reference.
func withoutUser(ref string) string {
	address, err := url.Parse(ref)
	if err != nil || address.User == nil {
		return ref
	}
	address.User = nil
	return address.String()
}

// Unreadable returns the error of a file that cannot be read. A missing file is not found.
func Unreadable(file string, err error) error {
	if errors.Is(err, term.ErrInterrupted) {
		return err
	}
	failed := fmt.Errorf("%s: %s", file, whyUnreadable(err))
	if errors.Is(err, fs.ErrNotExist) {
		return frame.NotFound(failed)
	}
	return failed
}

// whyUnreadable says why a file could not be read, without its name.
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

// usable returns the error of an invalid file, with the consequence; nil if it is valid.
func usable(file, consequence string, findings []Finding) error {
	lines := []string{file + " is invalid; " + consequence}
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
