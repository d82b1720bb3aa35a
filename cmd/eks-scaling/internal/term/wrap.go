package term

import (
	"io"
	"strings"
	"unicode/utf8"
)

// SayWrapped writes a head and a text beside it, broken between words to fit the width. A head that leaves less than half of the width
// gets the text below it. A width of 0 is no limit.
func SayWrapped(out io.Writer, width int, head, text string) {
	_ = TellWrapped(out, width, head, text)
}

// TellWrapped is SayWrapped that returns the error of the writer.
func TellWrapped(out io.Writer, width int, head, text string) error {
	head, text = shown(head), shown(text)
	if width <= 0 || utf8.RuneCountInString(head+text) <= width {
		_, err := io.WriteString(out, head+text+"\n")
		return err
	}
	var all strings.Builder
	indent := utf8.RuneCountInString(head)
	if indent > width/2 {
		all.WriteString(strings.TrimRight(head, " ") + "\n")
		indent = min(4, width/4)
		head = strings.Repeat(" ", indent)
	}
	for _, line := range wrapped(text, width-indent) {
		all.WriteString(head + line + "\n")
		head = strings.Repeat(" ", indent)
	}
	_, err := io.WriteString(out, all.String())
	return err
}
