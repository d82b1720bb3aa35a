package frame

import (
	"errors"
	"fmt"

	"eks-scaling-automation/shared/inventory"
)

// ErrOvertaken ends a command whose run a newer one has overtaken. What happened has been printed already.
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

// UsageErr marks an error in how the command was called.
func UsageErr(err error) error { return usageError{err} }

// NotFound marks an error that says that what was named does not exist.
func NotFound(err error) error { return notFoundError{err} }

// Taken marks an error that says that what was to be created already exists.
func Taken(err error) error { return takenError{err} }

// ExitCode returns the exit code of a verb that ended with an error, or with none.
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

// ErrFindings ends validate when there is something to say. What it is has been printed already.
var ErrFindings = errors.New("")
