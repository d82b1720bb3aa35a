package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/printable"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// alertOf words the alert: what failed, why, what to do, and where to look.
func alertOf(task run.Task, units []run.UnitRecord, failures []run.Failure) *run.Alert {
	var text strings.Builder
	fmt.Fprintf(&text, "Run %s failed.\n", task.Execution.Name)
	if run := task.State.Run; !run.TakenAt.IsZero() {
		fmt.Fprintf(&text, "Target time: %s (started by: %s; reason: %s).\n",
			instant(task.State, units), printable.Line(cmp.Or(run.Trigger, "not said")), printable.Line(cmp.Or(run.Reason, "not said")))
		if run.BeyondBlastRadius {
			text.WriteString("It ran beyond the blast radius.\n")
		}
	}
	listed := failures[:min(len(failures), run.MaxFailures)]
	for _, f := range listed {
		fmt.Fprintf(&text, "\nWhat:  %s\nWhy:   %s: %s\n", f.Subject, f.Error, printable.Line(f.Cause))
		fmt.Fprintf(&text, "To do: %s\n", run.ErrorName(f.Error).Remedy())
		if f.Execution.ARN != "" && f.Execution.ARN != task.Execution.ARN {
			fmt.Fprintf(&text, "Where: %s\n", f.Execution.ConsoleURL())
		}
	}
	if more := len(failures) - len(listed); more > 0 {
		fmt.Fprintf(&text, "\nAnd %d more. List them with: eks-scaling runs show %s\n", more, task.Execution.Name)
	}
	if command := beyond(task, failures); command != "" {
		fmt.Fprintf(&text, "\nIf the scale-downs are intended, lift the blast radius once:\n  %s\n", command)
	}
	fmt.Fprintf(&text, "\nExecution: %s\n", task.Execution.ConsoleURL())
	subject := "EKS scaling failed: " + failures[0].Subject
	if more := len(failures) - 1; more > 0 {
		subject += fmt.Sprintf(" and %d more", more)
	}
	return &run.Alert{Subject: alert.Subject(subject), Message: alert.Message(text.String())}
}

// instant formats the target time of a run, in UTC and in the first known time zone of its units.
func instant(state run.State, units []run.UnitRecord) string {
	at := state.Run.Instant(state.Run.TakenAt).UTC()
	known := slices.IndexFunc(units, func(u run.UnitRecord) bool { return u.Timezone != "" })
	if known >= 0 {
		if loc, err := time.LoadLocation(units[known].Timezone); err == nil && loc != time.UTC {
			return at.In(loc).Format(scaling.LocalTime) + at.Format(" (2006-01-02 15:04 UTC)")
		}
	}
	return at.Format("Mon 2006-01-02 15:04 UTC")
}
