package icalendar

import (
	"strings"
	"unicode"
)

// maxName is the longest name, in characters.
const maxName = 100

// unescape reads a text value: a backslash stands before a comma, a semicolon, another backslash, or n for a line end.
func unescape(text string) string {
	return escapes.Replace(text)
}

var escapes = strings.NewReplacer(`\\`, `\`, `\,`, `,`, `\;`, `;`, `\:`, `:`, `\n`, "\n", `\N`, "\n")

// clean reduces a text to one line of printable characters.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsPrint(r):
			return r
		default:
			return -1 // a control character, or one that changes the direction of writing
		}
	}, text)
	return cut(strings.Join(strings.Fields(text), " "))
}

// cut shortens a text to the length of a name.
func cut(text string) string {
	if runes := []rune(text); len(runes) > maxName {
		return strings.TrimSpace(string(runes[:maxName]))
	}
	return text
}
