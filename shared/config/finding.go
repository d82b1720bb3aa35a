package config

import (
	"errors"
	"slices"
	"strings"
)

// Severity is the severity of a finding.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the configuration cannot be used
	Warning Severity = "warning" // the configuration is valid but may not be intended
)

// Finding is an error or a warning about a configuration.
type Finding struct {
	Path         string // such as "clusters[0].schedule.periods[2].profile"; empty for the document as a whole
	Line, Column int    // of the document, from 1; 0 when unknown
	Severity     Severity
	Message      string // what is wrong and what is valid
	calendar     string // the unknown calendar that this is about
}

// String returns the path and the message.
func (f Finding) String() string {
	if f.Path == "" {
		return f.Message
	}
	return f.Path + ": " + f.Message
}

// Invalid is the error of an invalid configuration. It holds every error, in the document's order.
type Invalid struct {
	Findings []Finding
}

// Error returns one finding a line.
func (e *Invalid) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// FindingsOf returns the findings of an [Invalid] error; none for any other error.
func FindingsOf(err error) []Finding {
	if invalid, ok := errors.AsType[*Invalid](err); ok {
		return invalid.Findings
	}
	return nil
}

// MissingCalendars returns the unknown calendars that the findings of an error are about.
func MissingCalendars(err error) (names []string) {
	for _, f := range FindingsOf(err) {
		if f.calendar != "" {
			names = append(names, f.calendar)
		}
	}
	return names
}

// OneLine joins the findings of an error in one line, for logs, alerts and the console.
func OneLine(err error) string {
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// sorted returns the findings in the document's order.
func sorted(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return findings
}

// Usable returns an [Invalid] with the errors among the findings; nil if there are none.
func Usable(findings []Finding) error {
	errs := slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Severity != Error })
	if len(errs) == 0 {
		return nil
	}
	return &Invalid{Findings: sorted(errs)}
}
