// Package term writes for people: lines, tables, screens and questions. Texts from outside cannot break a line or reach the terminal
// as escape codes. It imports nothing of the tool.
package term

import (
	"fmt"
	"io"

	"eks-scaling-automation/shared/printable"
)

// Everything that this tool tells people goes through this file, or through the tables of fit.go and statusscreen.go. Names,
// reasons, actors and messages of AWS are from outside: they are made printable here, so that none of them breaks a line or sends
// escape codes to a terminal. Answers for machines keep them exactly.

// Say writes a text for people. The format is ours; its arguments may be from outside.
func Say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format, shownAll(args)...)
}

// Tell is say where a failure to write is one of the verb.
func Tell(out io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintf(out, format, shownAll(args)...)
	return err
}

// SayLine writes its arguments in a line for people.
func SayLine(out io.Writer, args ...any) {
	_, _ = fmt.Fprintln(out, shownAll(args)...)
}

// Styled is a text of ours that has escape codes, or line breaks, which are kept.
type Styled string

// shown is a text from outside in one line.
func shown(text string) string {
	return printable.Line(text)
}

// shownAll makes arguments printable: a text in one line, an error in as many as it has.
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
