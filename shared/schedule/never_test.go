package schedule_test

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"

	"pgregory.net/rapid"
)

// TestNeverActiveAgreesWithYears paints 28 years with windows that start and end at a quarter of the day, and compares whether
// the last period is active in any of them with New's result.
func TestNeverActiveAgreesWithYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var earlier []written
		for i := range rapid.IntRange(0, 3).Draw(t, "earlier periods") {
			if more := append(slices.Clone(earlier), drawQuarters(t, fmt.Sprintf("p%d", i), earlier)); tryNew(t, more) == nil {
				earlier = more
			}
		}
		all := append(earlier, drawQuarters(t, "last", earlier))
		err := tryNew(t, all)
		when, active := findActive(all)
		if active && err != nil {
			t.Fatalf("%v; but it is on %s:\n%v", err, when, all)
		}
		if !active && err == nil {
			t.Fatalf("New accepts the last of these, which is never active:\n%v", all)
		}
	})
}

// tryNew reports whether the last period is never active. Nothing else may be wrong.
func tryNew(t *rapid.T, all []written) error {
	var periods []schedule.Period
	for _, w := range all {
		periods = append(periods, w.period(t))
	}
	_, err := schedule.New(time.UTC, "otherwise", periods, nil)
	if wrong, ok := errors.AsType[*schedule.PeriodError](err); err != nil && (!ok || wrong.Field != "" || wrong.Index != len(all)-1) {
		t.Fatal(err)
	}
	return err
}

// drawQuarters draws a period, one of three times with the window and the filters of an earlier one, and more.
func drawQuarters(t *rapid.T, name string, earlier []written) written {
	quarter := func(what string, first int) string {
		return fmt.Sprintf("%02d:00", 6*rapid.IntRange(first, first+3).Draw(t, name+" "+what))
	}
	near := time.Date(2030, 1, 1+rapid.IntRange(0, 800).Draw(t, name+" near"), 0, 0, 0, 0, time.UTC)
	w := written{name: name, from: quarter("from", 0), to: quarter("to", 1)}
	if rapid.IntRange(0, 3).Draw(t, name+" is of several days") == 0 {
		w.from, w.to = near.Format("Mon ")+w.from, near.AddDate(0, 0, rapid.IntRange(1, 5).Draw(t, name+" lasts")).Format("Mon ")+w.to
	} else if w.from == w.to {
		w.from, w.to = "00:00", "24:00"
	}
	if len(earlier) > 0 && rapid.IntRange(0, 2).Draw(t, name+" is like another") == 0 {
		w = rapid.SampledFrom(earlier).Draw(t, name+" is like")
		w.name = name
	}
	if len(w.from) == len("00:00") {
		w.days = slices.Concat(w.days, drawFilter(t, name+" days", anyDays, daysWith(near)))
	}
	w.monthDays = slices.Concat(w.monthDays, drawFilter(t, name+" month days", anyMonthDays, monthDaysWith(near)))
	w.months = slices.Concat(w.months, drawFilter(t, name+" months", anyMonths, monthsWith(near)))
	w.dates = slices.Concat(w.dates, drawFilter(t, name+" dates", datesWith(near), datesWith(near)))
	return w
}

// findActive finds a day on which the last of the periods is active, in the 28 years from 2029 to 2056. New looks at the 28 years
// before these.
func findActive(periods []written) (string, bool) {
	const quarter, before = day / 4, 10 // days that are painted before each year
	for year := 2029; year < 2029+28; year++ {
		first := time.Date(year, 1, 1-before, 0, 0, 0, 0, time.UTC).Unix() / 60 / day
		around := make([]uint8, 4*(before+366+8)) // of each quarter of a day: the periods with a window around it
		for index, w := range periods {
			length := int64(0) // the same for all windows
			for n := range int64(before + 366) {
				if !w.starts(midnight(first+n), nil) {
					continue
				}
				from := (first+n)*day + minuteOf(w.from)
				if length == 0 {
					length = w.ends(from) - from
				}
				for wall := from; wall < from+length; wall += quarter {
					around[(wall-first*day)/quarter] |= 1 << index
				}
			}
		}
		for i := 4 * before; i < 4*(before+366); i++ {
			if bits.TrailingZeros8(around[i]) == len(periods)-1 {
				return midnight(first + int64(i)/4).Format(time.DateOnly), true
			}
		}
	}
	return "", false
}
