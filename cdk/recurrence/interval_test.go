package recurrence

import (
	"strings"
	"testing"
	"time"
)

func TestLongestGap(t *testing.T) {
	for _, test := range []struct {
		name, expression string
		want             time.Duration
	}{
		{"a rate of hours", "rate(2 hours)", 2 * time.Hour},
		{"a rate of one", "rate(1 day)", 24 * time.Hour},
		{"the default", Default, time.Hour},
		{"steps from a value", "cron(7/20 * * * ? *)", 20 * time.Minute},
		{"steps that do not divide the hour", "cron(0/40 * * * ? *)", 40 * time.Minute},
		{"uneven minutes", "cron(5,35,40 * ? * * *)", 30 * time.Minute},
		{"the night is the longest gap", "cron(0 8-18 ? * * *)", 14 * time.Hour},
		{"the weekend is the longest gap", "cron(5,35 8-18 ? * MON-FRI *)", 61*time.Hour + 30*time.Minute},
		{"numbered days of the week", "cron(0 0 ? * 1,4 *)", 4 * 24 * time.Hour},
		{"every second day of a month, over its end", "cron(0 12 1/2 * ? *)", 2 * 24 * time.Hour},
		{"months left out", "cron(0 12 * jan-nov ? *)", 32 * 24 * time.Hour},
		{"a month at the end of the year", "cron(0 12 * 1-6 ? *)", 185 * 24 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := gapOf(test.expression)
			if err != nil || got != test.want {
				t.Errorf("found %v, %v; want %v", got, err, test.want)
			}
		})
	}
}

func TestAReconcileScheduleThatNoAlarmCanWatchIsRefused(t *testing.T) {
	for _, test := range []struct{ name, expression, want string }{
		{"too seldom", "rate(4 days)", "leaves up to 96 hours without a run: run at least every 84 hours"},
		{"a number beyond any time", "rate(99999999999 days)", "leaves up to 168 hours without a run"},
		{"never in some months", "cron(0 * ? JAN-MAR * *)", "without a run: run at least every 84 hours"},
		{"never", "cron(0 0 31 FEB ? *)", "without a run"},
		{"the last day of a month", "cron(0 12 L * ? *)", `its day of month "L" is not a plain list of values`},
		{"the second Tuesday", "cron(0 12 ? * 3#2 *)", `its day of week "3#2" is not a plain list of values`},
		{"some years", "cron(0 * ? * * 2026-2030)", `its year "2026-2030" ends or leaves out runs`},
		{"a step of nothing", "cron(0/0 * ? * * *)", `its minutes "0/0" is not a plain list of values`},
		{"a range that goes back", "cron(0 18-8 ? * * *)", `its hours "18-8" is not a plain list of values`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := check(test.expression); err != nil {
				t.Fatalf("it is refused for its form: %v", err)
			}
			if _, err := SilenceOf(test.expression); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("found %v; want it to say %q", err, test.want)
			}
		})
	}
}

// TestSilenceCoversTwoGaps within what CloudWatch allows: periods of whole minutes up to a day, seven days in all, and one day in
// all if the periods are shorter than an hour.
func TestSilenceCoversTwoGaps(t *testing.T) {
	for _, test := range []struct {
		gap  time.Duration
		want Silence
	}{
		{time.Minute, Silence{5 * time.Minute, 2}},
		{15 * time.Minute, Silence{15 * time.Minute, 2}},
		{time.Hour, Silence{time.Hour, 2}},
		{24 * time.Hour, Silence{24 * time.Hour, 2}},
		{36 * time.Hour, Silence{24 * time.Hour, 3}},
		{61*time.Hour + 30*time.Minute, Silence{24 * time.Hour, 6}},
		{maxReconcileGap, Silence{24 * time.Hour, 7}},
	} {
		if got := silenceAfter(test.gap); got != test.want {
			t.Errorf("%v: found %v; want %v", test.gap, got, test.want)
		}
	}
}
