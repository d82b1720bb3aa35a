package signal_test

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// step is one judgement.
type step struct {
	at      time.Time
	reading signal.Reading
}

// drawSteps draws judgements in the order of their instants, some of them without a usable reading.
func drawSteps(t *rapid.T, values *rapid.Generator[string]) []step {
	at := noon
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		at = at.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes")) * time.Minute)
		age := time.Duration(rapid.IntRange(-1, 30).Draw(t, "age")) * time.Minute
		s := step{at: at, reading: signal.Reading{Value: values.Draw(t, "value"), At: at.Add(-age)}}
		switch rapid.IntRange(0, 5).Draw(t, "fault") {
		case 0:
			s.reading = signal.Reading{Error: "no answer", At: at}
		case 1:
			s.reading = signal.Reading{}
		}
		return s
	}), 1, 20).Draw(t, "steps")
}

var (
	numbers = rapid.Custom(func(t *rapid.T) string { return strconv.Itoa(rapid.IntRange(0, 30).Draw(t, "number")) })
	texts   = rapid.SampledFrom([]string{"ALARM", "OK", "", "12", "25", "NaN"})
)

func drawCondition(t *rapid.T) schedule.Condition {
	c := schedule.Condition{Signal: "s"}
	low, high := float64(rapid.IntRange(5, 15).Draw(t, "low")), float64(rapid.IntRange(15, 25).Draw(t, "high"))
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		c.Above, c.Until = &high, &low
	case 1:
		c.Below, c.Until = &low, &high
	case 2:
		c.Above = &high
	default:
		c.Is = "ALARM"
	}
	c.Hold = schedule.Duration(rapid.IntRange(0, 60).Draw(t, "hold")) * minute
	if rapid.Bool().Draw(t, "ends") {
		c.AtMost = c.Hold + schedule.Duration(rapid.IntRange(1, 180).Draw(t, "atMost"))*minute
	}
	return c
}

func drawFallback(t *rapid.T) signal.Fallback {
	otherwise := rapid.SampledFrom([]signal.Otherwise{signal.OtherwiseFalse, signal.OtherwiseTrue, signal.OtherwiseLast})
	return signal.Fallback{MaxAge: time.Duration(rapid.IntRange(1, 120).Draw(t, "maxAge")) * time.Minute, Otherwise: otherwise.Draw(t, "otherwise")}
}

func drawValues(c schedule.Condition) *rapid.Generator[string] {
	if c.Is != "" {
		return texts
	}
	return rapid.OneOf(numbers, numbers, texts)
}

// naive judges a whole history again from its beginning. It remembers nothing.
func naive(c schedule.Condition, f signal.Fallback, history []step) (on bool) {
	var began time.Time
	armed := true
	for i, now := range history {
		is, isNot := truthOf(c, f, history[:i+1])
		elapsed := schedule.Duration(now.at.Sub(began))
		isOver := c.AtMost > 0 && elapsed >= c.AtMost
		switch {
		case !on && !armed:
			armed = isNot
		case !on && is:
			on, began = true, now.at
		case on && isOver:
			on, armed = false, isNot
		case on && isNot:
			on = elapsed < c.Hold
		}
	}
	return on
}

// truthOf tests the newest usable value in a history. Neither is true if the condition is as it was.
func truthOf(c schedule.Condition, f signal.Fallback, history []step) (is, isNot bool) {
	newest := newestOf(c, history)
	if newest.Value == "" || history[len(history)-1].at.Sub(newest.At) >= f.MaxAge {
		return f.Otherwise == signal.OtherwiseTrue, f.Otherwise == signal.OtherwiseFalse
	}
	n, _ := strconv.ParseFloat(newest.Value, 64)
	switch {
	case c.Is != "":
		return newest.Value == c.Is, newest.Value != c.Is
	case c.Above != nil && c.Until == nil:
		return n > *c.Above, !(n > *c.Above)
	case c.Above != nil:
		return n > *c.Above, n <= *c.Until
	default:
		return n < *c.Below, n >= *c.Until
	}
}

func newestOf(c schedule.Condition, history []step) (newest signal.Reading) {
	for _, s := range history {
		_, err := strconv.Atoi(s.reading.Value)
		isUsable := s.reading.Error == "" && s.reading.Value != "" && (c.Is != "" || err == nil)
		if isUsable && !s.reading.At.Before(newest.At) {
			newest = s.reading
		}
	}
	return newest
}

