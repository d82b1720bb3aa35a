package frame

import (
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/run"
)

// Ending is how a run stands, and what is known of what came of it: what is on record, and what Step Functions says.
type Ending struct {
	Status       stackaws.Status
	Outcome      run.Outcome // empty: nothing is on record
	Message      string
	Error, Cause string // of what failed
}

// withoutRecord is what there is to say of a run that has left no record.
var withoutRecord = map[stackaws.Status]string{
	stackaws.Running:   "goes on",
	stackaws.Succeeded: "not on record yet",
	stackaws.Failed:    "not on record; see: eks-scaling runs show NAME",
	stackaws.TimedOut:  "took longer than a run may",
	stackaws.Aborted:   "was stopped by hand",
}

// InWords is what came of a run, in one line. One that was ended from outside may have put its outcome on record before that.
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
	default:
		return InOneLine(e.Message)
	}
}

// ManualPrefix is what the names of the runs begin with that this tool starts.
const ManualPrefix = "manual-"

// InOneLine is a text without its line breaks.
func InOneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

// Named is a cause with the error's name in front, if it has one, in one line.
func Named(name, cause string) string {
	if name == "" {
		return InOneLine(cause)
	}
	return InOneLine(name + ": " + cause)
}
