package runwords

import (
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
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
