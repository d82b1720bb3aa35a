package report

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// Runs are the latest runs.
type Runs struct {
	Latest []Run `json:"latest"` // the newest first
	// LastSuccess is when the last run succeeded that was neither a dry run nor skipped.
	LastSuccess  time.Time `json:"lastSuccessAt,omitzero"`
	Error        string    `json:"error,omitempty"`
	RecordsError string    `json:"recordsError,omitempty"` // why the results of the runs are unknown
	// LeftOut counts the runs whose units were not read, because there are too many.
	LeftOut health.LeftOut `json:"leftOut,omitzero"`
}

// Run is a run. Its record appears when it ends by itself.
type Run struct {
	Name      string      `json:"name"`
	ARN       string      `json:"arn"`
	Status    string      `json:"status"` // running, succeeded, failed, timedOut or aborted
	StartedAt time.Time   `json:"startedAt"`
	EndedAt   time.Time   `json:"endedAt,omitzero"`
	Trigger   string      `json:"trigger,omitempty"`
	Actor     string      `json:"actor,omitempty"`
	Reason    string      `json:"reason,omitempty"`
	Outcome   run.Outcome `json:"outcome,omitempty"`
	Message   string      `json:"message,omitempty"` // what it did
	// Failures lists what failed, each with the execution of its unit.
	Failures []run.Failure `json:"failures,omitempty"`
	DryRun   bool          `json:"dryRun,omitempty"`
	// DryRunsBefore counts the omitted dry runs right before this one that ended alike.
	DryRunsBefore int       `json:"dryRunsBefore,omitempty"`
	Begun         time.Time `json:"-"` // when it was started or last redriven
	units         int       // how many its record has
}

func (r Run) failed() bool {
	return slices.Contains([]string{"failed", timedOut, "aborted"}, r.Status)
}

// succeeded reports whether the run succeeded and was not a dry run.
func (r Run) succeeded() bool {
	return r.Status == "succeeded" && !r.DryRun
}

const timedOut = "timedOut"

// statusWord converts a status of Step Functions, such as TIMED_OUT, to camelCase.
func statusWord(status string) string {
	if status == "TIMED_OUT" {
		return timedOut
	}
	return strings.ToLower(status)
}

// maxRuns is how many runs a report shows.
const maxRuns = 5

func (e *examination) runs() {
	e.report.Runs = Runs{Latest: []Run{}, Error: e.Runs.Error, RecordsError: e.Runs.RecordsError, LeftOut: e.Runs.LeftOut}
	e.unreadable("the records of the runs", e.Runs.RecordsError)
	if e.unreadable("the runs", e.Runs.Error) {
		return
	}
	all := e.withRecords()
	e.report.Runs.Latest = append(e.report.Runs.Latest, latest(all)...)
	if i := slices.IndexFunc(all, func(r Run) bool { return r.succeeded() && r.Outcome != run.Skipped && !r.EndedAt.IsZero() }); i >= 0 {
		e.report.Runs.LastSuccess = all[i].EndedAt
	}
	e.lastRun(all)
	e.recent(all)
}

// latest returns the newest runs, with one for several dry runs in a row that ended alike.
func latest(all []Run) []Run {
	var newest []Run
	for _, r := range all {
		last := len(newest) - 1
		if r.DryRun && last >= 0 && newest[last].DryRun && newest[last].Status == r.Status {
			newest[last].DryRunsBefore++
			continue
		}
		if len(newest) == maxRuns {
			break
		}
		newest = append(newest, r)
	}
	return newest
}

// withRecords joins the executions with their records.
func (e *examination) withRecords() []Run {
	all := make([]Run, len(e.Runs.Executions))
	for i, x := range e.Runs.Executions {
		var record health.Record
		if known := e.history.records[x.Name]; known != nil {
			record = *known
		} else if x.Input != nil {
			record.Run = health.StartedWith(*x.Input)
		}
		all[i] = Run{
			Name: x.Name, ARN: x.ARN, Status: statusWord(x.Status), StartedAt: x.Started.UTC(), EndedAt: x.Ended.UTC(), Begun: x.Begun(),
			Trigger: record.Run.Trigger, Actor: record.Run.Actor, Reason: record.Run.Reason, DryRun: record.Run.DryRun,
			Outcome: record.Outcome, Message: record.Message, Failures: record.Failures, units: countOf(record.Summary.Units),
		}
	}
	return all
}

