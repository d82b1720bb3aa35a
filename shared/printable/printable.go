// Package printable protects terminals, logs and layouts from control characters. [Check] refuses them in input; [Line] and
// [Text] replace them in text that is already stored.
package printable

import (
	"fmt"
	"strings"
	"unicode"
)

// replacement stands for a character that is not shown.
const replacement = '?'

// Check refuses text that cannot be shown unchanged on one line. The error names the first such character and its place.
func Check(text string) error {
	place := 0
	for _, r := range text {
		place++
		if acts(r) {
			return fmt.Errorf("control character %U at position %d: use one line of printable text", r, place)
		}
	}
	return nil
}

// Line returns the text on one line: a line break or tab becomes a space, any other control character a question mark.
func Line(text string) string {
	return replaced(text, func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return replacement
	})
}

// Text keeps line breaks and tabs; any other control character becomes a question mark.
func Text(text string) string {
	return replaced(text, func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return replacement
	})
}

func replaced(text string, with func(rune) rune) string {
	if !strings.ContainsFunc(text, acts) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if acts(r) {
			return with(r)
		}
		return r
	}, text)
}

// acts reports whether a character has an effect: control characters (C0, DEL and C1), Unicode line breaks, and characters that
// reorder the text after them.
func acts(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	default:
		return '\u202A' <= r && r <= '\u202E' || '\u2066' <= r && r <= '\u2069'
	}
}
