package health

import (
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// ConditionFacts is what is known of a unit's conditions without asking the sources of its signals.
type ConditionFacts struct {
	Remembered map[string]signal.Memory // what the unit remembers, by period
	Failed     signal.Readings          // the failed readings of the unit's last run
}

// Judge judges the unit's conditions at an instant. As of now it does so as a run would that reads the same as the last one; at other
// instants it goes by what is remembered alone. Given holds readings that replace those.
func (f ConditionFacts) Judge(u config.Unit, given signal.Readings, now, at time.Time) config.Judgements {
	if !u.Timetable().HasConditions() {
		return nil
	}
	if !at.Equal(now) {
		return u.Judge(f.before(u, given), given, at)
	}
	readings := f.sameAgain(u, at)
	maps.Copy(readings, given)
	return u.Judge(f.Remembered, readings, at)
}

// Timeline returns the unit's timeline with its conditions as they are now.
func (f ConditionFacts) Timeline(u config.Unit, now time.Time) scaling.Timeline {
	timeline := u.Timeline()
	timeline.Conditions = f.Judge(u, nil, now, now).Conditions()
	return timeline
}

// before returns what is remembered without values that were read after the given ones.
func (f ConditionFacts) before(u config.Unit, given signal.Readings) map[string]signal.Memory {
	memories := maps.Clone(f.Remembered)
	for _, p := range u.Schedule.Periods {
		if p.When == nil {
			continue
		}
		if m, known := memories[p.Name]; known && m.At.After(given[p.When.Signal].At) && given[p.When.Signal].Value != "" {
			m.Value, m.At = "", time.Time{}
			memories[p.Name] = m
		}
	}
	return memories
}

// sameAgain returns the readings of the last run as if they were made at an instant.
func (f ConditionFacts) sameAgain(u config.Unit, at time.Time) signal.Readings {
	readings, readAt := signal.Readings{}, map[string]time.Time{}
	for _, m := range f.Remembered {
		if m.Value != "" && m.At.After(readAt[m.Signal]) {
			readings[m.Signal], readAt[m.Signal] = signal.Reading{Value: m.Value, At: at}, m.At
		}
	}
	for name, failed := range f.Failed {
		if !failed.At.Before(readAt[name]) {
			readings[name] = failed
		}
	}
	maps.DeleteFunc(readings, func(name string, _ signal.Reading) bool { _, exists := u.Signals[name]; return !exists })
	return readings
}

// Condition is the condition of a period, in answers.
type Condition struct {
	Period string             `json:"period"`
	Signal string             `json:"signal"`
	When   schedule.Condition `json:"when"`
	// Open reports that the period's window is open. Otherwise nothing else is known.
	Open bool `json:"open"`
	On   bool `json:"on"`
	// Since is when On became what it is; missing if that is new.
	Since time.Time `json:"since,omitzero"`
	// Value is the last good value, read at ReadAt.
	Value  string    `json:"value,omitempty"`
	ReadAt time.Time `json:"readAt,omitzero"`
	Given  bool      `json:"given,omitempty"` // with --signal
	Error  string    `json:"error,omitempty"` // of the last reading
	// Otherwise is set if no value counts: then it decides.
	Otherwise signal.Otherwise `json:"otherwise,omitempty"`
	Reason    string           `json:"reason"`
	// Due reports that a run has not followed yet: what the unit remembers is not what On is.
	Due bool `json:"due,omitempty"`
	// Judged reports that a run has judged it in this window.
	Judged bool `json:"-"`
}

// Conditions returns the judged conditions in the order of their periods, as they are at an instant.
func (f ConditionFacts) Conditions(u config.Unit, judged config.Judgements, given signal.Readings, at time.Time) (all []Condition) {
	for _, j := range judged {
		all = append(all, f.condition(u, j, given, at))
	}
	return all
}

func (f ConditionFacts) condition(u config.Unit, j config.Judgement, given signal.Readings, at time.Time) Condition {
	name := j.Period.When.Signal
	c := Condition{
		Period: j.Period.Name, Signal: name, When: *j.Period.When, Open: true, On: j.Memory.On && !j.Memory.Since.After(at), Reason: j.Verdict.Reason,
		Value: j.Memory.Value,
	}
	_, c.Given = given[name]
	c.ReadAt = f.readAt(j, c.Given, at)
	if j.Verdict.Value == "" {
		c.Otherwise = u.Signals[name].Otherwise
	}
	if failed := f.Failed[name]; !c.Given && !failed.At.Before(c.ReadAt) {
		c.Error = failed.Error
	}
	remembered := f.Remembered[j.Period.Name]
	c.Judged = !remembered.Within(u.Timetable().OpenSince(j.Period.Name, at)).Since.IsZero()
	c.Due = c.Judged && !c.Given && remembered.On != j.Memory.On
	if c.Judged && remembered.On == j.Memory.On || j.Memory.Since.Before(at) {
		c.Since = j.Memory.Since.UTC()
	}
	return c
}

// readAt returns when a run read the value of a judgement, or when it was given.
func (f ConditionFacts) readAt(j config.Judgement, given bool, at time.Time) time.Time {
	if given || !j.Memory.At.Equal(at) {
		return j.Memory.At.UTC()
	}
	var last time.Time // the reading was assumed
	for _, m := range f.Remembered {
		if m.Signal == j.Memory.Signal && m.At.After(last) {
			last = m.At
		}
	}
	return last.UTC()
}

// Closed returns the conditions of the periods whose window is not open at an instant.
func Closed(u config.Unit, at time.Time) (all []Condition) {
	if !u.Timetable().HasConditions() {
		return nil
	}
	open := u.Timetable().Open(at)
	for _, p := range u.Schedule.Periods {
		if p.When != nil && !slices.ContainsFunc(open, func(o schedule.Period) bool { return o.Name == p.Name }) {
			all = append(all, Condition{Period: p.Name, Signal: p.When.Signal, When: *p.When, Reason: "outside its window"})
		}
	}
	return all
}

// Thresholds returns text such as "rain > 20, until 12".
func (c Condition) Thresholds() string {
	if c.When.Until == nil {
		return c.When.String()
	}
	return c.When.String() + ", until " + schedule.Decimal(*c.When.Until)
}

// Flip describes the values that would turn the condition on, or off if it is on, such as "rain were above 20". Without such a value,
// because of hold or atMost, it is "it were on".
func (c Condition) Flip(memory signal.Memory, at time.Time) string {
	held := memory.On && memory.Since.Before(at) && at.Before(memory.Since.Add(time.Duration(c.When.Hold)))
	switch {
	case held:
		return "it were off"
	case memory.Spent:
		return "it were on"
	case c.On:
		return c.Signal + " were " + off(c.When)
	default:
		return c.Signal + " were " + on(c.When)
	}
}

// on describes the values that turn a condition on.
func on(w schedule.Condition) string {
	switch {
	case w.Above != nil:
		return "above " + schedule.Decimal(*w.Above)
	case w.Below != nil:
		return "below " + schedule.Decimal(*w.Below)
	default:
		return w.Is
	}
}

// off describes the values that turn a condition off.
func off(w schedule.Condition) string {
	switch {
	case w.Above != nil:
		return schedule.Decimal(until(w, *w.Above)) + " or less"
	case w.Below != nil:
		return schedule.Decimal(until(w, *w.Below)) + " or more"
	default:
		return "not " + w.Is
	}
}

func until(w schedule.Condition, threshold float64) float64 {
	if w.Until != nil {
		return *w.Until
	}
	return threshold
}

// Flipped returns the demands if the condition of a period were what it is not at an instant.
func Flipped(timeline scaling.Timeline, period string, at time.Time) []scaling.Demand {
	state := timeline.Conditions[period]
	timeline.Conditions = maps.Clone(timeline.Conditions)
	if state.On && !state.Since.After(at) {
		delete(timeline.Conditions, period)
	} else {
		timeline.Conditions[period] = scaling.PeriodCondition{On: true, Since: at}
	}
	return timeline.Demands(at)
}
