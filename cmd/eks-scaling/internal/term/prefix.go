package term

import (
	"io"
	"strings"
)

// Prefix writes each line of a text that is ready for people, after a name such as a region.
func Prefix(out io.Writer, name, text string) {
	for line := range strings.Lines(text) {
		_, _ = io.WriteString(out, name+": "+line)
	}
}
