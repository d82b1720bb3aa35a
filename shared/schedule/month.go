package schedule

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Months is a filter on the month, one bit each; bit 1 is January, as in [time.Month]. Zero is no filter.
type Months uint16

var monthNames = []string{"", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// Add reads one entry of the filter: a month ("jan") or a range ("jan-mar"), which may wrap around the year's end
// ("nov-feb"). Letters may be of either case.
func (m *Months) Add(text string) error {
	first, final, isRange := strings.Cut(lower(text), "-")
	if !isRange {
		final = first
	}
	from, to := monthIndex(first), monthIndex(final)
	if from < 1 || to < 1 {
		return fmt.Errorf("invalid month %q: use jan to dec, or a range such as nov-feb", text)
	}
	*m |= 1 << from
	for month := from; month != to; {
		month = month%12 + 1
		*m |= 1 << month
	}
	return nil
}

// monthIndex returns the number of a month from its short or full name in small letters, or 0.
func monthIndex(name string) int {
	for month := time.January; month <= time.December; month++ {
		if name == monthNames[month] || name == lower(month.String()) {
			return int(month)
		}
	}
	return 0
}

// Has reports whether a month matches.
func (m Months) Has(month time.Month) bool {
	return m == 0 || m&(1<<month) != 0
}

// Names lists the months from January to December.
func (m Months) Names() []string {
	names := []string{}
	for month := time.January; month <= time.December; month++ {
		if m&(1<<month) != 0 {
			names = append(names, monthNames[month])
		}
	}
	return names
}

// MarshalJSON returns the list of names.
func (m Months) MarshalJSON() ([]byte, error) {
	return json.Marshal(m.Names())
}

// MonthDays is one entry of a filter on the day of the month: one day, a range of them, or the working day nearest to one.
type MonthDays struct {
	// First and Last are 1 to 31, or -1 (the last day of the month) to -31. The range includes both.
	First, Last int
	// Nearest selects the Monday to Friday nearest to First, in the same month.
	Nearest bool
}

var monthDaysForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(-?[0-9]{1,2})(?:(W)|\.\.(-?[0-9]{1,2}))?$`)
})

// ParseMonthDays reads "15", "-1", "15..20", "-7..-1" or "15W".
func ParseMonthDays(text string) (MonthDays, error) {
	parts := monthDaysForm().FindStringSubmatch(strings.ToUpper(text))
	if parts == nil {
		return MonthDays{}, wrongMonthDays(text)
	}
	m := MonthDays{Nearest: parts[2] != ""}
	m.First, _ = strconv.Atoi(parts[1]) // the form has checked both numbers
	m.Last = m.First
	if parts[3] != "" {
		m.Last, _ = strconv.Atoi(parts[3])
	}
	switch {
	case !isMonthDay(m.First), !isMonthDay(m.Last), m.Nearest && m.First < 0:
		return MonthDays{}, wrongMonthDays(text)
	case !slices.ContainsFunc([]int{28, 29, 30, 31}, m.fits):
		return MonthDays{}, fmt.Errorf("no month has the days %q: use a range from an earlier to a later day, such as 15..20 or -7..-1", text)
	}
	return m, nil
}

func wrongMonthDays(text string) error {
	return fmt.Errorf("invalid day of the month %q: use 1 to 31, -1 (the last) to -31, a range such as 15..20 or -7..-1, "+
		"or 15W (the working day nearest to the 15th)", text)
}

func isMonthDay(n int) bool {
	return n >= 1 && n <= 31 || n >= -31 && n <= -1
}

// fits reports whether a month of the given length has any day of the entry.
func (m MonthDays) fits(length int) bool {
	first, final := m.span(length)
	return first <= final && first <= length && final >= 1
}

// span returns the entry's days in a month of the given length; they may lie outside it.
func (m MonthDays) span(length int) (first, final int) {
	count := func(n int) int {
		if n < 0 {
			return length + 1 + n
		}
		return n
	}
	return count(m.First), count(m.Last)
}

// has reports whether the entry contains the day of t, a midnight in UTC.
func (m MonthDays) has(t time.Time) bool {
	length := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	first, final := m.span(length)
	if m.Nearest {
		if first > length {
			return false
		}
		return t.Day() == nearestWorkingDay(DateOf(t)-Date(t.Day())+Date(first), first, length)
	}
	return first <= t.Day() && t.Day() <= final
}

// nearestWorkingDay returns the day of the month of the Monday to Friday nearest to day, whose date is d, in the same month.
func nearestWorkingDay(d Date, day, length int) int {
	switch weekday := d.Weekday(); {
	case weekday == time.Saturday && day > 1:
		return day - 1
	case weekday == time.Saturday:
		return day + 2
	case weekday == time.Sunday && day < length:
		return day + 1
	case weekday == time.Sunday:
		return day - 2
	default:
		return day
	}
}

// String returns the form that configurations use.
func (m MonthDays) String() string {
	text := strconv.Itoa(m.First)
	switch {
	case m.Nearest:
		return text + "W"
	case m.First != m.Last:
		return text + ".." + strconv.Itoa(m.Last)
	default:
		return text
	}
}

// MarshalJSON returns a number for a single day, otherwise a string.
func (m MonthDays) MarshalJSON() ([]byte, error) {
	if m.First == m.Last && !m.Nearest {
		return json.Marshal(m.First)
	}
	return json.Marshal(m.String())
}
