package schema

import (
	"reflect"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"

	"github.com/invopop/jsonschema"
)

// The patterns are for editors, which read them as ECMAScript does, and for Go: what both understand.
const (
	// Control characters alone are left out. The parser refuses some more, for which there is no pattern that every
	// validator understands.
	printable = `^[^\x00-\x1f\x7f-\x9f]+$`

	// These are the parser's own.
	eksName    = `^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`
	entityName = `^[0-9A-Za-z][0-9A-Za-z_.-]{0,99}$`
	region     = `^[a-z]{2}(-[a-z]+)+-[0-9]+$`
	roleARN    = `^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`

	// Any path that a database of zones may have.
	zoneName = `^[A-Za-z.][0-9A-Za-z_+./-]*$`

	timespan = `^\+?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|[uµμ]s|ms|s|m|h))+$`

	clock    = `(?:[01][0-9]|2[0-3]):[0-5][0-9]`
	endClock = `(?:` + clock + `|24:00)`
	date     = `[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])`
	// RFC 3339, as the parser takes it.
	rfc3339 = date + `T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])`

	dayOfMonth = `(?:0?[1-9]|[12][0-9]|3[01])`
)

var (
	weekday = anyCase(schedule.EveryDay.Names()...)
	month   = anyCase(schedule.Months(1<<13 - 2).Names()...)

	days       = `^(?:` + weekday + `(?:-` + weekday + `)?|` + weekday + `#(?:[1-5]|` + anyCase("last") + `))$`
	months     = `^` + month + `(?:-` + month + `)?$`
	monthDays  = `^(?:-?` + dayOfMonth + `(?:\.\.-?` + dayOfMonth + `)?|` + dayOfMonth + `[Ww])$`
	dateRange  = `^` + date + `(?:\.\.` + date + `)?$`
	instant    = `^(?:` + rfc3339 + `|` + date + ` ` + endClock + `)$`
	windowFrom = moment(clock)
	windowTo   = moment(endClock)
)

// onWeekday tells a time on a weekday from a time of day.
const onWeekday = `[A-Za-z]`

// moment is a clock, or a weekday and a clock with any spaces.
func moment(clock string) string {
	return `^(?:` + clock + `| *` + weekday + ` +` + clock + ` *)$`
}

// anyCase matches any of the words in letters of either case.
func anyCase(words ...string) string {
	var patterns []string
	for _, word := range words {
		var pattern strings.Builder
		for _, letter := range word {
			pattern.WriteString("[" + strings.ToUpper(string(letter)) + string(letter) + "]")
		}
		patterns = append(patterns, pattern.String())
	}
	return "(?:" + strings.Join(patterns, "|") + ")"
}

// forms are the types that are written as texts or in another way that does not follow from their fields.
var forms = map[reflect.Type]func() *jsonschema.Schema{
	reflect.TypeFor[string](): func() *jsonschema.Schema { return text(printable) },
	reflect.TypeFor[time.Time](): func() *jsonschema.Schema {
		return text(instant, "2026-12-24T20:00:00-03:00", "2026-12-24 20:00")
	},
	reflect.TypeFor[config.Duration](): func() *jsonschema.Schema { return text(timespan, "90s", "20m", "1h") },
	reflect.TypeFor[scaling.Enforce](): func() *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", Enum: []any{scaling.OnTransition, scaling.Always}}
	},
	reflect.TypeFor[schedule.Moment](): func() *jsonschema.Schema { return text(windowTo, "06:30", "fri 20:00") },
	reflect.TypeFor[schedule.DateRange](): func() *jsonschema.Schema {
		return text(dateRange, "2026-12-24", "2026-12-30..2027-01-02")
	},
	reflect.TypeFor[schedule.Weekdays](): func() *jsonschema.Schema {
		return list(text(days, "tue", "mon-fri", "tue#2", "fri#last"))
	},
	reflect.TypeFor[schedule.Months](): func() *jsonschema.Schema { return list(text(months, "dec", "nov-feb")) },
	reflect.TypeFor[schedule.MonthDays](): func() *jsonschema.Schema {
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			number(1, 31), number(-31, -1), text(monthDays, "15..20", "-7..-1", "15W"),
		}}
	},
}

// form is the schema of a type among the forms; nil for any other, which is then described by its fields.
func form(t reflect.Type) *jsonschema.Schema {
	if of, ok := forms[t]; ok {
		return of()
	}
	return nil
}

func text(pattern string, examples ...any) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: pattern, Examples: examples}
}

func number(low, high int) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "integer"}
	between(low, high)(s)
	return s
}

func list(items *jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "array", Items: items}
}
