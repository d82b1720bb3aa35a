package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// Runs are the latest runs.
type Runs struct {
	Latest []Run `json:"latest"` // the newest first
	// LastSuccess is when the last one ended that succeeded, and neither only planned nor was skipped; nil when there is none among those that
	// were looked at.
	LastSuccess *time.Time `json:"lastSuccess,omitempty"`
	Error       string     `json:"error,omitempty"`
	// RecordsError is why it is not known what they did.
	RecordsError string `json:"recordsError,omitempty"`
}

// Run is one run. What it did is known once it is on record, which it is when it ends; of one that was ended from outside
// it never is.
type Run struct {
	Name      string      `json:"name"`
	ARN       string      `json:"arn"`
	Status    string      `json:"status"` // Step Functions', such as SUCCEEDED
	StartedAt time.Time   `json:"startedAt"`
	EndedAt   *time.Time  `json:"endedAt,omitempty"` // nil while it runs
	Trigger   string      `json:"trigger,omitempty"`
	Actor     string      `json:"actor,omitempty"`
	Reason    string      `json:"reason,omitempty"` // why it was started
	Outcome   run.Outcome `json:"outcome,omitempty"`
	Message   string      `json:"message,omitempty"` // what it did
	DryRun    bool        `json:"dryRun,omitempty"`
	// DryRunsBefore is how many more dry runs that ended alike there were right before a dry run; they are left out.
	DryRunsBefore int `json:"dryRunsBefore,omitempty"`

	begun time.Time
}

// Begun is when it was started, or continued the last time: before that it may have lain idle for days.
func (r Run) Begun() time.Time {
	return r.begun
}

// Failed says that the run ended, and not well.
func (r Run) Failed() bool {
	return slices.Contains([]string{"FAILED", "TIMED_OUT", "ABORTED"}, r.Status)
}

func (r Run) succeeded() bool {
	return r.Status == "SUCCEEDED"
}

// shown is how many runs a report has.
const shown = 5

func (e *examination) runs() {
	e.report.Runs = Runs{Latest: []Run{}, Error: e.Runs.Error, RecordsError: e.Runs.RecordsError}
	e.unreadable("what the runs did", e.Runs.RecordsError)
	if e.unreadable("the runs", e.Runs.Error) {
		return
	}
	all := e.withRecords()
	e.report.Runs.Latest = append(e.report.Runs.Latest, latest(all)...)
	for _, r := range all {
		if r.succeeded() && !r.DryRun && r.Outcome != run.Skipped && r.EndedAt != nil {
			e.report.Runs.LastSuccess = r.EndedAt
			break
		}
	}
	e.lastRun(all)
	e.recent(all)
}

// latest are the newest runs. Of dry runs in a row that ended alike only the newest is among them, so that there is room for
// what was done.
func latest(all []Run) []Run {
	var newest []Run
	for _, r := range all {
		last := len(newest) - 1
		if r.DryRun && last >= 0 && newest[last].DryRun && newest[last].Status == r.Status {
			newest[last].DryRunsBefore++
			continue
		}
		if len(newest) == shown {
			break
		}
		newest = append(newest, r)
	}
	return newest
}

// withRecords are the executions with what is on record of them.
func (e *examination) withRecords() []Run {
	records := map[string]health.Record{}
	for _, r := range e.Runs.Records {
		records[r.Name] = r
	}
	var all []Run
	for _, x := range e.Runs.Executions {
		r := Run{Name: x.Name, ARN: x.ARN, Status: x.Status, StartedAt: x.Started.UTC(), begun: x.Begun()}
		if !x.Ended.IsZero() {
			ended := x.Ended.UTC()
			r.EndedAt = &ended
		}
		if in := x.Input; in != nil {
			r.Trigger, r.Actor, r.Reason, r.DryRun = in.Trigger, in.Actor, in.Reason, in.DryRun
		}
		if record, ok := records[x.Name]; ok {
			r.Trigger, r.Actor, r.Reason, r.DryRun = record.Run.Trigger, record.Run.Actor, record.Run.Reason, record.Run.DryRun
			r.Outcome, r.Message = record.Outcome, record.Message
		}
		all = append(all, r)
	}
	return all
}

// lastRun puts the last run on the list if it failed. One that only planned neither spoils nor makes up for anything.
func (e *examination) lastRun(all []Run) {
	i := slices.IndexFunc(all, func(r Run) bool { return !r.DryRun && (r.Failed() || r.succeeded()) })
	if i < 0 || !all[i].Failed() {
		return
	}
	r := all[i]
	message := "is the last run that ended, and " + strings.ReplaceAll(strings.ToLower(r.Status), "_", " ")
	if r.Message != "" {
		message += ": " + r.Message
	}
	e.wrong(RunFailed, "run "+r.Name, message, "eks-scaling runs show "+r.Name)
}

// recent puts on the list that no run has succeeded for longer than the reconcile schedule allows.
func (e *examination) recent(all []Run) {
	reach, known := reachOf(e.Stack.Reconcile)
	if !known {
		return
	}
	const remedy = "eks-scaling schedules"
	message := fmt.Sprintf("no run has succeeded within %s, though %s starts one", inHours(reach), e.Stack.Reconcile)
	var last *time.Time // skipped ones count: they show that runs are started
	if i := slices.IndexFunc(all, func(r Run) bool { return r.succeeded() && !r.DryRun && r.EndedAt != nil }); i >= 0 {
		last = all[i].EndedAt
	}
	switch {
	case last != nil && e.now.Sub(*last) > reach:
		e.wrong(NoRecentRun, "the runs", message+fmt.Sprintf("; the last one ended at %s", last.Format(health.UTCForm)), remedy)
	case last != nil:
	case e.inUseFor(all) > reach: // the first run of a new system is yet to come, or to end
		e.wrong(NoRecentRun, "the runs", message, remedy)
	}
}

// inUseFor is for how long there have been runs or a configuration; 0 when there is neither, or nobody knows.
func (e *examination) inUseFor(all []Run) (age time.Duration) {
	if len(all) > 0 {
		age = e.now.Sub(all[len(all)-1].StartedAt)
	}
	if oldest, _ := inventory.Written(e.Configuration.Value.Items()); !oldest.IsZero() {
		age = max(age, e.now.Sub(oldest))
	}
	return age
}
