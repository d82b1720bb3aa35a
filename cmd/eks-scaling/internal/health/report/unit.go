package report

import (
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// UnitState is the worst thing that is true of a unit.
type UnitState string

// The states of units. The first ones are problems.
const (
	UnitInvalid   UnitState = "invalid"  // its configuration
	LastRunFailed UnitState = "failed"   // in the last run that took it; only from the records
	UnitNotFound  UnitState = "notFound" // EKS does not have its cluster, or one of its node groups
	UnitFailing   UnitState = "failing"  // EKS reports a failure or health issues
	UnitNotInSync UnitState = "notInSync"
	UnitDrifted   UnitState = "drifted"
	UnitNotRead   UnitState = "unreadable"
	UnitOvertaken UnitState = "overtaken" // by a newer run, which has no record yet; only from the records
	UnitHeldBack  UnitState = "heldBack"  // a scale-down waits for node groups that are not ready; only from the records
	UnitHeld      UnitState = "heldByManualRun"
	UnitPaused    UnitState = "paused"
	UnitStale     UnitState = "stale" // no run has recorded it for long, or ever; only from the records
	UnitUpdating  UnitState = "updating"
	UnitPending   UnitState = "pending"
	UnitInSync    UnitState = "inSync"
)

// WorstFirst lists the states of units, the worst first.
var WorstFirst = []UnitState{
	LastRunFailed, UnitInvalid, UnitNotFound, UnitFailing, UnitNotInSync, UnitDrifted, UnitNotRead, UnitOvertaken, UnitHeldBack, UnitHeld,
	UnitPaused, UnitStale, UnitUpdating, UnitPending, UnitInSync,
}

// Rank orders states: the worst has the lowest.
func (s UnitState) Rank() int { return slices.Index(WorstFirst, s) }

// Calm reports whether a state needs no attention.
func (s UnitState) Calm() bool { return s.Rank() >= UnitUpdating.Rank() }

// Wrong reports whether a state is a problem.
func (s UnitState) Wrong() bool { return s.Rank() < UnitOvertaken.Rank() }

// Units counts units.
type Units struct {
	Total   int               `json:"total"`
	ByState map[UnitState]int `json:"byState"`
}

// Records says how old the records are that the sizes come from.
type Records struct {
	// Run is the run of the newest record.
	Run    string    `json:"run"`
	Newest time.Time `json:"newestAt"`
	Oldest time.Time `json:"oldestAt"`
	// Stale counts the units without a recent record.
	Stale int `json:"stale"`
}

// LastRecord is a unit's part in the last run that took it.
type LastRecord struct {
	Run     string      `json:"run"`
	At      time.Time   `json:"at"` // when the run began
	Outcome run.Outcome `json:"outcome"`
	// Message says why the unit failed, was skipped, overtaken or held back; empty otherwise.
	Message string `json:"message,omitempty"`
}

// unit examines a unit, and marks its findings with its name.
func (e *examination) unit(f health.ClusterFacts) Cluster {
	e.about = f.Name
	c := e.cluster(f)
	c.LastRecord = lastRecord(f.Recorded)
	e.lastRunOf(f, c)
	c.State = e.stateOf(f, c)
	if e.about = ""; c.State == UnitStale && e.isLate(f) {
		e.stale = append(e.stale, f.Name)
	}
	return c
}

func lastRecord(r *health.Recorded) *LastRecord {
	if r == nil {
		return nil
	}
	l := LastRecord{Run: r.Run, At: r.At.UTC(), Outcome: r.Outcome}
	switch {
	case len(r.Failures) > 0:
		l.Message = failuresInWords(r.Failures)
	case r.OvertakenBy != "":
		l.Message = "overtaken by run " + r.OvertakenBy
	case r.Error != "":
		l.Message = r.Error
	case r.Outcome == run.Skipped:
		l.Message = r.Reason
	case len(r.HeldBack()) > 0:
		l.Message = "held back: " + firstFew(r.HeldBack())
	}
	return &l
}

// failuresInWords words the first failure, and counts the others.
func failuresInWords(failures []run.Failure) string {
	text := failures[0].Error + ": " + failures[0].Cause
	if _, nodegroup := failures[0].Part(); nodegroup != "" {
		text = failures[0].Error + ": node group " + nodegroup + ": " + failures[0].Cause
	}
	if more := len(failures) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// lastRunOf reports a unit that failed in the last run. A node group that EKS does not have is reported already.
func (e *examination) lastRunOf(f health.ClusterFacts, c Cluster) {
	if !f.Recorded.Failed() || c.Error != "" || f.Paused != nil || e.Paused != nil || onlyMissing(f.Recorded.Failures, c) {
		return
	}
	why := "no error given"
	if c.LastRecord.Message != "" {
		why = c.LastRecord.Message
	}
	e.wrong(UnitFailed, run.UnitInWords(f.Name), fmt.Sprintf("failed in run %s at %s: %s", f.Recorded.Run, f.Recorded.At.In(f.Config.Timetable().Location()).Format(scaling.LocalTime), why),
		fmt.Sprintf("eks-scaling runs show %s %s", f.Recorded.Run, f.Name))
}

// onlyMissing reports whether nothing failed but node groups that EKS does not have.
func onlyMissing(failures []run.Failure, c Cluster) bool {
	missing := func(f run.Failure) bool {
		_, nodegroup := f.Part()
		return slices.ContainsFunc(c.Nodegroups, func(n Nodegroup) bool { return n.Name == nodegroup && n.State == NotFound })
	}
	return len(failures) > 0 && !slices.ContainsFunc(failures, func(f run.Failure) bool { return !missing(f) })
}

// stateOf returns the worst thing that is true of a unit.
func (e *examination) stateOf(f health.ClusterFacts, c Cluster) UnitState {
	has := func(states ...State) bool {
		return slices.ContainsFunc(c.Nodegroups, func(n Nodegroup) bool { return slices.Contains(states, n.State) })
	}
	failing := slices.ContainsFunc(c.Nodegroups, func(n Nodegroup) bool { return n.failing })
	own, all := c.Scaling.State == OnPause, e.report.Scaling.State == OnPause
	for _, candidate := range []struct {
		state UnitState
		is    bool
	}{
		{UnitInvalid, c.Error != ""},
		{LastRunFailed, f.Recorded.Failed() && !own && !all && !onlyMissing(f.Recorded.Failures, c)},
		{UnitNotFound, c.NotFound || has(NotFound)},
		{UnitFailing, failing},
		{UnitNotInSync, has(NotInSync)},
		{UnitDrifted, has(Drifted)},
		{UnitNotRead, has(NotRead)},
		{UnitPaused, own},
		{UnitOvertaken, f.Recorded != nil && f.Recorded.Outcome == run.Overtaken},
		{UnitHeldBack, len(f.Recorded.HeldBack()) > 0},
		{UnitPaused, all && e.isStale(f)}, // no run records it
		{UnitStale, e.isStale(f)},
		{UnitUpdating, has(Updating)},
		{UnitPending, has(Pending)},
		{UnitHeld, has(Held)},
		{UnitPaused, has(Paused)},
	} {
		if candidate.is {
			return candidate.state
		}
	}
	return UnitInSync
}

// isStale reports whether the records have nothing recent of a unit.
func (e *examination) isStale(f health.ClusterFacts) bool {
	if e.Source != health.FromRecords {
		return false
	}
	reach, known := reachOf(e.Stack.Reconcile)
	return f.Recorded == nil || known && e.now.Sub(f.Recorded.At) > reach
}

// isLate reports whether a run should have recorded a unit by now: it has been configured for long enough.
func (e *examination) isLate(f health.ClusterFacts) bool {
	reach, known := reachOf(e.Stack.Reconcile)
	return known && e.now.Sub(f.Latest) > reach
}

// records counts the units, says how old their records are, and reports the units without a recent one.
func (e *examination) records() {
	units := Units{Total: len(e.report.Clusters), ByState: map[UnitState]int{}}
	for _, c := range e.report.Clusters {
		units.ByState[c.State]++
	}
	e.report.Units = units
	if e.Source != health.FromRecords {
		return
	}
	e.report.Records = &Records{Stale: units.ByState[UnitStale]}
	if newest, oldest := health.NewestRecord(e.Clusters), health.OldestRecord(e.Clusters); newest != nil {
		e.report.Records.Run, e.report.Records.Newest, e.report.Records.Oldest = newest.Run, newest.At.UTC(), oldest.At.UTC()
	}
	switch len(e.stale) {
	case 0:
	case 1:
		e.wrong(RecordStale, run.UnitInWords(e.stale[0]), "no run has recorded it recently", "eks-scaling runs").Unit = e.stale[0]
	default:
		e.wrong(RecordStale, english.Count(len(e.stale), "unit"), fmt.Sprintf("no run has recorded them recently (%s)", firstFew(e.stale)), "eks-scaling runs").short = "have no recent record"
	}
}

// WithFindings returns the report with only the units that need attention or have a finding. They are counted as before.
func (r Report) WithFindings() Report {
	found := map[string]bool{}
	for _, f := range slices.Concat(r.Problems, r.Notes) {
		found[f.Unit] = true
	}
	r.Clusters = slices.DeleteFunc(slices.Clone(r.Clusters), func(c Cluster) bool { return c.State.Calm() && !found[c.Name] })
	return r
}
