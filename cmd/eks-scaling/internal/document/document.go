// Package document reads configuration files, with the calendars that they name.
package document

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
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
	reading := config.Reading{Now: now, Calendar: readFeeds(ctx, filepath.Dir(file), env.Now().Year())}
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
