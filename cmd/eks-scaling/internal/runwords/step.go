package runwords

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Took words a duration, short ones to the tenth of a second.
func Took(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return frame.FormatDuration(d.Round(time.Second))
}

// Duration words the duration of a run from its start, or from its last retry.
func Duration(started, redriven, ended time.Time) string {
	if redriven.IsZero() {
		return Took(ended.Sub(started))
	}
	return Took(ended.Sub(redriven))
}

// Lasted is Duration that says if the run was retried.
func Lasted(started, redriven, ended time.Time) string {
	text := Duration(started, redriven, ended)
	if !redriven.IsZero() {
		text += " (since it was retried)"
	}
	return text
}

// InLine words an event in one line; empty if it needs no line.
func InLine(e stackaws.Event) string {
	subject := SubjectOf(e.Step.Cluster, e.Step.Nodegroup)
	text := ""
	switch e.Kind {
	case stackaws.Entered:
		if !e.Step.Again() {
			text = begun[e.Step.State]
		}
	case stackaws.AttemptFailed:
		text = fmt.Sprintf("%s, attempt %d failed: %s", e.Step.State, max(e.Step.Attempts, 1), inWordsOf(e.Step.Error))
	case stackaws.Left:
		text = left(e.Step)
	case stackaws.UnitsStarted, stackaws.Ended:
	}
	if text == "" || subject == "" {
		return text
	}
	return subject + "  " + text
}

// SubjectOf names the subject of a step, such as production/big; empty for the run.
func SubjectOf(unit, nodegroup string) string {
	if nodegroup == "" {
		return unit
	}
	return run.NodegroupName(unit, nodegroup)
}

// PlaceOf names a state and its subject.
func PlaceOf(unit, nodegroup, state string) string {
	subject := SubjectOf(unit, nodegroup)
	if subject != "" && state != "" {
		return subject + ", " + state
	}
	return subject + state
}

// begun words the entry into a state.
var begun = map[string]string{
	stackaws.LoadConfig:    "reading the configuration",
	stackaws.Decide:        "reading node groups",
	stackaws.SyncTriggers:  "updating the triggers",
	stackaws.AuditRun:      "recording the run",
	stackaws.NotifyFailure: "sending alert",
}

// left words the result of a state; empty if it needs no line.
func left(step stackaws.Step) string {
	if task := step.Task(); task != nil {
		return decidedInWords(*task)
	}
	if change := step.Change(); change != nil {
		return begunInWords(*change.Progress)
	}
	if result := step.Result(); result != nil {
		return resultInWords(*result)
	}
	if step.State == stackaws.UnitUnrecorded {
		return "failed: cannot be recorded"
	}
	return ""
}

// decidedInWords words the decision of a round; empty if it repeats an earlier one.
func decidedInWords(task run.UnitTask) string {
	switch {
	case task.Error != nil:
		return "failed: " + inWordsOf(task.Error)
	case task.Next == run.NextWait:
		return waitInWords(task)
	case task.Outcome == run.Overtaken:
		return "overtaken by run " + task.OvertakenBy
	case task.Outcome == run.Skipped:
		return "skipped: " + frame.InOneLine(task.Notice)
	case task.Round <= 1:
		return tally(task.Decisions)
	case task.Wave != nil:
		return fmt.Sprintf("%d to scale next", len(task.Wave.Decisions))
	default:
		return ""
	}
}

// waitInWords says what a unit waits for.
func waitInWords(task run.UnitTask) string {
	switch {
	case !task.ThrottledSince.IsZero():
		why := "EKS throttles calls"
		if !task.Cluster.Budget.IsZero() {
			why += ", or the budget is used up"
		}
		return fmt.Sprintf("waiting %ds: %s", task.DelaySeconds, why)
	case task.Waiting != nil:
		return "waiting for run " + task.Waiting.Run
	case !task.NextStepAt.IsZero():
		return "waiting for the next step at " + task.NextStepAt.Format(frame.UTCForm)
	default:
		return "waiting for the transition at " + task.GoodUntil.Format(frame.UTCForm)
	}
}

// begunInWords words the progress of a node group in Scale.
func begunInWords(p run.Progress) string {
	switch {
	case p.Status == run.Busy:
		return fmt.Sprintf("waiting %ds: %s", p.DelaySeconds, frame.InOneLine(p.Note))
	case p.UpdateID != "":
		return Move(&p.Before, &p.After) + "  updating"
	default:
		return ""
	}
}

// tally counts the decisions.
func tally(decisions []scaling.Decision) string {
	due := 0
	for _, d := range decisions {
		if d.Action != scaling.Keep {
			due++
		}
	}
	return fmt.Sprintf("%d to scale, %d unchanged", due, len(decisions)-due)
}

// resultInWords words the result of a node group's change.
func resultInWords(r run.ChangeResult) string {
	text := ""
	switch r.Outcome {
	case run.Succeeded:
		text = fmt.Sprintf("%s  active after %s", Move(r.Before, r.After), Took(time.Duration(r.Seconds*float64(time.Second))))
	case run.Unchanged:
		text = SizesOrUnknown(r.After) + "  already in sync"
	case run.Overtaken:
		text = "overtaken by run " + r.OvertakenBy
	case run.Returned:
		text = "planning again"
	case run.Failed, run.Skipped, run.Planned, run.Incomplete:
		text = string(r.Outcome)
		if r.Error != nil {
			text += ": " + inWordsOf(r.Error)
		}
	}
	if r.Note != "" {
		text += ": " + frame.InOneLine(r.Note)
	}
	if r.Throttled > 0 {
		text += "; EKS throttled " + english.Count(r.Throttled, "call")
	}
	if len(r.Health) > 0 {
		text += "; health: " + frame.InOneLine(strings.Join(r.Health, "; "))
	}
	return text
}

// SizesOrUnknown words sizes; "unknown" if there are none.
func SizesOrUnknown(s *scaling.Sizes) string {
	if s == nil {
		return "unknown"
	}
	return s.String()
}

// Move words a change of sizes, such as "1 -> 3 (0..5)", or "1 (0..5) -> 3 (2..5)" if the limits change.
func Move(before, after *scaling.Sizes) string {
	from := SizesOrUnknown(before)
	if before != nil && after != nil && before.MinSize == after.MinSize && before.MaxSize == after.MaxSize {
		from = strconv.Itoa(int(before.DesiredSize))
	}
	return from + " -> " + SizesOrUnknown(after)
}

// inWordsOf words an error with its cause, in one line.
func inWordsOf(e *run.StepError) string {
	if e == nil {
		return "no error given"
	}
	return frame.Named(e.Error, stackaws.Cause(*e))
}
