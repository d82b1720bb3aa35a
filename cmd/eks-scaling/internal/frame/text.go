package frame

import (
	"strings"
)

// InOneLine is a text without its line breaks.
func InOneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

// Named is a cause with the error's name in front, if it has one, in one line.
func Named(name, cause string) string {
	if name == "" {
		return InOneLine(cause)
	}
	return InOneLine(name + ": " + cause)
}
