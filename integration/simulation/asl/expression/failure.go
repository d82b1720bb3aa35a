package expression

import (
	"fmt"
	"slices"
)

// The interpreter's own error names.
const (
	ErrAll        = "States.ALL"
	ErrDataLimit  = "States.DataLimitExceeded"
	ErrNoChoice   = "States.NoChoiceMatched"
	ErrResultPath = "States.ResultPathMatchFailure"
	errRuntime    = "States.Runtime"
	ErrTaskFailed = "States.TaskFailed"
	ErrTimeout    = "States.Timeout"
	// ErrTolerance means that too many executions of a distributed Map have failed.
	ErrTolerance = "States.ExceedToleratedFailureThreshold"
)

// Failure is the failure of a state.
type Failure struct {
	Name, Cause string
	// Terminal means that nothing catches it.
	Terminal bool
}

// RuntimeFailure returns States.Runtime with a cause.
func RuntimeFailure(format string, args ...any) *Failure {
	return &Failure{Name: errRuntime, Cause: fmt.Sprintf(format, args...), Terminal: true}
}

// Matches reports whether one of the names in an ErrorEquals matches the failure. ErrDataLimit is only caught by its own name.
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
