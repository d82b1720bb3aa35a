// Package recurrence checks the expression of the reconcile schedule and computes how long an alarm waits for a run.
package recurrence

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Default fires at 23 minutes past the hour. Most transitions are on the full, half or quarter hour, also in zones with such
// offsets, and by then the usual wait for node groups, 20 minutes, is over. A rate would count from the deployment.
const Default = "cron(23 * ? * * *)"

// cronField defines the valid values of one cron field.
type cronField struct {
	name      string
	low, high int
	names     string // the names that stand for numbers, such as "JAN|FEB"
	special   string // wildcards of this field alone, as a pattern
}

// cronFields are the six fields of EventBridge Scheduler, in their order.
var cronFields = []cronField{
	{name: "minutes", low: 0, high: 59},
	{name: "hours", low: 0, high: 23},
	{name: "day of month", low: 1, high: 31, special: `\?|L|LW|[0-9]+W`},
	{name: "month", low: 1, high: 12, names: "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"},
	{name: "day of week", low: 1, high: 7, names: "SUN|MON|TUE|WED|THU|FRI|SAT", special: `\?|L|[1-7]L|[1-7]#[1-5]`},
	{name: "year", low: 1970, high: 2199},
}

var (
	rateForm = regexp.MustCompile(`^rate\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\)$`)
	cronForm = regexp.MustCompile(`^cron\((.*)\)$`)
	digits   = regexp.MustCompile(`[0-9]+`)
)

// check refuses anything but a valid rate or cron expression. EventBridge Scheduler would refuse it too, but halfway through a
// deployment.
func check(expression string) error {
	if rateForm.MatchString(expression) {
		return nil
	}
	cron := cronForm.FindStringSubmatch(expression)
	if cron == nil {
		return fmt.Errorf("invalid expression %q: use a rate, such as rate(1 hour), or a cron expression of six fields, such as %s",
			expression, Default)
	}
	fields := strings.Fields(cron[1])
	if len(fields) != len(cronFields) {
		return fmt.Errorf("invalid expression %q: use six fields (minutes, hours, day of month, month, day of week, year), not %d",
			expression, len(fields))
	}
	for i, field := range cronFields {
		if !field.matches(fields[i]) {
			return fmt.Errorf("invalid expression %q: invalid %s %q: use %d to %d, or *, as in %s",
				expression, field.name, fields[i], field.low, field.high, Default)
		}
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return fmt.Errorf("invalid expression %q: use ? for either the day of month or the day of week, as in %s", expression, Default)
	}
	return nil
}

// matches reports whether text is a list of values, ranges and steps of this field.
func (f cronField) matches(text string) bool {
	value := `[0-9]+`
	if f.names != "" {
		value = `([0-9]+|` + f.names + `)`
	}
	form := `(\*|` + value + `)(/[0-9]+)?|` + value + `-` + value + `(/[0-9]+)?`
	if f.special != "" {
		form += `|` + f.special
	}
	whole := regexp.MustCompile(`^(` + form + `)$`)
	for item := range strings.SplitSeq(strings.ToUpper(text), ",") {
		if !whole.MatchString(item) {
			return false
		}
		bounded, _, _ := strings.Cut(item, "/")
		bounded, _, _ = strings.Cut(bounded, "#")
		for _, digit := range digits.FindAllString(bounded, -1) {
			if n, err := strconv.Atoi(digit); err != nil || n < f.low || n > f.high {
				return false
			}
		}
	}
	return true
}
