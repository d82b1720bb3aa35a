package schedule

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Days is a set of weekdays, one bit each; bit 0 is Sunday, as in [time.Weekday].
type Days uint8

// EveryDay is the whole week.
const EveryDay Days = 1<<7 - 1

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// dayIndex returns the number of a weekday from its short or full name, or -1. Letters may be of either case.
func dayIndex(name string) int {
	name = lower(name)
	for day := range time.Weekday(7) {
		if name == dayNames[day] || name == lower(day.String()) {
			return int(day)
		}
	}
	return -1
}

// lower converts only A to Z to lower case: some non-Latin letters have a Latin lower case too.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, text)
}

// On returns the set of one weekday.
func On(day time.Weekday) Days {
	return 1 << day
}

// Has reports whether the set contains day.
func (d Days) Has(day time.Weekday) bool {
	return d&On(day) != 0
}

// first returns the first day of the set, counted from Sunday.
func (d Days) first() time.Weekday {
	return time.Weekday(bits.TrailingZeros8(uint8(d)))
}

// Shift moves every day of the set by n days, around the week.
func (d Days) Shift(n int) Days {
	n = (n%7 + 7) % 7
	return (d<<n | d>>(7-n)) & EveryDay
}

// Names lists the set from Monday to Sunday.
func (d Days) Names() []string {
	names := []string{}
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); d.Has(day) {
			names = append(names, dayNames[day])
		}
	}
	return names
}

// Weekdays is a filter on the day of the week: any of a set, or the nth of its kind in the month. The zero value matches every
// date.
type Weekdays struct {
	Each Days
	Nth  []NthDay
}

// NthDay is one weekday of each month, such as the second Tuesday.
type NthDay struct {
	Day time.Weekday
	N   int // 1 to 5; -1 is the last
}

// last stands for the last weekday of its kind in the month.
const last = -1

const daysForm = "mon to sun, a range such as mon-fri, tue#2 (the second Tuesday of the month) or fri#last"

// Add reads one entry of the filter: a weekday ("tue" or "tuesday"), a range ("mon-fri") which may wrap around the week's end
// ("sat-mon"), or the nth of a month ("tue#2", "fri#last"). Letters may be of either case.
func (w *Weekdays) Add(text string) error {
	if name, nth, isNth := strings.Cut(text, "#"); isNth {
		return w.addNth(text, name, nth)
	}
	first, final, isRange := strings.Cut(text, "-")
	if !isRange {
		final = first
	}
	from, to := dayIndex(first), dayIndex(final)
	if from < 0 || to < 0 {
		return fmt.Errorf("invalid day %q: use %s", text, daysForm)
	}
	w.Each |= 1 << from
	for day := from; day != to; {
		day = (day + 1) % 7
		w.Each |= 1 << day
	}
	return nil
}

func (w *Weekdays) addNth(text, name, nth string) error {
	day := dayIndex(name)
	n, err := strconv.Atoi(nth)
	if lower(nth) == "last" {
		n, err = last, nil
	} else if n < 1 || n > 5 || len(nth) > 1 {
		err = strconv.ErrRange
	}
	if day < 0 || err != nil {
		return fmt.Errorf("invalid day %q: use a weekday with #1 to #5 or #last, for example tue#2", text)
	}
	if entry := (NthDay{time.Weekday(day), n}); !slices.Contains(w.Nth, entry) {
		w.Nth = append(w.Nth, entry)
	}
	return nil
}

// IsZero reports whether the filter matches every date.
func (w Weekdays) IsZero() bool {
	return w.Each == 0 && len(w.Nth) == 0
}

// Has reports whether d matches.
func (w Weekdays) Has(d Date) bool {
	if w.IsZero() || w.Each.Has(d.Weekday()) {
		return true
	}
	return slices.ContainsFunc(w.Nth, func(n NthDay) bool { return n.has(d) })
}

func (n NthDay) has(d Date) bool {
	if d.Weekday() != n.Day {
		return false
	}
	t := d.midnight()
	if n.N == last {
		return t.AddDate(0, 0, 7).Month() != t.Month()
	}
	return (t.Day()+6)/7 == n.N
}

// cover returns the weekdays that can match.
func (w Weekdays) cover() Days {
	if w.IsZero() {
		return EveryDay
	}
	days := w.Each
	for _, n := range w.Nth {
		days |= On(n.Day)
	}
	return days
}

// Names lists the entries: the weekdays from Monday to Sunday, then the nth ones.
func (w Weekdays) Names() []string {
	names := w.Each.Names()
	for _, n := range w.Nth {
		which := "last"
		if n.N != last {
			which = strconv.Itoa(n.N)
		}
		names = append(names, dayNames[n.Day]+"#"+which)
	}
	return names
}

// MarshalJSON returns the list of entries.
func (w Weekdays) MarshalJSON() ([]byte, error) {
	return json.Marshal(w.Names())
}
