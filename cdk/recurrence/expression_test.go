package recurrence

import "testing"

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name       string
		expression string
		ok         bool
	}{
		{"the default", Default, true},
		{"every hour", "rate(1 hour)", true},
		{"every quarter of an hour", "rate(15 minutes)", true},
		{"every ten days", "rate(10 days)", true},
		{"steps", "cron(0/15 * * * ? *)", true},
		{"lists and ranges", "cron(5,35 8-18 ? * MON-FRI *)", true},
		{"numbered days, in lower case too", "cron(0 12 ? jan-mar 2,3 2026-2030)", true},
		{"the last day of a month", "cron(0 12 L * ? *)", true},
		{"the second Tuesday of a month", "cron(0 12 ? * 3#2 *)", true},

		{"nothing", "", false},
		{"once", "at(2026-11-23T06:30:00)", false},
		{"never", "rate(0 minutes)", false},
		{"one hours", "rate(1 hours)", false},
		{"two hour", "rate(2 hour)", false},
		{"seconds", "rate(30 seconds)", false},
		{"space around", " rate(1 hour)", false},
		{"five fields", "cron(0 * * * *)", false},
		{"minute 60", "cron(60 * ? * * *)", false},
		{"hour 24", "cron(0 24 ? * * *)", false},
		{"day 8 of a week", "cron(0 0 ? * 8 *)", false},
		{"month 13", "cron(0 0 ? 13 * *)", false},
		{"an unknown day", "cron(0 0 ? * TODAY *)", false},
		{"no days left open", "cron(0 0 * * * *)", false},
		{"both days left open", "cron(0 0 ? * ? *)", false},
		{"an empty list element", "cron(0, * ? * * *)", false},
		{"a wildcard of another field", "cron(? * ? * * *)", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := check(test.expression); (err == nil) != test.ok {
				t.Errorf("check(%q) = %v", test.expression, err)
			}
		})
	}
}
