package runwords

import (
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/run"
)

// StatusWord returns how a run stands, in one word or two. A run that succeeded for Step Functions may have been skipped or overtaken.
func StatusWord(e frame.Ending) string {
	if e.Status == stackaws.Succeeded && e.Outcome != "" && e.Outcome != run.Unchanged {
		return string(e.Outcome)
	}
	return e.Status.String()
}

// Result words the result of a run beside its status, in one line; empty while it is running.
func Result(e frame.Ending) string {
	switch {
	case e.Status == stackaws.Running:
		return ""
	case e.Status == stackaws.Succeeded && e.Outcome == run.Skipped:
		return frame.InOneLine(e.Message)
	case e.Status == stackaws.Succeeded && e.Outcome == run.Incomplete:
		return frame.Named(e.Error, e.Message)
	default:
		return e.InWords()
	}
}

// ShortResult words the result of a run for a table: the room is for what failed, so it leaves out the class of the error.
func ShortResult(e frame.Ending) string {
	if e.Message != "" {
		e.Error = ""
	}
	return strings.TrimPrefix(Result(e), "node group ")
}

// moods maps what [StatusWord] returns, and the outcomes of changes.
var moods = map[string]term.Mood{
	string(run.Succeeded): term.OK, stackaws.Running.String(): term.Changed, string(run.Planned): term.Changed,
	string(run.Failed): term.Failed, stackaws.TimedOut.String(): term.Failed, stackaws.Aborted.String(): term.Failed,
	string(run.Skipped): term.Warning, string(run.Overtaken): term.Warning, string(run.Incomplete): term.Warning,
}

// MoodOf returns the mood of a status or an outcome.
func MoodOf(word string) term.Mood { return moods[word] }
