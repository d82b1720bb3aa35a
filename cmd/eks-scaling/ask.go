package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// errDeclined ends a verb whose question was answered with no.
var errDeclined = errors.New("nothing was changed, as the answer was not yes")

// errInterrupted ends a verb that was left at a question.
var errInterrupted error = remedied{found: "interrupted, and nothing was changed", err: context.Canceled}

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

// askFor puts a question and waits for a line, in lower case, or for the end of ctx.
func askFor(ctx context.Context, in io.Reader, out io.Writer, question string) (string, error) {
	_, _ = fmt.Fprint(out, question)
	line := make(chan string, 1)
	go func() { line <- readLine(in) }()
	select {
	case text := <-line:
		return strings.ToLower(strings.TrimSpace(text)), nil
	case <-ctx.Done():
		_, _ = fmt.Fprintln(out) // below what the terminal shows for Ctrl-C
		return "", errInterrupted
	}
}

// readLine reads up to the end of a line and not a byte further, for the next question's answer may follow.
func readLine(in io.Reader) string {
	var line strings.Builder
	one := make([]byte, 1)
	for {
		n, err := in.Read(one)
		if n == 1 && one[0] != '\n' {
			line.WriteByte(one[0])
		}
		if n == 1 && one[0] == '\n' || err != nil {
			return line.String()
		}
	}
}
