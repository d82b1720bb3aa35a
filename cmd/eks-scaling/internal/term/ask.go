package term

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
)

// ErrDeclined ends a verb after the answer no.
var ErrDeclined = errors.New("cancelled; nothing changed")

// ErrInterrupted ends a verb that is interrupted at a question.
var ErrInterrupted error = interruption{}

type interruption struct{}

func (interruption) Error() string { return "interrupted; nothing changed" }

func (interruption) Unwrap() error { return context.Canceled }

// Ask asks a question and returns the line of the answer in lower case. The end of the input declines.
func Ask(ctx context.Context, in io.Reader, out io.Writer, question string) (string, error) {
	Say(out, "%s", question)
	type answer struct {
		text  string
		ended bool
	}
	given := make(chan answer, 1)
	go func() {
		text, ended := readLine(in)
		given <- answer{strings.ToLower(strings.TrimSpace(report.ReplaceAllString(text, ""))), ended}
	}()
	select {
	case a := <-given:
		if a.ended && a.text == "" {
			SayLine(out) // below the question
			return "", ErrDeclined
		}
		return a.text, nil
	case <-ctx.Done():
		SayLine(out) // below what the terminal shows for Ctrl-C
		return "", ErrInterrupted
	}
}

// report matches what a terminal sends about itself. A late report is no answer.
var report = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`)

// readLine reads to the end of a line and not a byte further, as the next answer may follow; ended reports that the input ended first.
func readLine(in io.Reader) (text string, ended bool) {
	var line strings.Builder
	one := make([]byte, 1)
	for {
		n, err := in.Read(one)
		if n == 1 && one[0] != '\n' {
			line.WriteByte(one[0])
		}
		if n == 1 && one[0] == '\n' {
			return line.String(), false
		}
		if err != nil {
			return line.String(), true
		}
	}
}
