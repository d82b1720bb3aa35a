package importer

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Imported weeks have no clock changes.
const (
	MinutesOfDay  = 24 * 60
	minutesOfWeek = 7 * MinutesOfDay
)

// cronField is one of the five fields of a cron expression.
type cronField struct {
	name      string
	low, high int
	names     []string // for low, low+1 and so on
}

var (
	cronMinute  = cronField{"minute", 0, 59, nil}
	cronHour    = cronField{"hour", 0, 23, nil}
	cronMonth   = cronField{"month", 1, 12, strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")}
	cronWeekday = cronField{"day of the week", 0, 7, strings.Fields("sun mon tue wed thu fri sat")}
)

// Weekly reads a weekly cron expression of five fields and returns its firings, in minutes since Monday 00:00. It refuses days of
// the month and months, because weeks would differ.
func Weekly(expression string) ([]int, error) {
	fields := strings.Fields(expression)
	if len(fields) != 5 {
		return nil, fmt.Errorf("invalid recurrence %q: use five fields: minute, hour, day of the month, month, day of the week", expression)
	}
	if fields[2] != "*" { // even a list of all days: cron then fires if either field matches
		return nil, fmt.Errorf("unsupported day of the month %q in recurrence %q: only * can be imported; write a period with monthDays instead", fields[2], expression)
	}
	var sets [4][]int
	for i, field := range []cronField{cronMinute, cronHour, cronMonth, cronWeekday} {
		var err error
		if sets[i], err = field.parse(fields[[4]int{0, 1, 3, 4}[i]]); err != nil {
			return nil, fmt.Errorf("recurrence %q: %w", expression, err)
		}
	}
	if len(sets[2]) < 12 {
		return nil, fmt.Errorf("unsupported month %q in recurrence %q: only * can be imported; write a period with months instead", fields[3], expression)
	}
	var minutes []int
	for _, day := range sets[3] {
		for _, hour := range sets[1] {
			for _, minute := range sets[0] {
				minutes = append(minutes, (day+6)%7*MinutesOfDay+hour*60+minute)
			}
		}
	}
	slices.Sort(minutes)
	return slices.Compact(minutes), nil // Sunday is 0 and 7
}

// parse reads a list such as "1,3-5,10-20/5" or "*/15".
func (f cronField) parse(text string) ([]int, error) {
	var values []int
	for item := range strings.SplitSeq(text, ",") {
		low, high, step, err := f.span(item)
		if err != nil {
			return nil, fmt.Errorf("invalid %s %q: use *, numbers from %d to %d, ranges, steps or lists", f.name, text, f.low, f.high)
		}
		for n := low; n <= high; n += step {
			values = append(values, n)
		}
	}
	slices.Sort(values)
	return slices.Compact(values), nil
}

var errCron = errors.New("not a part of a cron expression")

func (f cronField) span(item string) (low, high, step int, err error) {
	span, every, stepped := strings.Cut(item, "/")
	step = 1
	if stepped {
		if step, err = number(every); err != nil || step < 1 || step > f.high {
			return 0, 0, 0, errCron
		}
	}
	if span == "*" {
		return f.low, f.high, step, nil
	}
	if stepped && !strings.Contains(span, "-") {
		return 0, 0, 0, errCron // "5/15" means different things to different crons
	}
	if low, high, err = f.ends(span); err != nil || low > high {
		return 0, 0, 0, errCron
	}
	return low, high, step, nil
}

// ends reads a value, or a range such as "1-5".
func (f cronField) ends(span string) (low, high int, err error) {
	first, last, ranged := strings.Cut(span, "-")
	low, err = f.value(first)
	if err != nil || !ranged {
		return low, low, err
	}
	if high, err = f.value(last); low > high && strings.EqualFold(last, "sun") {
		high = 7 // a range such as MON-SUN ends with Sunday, which is 0 and 7
	}
	return low, high, err
}

func (f cronField) value(text string) (int, error) {
	if i := slices.Index(f.names, strings.ToLower(text)); i >= 0 {
		return f.low + i, nil
	}
	n, err := number(text)
	if err != nil || n < f.low || n > f.high {
		return 0, errCron
	}
	return n, nil
}

// number reads digits alone, without a sign.
func number(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	return int(n), err
}
