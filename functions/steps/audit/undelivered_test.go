package audit

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/run"
)

// TestUndeliveredMessagesFailOneRunADay, and another one if there are more. The others have a note, and succeed.
func TestUndeliveredMessagesFailOneRunADay(t *testing.T) {
	t.Parallel()
	const one, two = "the dead-letter queue has 1 message", "the dead-letter queue has 2 messages"
	on := &trail{}
	for _, step := range []struct {
		rule   string
		cause  string
		at     time.Time
		unread error // of the mark
		full   error // of the record
		want   run.Outcome
	}{
		{"a run that could not be recorded", one, began, nil, errors.New("full"), run.Failed},
		{"so the step is repeated", one, began, nil, nil, run.Failed},
		{"the next run", one, began.Add(time.Hour), nil, nil, run.Succeeded},
		{"one that cannot read the mark", one, began.Add(2 * time.Hour), errors.New("no"), nil, run.Failed},
		{"another message", two, began.Add(3 * time.Hour), nil, nil, run.Failed},
		{"and the run after it", two, began.Add(4 * time.Hour), nil, nil, run.Succeeded},
		{"the next day", two, began.AddDate(0, 0, 1), nil, nil, run.Failed},
	} {
		on.unread, on.full = step.unread, step.full
		task := run.Task{
			Execution: run.Execution{ARN: "arn:run", Name: "run"}, StartTime: step.at, Input: json.RawMessage(`{"trigger": "reconcile"}`),
			State: run.State{TriggersError: &run.StepError{Error: string(run.UndeliveredError), Cause: step.cause}},
		}
		out, err := on.audit(run.AuditRequest{Run: &task})
		summary, _ := out.(run.Summary)
		if (err != nil) != (step.full != nil) {
			t.Fatal(err)
		}
		if summary.Outcome != step.want || (summary.Alert != nil) != (step.want == run.Failed) || !strings.Contains(summary.Message, step.cause) {
			t.Errorf("%s: found %s with %q; want %s with the cause", step.rule, summary.Outcome, summary.Message, step.want)
		}
	}
}
