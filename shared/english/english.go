// Package english words numbers and lists for people.
package english

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Count returns "1 run" or "3 runs"; the plural must end with an s.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return Number(n) + " " + what + "s"
}

// Were returns "1 run was" or "3 runs were".
func Were(n int, what string) string {
	if n == 1 {
		return Count(n, what) + " was"
	}
	return Count(n, what) + " were"
}

// Capital returns a text with a capital first letter.
func Capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// Minutes returns a duration such as "90 seconds" or, from two minutes on, "4 minutes", rounded up.
func Minutes(d time.Duration) string {
	if d < 2*time.Minute {
		return Count(int((d+time.Second-1)/time.Second), "second")
	}
	return Count(int((d+time.Minute-1)/time.Minute), "minute")
}

// Number returns a number from 0 with commas, such as "1,000".
func Number(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", Number(n/1000), n%1000)
}

// maxListed is how many known names fit in a message.
const maxListed = 20

// OrNone joins the first names with commas, and counts the others; "(none)" if there are none.
func OrNone(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	if more := len(names) - maxListed; more > 0 {
		names = append(slices.Clone(names[:maxListed]), "and "+Number(more)+" more")
	}
	return strings.Join(names, ", ")
}

// Unknown returns text such as `unknown profile "peek"; did you mean "peak"?`, with the known names if none is close.
func Unknown(what, name string, known []string) string {
	text := fmt.Sprintf("unknown %s %q", what, name)
	if hint := DidYouMean(name, known); hint != "" {
		return text + hint
	}
	return text + "; known: " + OrNone(known)
}
