package frame

import (
	"errors"
	"fmt"

	"eks-scaling-automation/shared/inventory"
)

// ErrOvertaken ends a command whose run was overtaken by a newer one. The command has printed it.
var ErrOvertaken = fmt.Errorf("%w", ErrFindings)

// The exit codes.
const (
	exitFine     = 0
	ExitFailed   = 1
	ExitUsage    = 2
	ExitNotFound = 3
	ExitConflict = 4
)

// usageError, notFoundError and takenError decide the exit code of an error.
type (
	usageError    struct{ error }
	notFoundError struct{ error }
	takenError    struct{ error }
)

// UsageErr marks a usage error.
func UsageErr(err error) error { return usageError{err} }

// NotFound marks an error about something that does not exist.
func NotFound(err error) error { return notFoundError{err} }

// Taken marks an error about something that already exists.
func Taken(err error) error { return takenError{err} }

// ExitCode returns the exit code of a verb.
func ExitCode(err error) int {
	_, usage := errors.AsType[usageError](err)
	_, notFound := errors.AsType[notFoundError](err)
	_, noItem := errors.AsType[*inventory.NotFoundError](err)
	_, taken := errors.AsType[takenError](err)
	switch {
	case err == nil:
		return exitFine
	case usage:
		return ExitUsage
	case notFound || noItem:
		return ExitNotFound
	case taken || errors.Is(err, inventory.ErrConflict) || errors.Is(err, ErrOvertaken):
		return ExitConflict
	default:
		return ExitFailed
	}
}

// ErrFindings ends a command that has printed its findings.
var ErrFindings = errors.New("")
