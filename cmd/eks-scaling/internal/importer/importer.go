// Package importer builds a configuration from another tool's schedules. One package below it reads each tool: asg,
// terraform and legacy. This package holds what they share: actions that recur by the week, the document and the warnings.
//
// Every loss and every assumption becomes a [Warning] with its place. A schedule that would differ from its source is left
// out, never guessed.
//
// The packages are pure: they read no file, call no service and never read the clock.
package importer

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// File is a file to import. Warnings and errors use its name.
type File struct {
	Name string
	Data []byte
}

// Cluster holds the operator's settings of the cluster. Empty fields default to the file's.
type Cluster struct {
	Name, Region string
	Timezone     string // IANA name
}

// Imported is a configuration with the warnings about it.
type Imported struct {
	// Document is YAML that [config.Parse] accepts, with the warnings as comments at its top.
	Document []byte
	// JSON is the same without the warnings.
	JSON     json.RawMessage
	Warnings []Warning
}

// Warning describes what was not imported, or what was assumed.
type Warning struct {
	Place string // such as "main.tf:12", or "legacy.json: schedules.sleep_time"
	Text  string
}

// String returns the place and the text, on one line.
func (r Warning) String() string {
	return OneLine(r.Place + ": " + r.Text)
}

// OneLine puts text on one line, so that it cannot break out of a comment.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

const longestShown = 60 // characters of what was found

// Shortened shortens a value for a message.
func Shortened[T ~[]byte | ~string](found T) string {
	text := []rune(OneLine(strings.TrimSpace(string(found))))
	if len(text) > longestShown {
		return string(text[:longestShown]) + "..."
	}
	return string(text)
}

// Warnings collects warnings while reading.
type Warnings []Warning

// Add adds a warning about a place.
func (r *Warnings) Add(place, format string, args ...any) {
	*r = append(*r, Warning{place, fmt.Sprintf(format, args...)})
}

// Quoted lists names for a message.
func Quoted(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(texts, ", ")
}
