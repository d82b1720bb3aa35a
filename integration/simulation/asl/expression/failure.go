package expression

import (
	"fmt"
	"slices"
)

// The error names that the interpreter itself gives.
const (
	ErrAll        = "States.ALL"
	ErrDataLimit  = "States.DataLimitExceeded"
	ErrNoChoice   = "States.NoChoiceMatched"
	ErrResultPath = "States.ResultPathMatchFailure"
	errRuntime    = "States.Runtime"
	ErrTaskFailed = "States.TaskFailed"
	ErrTimeout    = "States.Timeout"
	// ErrTolerance is that more executions of a distributed Map have failed than it tolerates.
	ErrTolerance = "States.ExceedToleratedFailureThreshold"
)

// Failure is how a state fails.
type Failure struct {
	Name, Cause string
	// Terminal says that nothing catches it, whatever its name.
	Terminal bool
}

// RuntimeFailure is States.Runtime with a cause.
func RuntimeFailure(format string, args ...any) *Failure {
	return &Failure{Name: errRuntime, Cause: fmt.Sprintf(format, args...), Terminal: true}
}

// Matches says whether one of the names in an ErrorEquals means the failure. ErrDataLimit is caught by its own name only.
func (f *Failure) Matches(names []string) bool {
	switch {
	case f.Terminal || f.Name == errRuntime:
		return false
	case f.Name == ErrDataLimit:
		return slices.Contains(names, ErrDataLimit)
	}
	for _, name := range names {
		if name == f.Name || name == ErrAll || name == ErrTaskFailed && f.Name != ErrTimeout {
			return true
		}
	}
	return false
}
