package importer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCronFields has in each row how a window begins, as a cron expression; it ends at 23:59 on Sundays, unless the days
// of it are every day.
func TestCronFields(t *testing.T) {
	tests := []struct{ rule, recurrence, days, from string }{
		{"numbers", "5 7 * * 2", "tue", "07:05"},
		{"leading_zeros", "05 07 * * 2", "tue", "07:05"},
		{"sunday_is_0", "0 6 * * 0", "sun", "06:00"},
		{"sunday_is_7", "0 6 * * 7", "sun", "06:00"},
		{"saturday_is_6", "0 6 * * 6", "sat", "06:00"},
		{"names", "0 6 * * wed", "wed", "06:00"},
		{"names_of_either_case", "0 6 * * Thu,SAT", "thu, sat", "06:00"},
		{"ranges", "0 6 * * 1-3", "mon, tue, wed", "06:00"},
		{"ranges_of_names", "0 6 * * tue-thu", "tue, wed, thu", "06:00"},
		{"range_around_sunday_as_7", "0 6 * * 6-7", "sat, sun", "06:00"},
		{"lists", "0 6 * * 1,3,5-6", "mon, wed, fri, sat", "06:00"},
		{"steps", "0 6 * * */3", "wed, sat, sun", "06:00"},
		{"steps_of_a_range", "0 6 * * 1-5/2", "mon, wed, fri", "06:00"},
		{"steps_over_sunday_twice", "0 6 * * */7", "sun", "06:00"},
		{"all_months_by_name", "0 6 * jan-dec 2", "tue", "06:00"},
		{"spaces_of_any_kind", "0  6 *   * 2 ", "tue", "06:00"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := terraform(file(big("off = {" + sets("0", "0 23 * * *") + "}\n on = {" + sets("1", test.recurrence) + "}")))
			if err != nil {
				t.Fatal(err)
			}
			c := usable(t, imported)
			if len(c.Clusters[0].Schedule.Periods) != 1 {
				t.Fatalf("found\n%s\nwant one period", imported.Document)
			}
			p := c.Clusters[0].Schedule.Periods[0]
			if diff := cmp.Diff("on "+test.days+" "+test.from+" 23:00", p.Profile+" "+strings.Join(p.Days.Names(), ", ")+" "+p.From.String()+" "+p.To.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCronFieldsThatAreNone(t *testing.T) {
	tests := []struct{ rule, recurrence, want string }{
		{"minute_60", "60 6 * * *", `found "60" as the minute; want *, numbers from 0 to 59, ranges, steps and lists of them`},
		{"hour_24", "0 24 * * *", `found "24" as the hour`},
		{"month_0", "0 6 * 0 *", `found "0" as the month; want *, numbers from 1 to 12`},
		{"weekday_8", "0 6 * * 8", `found "8" as the day of the week`},
		{"weekday_of_another_language", "0 6 * * seg", `found "seg" as the day of the week`},
		{"range_backwards", "0 6 * * 5-1", `found "5-1" as the day of the week`},
		{"range_without_an_end", "0 6- * * *", `found "6-" as the hour`},
		{"empty_entry", "0 6, * * *", `found "6," as the hour`},
		{"step_0", "*/0 6 * * *", `found "*/0" as the minute`},
		{"step_from_a_number", "5/15 6 * * *", `found "5/15" as the minute`},
		{"step_without_a_number", "*/ 6 * * *", `found "*/" as the minute`},
		{"sign", "+5 6 * * *", `found "+5" as the minute`},
		{"below_zero", "-5 6 * * *", `found "-5" as the minute`},
		{"last_friday", "0 6 * * 5L", `found "5L" as the day of the week`},
		{"second_tuesday", "0 6 * * 2#2", `found "2#2" as the day of the week`},
		{"question_mark", "0 6 ? * 2", `found "?" as the day of the month`},
		{"nothing", "", `found recurrence ""; want five fields`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := terraform(file(big("on = {" + sets("1", test.recurrence) + "}")))
			refused(t, imported, err, "main.tf: found no node group whose schedules can be imported")
			mentions(t, texts(imported), test.want)
		})
	}
}
