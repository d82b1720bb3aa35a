package schedule_test

import "testing"

const (
	saoPaulo  = "America/Sao_Paulo"
	berlin    = "Europe/Berlin"
	newYork   = "America/New_York"
	lordHowe  = "Australia/Lord_Howe"
	apia      = "Pacific/Apia"
	kathmandu = "Asia/Kathmandu"
	stJohns   = "America/St_Johns"
	casey     = "Antarctica/Casey"
)

// windowTest asks whether a period is in force at an instant.
type windowTest struct {
	rule, zone, window, at string
	active                 bool
}

func (test windowTest) run(t *testing.T) {
	got := timetable(t, test.zone, test.window).Active(instant(t, test.at))
	profile, period := "otherwise", ""
	if test.active {
		profile, period = "in-p0", "p0"
	}
	if got.Profile != profile || got.Period != period {
		t.Errorf("%s in %s at %s: %s by period %q; want %s by period %q",
			test.window, test.zone, test.at, got.Profile, got.Period, profile, period)
	}
}

func TestWindowWhenClocksChange(t *testing.T) {
	tests := []windowTest{
		// São Paulo, 2018-11-04: 00:00 -03:00 becomes 01:00 -02:00.
		{"midnight_gap_not_before_it", saoPaulo, "00:00-06:00", "2018-11-03T23:59:59.999999999-03:00", false},
		{"midnight_gap_start_moves_to_its_end", saoPaulo, "00:00-06:00", "2018-11-04T01:00:00-02:00", true},
		{"midnight_gap_start_inside_moves_to_its_end", saoPaulo, "00:30-06:00", "2018-11-04T01:00:00-02:00", true},
		{"midnight_gap_end_of_day_moves_to_its_end", saoPaulo, "22:00-24:00", "2018-11-03T23:59:59-03:00", true},
		{"midnight_gap_end_of_day_is_exclusive", saoPaulo, "22:00-24:00", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_end_inside_moves_to_its_end", saoPaulo, "22:00-00:30", "2018-11-03T23:59:59-03:00", true},
		{"midnight_gap_end_inside_is_exclusive", saoPaulo, "22:00-00:30", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_swallows_window_of_its_length", saoPaulo, "00:00-01:00", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_swallows_window_inside", saoPaulo, "00:15-00:45", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_day_is_the_one_written", saoPaulo, "sun 00:00-06:00", "2018-11-04T01:00:00-02:00", true},
		{"midnight_gap_is_not_the_day_before", saoPaulo, "sat 00:00-06:00", "2018-11-04T01:00:00-02:00", false},
		// São Paulo, 2018-02-18: 00:00 -02:00 becomes 23:00 -03:00 of the day before.
		{"midnight_overlap_start_is_the_first", saoPaulo, "23:30-02:00", "2018-02-17T23:30:00-02:00", true},
		{"midnight_overlap_stays_active_when_repeated", saoPaulo, "23:30-02:00", "2018-02-17T23:00:00-03:00", true},
		{"midnight_overlap_end_is_the_first", saoPaulo, "22:00-23:30", "2018-02-17T23:30:00-02:00", false},
		{"midnight_overlap_end_is_not_undone", saoPaulo, "22:00-23:30", "2018-02-17T23:15:00-03:00", false},
		{"midnight_overlap_does_not_start_again", saoPaulo, "23:15-23:45", "2018-02-17T23:15:00-03:00", false},
		{"midnight_overlap_lies_before_end_of_day", saoPaulo, "23:00-24:00", "2018-02-17T23:59:59-03:00", true},
		{"midnight_overlap_end_of_day_is_exclusive", saoPaulo, "23:00-24:00", "2018-02-18T00:00:00-03:00", false},
		{"midnight_overlap_day_starts_after_it", saoPaulo, "sun 00:00-01:00", "2018-02-17T23:00:00-03:00", false},
		{"midnight_overlap_day_starts_at_midnight", saoPaulo, "sun 00:00-01:00", "2018-02-18T00:00:00-03:00", true},
		// Berlin, 2026-03-29: 02:00 +01:00 becomes 03:00 +02:00; 2026-10-25: 03:00 +02:00 becomes 02:00 +01:00.
		{"berlin_gap_start_moves_to_its_end", berlin, "02:30-05:00", "2026-03-29T03:00:00+02:00", true},
		{"berlin_gap_not_before_it", berlin, "02:30-05:00", "2026-03-29T01:59:59+01:00", false},
		{"berlin_gap_swallows_window_inside", berlin, "02:00-03:00", "2026-03-29T03:00:00+02:00", false},
		{"berlin_overlap_window_ends_at_the_first", berlin, "02:00-02:30", "2026-10-25T02:30:00+02:00", false},
		{"berlin_overlap_does_not_start_again", berlin, "02:00-02:30", "2026-10-25T02:00:00+01:00", false},
		{"berlin_overlap_makes_window_longer", berlin, "02:00-03:00", "2026-10-25T02:59:59+01:00", true},
		// New York, 2026-03-08: 02:00 -05:00 becomes 03:00 -04:00; 2026-11-01: 02:00 -04:00 becomes 01:00 -05:00.
		{"new_york_gap_end_moves_to_its_end", newYork, "01:00-02:30", "2026-03-08T01:59:59-05:00", true},
		{"new_york_gap_end_is_exclusive", newYork, "01:00-02:30", "2026-03-08T03:00:00-04:00", false},
		{"new_york_overlap_start_is_the_first", newYork, "01:30-04:00", "2026-11-01T01:30:00-04:00", true},
		{"new_york_overlap_stays_active_when_repeated", newYork, "01:30-04:00", "2026-11-01T01:00:00-05:00", true},
		// Lord Howe, 2026-10-04: 02:00 +10:30 becomes 02:30 +11:00; 2026-04-05: 02:00 +11:00 becomes 01:30 +10:30.
		{"half_hour_gap_start_moves_to_its_end", lordHowe, "02:15-04:00", "2026-10-04T02:30:00+11:00", true},
		{"half_hour_gap_not_before_it", lordHowe, "02:15-04:00", "2026-10-04T01:59:59+10:30", false},
		{"half_hour_gap_swallows_window_inside", lordHowe, "02:00-02:30", "2026-10-04T02:30:00+11:00", false},
		{"half_hour_overlap_end_is_the_first", lordHowe, "01:00-01:45", "2026-04-05T01:45:00+11:00", false},
		{"half_hour_overlap_end_is_not_undone", lordHowe, "01:00-01:45", "2026-04-05T01:30:00+10:30", false},
		{"half_hour_overlap_makes_window_longer", lordHowe, "01:30-02:00", "2026-04-05T01:59:59+10:30", true},
		// Apia had no 2011-12-30, a Friday: 00:00 -10:00 of it became 00:00 +14:00 of the 31st.
		{"missing_day_swallows_its_window", apia, "fri 10:00-12:00", "2011-12-31T00:00:00+14:00", false},
		{"missing_day_window_into_next_day_starts_at_its_end", apia, "fri 22:00-02:00", "2011-12-31T00:00:00+14:00", true},
		{"missing_day_window_into_next_day_ends_as_written", apia, "fri 22:00-02:00", "2011-12-31T02:00:00+14:00", false},
		{"missing_day_ends_window_of_the_day_before", apia, "thu 22:00-02:00", "2011-12-29T23:59:59-10:00", true},
		{"missing_day_end_is_exclusive", apia, "thu 22:00-02:00", "2011-12-31T00:00:00+14:00", false},
		{"missing_day_next_day_is_whole", apia, "sat 00:00-24:00", "2011-12-31T00:00:00+14:00", true},
		// Kathmandu is 5:45 ahead of UTC.
		{"quarter_hour_offset_start_boundary_inclusive", kathmandu, "06:30-11:30", "2026-11-24T00:45:00Z", true},
		{"quarter_hour_offset_before_start", kathmandu, "06:30-11:30", "2026-11-24T00:44:59Z", false},
		{"quarter_hour_offset_weekday_is_that_of_the_zone", kathmandu, "tue 00:00-01:00", "2026-11-23T18:15:00Z", true},
		{"quarter_hour_gap_of_1986_start_moves_to_its_end", kathmandu, "wed 00:05-06:00", "1986-01-01T00:15:00+05:45", true},
		{"quarter_hour_gap_of_1986_not_before_it", kathmandu, "wed 00:05-06:00", "1985-12-31T23:59:59+05:30", false},
		// St John's, 2006-10-29: 00:01 -02:30 becomes 23:01 -03:30 of the day before.
		{"overlap_over_midnight_day_has_started_before_it", stJohns, "sun 00:00-06:00", "2006-10-29T00:00:30-02:30", true},
		{"overlap_over_midnight_started_day_goes_on", stJohns, "sun 00:00-06:00", "2006-10-28T23:30:00-03:30", true},
		{"overlap_over_midnight_started_day_goes_on_over_second_midnight", stJohns, "sun 00:00-06:00", "2006-10-29T00:00:00-03:30", true},
		{"overlap_over_midnight_day_before_is_over", stJohns, "sat 12:00-24:00", "2006-10-28T23:30:00-03:30", false},
		{"overlap_over_midnight_end_is_not_shown_before_it", stJohns, "sun 00:00-00:01", "2006-10-29T00:00:59-03:30", true},
		{"overlap_over_midnight_end_after_it_is_exclusive", stJohns, "sun 00:00-00:01", "2006-10-29T00:01:00-03:30", false},
		{"overlap_over_midnight_window_before_it_is_not_repeated", stJohns, "sat 23:30-24:00", "2006-10-28T23:45:00-03:30", false},
		// Casey, 2010-03-05: 02:00 +11:00 becomes 23:00 +08:00 of the day before.
		{"long_overlap_over_midnight_started_day_goes_on", casey, "fri 01:00-06:00", "2010-03-04T23:30:00+08:00", true},
		{"long_overlap_over_midnight_window_is_not_repeated", casey, "thu 23:15-23:45", "2010-03-04T23:30:00+08:00", false},
	}
	for _, test := range tests {
		t.Run(test.rule, test.run)
	}
}

func TestWindowOfSeveralDaysWhenClocksChange(t *testing.T) {
	const weekend = "fri@20:00-mon@08:00"
	tests := []windowTest{
		// São Paulo, Sunday 2018-11-04: 00:00 -03:00 becomes 01:00 -02:00.
		{"over_midnight_gap_starts_before_it", saoPaulo, weekend, "2018-11-02T20:00:00-03:00", true},
		{"over_midnight_gap_right_before_it", saoPaulo, weekend, "2018-11-03T23:59:59-03:00", true},
		{"over_midnight_gap_right_after_it", saoPaulo, weekend, "2018-11-04T01:00:00-02:00", true},
		{"over_midnight_gap_last_second", saoPaulo, weekend, "2018-11-05T07:59:59-02:00", true},
		{"over_midnight_gap_end_is_exclusive", saoPaulo, weekend, "2018-11-05T08:00:00-02:00", false},
		{"end_in_midnight_gap_moves_to_its_end", saoPaulo, "fri@20:00-sun@00:30", "2018-11-03T23:59:59-03:00", true},
		{"end_in_midnight_gap_is_exclusive", saoPaulo, "fri@20:00-sun@00:30", "2018-11-04T01:00:00-02:00", false},
		{"end_of_day_in_midnight_gap_lasts_until_it", saoPaulo, "thu@20:00-sat@24:00", "2018-11-03T23:59:59-03:00", true},
		{"end_of_day_in_midnight_gap_is_exclusive", saoPaulo, "thu@20:00-sat@24:00", "2018-11-04T01:00:00-02:00", false},
		{"start_in_midnight_gap_not_before_it", saoPaulo, "sun@00:30-tue@08:00", "2018-11-03T23:59:59-03:00", false},
		{"start_in_midnight_gap_moves_to_its_end", saoPaulo, "sun@00:30-tue@08:00", "2018-11-04T01:00:00-02:00", true},
		{"midnight_gap_swallows_window_inside", saoPaulo, "sun@00:00-sun@01:00", "2018-11-04T01:00:00-02:00", false},
		{"longest_over_midnight_gap_lasts_until_its_end", saoPaulo, "sun@00:30-sun@00:15", "2018-11-04T01:00:00-02:00", true},
		// São Paulo, Sunday 2018-02-18: 00:00 -02:00 becomes 23:00 -03:00 of the day before.
		{"over_midnight_overlap_stays_active", saoPaulo, weekend, "2018-02-17T23:00:00-03:00", true},
		{"over_midnight_overlap_last_second", saoPaulo, weekend, "2018-02-19T07:59:59-03:00", true},
		{"over_midnight_overlap_end_is_exclusive", saoPaulo, weekend, "2018-02-19T08:00:00-03:00", false},
		{"end_in_midnight_overlap_is_the_first", saoPaulo, "fri@20:00-sat@23:30", "2018-02-17T23:30:00-02:00", false},
		{"end_in_midnight_overlap_is_not_undone", saoPaulo, "fri@20:00-sat@23:30", "2018-02-17T23:15:00-03:00", false},
		{"end_of_day_lies_after_midnight_overlap", saoPaulo, "fri@20:00-sat@24:00", "2018-02-17T23:59:59-03:00", true},
		{"end_of_day_after_midnight_overlap_is_exclusive", saoPaulo, "fri@20:00-sat@24:00", "2018-02-18T00:00:00-03:00", false},
		{"start_in_midnight_overlap_is_the_first", saoPaulo, "sat@23:30-mon@08:00", "2018-02-17T23:30:00-02:00", true},
		{"start_in_midnight_overlap_is_not_undone", saoPaulo, "sat@23:30-mon@08:00", "2018-02-17T23:15:00-03:00", true},
		// Berlin, Sunday 2026-03-29: 02:00 +01:00 becomes 03:00 +02:00; Sunday 2026-10-25: 03:00 +02:00 becomes 02:00 +01:00.
		{"over_berlin_gap_last_second", berlin, weekend, "2026-03-30T07:59:59+02:00", true},
		{"over_berlin_gap_end_is_exclusive", berlin, weekend, "2026-03-30T08:00:00+02:00", false},
		{"end_in_berlin_gap_moves_to_its_end", berlin, "fri@20:00-sun@02:30", "2026-03-29T01:59:59+01:00", true},
		{"end_in_berlin_gap_is_exclusive", berlin, "fri@20:00-sun@02:30", "2026-03-29T03:00:00+02:00", false},
		{"over_berlin_overlap_last_second", berlin, weekend, "2026-10-26T07:59:59+01:00", true},
		{"over_berlin_overlap_end_is_exclusive", berlin, weekend, "2026-10-26T08:00:00+01:00", false},
		{"end_in_berlin_overlap_is_not_undone", berlin, "fri@20:00-sun@02:30", "2026-10-25T02:00:00+01:00", false},
		// New York, Sunday 2026-03-08: 02:00 -05:00 becomes 03:00 -04:00; Sunday 2026-11-01: 02:00 -04:00 becomes 01:00 -05:00.
		{"start_in_new_york_gap_not_before_it", newYork, "sun@02:30-tue@08:00", "2026-03-08T01:59:59-05:00", false},
		{"start_in_new_york_gap_moves_to_its_end", newYork, "sun@02:30-tue@08:00", "2026-03-08T03:00:00-04:00", true},
		{"start_in_new_york_overlap_is_the_first", newYork, "sun@01:30-tue@08:00", "2026-11-01T01:30:00-04:00", true},
		{"start_in_new_york_overlap_is_not_undone", newYork, "sun@01:30-tue@08:00", "2026-11-01T01:00:00-05:00", true},
		// Lord Howe, Sunday 2026-10-04: 02:00 +10:30 becomes 02:30 +11:00; Sunday 2026-04-05: 02:00 +11:00 becomes 01:30 +10:30.
		{"over_half_hour_gap_end_is_exclusive", lordHowe, weekend, "2026-10-05T08:00:00+11:00", false},
		{"end_in_half_hour_gap_moves_to_its_end", lordHowe, "fri@20:00-sun@02:15", "2026-10-04T01:59:59+10:30", true},
		{"end_in_half_hour_gap_is_exclusive", lordHowe, "fri@20:00-sun@02:15", "2026-10-04T02:30:00+11:00", false},
		{"over_half_hour_overlap_last_second", lordHowe, weekend, "2026-04-06T07:59:59+10:30", true},
		{"end_in_half_hour_overlap_is_not_undone", lordHowe, "fri@20:00-sun@01:45", "2026-04-05T01:30:00+10:30", false},
		// Apia had no 2011-12-30, a Friday: 00:00 -10:00 of it became 00:00 +14:00 of the 31st.
		{"start_on_missing_day_not_before_it", apia, weekend, "2011-12-29T23:59:59-10:00", false},
		{"start_on_missing_day_moves_to_its_end", apia, weekend, "2011-12-31T00:00:00+14:00", true},
		{"start_on_missing_day_ends_as_written", apia, weekend, "2012-01-02T08:00:00+14:00", false},
		{"end_on_missing_day_moves_to_its_end", apia, "wed@20:00-fri@12:00", "2011-12-29T23:59:59-10:00", true},
		{"end_on_missing_day_is_exclusive", apia, "wed@20:00-fri@12:00", "2011-12-31T00:00:00+14:00", false},
		{"over_missing_day_stays_active", apia, "thu@20:00-sat@08:00", "2011-12-31T07:59:59+14:00", true},
		{"longest_over_missing_day_lasts_until_it", apia, "fri@12:00-fri@11:00", "2011-12-29T23:59:59-10:00", true},
		{"longest_over_missing_day_begins_again_at_its_end", apia, "fri@12:00-fri@11:00", "2011-12-31T00:00:00+14:00", true},
		// Kathmandu is 5:45 ahead of UTC.
		{"quarter_hour_offset_last_second", kathmandu, weekend, "2026-11-30T02:14:59Z", true},
		{"quarter_hour_offset_end_is_exclusive", kathmandu, weekend, "2026-11-30T02:15:00Z", false},
		// St John's, Sunday 2006-10-29: 00:01 -02:30 becomes 23:01 -03:30 of the day before.
		{"started_in_overlap_over_midnight_goes_on", stJohns, "sun@00:00-tue@08:00", "2006-10-28T23:30:00-03:30", true},
		{"ended_in_overlap_over_midnight_is_not_undone", stJohns, "fri@20:00-sun@00:00", "2006-10-28T23:30:00-03:30", false},
	}
	for _, test := range tests {
		t.Run(test.rule, test.run)
	}
}

func TestWindowOnDatesWhenClocksChange(t *testing.T) {
	tests := []windowTest{
		{"midnight_gap_shortens_the_date", saoPaulo, "dates=2018-11-04", "2018-11-04T01:00:00-02:00", true},
		{"midnight_gap_not_before_it", saoPaulo, "dates=2018-11-04", "2018-11-03T23:59:59-03:00", false},
		{"midnight_gap_ends_the_date_before", saoPaulo, "dates=2018-11-03", "2018-11-03T23:59:59-03:00", true},
		{"midnight_gap_end_of_the_date_before_is_exclusive", saoPaulo, "dates=2018-11-03", "2018-11-04T01:00:00-02:00", false},
		{"midnight_gap_swallows_window_of_its_length", saoPaulo, "dates=2018-11-04 00:00-01:00", "2018-11-04T01:00:00-02:00", false},
		{"midnight_overlap_belongs_to_the_date_before", saoPaulo, "dates=2018-02-17", "2018-02-17T23:59:59-03:00", true},
		{"midnight_overlap_is_not_of_the_date_after", saoPaulo, "dates=2018-02-18", "2018-02-17T23:59:59-03:00", false},
		{"midnight_overlap_date_starts_after_it", saoPaulo, "dates=2018-02-18", "2018-02-18T00:00:00-03:00", true},
		{"midnight_overlap_overnight_goes_on", saoPaulo, "dates=2018-02-17 22:00-06:00", "2018-02-17T23:30:00-03:00", true},
		{"berlin_gap_start_moves_to_its_end", berlin, "dates=2026-03-29 02:30-05:00", "2026-03-29T03:00:00+02:00", true},
		{"berlin_overlap_does_not_start_again", berlin, "dates=2026-10-25 02:00-02:30", "2026-10-25T02:00:00+01:00", false},
		{"new_york_gap_overnight_end_is_exclusive", newYork, "dates=2026-03-07 22:00-02:30", "2026-03-08T03:00:00-04:00", false},
		{"half_hour_overlap_end_is_not_undone", lordHowe, "dates=2026-04-05 01:00-01:45", "2026-04-05T01:30:00+10:30", false},
		{"missing_date_swallows_its_window", apia, "dates=2011-12-30", "2011-12-31T00:00:00+14:00", false},
		{"missing_date_of_a_calendar_swallows_its_window", apia, "only=apia 10:00-12:00", "2011-12-31T00:00:00+14:00", false},
		{"missing_date_overnight_starts_at_its_end", apia, "dates=2011-12-30 20:00-08:00", "2011-12-31T00:00:00+14:00", true},
		{"missing_date_overnight_ends_as_written", apia, "dates=2011-12-30 20:00-08:00", "2011-12-31T08:00:00+14:00", false},
		{"missing_date_ends_the_one_before", apia, "dates=2011-12-29", "2011-12-31T00:00:00+14:00", false},
		{"quarter_hour_offset_date_is_that_of_the_zone", kathmandu, "dates=2026-12-25", "2026-12-24T18:15:00Z", true},
		{"quarter_hour_offset_date_ends_in_the_zone", kathmandu, "dates=2026-12-25", "2026-12-25T18:15:00Z", false},
		{"overlap_over_midnight_started_date_goes_on", stJohns, "dates=2006-10-29", "2006-10-28T23:30:00-03:30", true},
		{"overlap_over_midnight_date_before_is_over", stJohns, "dates=2006-10-28", "2006-10-28T23:30:00-03:30", false},
		{"start_date_of_several_days_over_gap", berlin, "dates=2026-03-27 fri@20:00-mon@08:00", "2026-03-30T07:59:59+02:00", true},
		{"start_date_of_several_days_not_listed", berlin, "dates=2026-03-28..2026-04-03 fri@20:00-mon@08:00", "2026-03-29T12:00:00+02:00", false},
	}
	for _, test := range tests {
		t.Run(test.rule, test.run)
	}
}
