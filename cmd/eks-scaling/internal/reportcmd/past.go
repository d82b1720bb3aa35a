package reportcmd

import (
	"cmp"
	"context"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/page"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// What a report holds of the past at most.
const (
	maxRuns     = 20
	maxChanges  = 10 // of a run
	maxFailures = 20
	maxRead     = 20_000 // changes
)

// past reads what runs did between two instants.
type past struct {
	since, now time.Time
	zone       *time.Location
	units      []string // nil: all
}

// read reads the recorded runs with their changes. The latest ones tell also of runs without a record.
func (p past) read(ctx context.Context, s frame.Session, latest []report.Run) (page.Runs, error) {
	records, err := s.Logs.Runs(ctx, p.since)
	if err != nil {
		return page.Runs{}, err
	}
	records = slices.DeleteFunc(records, func(r run.Record) bool { return !p.tookPart(r) })
	t := tally{past: p, Runs: page.Runs{Outcomes: map[run.Outcome]int{}, Days: []page.Day{}, Latest: []page.Run{}, Failures: []page.Failure{}}, byRun: map[string][]run.Change{}}
	t.Days = p.days()
	read := 0
	err = s.Logs.EachChange(ctx, p.since, p.now, func(c run.Change) bool {
		if p.units == nil || slices.Contains(p.units, scaling.UnitName(c.Cluster, c.Schedule)) {
			t.change(c)
		}
		read++
		t.Partial = read >= maxRead
		return !t.Partial
	})
	if err != nil {
		return page.Runs{}, err
	}
	for _, r := range records {
		t.run(r)
	}
	t.unrecorded(records, latest)
	t.finish()
	return t.Runs, nil
}

// tookPart reports whether a run was to take one of the units.
func (p past) tookPart(r run.Record) bool {
	in := runwords.InputOf(r.Input)
	return p.units == nil || slices.ContainsFunc(p.units, in.Selects)
}

// days returns each local day of the interval, without counts.
func (p past) days() []page.Day {
	days := []page.Day{}
	last := p.now.In(p.zone).Format(time.DateOnly)
	for day := p.since.In(p.zone); ; day = day.AddDate(0, 0, 1) {
		date := day.Format(time.DateOnly)
		if date > last {
			return days
		}
		days = append(days, page.Day{Date: date})
	}
}

// tally counts runs and changes.
type tally struct {
	past
	page.Runs
	byRun      map[string][]run.Change
	call, done []float64 // seconds after the transitions
}

// day returns the day of an instant.
func (t *tally) day(at time.Time) *page.Day {
	date := at.In(t.zone).Format(time.DateOnly)
	i := slices.IndexFunc(t.Days, func(d page.Day) bool { return d.Date == date })
	if i < 0 {
		return &page.Day{} // the clocks of two machines differ
	}
	return &t.Days[i]
}

func (t *tally) change(c run.Change) {
	t.byRun[c.Run.Execution.Name] = append(t.byRun[c.Run.Execution.Name], c)
	switch c.Outcome { //nolint:exhaustive // the others changed nothing
	case run.Succeeded:
		t.Changes++
		t.day(c.Run.TakenAt).Changes++
	case run.Failed:
		t.Failed++
		t.day(c.Run.TakenAt).Failed++
	}
	if c.Outcome == run.Succeeded && c.Run.Trigger == run.ScheduleTrigger && !c.Run.Due.IsZero() && !c.StartedAt.IsZero() {
		t.call = append(t.call, max(c.StartedAt.Sub(c.Run.Due).Seconds(), 0))
		t.done = append(t.done, max(c.EndedAt.Sub(c.Run.Due).Seconds(), 0))
	}
}

func (t *tally) run(r run.Record) {
	t.Total++
	t.Outcomes[r.Outcome]++
	begun := r.Run.TakenAt
	in := runwords.InputOf(r.Input)
	dryRun := r.Run.DryRun || in.DryRun
	t.day(begun).Runs++
	if dryRun || r.Outcome != run.Failed && t.byRun[r.Execution.Name] == nil {
		return
	}
	one := page.Run{
		Name: r.Execution.Name, Outcome: r.Outcome, StartedAt: begun.UTC(), Due: r.Run.Due, Trigger: cmp.Or(r.Run.Trigger, in.Trigger), Actor: cmp.Or(r.Run.Actor, in.Actor),
		Reason: cmp.Or(r.Run.Reason, in.Reason), Message: r.Message, Console: consoleOf(r.Execution), Changes: []page.Change{},
	}
	t.add(one)
	for _, f := range r.Failures {
		if len(t.Failures) < maxFailures {
			t.Failures = append(t.Failures, page.Failure{
				Run: r.Execution.Name, At: begun.UTC(), Subject: f.Subject, Error: f.Error, Cause: f.Cause, Remedy: run.ErrorName(f.Error).Remedy(),
				Console: consoleOf(cmp.Or(f.Execution, r.Execution)),
			})
		}
	}
}

func consoleOf(e run.Execution) string {
	if e.ARN == "" {
		return ""
	}
	return e.ConsoleURL()
}

// add adds a run with its changes.
func (t *tally) add(one page.Run) {
	if len(t.Latest) == maxRuns {
		t.LeftOut++
		return
	}
	changes := slices.Clone(t.byRun[one.Name])
	slices.SortStableFunc(changes, func(a, b run.Change) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Nodegroup, b.Nodegroup))
	})
	one.ChangesLeftOut = max(0, len(changes)-maxChanges)
	for _, c := range changes[:len(changes)-one.ChangesLeftOut] {
		shown := page.Change{
			Unit: scaling.UnitName(c.Cluster, c.Schedule), Nodegroup: c.Nodegroup, Outcome: c.Outcome, Before: c.Before, After: c.After, Goal: c.Goal,
			Reason: c.Reason, StartedAt: c.StartedAt, EndedAt: c.EndedAt,
		}
		if c.Error != nil {
			shown.Error = c.Error.Error + ": " + c.Error.Message()
		}
		one.Changes = append(one.Changes, shown)
	}
	t.Latest = append(t.Latest, one)
}

// unrecorded adds runs that have not ended, timed out or were aborted.
func (t *tally) unrecorded(records []run.Record, latest []report.Run) {
	for _, r := range latest {
		known := slices.ContainsFunc(records, func(record run.Record) bool { return record.Execution.Name == r.Name })
		if known || r.Outcome != "" || r.Status == "succeeded" || r.StartedAt.Before(t.since) || t.units != nil && t.byRun[r.Name] == nil {
			continue
		}
		t.add(page.Run{
			Name: r.Name, Status: r.Status, StartedAt: r.StartedAt, Trigger: r.Trigger, Actor: r.Actor, Reason: r.Reason, DryRun: r.DryRun,
			Message: r.Message, Console: consoleOf(run.Execution{ARN: r.ARN, Name: r.Name}), Changes: []page.Change{},
		})
	}
}

func (t *tally) finish() {
	slices.SortStableFunc(t.Latest, func(a, b page.Run) int { return b.StartedAt.Compare(a.StartedAt) })
	if len(t.call) == 0 {
		return
	}
	slices.Sort(t.call)
	slices.Sort(t.done)
	t.Lateness = &page.Lateness{
		Changes: len(t.call), MedianCall: median(t.call), LongestCall: t.call[len(t.call)-1], MedianReady: median(t.done), LongestReady: t.done[len(t.done)-1],
	}
}

// median returns the middle of sorted numbers, the lower one of two.
func median(sorted []float64) float64 { return sorted[(len(sorted)-1)/2] }
