package asl

import "fmt"

// The error names that the interpreter itself gives.
const (
	errAll        = "States.ALL"
	errDataLimit  = "States.DataLimitExceeded"
	errNoChoice   = "States.NoChoiceMatched"
	errResultPath = "States.ResultPathMatchFailure"
	errRuntime    = "States.Runtime"
	errTaskFailed = "States.TaskFailed"
	errTimeout    = "States.Timeout"
)

// failure is how a state fails.
type failure struct{ name, cause string }

// terminal says whether nothing retries or catches the failure.
func (f *failure) terminal() bool { return f.name == errRuntime || f.name == errDataLimit }

func runtimeFailure(format string, args ...any) *failure {
	return &failure{errRuntime, fmt.Sprintf(format, args...)}
}

// matches says whether one of the names in an ErrorEquals means the failure.
func (f *failure) matches(names []string) bool {
	if f.terminal() {
		return false
	}
	for _, name := range names {
		if name == f.name || name == errAll || name == errTaskFailed && f.name != errTimeout {
			return true
		}
	}
	return false
}