func TestAgreesWithTheNaiveJudge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, f := drawCondition(t), drawFallback(t)
		steps := drawSteps(t, drawValues(c))
		var m signal.Memory
		for i, s := range steps {
			var v signal.Verdict
			m, v = signal.Judge(c, f, m, s.reading, s.at)
			if want := naive(c, f, steps[:i+1]); m.On != want || v.On != want {
				t.Fatalf("step %d: found %t, verdict %+v; the naive judge says %t", i, m.On, v, want)
			}
		}
	})
}

// Between two thresholds, no sequence of values changes the condition.
func TestNeverFlapsBetweenTwoThresholds(t *testing.T) {
	between := rapid.Custom(func(t *rapid.T) string { return strconv.Itoa(rapid.IntRange(13, 20).Draw(t, "between")) })
	rapid.Check(t, func(t *rapid.T) {
		m := signal.Memory{On: rapid.Bool().Draw(t, "on"), Since: noon, Value: "15", At: noon, Signal: "rain"}
		f := signal.Fallback{MaxAge: 100 * time.Hour, Otherwise: drawFallback(t).Otherwise}
		for _, s := range drawSteps(t, between) {
			was := m.On
			if m, _ = signal.Judge(storm, f, m, s.reading, s.at); m.On != was {
				t.Fatalf("%+v changed it to %t", s, m.On)
			}
		}
	})
}

// Once on, a condition stays on for hold, and for no longer than atMost.
func TestHoldAndAtMostHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, f := drawCondition(t), drawFallback(t)
		var m signal.Memory
		for _, s := range drawSteps(t, drawValues(c)) {
			was := m
			m, _ = signal.Judge(c, f, m, s.reading, s.at)
			if was.On && !m.On && s.at.Sub(was.Since) < time.Duration(c.Hold) {
				t.Fatalf("%s after it turned on, it is off", s.at.Sub(was.Since))
			}
			if m.On && c.AtMost > 0 && s.at.Sub(m.Since) >= time.Duration(c.AtMost) {
				t.Fatalf("%s after it turned on, it is on", s.at.Sub(m.Since))
			}
			if was.Spent && m.On {
				t.Fatal("it turned on before it was false once")
			}
		}
	})
}

// Whatever happened before: without a value for longer than maxAge and hold, the condition is what otherwise says.
func TestEveryFaultEndsInOtherwise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, f := drawCondition(t), drawFallback(t)
		c.AtMost = 0
		var m signal.Memory
		steps := drawSteps(t, drawValues(c))
		for _, s := range steps {
			m, _ = signal.Judge(c, f, m, s.reading, s.at)
		}
		faults := []signal.Reading{
			{},
			{Error: "no answer", At: noon.Add(1000 * time.Hour)},
			{At: noon.Add(1000 * time.Hour)},
			{Value: "25", At: noon.Add(-time.Hour)}, // an answer from the past
		}
		fault := rapid.SampledFrom(faults).Draw(t, "fault")
		after, v := signal.Judge(c, f, m, fault, steps[len(steps)-1].at.Add(f.MaxAge+time.Duration(c.Hold)+time.Minute))
		want := map[signal.Otherwise]bool{signal.OtherwiseTrue: true, signal.OtherwiseLast: m.On}[f.Otherwise]
		if after.On != want || v.Value != "" {
			t.Fatalf("found %t by %+v; want %t", after.On, v, want)
		}
	})
}

// A decision holds until the verdict's Until if nothing is read meanwhile.
func TestNothingChangesBeforeUntil(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, f := drawCondition(t), drawFallback(t)
		var m signal.Memory
		var v signal.Verdict
		at := noon
		for _, s := range drawSteps(t, drawValues(c)) {
			at = s.at
			m, v = signal.Judge(c, f, m, s.reading, at)
		}
		if !v.Until.IsZero() && !v.Until.After(at) {
			t.Fatalf("at %s, the verdict may change at %s", at, v.Until)
		}
		for range 10 {
			at = at.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "later")) * time.Minute)
			if !v.Until.IsZero() && !at.Before(v.Until) {
				at = v.Until.Add(-time.Nanosecond)
			}
			var later signal.Verdict
			if m, later = signal.Judge(c, f, m, signal.Reading{}, at); later.On != v.On {
				t.Fatalf("it is %t at %s, before %s", later.On, at, v.Until)
			}
		}
	})
}
