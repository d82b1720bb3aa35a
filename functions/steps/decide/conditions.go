package decide

import (
	"time"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// judged holds the conditions of a unit as this round judges them.
type judged struct {
	states map[string]scaling.PeriodCondition // by period
	// memories is what the unit is to remember: only of periods whose window is open.
	memories map[string]signal.Memory
	signals  []run.SignalState
	// until is when a verdict may change without another reading; zero means never.
	until time.Time
}

// judge judges the conditions of the unit's periods from its memory and the run's readings, and evaluates its schedule with them.
func (r *round) judge(record claim.Unit) {
	if r.paused != "" {
		return
	}
	at := r.task.Run.Instant(r.now).In(r.view.unit.Timetable().Location())
	j := judge(r.view.unit, record.Conditions, r.task.Readings, at)
	if !r.remembers() {
		j.memories = record.Conditions
	}
	r.judged, r.task.Signals = j, j.signals
	if r.view.unit.Timetable().HasConditions() {
		r.evaluate(r.view.unit, at)
	}
}

// remembers reports whether the round is for the present: it may then change what the unit remembers.
func (r *round) remembers() bool {
	return !r.task.Run.DryRun && r.task.Run.At.IsZero()
}

// judge judges the conditions whose window is open at an instant.
func judge(unit config.Unit, remembered map[string]signal.Memory, readings signal.Readings, at time.Time) judged {
	all := unit.Judge(remembered, readings, at)
	j := judged{states: all.Conditions(), memories: all.Memories()}
	for _, c := range all {
		name, memory := c.Period.When.Signal, c.Memory
		j.signals = append(j.signals, run.SignalState{
			Period: c.Period.Name, Signal: name, Value: memory.Value, At: memory.At, Error: readings[name].Error, On: memory.On, Since: memory.Since,
		})
		if u := c.Verdict.Until; u.After(at) && (j.until.IsZero() || u.Before(j.until)) {
			j.until = u
		}
	}
	return j
}

// used returns the readings of the signals that the unit's periods name.
func used(unit config.Unit, readings signal.Readings) signal.Readings {
	var some signal.Readings
	for _, p := range unit.Schedule.Periods {
		if p.When == nil {
			continue
		}
		if reading, ok := readings[p.When.Signal]; ok {
			if some == nil {
				some = signal.Readings{}
			}
			some[p.When.Signal] = reading
		}
	}
	return some
}
