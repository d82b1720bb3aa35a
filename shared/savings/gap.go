package savings

import (
	"slices"
	"time"

	"eks-scaling-automation/shared/run"
)

// Gap is an interval without records. Sizes are assumed to be unchanged in it.
type Gap struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// maxSilence is how long no run may look before it is said. Reconcile runs are hourly.
const maxSilence = 3 * time.Hour

// Gaps returns where no run looked at node groups for more than three hours, in an interval. The time before the first run is no gap:
// it is unknown.
func Gaps(runs []run.Record, from, until time.Time) (gaps []Gap) {
	var times []time.Time
	for _, r := range runs {
		if Looked(r) {
			times = append(times, r.Run.TakenAt)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	times = append(times, until)
	for i := 1; i < len(times); i++ {
		gap := Gap{From: later(times[i-1], from), Until: times[i]}
		if gap.Until.After(until) {
			gap.Until = until
		}
		if gap.Until.Sub(gap.From) > maxSilence {
			gaps = append(gaps, gap)
		}
	}
	return gaps
}

// Looked reports whether a run read node groups. One that was skipped did not.
func Looked(r run.Record) bool { return !r.Run.TakenAt.IsZero() && r.Outcome != run.Skipped }

// Sample returns the runs whose units are read: all of them, or evenly every n-th if there are too many records. The first and the last
// are always among them.
func Sample(runs []run.Record, units, most int) (chosen []run.Run, every int) {
	var looked []run.Run
	for _, r := range runs {
		if Looked(r) {
			looked = append(looked, r.Run)
		}
	}
	every = 1
	if units > 0 && len(looked)*units > most {
		every = (len(looked)*units + most - 1) / most
	}
	for i, r := range looked {
		if i%every == 0 || i == len(looked)-1 {
			chosen = append(chosen, r)
		}
	}
	return chosen, every
}
