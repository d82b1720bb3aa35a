// Package alert brings the texts of alerts into a form that SNS takes. It knows nothing of what they say, and sends nothing.
package alert

import (
	"strings"

	"eks-scaling-automation/shared/printable"
)

// The longest texts, in bytes: SNS takes subjects of fewer than 100 characters and messages of 256 KiB, and an execution
// carries no more than that either.
const (
	maxSubject = 99
	maxMessage = 64_000
)

// Subject is a text as SNS takes it for a subject: short, printable ASCII. A name that was written by hand may hold anything.
func Subject(text string) string {
	return Cut(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text), maxSubject)
}

// Message is a text as SNS takes it for a message. Mail programs and terminals show it, so that it has no control characters but
// line breaks and tabs. A text from outside is put into one line before, so that it cannot look like one of ours.
func Message(text string) string {
	return Cut(printable.Text(text), maxMessage)
}

// Cut shortens a text to so many bytes, at the end of a character.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}
