package frame

import (
	"context"
	"errors"
	"fmt"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/inventory"
)

// The exit codes. [ExitCodes] documents them.
const (
	exitFine     = 0
	ExitFailed   = 1
	ExitUsage    = 2
	ExitNotFound = 3
	ExitConflict = 4
	ExitNoAccess = 5
)

// ExitCodes documents the exit codes, in the help of the root command.
const ExitCodes = `  0  success
  1  findings: something is unhealthy, different or invalid, or the command failed
  2  usage error: unknown command, invalid flag, or a question without a terminal
  3  not found: no such stack, cluster, run or other name
  4  conflict: someone else was faster, or the name is taken
  5  could not look: no credentials, network or permission
With run --wait, a failed or skipped run is 1 and an overtaken run is 4.`

// usageError, notFoundError, takenError and accessError decide the exit code of an error. An elsewhereError is within a notFoundError.
type (
	usageError    struct{ error }
	notFoundError struct{ error }
	takenError    struct{ error }
	accessError   struct{ error }

	elsewhereError struct{ error }
)

func (e usageError) Unwrap() error     { return e.error }
func (e elsewhereError) Unwrap() error { return e.error }
func (e notFoundError) Unwrap() error  { return e.error }
func (e takenError) Unwrap() error     { return e.error }
func (e accessError) Unwrap() error    { return e.error }

// UsageErr marks a usage error.
func UsageErr(err error) error { return usageError{err} }

// NotFound marks an error about something that does not exist.
func NotFound(err error) error { return notFoundError{err} }

// Elsewhere marks an error about something that one hub does not have, and another one may have.
func Elsewhere(err error) error { return NotFound(elsewhereError{err}) }

// Taken marks an error about something that already exists.
func Taken(err error) error { return takenError{err} }

// NoAccess marks an error that kept a command from reading AWS. Errors of the SDK need no mark.
func NoAccess(err error) error { return accessError{err} }

// Errors that end a command that has already printed everything.
var (
	ErrFindings     = errors.New("")                // it printed findings
	ErrOvertaken    = fmt.Errorf("%w", ErrFindings) // a newer run has overtaken its run
	ErrCouldNotLook = fmt.Errorf("%w", ErrFindings) // it could not read all of AWS
)

// ExitCode returns the exit code of a command.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return exitFine
	case is[usageError](err):
		return ExitUsage
	case is[notFoundError](err) || is[*inventory.NotFoundError](err) || is[*inventory.ElsewhereError](err):
		return ExitNotFound
	case is[takenError](err) || errors.Is(err, inventory.ErrConflict) || errors.Is(err, ErrOvertaken):
		return ExitConflict
	case awserr.Missing(err):
		return ExitNotFound
	case couldNotLook(err):
		return ExitNoAccess
	default:
		return ExitFailed
	}
}

// couldNotLook reports whether AWS gave no answer, or an error for one. A command that was interrupted did not try to the end.
func couldNotLook(err error) bool {
	_, ofAWS := awserr.Action(err)
	return is[accessError](err) || errors.Is(err, ErrCouldNotLook) || ofAWS && !errors.Is(err, context.Canceled)
}

func is[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}
