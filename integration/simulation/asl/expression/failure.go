package expression

import "fmt"

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
type Failure struct{ Name, Cause string }

// terminal says whether nothing retries or catches the failure.
func (f *Failure) terminal() bool { return f.Name == errRuntime || f.Name == ErrDataLimit }

// RuntimeFailure is States.Runtime with a cause.
func RuntimeFailure(format string, args ...any) *Failure {
	return &Failure{errRuntime, fmt.Sprintf(format, args...)}
}

// Matches says whether one of the names in an ErrorEquals means the failure.
func (f *Failure) Matches(names []string) bool {
	if f.terminal() {
		return false
	}
	for _, name := range names {
		if name == f.Name || name == ErrAll || name == ErrTaskFailed && f.Name != ErrTimeout {
			return true
		}
	}
	return false
}
