// Package importer builds a configuration from another tool's schedules. One package below it reads each tool: asg,
// terraform and legacy. This package holds what they share: actions that recur by the week, the document and the warnings.
//
// Every loss and every assumption becomes a [Warning] with its place. A schedule that would differ from its source is left
// out, never guessed.
//
// The packages are pure: bytes or values in, a document and warnings out. They read no file, call no service and never ask
// for the time.
package importer

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// File is a file to import. The name is for places in warnings and errors.
type File struct {
	Name string
	Data []byte
}

// Cluster is the cluster as the operator names it. Empty fields are taken from the file, if it has them.
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

// Warning says what could not be imported, or what was assumed.
type Warning struct {
	Place string // such as "main.tf:12", or "legacy.json: schedules.sleep_time"
	Text  string
}

// String is the place and the text, on one line.
func (r Warning) String() string {
	return OneLine(r.Place + ": " + r.Text)
}

// OneLine keeps text from files from breaking out of a comment.
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

// Warnings are collected while reading.
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
