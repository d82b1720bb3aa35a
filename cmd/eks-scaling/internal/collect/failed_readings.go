package collect

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// UnitRecords reads the records of the units of a run.
type UnitRecords func(ctx context.Context, run string) ([]run.UnitRecord, error)

// ReadingsFor is how long to look back for the last run of a unit. While a window is open, runs are at most 6 hours apart.
const ReadingsFor = 24 * time.Hour

// maxRead limits the runs whose units are read: the last ones that units with signals took part in.
const maxRead = 5

// FailedReadings returns the readings that failed in the last run of each unit, by unit and signal. The runs are the newest first.
func FailedReadings(ctx context.Context, read UnitRecords, runs []run.Record, units []string) (map[string]signal.Readings, error) {
	failed := map[string]signal.Readings{}
	left, reads := slices.Clone(units), 0
	for _, r := range runs {
		if len(left) == 0 || reads == maxRead {
			break
		}
		if !judged(r, left) {
			continue
		}
		reads++
		records, err := read(ctx, r.Execution.Name)
		if err != nil {
			return failed, err
		}
		for _, u := range records {
			if i := slices.Index(left, u.Cluster); i >= 0 {
				left = slices.Delete(left, i, i+1)
				failed[u.Cluster] = FailedIn(u)
			}
		}
	}
	return failed, nil
}

// judged reports whether a run judged the conditions of some of the units as of its own time.
func judged(r run.Record, units []string) bool {
	var in run.Input
	ofNow := !r.Run.DryRun && r.Run.At.IsZero() && len(r.Units) > 0
	return ofNow && json.Unmarshal(r.Input, &in) == nil && slices.ContainsFunc(units, in.Selects)
}

// FailedIn returns the readings that failed in a unit's part of a run.
func FailedIn(u run.UnitRecord) signal.Readings {
	readings := signal.Readings{}
	for _, s := range u.Signals {
		if s.Error != "" {
			readings[s.Signal] = signal.Reading{At: u.Run.TakenAt, Error: s.Error}
		}
	}
	return readings
}
