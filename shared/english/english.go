// Package english puts numbers into words, as all that speaks to people needs it.
package english

import "fmt"

// Count is such as "1 run" or "3 runs", of a thing whose plural ends with an s.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
