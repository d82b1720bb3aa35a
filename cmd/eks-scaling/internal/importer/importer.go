// Package importer turns what other tools know of a cluster's schedule into a configuration: the `schedules` of Terraform's
// EKS module, the scheduled actions of Auto Scaling groups, and the JSON of older home-grown scalers. Whatever cannot be
// carried over, and whatever had to be assumed, is a [Remark] with its place; a schedule that would differ from what was
// read is left out rather than guessed.
//
// The package is pure: bytes or values in, a document and remarks out. It reads no file, calls nobody and never asks for
// the time.
package importer

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// File is what is imported. The name is for places in remarks and errors.
type File struct {
	Name string
	Data []byte
}

// Cluster is what the operator says of the cluster. What is empty is taken from the file, if that says it.
type Cluster struct {
	Name, Region string
	Timezone     string // IANA name
}

// Imported is a configuration, and what is to be known about it.
type Imported struct {
	// Document is YAML that [config.Parse] accepts, with the remarks as comments at its top.
	Document []byte
	// JSON is the same without the remarks.
	JSON    json.RawMessage
	Remarks []Remark
}

// Remark says what could not be carried over, or what was assumed.
type Remark struct {
	Place string // such as "main.tf:12", or "legacy.json: schedules.sleep_time"
	Text  string
}

// String is the place and the text, on one line.
func (r Remark) String() string {
	return oneLine(r.Place + ": " + r.Text)
}

// oneLine keeps what files say from breaking out of a comment.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// remarks are collected while reading.
type remarks []Remark

func (r *remarks) add(place, format string, args ...any) {
	*r = append(*r, Remark{place, fmt.Sprintf(format, args...)})
}

// quoted lists names for a message.
func quoted(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(texts, ", ")
}
