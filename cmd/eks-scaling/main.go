// Command eks-scaling is the operator's tool.
package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/signal"
	"os/user"
	"syscall"
	"time"
	_ "time/tzdata"

	"golang.org/x/term"

	"eks-scaling-automation/shared/inventory"
)

// The exit codes.
const (
	exitFine     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
	exitConflict = 4
)

// defaultWidth is for terminals that do not know their own.
const defaultWidth = 80

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends what does not listen
	env := environment{now: time.Now, user: userName(), connect: connect}
	env.editor = cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"))
	env.typing = term.IsTerminal(int(os.Stdin.Fd()))
	env.terminal = env.typing && term.IsTerminal(int(os.Stdout.Fd()))
	env.plain = os.Getenv("TERM") == "dumb"
	env.watched = term.IsTerminal(int(os.Stderr.Fd()))
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		env.width, env.colour = cmp.Or(width, defaultWidth), os.Getenv("NO_COLOR") == "" && !env.plain
		env.size = terminalSize
	}
	root := newRoot(env)
	err := root.ExecuteContext(ctx)
	stop()
	if err != nil && !errors.Is(err, errFindings) {
		sayLine(os.Stderr, "eks-scaling:", err)
	}
	os.Exit(exitCode(err))
}

// terminalSize asks the terminal, whose size may change at any moment.
func terminalSize() (columns, rows int) {
	columns, rows, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}

// userName is who calls, for the record; empty if the machine does not know.
func userName() string {
	if name := os.Getenv("USER"); name != "" {
		return name
	}
	if who, err := user.Current(); err == nil {
		return who.Username
	}
	return ""
}

// usageError, notFoundError and takenError decide the exit code of an error.
type (
	usageError    struct{ error }
	notFoundError struct{ error }
	takenError    struct{ error }
)

// usageErr marks an error in how the command was called.
func usageErr(err error) error { return usageError{err} }

// notFound marks an error that says that what was named does not exist.
func notFound(err error) error { return notFoundError{err} }

// taken marks an error that says that what was to be created already exists.
func taken(err error) error { return takenError{err} }

func exitCode(err error) int {
	_, usage := errors.AsType[usageError](err)
	_, notFound := errors.AsType[notFoundError](err)
	_, noItem := errors.AsType[*inventory.NotFoundError](err)
	_, taken := errors.AsType[takenError](err)
	switch {
	case err == nil:
		return exitFine
	case usage:
		return exitUsage
	case notFound || noItem:
		return exitNotFound
	case taken || errors.Is(err, inventory.ErrConflict) || errors.Is(err, errOvertaken):
		return exitConflict
	default:
		return exitFailed
	}
}
