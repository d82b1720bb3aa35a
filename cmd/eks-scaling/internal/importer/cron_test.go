package importer_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/schedule"
)

func TestWeekly(t *testing.T) {
	tests := []struct{ rule, recurrence, want string }{
		{"numbers", "5 7 * * 2", "tue 07:05"},
		{"leading_zeros", "05 07 * * 2", "tue 07:05"},
		{"sunday_is_0", "0 6 * * 0", "sun 06:00"},
		{"sunday_is_7", "0 6 * * 7", "sun 06:00"},
		{"saturday_is_6", "0 6 * * 6", "sat 06:00"},
		{"names", "0 6 * * wed", "wed 06:00"},
		{"names_of_either_case", "0 6 * * Thu,SAT", "thu 06:00, sat 06:00"},
		{"ranges", "0 6 * * 1-3", "mon 06:00, tue 06:00, wed 06:00"},
		{"ranges_of_names", "0 6 * * tue-thu", "tue 06:00, wed 06:00, thu 06:00"},
		{"range_around_sunday_as_7", "0 6 * * 6-7", "sat 06:00, sun 06:00"},
		{"a_weekend_of_names", "0 6 * * SAT-SUN", "sat 06:00, sun 06:00"},
		{"a_range_of_names_to_sunday", "0 6 * * mon-sun", "mon 06:00, tue 06:00, wed 06:00, thu 06:00, fri 06:00, sat 06:00, sun 06:00"},
		{"a_number_to_sunday", "0 6 * * 5-SUN/2", "fri 06:00, sun 06:00"},
		{"sunday_to_monday", "0 6 * * SUN-MON", "mon 06:00, sun 06:00"},
		{"sunday_to_sunday", "0 6 * * SUN-SUN", "sun 06:00"},
		{"lists", "0 6 * * 1,3,5-6", "mon 06:00, wed 06:00, fri 06:00, sat 06:00"},
		{"steps", "0 6 * * */3", "wed 06:00, sat 06:00, sun 06:00"},
		{"steps_of_a_range", "0 6 * * 1-5/2", "mon 06:00, wed 06:00, fri 06:00"},
		{"steps_over_sunday_twice", "0 6 * * */7", "sun 06:00"},
		{"all_months_by_name", "0 6 * jan-dec 2", "tue 06:00"},
		{"spaces_of_any_kind", "0  6 *   * 2 ", "tue 06:00"},
		{"several_times", "0,30 6-7 * * fri", "fri 06:00, fri 06:30, fri 07:00, fri 07:30"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			minutes, err := importer.Weekly(test.recurrence)
			var got []string
			for _, at := range minutes {
				day := schedule.On(importer.WeekdayOf(at / importer.MinutesOfDay)).Names()[0]
				got = append(got, day+" "+schedule.Clock(at%importer.MinutesOfDay).String())
			}
			if err != nil || strings.Join(got, ", ") != test.want {
				t.Errorf("%q fires on %q, %v; want %q", test.recurrence, got, err, test.want)
			}
		})
	}
}

func TestWeeklyRefuses(t *testing.T) {
	tests := []struct{ rule, recurrence, want string }{
		{"minute_60", "60 6 * * *", `invalid minute "60": use *, numbers from 0 to 59, ranges, steps or lists`},
		{"hour_24", "0 24 * * *", `invalid hour "24"`},
		{"month_0", "0 6 * 0 *", `invalid month "0": use *, numbers from 1 to 12`},
		{"weekday_8", "0 6 * * 8", `invalid day of the week "8"`},
		{"weekday_of_another_language", "0 6 * * seg", `invalid day of the week "seg"`},
		{"range_backwards", "0 6 * * 5-1", `invalid day of the week "5-1"`},
		{"range_of_names_backwards", "0 6 * * FRI-MON", `invalid day of the week "FRI-MON"`},
		{"range_of_numbers_to_0", "0 6 * * 1-0", `invalid day of the week "1-0"`},
		{"range_without_an_end", "0 6- * * *", `invalid hour "6-"`},
		{"empty_entry", "0 6, * * *", `invalid hour "6,"`},
		{"step_0", "*/0 6 * * *", `invalid minute "*/0"`},
		{"step_from_a_number", "5/15 6 * * *", `invalid minute "5/15"`},
		{"step_without_a_number", "*/ 6 * * *", `invalid minute "*/"`},
		{"sign", "+5 6 * * *", `invalid minute "+5"`},
		{"below_zero", "-5 6 * * *", `invalid minute "-5"`},
		{"last_friday", "0 6 * * 5L", `invalid day of the week "5L"`},
		{"second_tuesday", "0 6 * * 2#2", `invalid day of the week "2#2"`},
		{"question_mark", "0 6 ? * 2", `unsupported day of the month "?"`},
		{"nothing", "", `invalid recurrence "": use five fields`},
		{"steps_of_the_month", "0 6 */2 * *", `unsupported day of the month "*/2" in recurrence "0 6 */2 * *": only * can be imported`},
		{"every_day_of_the_month_or_a_weekday", "0 6 1-31 * 1", `unsupported day of the month "1-31"`},
		{"months", "0 6 * jan-nov *", `unsupported month "jan-nov" in recurrence "0 6 * jan-nov *": only * can be imported`},
		{"not_a_cron", "@daily", `invalid recurrence "@daily": use five fields`},
		{"six_fields", "0 6 * * ? *", "use five fields: minute, hour, day of the month, month, day of the week"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			minutes, err := importer.Weekly(test.recurrence)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("found %v, %v; want an error with %q", minutes, err, test.want)
			}
		})
	}
}

func FuzzWeekly(f *testing.F) {
	for _, seed := range []string{"", "0 6 * * MON-SUN", "*/15 1-5/2 * jan-dec sun,7", "5/15 6 ? * 5L", "0 6 * * ? *"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, recurrence string) {
		minutes, err := importer.Weekly(recurrence)
		if (err == nil) != (len(minutes) > 0) {
			t.Fatalf("%q: found %d minutes and %v", recurrence, len(minutes), err)
		}
		for i, at := range minutes {
			if at < 0 || at >= 7*importer.MinutesOfDay || i > 0 && at <= minutes[i-1] {
				t.Fatalf("%q: found %v; want minutes of the week in order", recurrence, minutes)
			}
		}
	})
}
