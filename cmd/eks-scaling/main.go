// Command eks-scaling is the operator's tool.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/shared/tables"
)

// The exit codes.
const (
	exitFine     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitConflict = 4
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	root := newRoot(environment{now: time.Now, user: os.Getenv("USER")})
	err := root.ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "eks-scaling:", err)
	}
	os.Exit(exitCode(err))
}

// usageError is an error in how the command was called.
type usageError struct{ error }

func exitCode(err error) int {
	_, usage := errors.AsType[usageError](err)
	switch {
	case err == nil:
		return exitFine
	case usage:
		return exitUsage
	case errors.Is(err, tables.ErrConflict):
		return exitConflict
	default:
		return exitFailed
	}
}
