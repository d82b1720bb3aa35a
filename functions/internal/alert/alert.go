// Package alert makes texts acceptable to SNS. It neither words alerts nor sends them.
package alert

import (
	"strings"

	"eks-scaling-automation/shared/printable"
)

// The longest texts, in bytes: SNS accepts subjects of fewer than 100 characters and messages of 256 KiB, the limit of an
// execution's state too.
const (
	maxSubject = 99
	maxMessage = 64_000
)

// Subject makes a text a valid SNS subject: short, printable ASCII. Names written by hand may contain anything.
func Subject(text string) string {
	return Cut(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text), maxSubject)
}

// Message makes a text a valid SNS message. Mail programs and terminals show it, so it keeps no control characters but line
// breaks and tabs. Callers put foreign text on one line first, so that it cannot imitate the alert's own lines.
func Message(text string) string {
	return Cut(printable.Text(text), maxMessage)
}

// Cut shortens a text to at most limit bytes, at the end of a character.
func Cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}
