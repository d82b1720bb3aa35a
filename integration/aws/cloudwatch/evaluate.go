package cloudwatch

import (
	"fmt"
	"time"
)

// How an alarm treats values and missing data, as CloudWatch spells it.
const (
	AtLeast      = "GreaterThanOrEqualToThreshold"
	LessThan     = "LessThanThreshold"
	NotBreaching = "notBreaching"
	Breaching    = "breaching"
)

// Rule raises an alarm if the value is beyond the threshold in each of the last periods.
type Rule struct {
	Dimensions map[string]string // of the metric
	Statistic  string            // Sum or Maximum
	Period     time.Duration
	Periods    int
	Threshold  float64
	Comparison string // AtLeast or LessThan
	Missing    string // what a period without data counts as: NotBreaching or Breaching
}

// Check refuses what [Alarms.Evaluate] does not implement.
func (r Rule) Check() error { //nolint:gocyclo // one case a rule, read from top to bottom
	most := 7 * 24 * time.Hour
	if r.Period < time.Hour {
		most = 24 * time.Hour
	}
	if r.Period < time.Minute || r.Period%time.Minute != 0 || r.Periods < 1 || r.Period*time.Duration(r.Periods) > most {
		return fmt.Errorf("found %d periods of %v; want at least one, of full minutes, and %v in all at most", r.Periods, r.Period, most)
	}
	switch {
	case r.Comparison != AtLeast && r.Comparison != LessThan:
		return fmt.Errorf("comparison: found %q; want %s or %s", r.Comparison, AtLeast, LessThan)
	case r.Missing != NotBreaching && r.Missing != Breaching:
		return fmt.Errorf("missing data: found %q; want %s or %s", r.Missing, NotBreaching, Breaching)
	case r.Statistic != "Sum" && r.Statistic != "Maximum":
		return fmt.Errorf("statistic: found %q; want Sum or Maximum", r.Statistic)
	}
	return nil
}

// breaches reports whether a period counts towards the alarm.
func (r Rule) breaches(value float64, found bool) bool {
	switch {
	case !found:
		return r.Missing == Breaching
	case r.Comparison == LessThan:
		return value < r.Threshold
	default:
		return value >= r.Threshold
	}
}

// Evaluate sets the state of each alarm with a rule, for periods that end at the instant. It calls value for the metric in
// (after, until].
func (a *Alarms) Evaluate(at time.Time, value func(alarm Alarm, after, until time.Time) (value float64, found bool)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.all {
		alarm := &a.all[i]
		if alarm.Rule.Periods == 0 {
			continue
		}
		state, last, until := "ALARM", "no data", at
		for period := range alarm.Rule.Periods {
			after := until.Add(-alarm.Rule.Period)
			v, found := value(*alarm, after, until)
			if !alarm.Rule.breaches(v, found) {
				state = "OK"
			}
			if period == 0 && found {
				last = fmt.Sprint(v)
			}
			until = after
		}
		if state != alarm.State {
			alarm.State, alarm.Updated = state, at
			alarm.Reason = fmt.Sprintf("Threshold Crossed: %s for %s, compared by %s with %v in %d periods of %v",
				last, alarm.Metric, alarm.Rule.Comparison, alarm.Rule.Threshold, alarm.Rule.Periods, alarm.Rule.Period)
		}
	}
}
