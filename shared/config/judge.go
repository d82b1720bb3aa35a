package config

import (
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// Judgement is the condition of a period whose window is open, as judged at an instant.
type Judgement struct {
	Period schedule.Period
	// Memory is what to remember of the condition.
	Memory  signal.Memory
	Verdict signal.Verdict
	// until is when the window ends; zero means never.
	until time.Time
}

// Judgements are in the order of their periods.
type Judgements []Judgement

// Judge judges the conditions of the periods whose window is open at an instant. It goes by what the unit remembers of each period, and
// by readings of the signals. Runs and verbs share it, so that they say the same, with times in the unit's zone.
func (u Unit) Judge(remembered map[string]signal.Memory, readings signal.Readings, at time.Time) (all Judgements) {
	at = at.In(u.timetable.Location())
	for _, p := range u.timetable.Open(at) {
		name := p.When.Signal
		before := remembered[p.Name].Within(u.timetable.OpenSince(p.Name, at))
		memory, verdict := signal.Judge(*p.When, u.Signals[name].Fallback(), before, readings[name], at)
		all = append(all, Judgement{p, memory, verdict, u.timetable.OpenUntil(p.Name, at)})
	}
	return all
}

// Conditions returns the judgements as [scaling.Timeline] takes them. A condition that is on says nothing about later windows.
func (all Judgements) Conditions() map[string]scaling.PeriodCondition {
	states := map[string]scaling.PeriodCondition{}
	for _, j := range all {
		state := scaling.PeriodCondition{On: j.Memory.On, Since: j.Memory.Since, Reason: j.Verdict.Reason}
		if state.On {
			state.Until = j.until
		}
		if longest := time.Duration(j.Period.When.AtMost); state.On && longest > 0 {
			if over := j.Memory.Since.Add(longest); state.Until.IsZero() || over.Before(state.Until) {
				state.Until = over
			}
		}
		states[j.Period.Name] = state
	}
	return states
}

// Memories returns what the unit is to remember, by period.
func (all Judgements) Memories() map[string]signal.Memory {
	memories := map[string]signal.Memory{}
	for _, j := range all {
		memories[j.Period.Name] = j.Memory
	}
	return memories
}
