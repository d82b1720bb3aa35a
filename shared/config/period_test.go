package config_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/schedule"
)

// TestParsePeriod has the forms in which YAML lets a value be written. What they mean is tested in package schedule, and
// TestParseEveryField has all filters.
func TestParsePeriod(t *testing.T) {
	monthDay := func(day int) schedule.Period {
		return schedule.Period{MonthDays: []schedule.MonthDays{{First: day, Last: day}}}
	}
	christmas := schedule.Period{Dates: []schedule.DateRange{dates(t, "2026-12-24")}}
	window := func(from, to schedule.Edge) schedule.Period { return schedule.Period{From: from, To: to} }
	tests := []struct {
		rule, text string
		want       schedule.Period // its name and profile are the same in all, and so is 24:00 where To is left out
	}{
		{"weekday", "days: [tue]", schedule.Period{Days: schedule.Weekdays{Each: schedule.On(time.Tuesday)}}},

		{"month_day_as_a_number", "monthDays: [15]", monthDay(15)},
		{"month_day_in_quotes", `monthDays: ["15"]`, monthDay(15)},
		{"last_day_as_a_number", "monthDays: [-1]", monthDay(-1)},
		{"month_day_with_a_zero", "monthDays: [07]", monthDay(7)},

		{"date", "dates: [2026-12-24]", christmas},
		{"date_in_quotes", `dates: ["2026-12-24"]`, christmas},

		{"except_calendars", "calendars: {except: [holidays]}", schedule.Period{Calendars: schedule.CalendarFilter{Except: []string{"holidays"}}}},

		{"window", "from: 06:30, to: 11:30", window(at(390), at(690))},
		{"window_in_quotes", `from: "06:30", to: "11:30"`, window(at(390), at(690))},
		{"window_from_alone", "from: 22:00", window(at(1320), at(schedule.EndOfDay))},
		{"window_to_alone", "to: 06:00", window(at(0), at(360))},
		{"window_of_several_days_in_any_case", `from: "Fri 20:00", to: MON  08:00`, window(on(time.Friday, 1200), on(time.Monday, 480))},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			test.want.Name, test.want.Profile = "p", "peak"
			if test.want.To == (schedule.Edge{}) && test.want.From == (schedule.Edge{}) {
				test.want.To = at(schedule.EndOfDay)
			}
			c := parse(t, withPeriod(test.text))
			if diff := cmp.Diff([]schedule.Period{test.want}, c.Clusters[0].Schedule.Periods); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			printsBack(t, c)
		})
	}
}

func TestParseRefusesPeriod(t *testing.T) {
	const (
		period = "clusters[0].schedule.periods[0]"

		wantClock     = `use HH:MM, for example "08:00"`
		wantDays      = "use mon to sun, a range such as mon-fri, tue#2 (the second Tuesday of the month) or fri#last"
		wantMonthDays = "use 1 to 31, -1 (the last) to -31, a range such as 15..20 or -7..-1, or 15W (the working day nearest to the 15th)"
		wantMonths    = "use jan to dec, or a range such as nov-feb"
		wantDate      = `use YYYY-MM-DD, for example "2026-12-24"`
		wantEntry     = "empty list: add an entry, or leave the field out"
		noLength      = `: for a whole day, leave out both, or use "00:00" and "24:00"`
	)
	tests := []struct {
		rule, text string
		want       []string
	}{
		{"weekday", "days: [mon, ^tuesdays]", []string{period + `.days[1]: invalid day "tuesdays": ` + wantDays}},
		{"weekday_alone", "days: ^weekdays", []string{period + `.days: invalid day "weekdays": ` + wantDays}},
		{"weekday_as_a_list", "days: [^[mon]]", []string{period + ".days[0]: must be a string, not a list"}},
		{"no_weekday", "days: ^[]", []string{period + ".days: " + wantEntry}},
		{"every_wrong_entry", "days: [^tues, wed, ^thurs]", []string{period + `.days[0]: invalid day "tues": ` + wantDays, period + `.days[2]: invalid day "thurs": ` + wantDays}},

		{"month_day_zero", "monthDays: [^0]", []string{period + `.monthDays[0]: invalid day of the month "0": ` + wantMonthDays}},
		{"month_day_alone", "monthDays: ^32", []string{period + `.monthDays: invalid day of the month "32": ` + wantMonthDays}},

		{"month_as_a_number", "months: [^12]", []string{period + `.months[0]: invalid month "12": ` + wantMonths}},

		{"date_without_a_year", "dates: [^12-24]", []string{period + `.dates[0]: invalid date "12-24": ` + wantDate}},
		{"date_that_does_not_exist", "dates: [^2026-02-30]", []string{period + `.dates[0]: date "2026-02-30" does not exist: use 2026-02-01 to 2026-02-28`}},

		{"unknown_calendar", "calendars: {only: [holidays, ^hollidays]}", []string{period + `.calendars.only[1]: unknown calendar "hollidays"; did you mean "holidays"?`}},
		{"unknown_calendars", "calendars: {only: [^vacation], except: [^hollidays]}", []string{
			period + `.calendars.only[0]: unknown calendar "vacation"; known: freeze, holidays`,
			period + `.calendars.except[0]: unknown calendar "hollidays"; did you mean "holidays"?`,
		}},
		{"calendars_as_a_list", "calendars: ^[holidays]", []string{period + ".calendars: must be an object, not a list"}},
		{"calendar_alone", "calendars: {only: ^freezes}", []string{period + `.calendars.only: unknown calendar "freezes"; did you mean "freeze"?`}},
		{"calendars_by_another_word", "calendars: {not: ^[holidays]}", []string{period + `.calendars.not: unknown field "not"; known: except, only`}},
		{"no_calendar_to_be_in", "calendars: {only: ^[]}", []string{period + ".calendars.only: " + wantEntry}},
		{"empty_calendars", "calendars: ^{}", []string{period + ".calendars: is empty: add only or except, or leave calendars out"}},

		{"clock", "from: ^1am", []string{period + `.from: invalid time "1am": ` + wantClock}},
		{"clock_as_a_number", "from: ^6", []string{period + `.from: invalid time "6": ` + wantClock}},
		{"from_is_end_of_day", "from: ^24:00, to: 06:00", []string{period + `.from: invalid start "24:00": use "00:00" to "23:59"`}},
		{"from_is_to", "from: 01:00, to: ^01:00", []string{period + `.to: from and to are both "01:00"` + noLength}},
		{"weekday_in_from_alone", "from: fri 20:00, to: ^08:00", []string{period + `.to: "fri 20:00" to "08:00" has one weekday: use a weekday in both, for example "fri 20:00" and "mon 08:00", or in neither`}},
		{"weekday_twice", "days: ^[fri], from: fri 20:00, to: mon 08:00", []string{period + `.days: remove days: from "fri 20:00" already sets the weekday`}},

		{"no_date_passes_month_days_and_months", "^monthDays: [31], months: [apr]", []string{period + `: period "p" never applies: no date passes all of its filters (monthDays, months)`}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			expect(t, plain, withPeriod(test.text), test.want...)
		})
	}
}
