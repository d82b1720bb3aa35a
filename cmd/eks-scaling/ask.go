package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// errDeclined ends a verb whose question was answered with no.
var errDeclined = errors.New("nothing was changed, as the answer was not yes")

// errInterrupted ends a verb that was left at a question.
var errInterrupted error = interruption{}

type interruption struct{}

func (interruption) Error() string { return "interrupted, and nothing was changed" }
func (interruption) Unwrap() error { return context.Canceled }

// confirm asks whether to go on, unless yes says so already. Without a terminal it asks nobody and fails.
func confirm(cmd *cobra.Command, env environment, yes bool, question string) error {
	switch {
	case yes:
		return nil
	case !env.terminal:
		return usage(cmd, errors.New("nothing was changed: there is no terminal to ask at; to go ahead without being asked, add --yes"))
	}
	answer, err := askFor(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), question+" [y/N] ")
	if err == nil && answer != "y" && answer != "yes" {
		err = errDeclined
	}
	return err
}

// askFor puts a question and waits for a line, in lower case, or for the end of ctx. Who ends the input instead declines.
func askFor(ctx context.Context, in io.Reader, out io.Writer, question string) (string, error) {
	say(out, "%s", question)
	type answer struct {
		text  string
		ended bool
	}
	given := make(chan answer, 1)
	go func() {
		text, ended := readLine(in)
		given <- answer{strings.ToLower(strings.TrimSpace(text)), ended}
	}()
	select {
	case a := <-given:
		if a.ended && a.text == "" {
			sayLine(out) // below the question
			return "", errDeclined
		}
		return a.text, nil
	case <-ctx.Done():
		sayLine(out) // below what the terminal shows for Ctrl-C
		return "", errInterrupted
	}
}

// readLine reads up to the end of a line and not a byte further, for the next question's answer may follow. Ended says that the
// input has come to its end before that of the line.
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