// lastRun reports the last run if it failed. Dry runs do not count.
func (e *examination) lastRun(all []Run) {
	i := slices.IndexFunc(all, func(r Run) bool { return !r.DryRun && r.failed() || r.succeeded() })
	if i < 0 || !all[i].failed() {
		return
	}
	r := all[i]
	text := map[string]string{"failed": "failed", timedOut: "timed out", "aborted": "was aborted"}[r.Status]
	message := "the last run " + text
	if r.Message != "" {
		message += ": " + r.Message
	}
	f := e.wrong(RunFailed, "run "+r.Name, message, r.whereToLook()...)
	f.Links, f.short = r.links(), text
}

// links returns the executions of the failed units. If no unit failed, it returns the execution of the run.
func (r Run) links() []Link {
	var links []Link
	for _, f := range r.Failures {
		unit, _ := f.Part()
		known := slices.ContainsFunc(links, func(l Link) bool { return l.Execution == f.Execution.ARN })
		if unit != "" && f.Execution.ARN != "" && !known && len(links) < maxLinks {
			links = append(links, Link{run.UnitInWords(unit), f.Execution.ARN, f.Execution.ConsoleURL()})
		}
	}
	if links == nil {
		own := run.Execution{ARN: r.ARN, Name: r.Name}
		links = []Link{{"run " + r.Name, own.ARN, own.ConsoleURL()}}
	}
	return links
}

func countOf(units map[run.Outcome]int) (count int) {
	for _, n := range units {
		count += n
	}
	return count
}

// maxLinks limits the units of a failed run that are named.
const maxLinks = 3

// whereToLook returns the commands that show why the run failed: one for each failed unit, if it has several.
func (r Run) whereToLook() []string {
	whole := "eks-scaling runs show " + r.Name
	var links []string
	for _, f := range r.Failures {
		unit, _ := f.Part()
		if unit == "" || r.units < 2 || len(links) == maxLinks {
			return append([]string{whole}, links...)
		}
		if link := whole + " " + unit; !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	if len(links) == 0 {
		return []string{whole}
	}
	return links
}

// recent reports that no run has succeeded for longer than the reconcile trigger allows. Skipped runs count as well.
func (e *examination) recent(all []Run) {
	reach, known := reachOf(e.Stack.Reconcile)
	i := slices.IndexFunc(all, func(r Run) bool { return r.succeeded() && !r.EndedAt.IsZero() })
	since, ended := e.inUseSince(all), ""
	if i >= 0 {
		since, ended = all[i].EndedAt, "; the last success ended at "+all[i].EndedAt.Format(health.UTCForm)
	}
	if known && !since.IsZero() && e.now.Sub(since) > reach {
		e.wrong(NoRecentRun, "the runs",
			fmt.Sprintf("no run has succeeded within %s, although the reconcile trigger (%s) starts one%s", inHours(reach), e.Stack.Reconcile, ended), "eks-scaling triggers")
	}
}

// inUseSince returns since when there are runs or a configuration; zero if unknown.
func (e *examination) inUseSince(all []Run) time.Time {
	since, _ := inventory.Written(e.Configuration.Value.Items())
	if len(all) > 0 {
		first := all[len(all)-1].StartedAt
		if since.IsZero() || first.Before(since) {
			return first
		}
	}
	return since
}

// minReach allows for the duration of a run.
const minReach = 30 * time.Minute

var (
	rate = regexp.MustCompile(`^rate\(([0-9]{1,5}) (minute|hour|day)s?\)$`)
	cron = regexp.MustCompile(`^cron\([0-9/,*-]+ \* ([?] [*]|[*] [?]|[?*] [*] [?*])[ *?]*\)$`) // fires every hour
)

// reachOf returns within which time a run must have succeeded: twice the reconcile interval.
func reachOf(expression string) (reach time.Duration, known bool) {
	interval, known := intervalOf(expression)
	return max(2*interval, minReach), known
}

// intervalOf returns the longest time between two runs of the reconcile trigger.
func intervalOf(expression string) (interval time.Duration, known bool) {
	if m := rate.FindStringSubmatch(expression); m != nil {
		n, err := strconv.Atoi(m[1])
		unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": health.Day}[m[2]]
		return time.Duration(n) * unit, err == nil && n > 0
	}
	return time.Hour, cron.MatchString(expression)
}

// LookBack returns how far back executions and records are needed: over a weekend, and over the time to the last success.
func LookBack(reconcile string) time.Duration {
	reach, _ := reachOf(reconcile)
	return max(4*health.Day, reach+health.Day)
}

// inHours returns such as "2 hours" or "90 minutes".
func inHours(d time.Duration) string {
	if d%time.Hour == 0 {
		return english.Count(int(d/time.Hour), "hour")
	}
	return fmt.Sprintf("%d minutes", int(d/time.Minute))
}
