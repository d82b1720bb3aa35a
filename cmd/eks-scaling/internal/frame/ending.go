package frame

import (
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/run"
)

// Ending is the end of a run, from its record and from Step Functions.
type Ending struct {
	Status       stackaws.Status
	Outcome      run.Outcome // empty without a record
	Message      string
	Error, Cause string
}

// withoutRecord words the end of a run without a record.
var withoutRecord = map[stackaws.Status]string{
	stackaws.Running:   "still running",
	stackaws.Succeeded: "no record yet",
	stackaws.Failed:    "no record; see: eks-scaling runs show RUN",
	stackaws.TimedOut:  "exceeded the time limit",
	stackaws.Aborted:   "stopped manually",
}

// InWords words the end of a run in one line. A run that was ended from outside may have recorded an outcome before.
func (e Ending) InWords() string {
	switch {
	case e.Status != stackaws.Succeeded && e.Cause != "":
		return Named(e.Error, e.Cause)
	case e.Outcome == "" || e.Status == stackaws.Aborted || e.Status == stackaws.TimedOut:
		return withoutRecord[e.Status]
	case e.Outcome == run.Skipped:
		return "skipped: " + InOneLine(e.Message)
	case e.Outcome == run.Failed:
		return Named(e.Error, e.Message)
	case e.Outcome == run.Incomplete:
		return "incomplete plan: " + Named(e.Error, e.Message)
	default:
		return InOneLine(e.Message)
	}
}

// ManualPrefix starts the name of every run started by this tool.
const ManualPrefix = "manual-"

// InOneLine removes line breaks from a text.
func InOneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

// Named puts the error's name, if any, before its cause, in one line.
func Named(name, cause string) string {
	if name == "" {
		return InOneLine(cause)
	}
	return InOneLine(name + ": " + cause)
}
