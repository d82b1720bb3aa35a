package schedule

import (
	"fmt"
	"iter"
	"strings"
)

// PeriodError says which period is wrong, in which field (empty for the period as a whole), and why.
type PeriodError struct {
	Index int
	Field string
	Err   error
}

// Error has the period's place in the list.
func (e *PeriodError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("periods[%d]: %v", e.Index, e.Err)
	}
	return fmt.Sprintf("periods[%d].%s: %v", e.Index, e.Field, e.Err)
}

// Unwrap is the reason without the place.
func (e *PeriodError) Unwrap() error {
	return e.Err
}

const minutesOfWeek = 7 * int(EndOfDay)

// unreachable finds the first period that can never be in force, because earlier ones cover all of its week.
func unreachable(periods []Period) error {
	var owner [minutesOfWeek]int // of each minute: the index of its first period, plus one; 0 is nobody
	for i, p := range periods {
		reached := false
		covering := make([]bool, i)
		for minute := range p.week() {
			switch owner[minute] {
			case 0:
				owner[minute], reached = i+1, true
			case i + 1:
			default:
				covering[owner[minute]-1] = true
			}
		}
		if !reached {
			return &PeriodError{Index: i, Err: fmt.Errorf(
				"%q is never in force: %s before it cover all of its time; move it up, or take it out", p.Name, quoted(periods, covering))}
		}
	}
	return nil
}

// week yields the wall-clock minutes, counted from Sunday 00:00, that the period's windows cover.
func (p Period) week() iter.Seq[int] {
	length := int(p.To - p.From)
	if p.overnight() {
		length += int(EndOfDay)
	}
	return func(yield func(int) bool) {
		for day := range 7 {
			if p.daysOrAll()&(1<<day) == 0 {
				continue
			}
			for n := range length {
				if !yield((day*int(EndOfDay) + int(p.From) + n) % minutesOfWeek) {
					return
				}
			}
		}
	}
}

// quoted lists the names of those periods whose index is marked.
func quoted(periods []Period, marked []bool) string {
	var names []string
	for i, mark := range marked {
		if mark {
			names = append(names, fmt.Sprintf("%q", periods[i].Name))
		}
	}
	return strings.Join(names, " and ")
}
