// Package english words numbers and lists for people.
package english

import (
	"fmt"
	"strings"
)

// Count returns "1 run" or "3 runs"; the plural must end with an s.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// OrNone joins names with commas; "(none)" if there are none.
func OrNone(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	return strings.Join(names, ", ")
}
