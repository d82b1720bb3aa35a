package scheduler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/integration/aws/scheduler"
)

func TestTimes(t *testing.T) {
	for name, test := range map[string]struct {
		expression, zone, from, until string // from and until in UTC
		want                          []time.Time
	}{
		"cron_every_day":                 {"cron(30 6 * * ? *)", "UTC", "2026-11-23 06:30", "2026-11-25 06:30", utc("2026-11-23 06:30", "2026-11-24 06:30")},
		"from_is_in_and_until_is_not":    {"cron(0 0/12 * * ? *)", "UTC", "2026-11-23 00:00", "2026-11-24 00:00", utc("2026-11-23 00:00", "2026-11-23 12:00")},
		"cron_in_a_zone":                 {"cron(30 6 * * ? *)", saoPaulo, "2026-11-23 00:00", "2026-11-24 00:00", utc("2026-11-23 09:30")},
		"cron_on_the_day_before_in_UTC":  {"cron(30 0 ? * TUE *)", berlin, "2026-11-23 00:00", "2026-11-25 00:00", utc("2026-11-23 23:30")},
		"days_as_a_list_of_names":        {"cron(0 1 ? * MON,THU *)", "UTC", "2026-11-23 00:00", "2026-11-30 00:00", utc("2026-11-23 01:00", "2026-11-26 01:00")},
		"days_as_a_range_of_names":       {"cron(0 1 ? * THU-SAT *)", "UTC", "2026-11-23 00:00", "2026-11-30 00:00", utc("2026-11-26 01:00", "2026-11-27 01:00", "2026-11-28 01:00")},
		"1_is_Sunday_and_7_is_Saturday":  {"cron(0 1 ? * 1,7 *)", "UTC", "2026-11-23 00:00", "2026-11-30 00:00", utc("2026-11-28 01:00", "2026-11-29 01:00")},
		"days_of_the_month":              {"cron(0 1 1,30-31 * ? *)", "UTC", "2026-11-02 00:00", "2027-01-01 00:00", utc("2026-11-30 01:00", "2026-12-01 01:00", "2026-12-30 01:00", "2026-12-31 01:00")},
		"months_by_name_and_number":      {"cron(0 1 1 JAN-FEB,12 ? *)", "UTC", "2026-06-01 00:00", "2027-06-01 00:00", utc("2026-12-01 01:00", "2027-01-01 01:00", "2027-02-01 01:00")},
		"29_February":                    {"cron(0 1 29 2 ? *)", "UTC", "2026-01-01 00:00", "2033-01-01 00:00", utc("2028-02-29 01:00", "2032-02-29 01:00")},
		"a_single_year":                  {"cron(0 1 24 12 ? 2027)", "UTC", "2026-01-01 00:00", "2030-01-01 00:00", utc("2027-12-24 01:00")},
		"years_as_a_list_and_a_range":    {"cron(0 1 24 12 ? 2026,2028-2029)", "UTC", "2026-01-01 00:00", "2032-01-01 00:00", utc("2026-12-24 01:00", "2028-12-24 01:00", "2029-12-24 01:00")},
		"the_year_of_the_zone":           {"cron(30 0 1 1 ? 2027)", berlin, "2026-01-01 00:00", "2030-01-01 00:00", utc("2026-12-31 23:30")},
		"no_year_after_2199":             {"cron(0 1 31 12 ? *)", "UTC", "2198-01-01 00:00", "2202-01-01 00:00", utc("2198-12-31 01:00", "2199-12-31 01:00")},
		"steps_from_a_start":             {"cron(5/20 1 * * ? *)", "UTC", "2026-11-23 00:00", "2026-11-24 00:00", utc("2026-11-23 01:05", "2026-11-23 01:25", "2026-11-23 01:45")},
		"steps_over_everything":          {"cron(0 */9 * * ? *)", "UTC", "2026-11-23 00:00", "2026-11-24 00:00", utc("2026-11-23 00:00", "2026-11-23 09:00", "2026-11-23 18:00")},
		"steps_over_a_range":             {"cron(0 8-13/3 * * ? *)", "UTC", "2026-11-23 00:00", "2026-11-24 00:00", utc("2026-11-23 08:00", "2026-11-23 11:00")},
		"nothing_fires_in_an_empty_time": {"cron(* * * * ? *)", "UTC", "2026-11-23 00:00", "2026-11-23 00:00", nil},

		"a_gap_at_midnight_skips_midnight":       {"cron(0 0 * * ? *)", saoPaulo, "2018-11-03 00:00", "2018-11-06 00:00", utc("2018-11-03 03:00", "2018-11-05 02:00")},
		"a_gap_skips_half_past_midnight":         {"cron(30 0 ? * SUN *)", saoPaulo, "2018-10-28 00:00", "2018-11-12 00:00", utc("2018-10-28 03:30", "2018-11-11 02:30")},
		"the_end_of_a_gap_fires":                 {"cron(0 1 ? * SUN *)", saoPaulo, "2018-11-04 00:00", "2018-11-05 00:00", utc("2018-11-04 03:00")},
		"an_overlap_before_midnight_fires_once":  {"cron(30 23 * * ? *)", saoPaulo, "2018-02-17 00:00", "2018-02-19 12:00", utc("2018-02-17 01:30", "2018-02-18 01:30", "2018-02-19 02:30")},
		"midnight_after_an_overlap_fires_once":   {"cron(0 0 ? * SUN *)", saoPaulo, "2018-02-17 00:00", "2018-02-19 00:00", utc("2018-02-18 03:00")},
		"half_past_two_is_skipped_in_spring":     {"cron(30 2 * * ? *)", berlin, "2026-03-28 00:00", "2026-03-31 00:00", utc("2026-03-28 01:30", "2026-03-30 00:30")},
		"half_past_two_fires_once_in_autumn":     {"cron(30 2 * * ? *)", berlin, "2026-10-24 00:00", "2026-10-27 00:00", utc("2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30")},
		"the_second_time_does_not_fire":          {"cron(30 2 * * ? *)", berlin, "2026-10-25 01:00", "2026-10-26 00:00", nil},
		"three_fires_after_the_overlap":          {"cron(0 3 * * ? *)", berlin, "2026-10-25 00:00", "2026-10-26 00:00", utc("2026-10-25 02:00")},
		"every_hour_has_one_less_in_spring":      {"cron(0 0-4 ? 3 SUN *)", berlin, "2026-03-28 12:00", "2026-03-29 12:00", utc("2026-03-28 23:00", "2026-03-29 00:00", "2026-03-29 01:00", "2026-03-29 02:00")},
		"every_hour_pauses_an_hour_in_autumn":    {"cron(0 1-3 ? 10 SUN *)", berlin, "2026-10-24 12:00", "2026-10-25 12:00", utc("2026-10-24 23:00", "2026-10-25 00:00", "2026-10-25 02:00")},
		"a_gap_of_half_an_hour_skips_its_times":  {"cron(0/15 2 ? * SUN *)", lordHowe, "2026-10-03 00:00", "2026-10-04 12:00", utc("2026-10-03 15:30", "2026-10-03 15:45")},
		"an_overlap_of_half_an_hour_fires_once":  {"cron(0/15 1-2 ? * SUN *)", lordHowe, "2026-04-04 12:00", "2026-04-04 16:00", utc("2026-04-04 14:00", "2026-04-04 14:15", "2026-04-04 14:30", "2026-04-04 14:45", "2026-04-04 15:30", "2026-04-04 15:45")},
		"a_day_that_the_zone_skips_has_no_times": {"cron(0 12 ? * THU-SAT *)", apia, "2011-12-29 12:00", "2012-01-01 00:00", utc("2011-12-29 22:00", "2011-12-30 22:00")},
		"rules_go_on_for_ever":                   {"cron(30 2 ? 3 SUN 2061)", berlin, "2061-03-26 00:00", "2061-03-28 00:00", nil}, // the last Sunday of March

		"at_in_UTC":                         {"at(2026-12-24T12:30:15)", "UTC", "2026-12-24 12:30", "2026-12-24 12:31", []time.Time{utc("2026-12-24 12:30")[0].Add(15 * time.Second)}},
		"at_in_a_zone":                      {"at(2026-12-24T12:30:00)", saoPaulo, "2026-12-24 00:00", "2026-12-25 00:00", utc("2026-12-24 15:30")},
		"at_fires_at_from":                  {"at(2026-12-24T12:30:00)", "UTC", "2026-12-24 12:30", "2026-12-25 00:00", utc("2026-12-24 12:30")},
		"at_does_not_fire_at_until":         {"at(2026-12-24T12:30:00)", "UTC", "2026-12-24 00:00", "2026-12-24 12:30", nil},
		"at_does_not_fire_before_from":      {"at(2026-12-24T12:30:00)", "UTC", "2026-12-24 12:31", "2026-12-25 12:30", nil},
		"at_in_a_gap_fires_at_its_end":      {"at(2026-03-29T02:30:00)", berlin, "2026-03-28 00:00", "2026-03-30 00:00", utc("2026-03-29 01:00")},
		"at_in_a_gap_at_midnight":           {"at(2018-11-04T00:15:00)", saoPaulo, "2018-11-03 00:00", "2018-11-05 00:00", utc("2018-11-04 03:00")},
		"at_in_an_overlap_fires_once":       {"at(2026-10-25T02:30:00)", berlin, "2026-10-24 00:00", "2026-10-26 00:00", utc("2026-10-25 00:30")},
		"at_in_an_overlap_of_half_an_hour":  {"at(2026-04-05T01:45:00)", lordHowe, "2026-04-04 00:00", "2026-04-06 00:00", utc("2026-04-04 14:45")},
		"at_on_a_day_that_the_zone_skips":   {"at(2011-12-30T12:00:00)", apia, "2011-12-29 00:00", "2012-01-01 00:00", utc("2011-12-30 10:00")},
		"at_right_after_an_overlap's_end":   {"at(2026-10-25T03:00:00)", berlin, "2026-10-24 00:00", "2026-10-26 00:00", utc("2026-10-25 02:00")},
		"at_right_before_a_gap's_beginning": {"at(2026-03-29T01:59:00)", berlin, "2026-03-28 00:00", "2026-03-30 00:00", utc("2026-03-29 00:59")},
	} {
		t.Run(name, func(t *testing.T) {
			span := utc(test.from, test.until)
			got, err := scheduler.Times(test.expression, test.zone, span[0], span[1])
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestTimesRefuse(t *testing.T) {
	for expression, want := range map[string]string{
		"":                                  "want cron(",
		"cron(0 1 * * ? *":                  "want cron(",
		"rate(5 minutes)":                   "depend on its schedule",
		"cron(60 1 * * ? *)":                `minutes: found "60"; want a number from 0 to 59`,
		"cron(0 24 * * ? *)":                `hours: found "24"; want a number from 0 to 23`,
		"cron(0 1 0 * ? *)":                 `day-of-month: found "0"; want a number from 1 to 31`,
		"cron(0 1 * 13 ? *)":                `month: found "13"; want a number from 1 to 12, or JAN to DEC`,
		"cron(0 1 ? * 0 *)":                 `day-of-week: found "0"; want a number from 1 to 7, or SUN to SAT`,
		"cron(0 1 ? * mon *)":               `day-of-week: found "mon"`,
		"cron(0 1 ? * MON-8 *)":             `day-of-week: found "8"`,
		"cron(0 1 * * ? 1969)":              `year: found "1969"; want a number from 1970 to 2199`,
		"cron(0 1 * * ? 2200)":              `year: found "2200"`,
		"cron(0 1 L * ? *)":                 "does not support L and W",
		"cron(0 1 15W * ? *)":               "does not support L and W",
		"cron(0 1 ? * 6L *)":                "does not support L and #",
		"cron(0 1 ? * MON#2 *)":             "does not support L and #",
		"cron(0 1 ? * ? *)":                 "exactly one of them to be ?",
		"cron(0 1 1 * MON *)":               "exactly one of them to be ?",
		"cron(0 1 * * MON *)":               "exactly one of them to be ?",
		"cron(? 1 * * ? *)":                 `minutes: found "?"`,
		"cron(0 1 ?,1 * ? *)":               `day-of-month: found "?"`,
		"cron(0 1 * * ?)":                   "found 5 fields; want 6",
		"cron(0 0 1 * * ? *)":               "found 7 fields; want 6",
		"cron()":                            "found 0 fields; want 6",
		"cron(0, 1 * * ? *)":                `minutes: found ""`,
		"cron(-5 1 * * ? *)":                `minutes: found ""`,
		"cron(+5 1 * * ? *)":                `minutes: found "+5"`,
		"cron(30-5 1 * * ? *)":              `minutes: found the range "30-5"`,
		"cron(0 1 ? * SAT-MON *)":           `day-of-week: found the range "SAT-MON"`,
		"cron(0/0 1 * * ? *)":               `minutes: found the step "0"; want a number from 1 to 59`,
		"cron(0/60 1 * * ? *)":              `minutes: found the step "60"`,
		"cron(0/ 1 * * ? *)":                `minutes: found the step ""`,
		"cron(0 1 ? * */2 *)":               "want no steps in this field",
		"cron(*,5 1 * * ? *)":               "want no list with * in it",
		"at(2026-12-24 12:30:00)":           "yyyy-mm-ddThh:mm:ss",
		"at(2026-12-24T2:30:00)":            "yyyy-mm-ddThh:mm:ss",
		"at(2026-12-24T24:00:00)":           "yyyy-mm-ddThh:mm:ss",
		"at(cron(0 1 * * ? *))":             "yyyy-mm-ddThh:mm:ss",
		"cron(0 1 * * ? *) ":                "want cron(",
		"Cron(0 1 * * ? *)":                 "want cron(",
		"cron(0 1 1 JANUARY ? *)":           `month: found "JANUARY"`,
		"cron(0 1 99999999999999999 * ? *)": `day-of-month: found "99999999999999999"`,
	} {
		if got, err := scheduler.Times(expression, "UTC", beginning, beginning); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %s", expression, got, err, want)
		}
	}
	for _, zone := range []string{"", "Local", "Mars/Olympus"} {
		if _, err := scheduler.Times("rate(1 day)", zone, beginning, beginning); err == nil || !strings.Contains(err.Error(), "want an IANA name") {
			t.Errorf("%q: %v", zone, err)
		}
	}
}

// The same rules, minute by minute: a minute fires when the zone's clock shows a wanted time that it has not shown before.
func TestCronFiresWhenTheClockFirstShowsItsTime(t *testing.T) {
	changes := map[string][]time.Time{
		saoPaulo: utc("2018-11-04 03:00", "2018-02-18 02:00"), berlin: utc("2026-03-29 01:00", "2061-10-30 01:00"),
		lordHowe: utc("2026-04-04 15:00", "2026-10-03 15:30"), apia: utc("2011-12-30 10:00"), "UTC": utc("2026-12-31 23:00"),
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{saoPaulo, berlin, lordHowe, apia, "UTC"}).Draw(t, "zone")
		change := rapid.SampledFrom(changes[zone]).Draw(t, "change")
		from := change.Add(time.Duration(rapid.IntRange(-2000, 120).Draw(t, "from")) * time.Minute)
		until := from.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "length")) * time.Minute)
		minutes := rapid.SliceOfNDistinct(rapid.IntRange(0, 59), 1, 3, rapid.ID).Draw(t, "minutes")
		hours := rapid.SliceOfNDistinct(rapid.IntRange(0, 23), 1, 6, rapid.ID).Draw(t, "hours")
		weekdays := rapid.SliceOfNDistinct(rapid.IntRange(1, 7), 1, 7, rapid.ID).Draw(t, "weekdays")
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		shown, want := map[string]bool{}, []time.Time(nil)
		for at := from.Add(-26 * time.Hour); at.Before(until); at = at.Add(time.Minute) {
			wall := at.In(loc)
			text := wall.Format(time.DateTime)
			if !at.Before(from) && !shown[text] && slices.Contains(minutes, wall.Minute()) && slices.Contains(hours, wall.Hour()) && slices.Contains(weekdays, int(wall.Weekday())+1) {
				want = append(want, at)
			}
			shown[text] = true
		}
		expression := fmt.Sprintf("cron(%s %s ? * %s *)", list(minutes), list(hours), list(weekdays))
		got, err := scheduler.Times(expression, zone, from, until)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%s in %s in [%s, %s): %v\n%s", expression, zone, from, until, err, diff)
		}
	})
}

func list(values []int) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(values), "[]")), ",")
}
