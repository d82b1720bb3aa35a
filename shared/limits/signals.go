package limits

import (
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// largestReading is a reading that failed, which is larger than one with a value.
func largestReading(now time.Time) signal.Reading {
	return signal.Reading{At: now.UTC().Truncate(time.Second).Add(999_999_999), Error: strings.Repeat("e", signal.MaxError)}
}

// reasonLength is the length of the longest reason of a condition: the names, the last value, the error and what they mean.
const reasonLength = signal.MaxError + signal.MaxValue + 300

// conditions returns the states of a unit's conditions, all on and with long reasons; nil if it has none.
func conditions(c config.Unit, at time.Time) map[string]scaling.PeriodCondition {
	var states map[string]scaling.PeriodCondition
	for _, p := range c.Schedule.Periods {
		if p.When == nil {
			continue
		}
		if states == nil {
			states = map[string]scaling.PeriodCondition{}
		}
		states[p.Name] = scaling.PeriodCondition{On: true, Since: at, Reason: strings.Repeat("r", reasonLength)}
	}
	return states
}

// addSignals adds to a unit's state the readings that it uses, and what each of its conditions is.
func addSignals(task *run.UnitTask, c config.Unit, now time.Time) {
	reading := largestReading(now)
	for _, p := range c.Schedule.Periods {
		if p.When == nil {
			continue
		}
		if task.Readings == nil {
			task.Readings = signal.Readings{}
		}
		task.Readings[p.When.Signal] = reading
		task.Signals = append(task.Signals, run.SignalState{
			Period: p.Name, Signal: p.When.Signal, Value: strings.Repeat("v", signal.MaxValue), At: reading.At, Error: reading.Error,
			Since: reading.At,
		})
	}
}

// readingsBytes returns the size of the readings of all signals in the state of a run.
func readingsBytes(c config.Config) int {
	if len(c.Signals) == 0 {
		return 0
	}
	readings := signal.Readings{}
	for name := range c.Signals {
		readings[name] = largestReading(time.Time{})
	}
	return len(jsonOf(readings))
}
