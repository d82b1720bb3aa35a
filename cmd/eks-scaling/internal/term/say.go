// Package term writes for people: lines, tables, screens and questions. It makes names, reasons and messages of AWS printable, so that
// they cannot break a line or send escape codes to the terminal. It imports nothing of the tool.
package term

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"eks-scaling-automation/shared/printable"
)

// Say writes a text for people. Only the arguments of the format may be from outside.
func Say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format, shownAll(args)...)
}

// Tell is Say that returns the error of the writer.
func Tell(out io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintf(out, format, shownAll(args)...)
	return err
}

// SayLine writes its arguments as a line for people.
func SayLine(out io.Writer, args ...any) {
	_, _ = fmt.Fprintln(out, shownAll(args)...)
}

// SayWrapped writes a text with its own line breaks, wrapped at words. A width of 0 is no terminal.
func SayWrapped(out io.Writer, width int, text string) {
	for line := range strings.SplitSeq(printable.Text(text), "\n") {
		if indent := line[:len(line)-len(strings.TrimLeft(line, " "))]; 0 < width && len(indent) < width && width < utf8.RuneCountInString(line) {
			line = indent + strings.Join(wrapped(line, width-len(indent)), "\n"+indent)
		}
		_, _ = fmt.Fprintln(out, line)
	}
}

// SayFitting is Say that wraps at words.
func SayFitting(out io.Writer, width int, format string, args ...any) {
	SayWrapped(out, width, strings.TrimSuffix(fmt.Sprintf(format, shownAll(args)...), "\n"))
}

// Styled is a text of the tool whose escape codes and line breaks are kept.
type Styled string

// shown makes a text printable, in one line.
func shown(text string) string {
	return printable.Line(text)
}

// shownAll makes arguments printable: a text in one line, an error in its own lines.
func shownAll(args []any) []any {
	clean := make([]any, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case Styled:
			clean[i] = string(v)
		case string:
			clean[i] = shown(v)
		case error:
			clean[i] = printable.Text(v.Error())
		case fmt.Stringer:
			clean[i] = shown(v.String())
		default:
			clean[i] = arg
		}
	}
	return clean
}
