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

func TestWindowWhenClocksChange(t *testing.T) {
	runStretches(t, []stretch{
		// São Paulo, 2018-11-04: 00:00 -03:00 becomes 01:00 -02:00.
		{"midnight_gap_start_moves_to_its_end", saoPaulo, "00:00-06:00", true, "2018-11-04T01:00:00-02:00", "2018-11-04T06:00:00-02:00"},
		{"midnight_gap_start_inside_moves_to_its_end", saoPaulo, "00:30-06:00", true, "2018-11-04T01:00:00-02:00", "2018-11-04T06:00:00-02:00"},
		{"midnight_gap_end_of_day_moves_to_its_end", saoPaulo, "22:00-24:00", true, "2018-11-03T22:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"midnight_gap_end_inside_moves_to_its_end", saoPaulo, "22:00-00:30", true, "2018-11-03T22:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"midnight_gap_swallows_window_of_its_length", saoPaulo, "00:00-01:00", false, "2018-11-03T01:00:00-03:00", "2018-11-05T00:00:00-02:00"},
		{"midnight_gap_swallows_window_inside", saoPaulo, "00:15-00:45", false, "2018-11-03T00:45:00-03:00", "2018-11-05T00:15:00-02:00"},
		{"midnight_gap_day_is_the_one_written", saoPaulo, "sun 00:00-06:00", true, "2018-11-04T01:00:00-02:00", "2018-11-04T06:00:00-02:00"},
		{"midnight_gap_is_not_the_day_before", saoPaulo, "sat 00:00-06:00", false, "2018-11-03T06:00:00-03:00", "2018-11-10T00:00:00-02:00"},
		// São Paulo, 2018-02-18: 00:00 -02:00 becomes 23:00 -03:00 of the day before.
		{"midnight_overlap_stays_active_when_repeated", saoPaulo, "23:30-02:00", true, "2018-02-17T23:30:00-02:00", "2018-02-18T02:00:00-03:00"},
		{"midnight_overlap_end_is_the_first", saoPaulo, "22:00-23:30", false, "2018-02-17T23:30:00-02:00", "2018-02-18T22:00:00-03:00"},
		{"midnight_overlap_does_not_start_again", saoPaulo, "23:15-23:45", false, "2018-02-17T23:45:00-02:00", "2018-02-18T23:15:00-03:00"},
		{"midnight_overlap_lies_before_end_of_day", saoPaulo, "23:00-24:00", true, "2018-02-17T23:00:00-02:00", "2018-02-18T00:00:00-03:00"},
		{"midnight_overlap_day_starts_at_midnight", saoPaulo, "sun 00:00-01:00", true, "2018-02-18T00:00:00-03:00", "2018-02-18T01:00:00-03:00"},
		// Berlin, 2026-03-29: 02:00 +01:00 becomes 03:00 +02:00; 2026-10-25: 03:00 +02:00 becomes 02:00 +01:00.
		{"berlin_gap_start_moves_to_its_end", berlin, "02:30-05:00", true, "2026-03-29T03:00:00+02:00", "2026-03-29T05:00:00+02:00"},
		{"berlin_gap_swallows_window_inside", berlin, "02:00-03:00", false, "2026-03-28T03:00:00+01:00", "2026-03-30T02:00:00+02:00"},
		{"berlin_overlap_window_ends_at_the_first", berlin, "02:00-02:30", false, "2026-10-25T02:30:00+02:00", "2026-10-26T02:00:00+01:00"},
		{"berlin_overlap_makes_window_longer", berlin, "02:00-03:00", true, "2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"},
		// New York, 2026-03-08: 02:00 -05:00 becomes 03:00 -04:00; 2026-11-01: 02:00 -04:00 becomes 01:00 -05:00.
		{"new_york_gap_end_moves_to_its_end", newYork, "01:00-02:30", true, "2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00"},
		{"new_york_overlap_stays_active_when_repeated", newYork, "01:30-04:00", true, "2026-11-01T01:30:00-04:00", "2026-11-01T04:00:00-05:00"},
		// Lord Howe, 2026-10-04: 02:00 +10:30 becomes 02:30 +11:00; 2026-04-05: 02:00 +11:00 becomes 01:30 +10:30.
		{"half_hour_gap_start_moves_to_its_end", lordHowe, "02:15-04:00", true, "2026-10-04T02:30:00+11:00", "2026-10-04T04:00:00+11:00"},
		{"half_hour_gap_swallows_window_inside", lordHowe, "02:00-02:30", false, "2026-10-03T02:30:00+10:30", "2026-10-05T02:00:00+11:00"},
		{"half_hour_overlap_end_is_the_first", lordHowe, "01:00-01:45", false, "2026-04-05T01:45:00+11:00", "2026-04-06T01:00:00+10:30"},
		{"half_hour_overlap_makes_window_longer", lordHowe, "01:30-02:00", true, "2026-04-05T01:30:00+11:00", "2026-04-05T02:00:00+10:30"},
		// Apia had no 2011-12-30, a Friday: 00:00 -10:00 of it became 00:00 +14:00 of the 31st.
		{"missing_day_swallows_its_window", apia, "fri 10:00-12:00", false, "2011-12-23T12:00:00-10:00", "2012-01-06T10:00:00+14:00"},
		{"missing_day_window_into_next_day_starts_at_its_end", apia, "fri 22:00-02:00", true, "2011-12-31T00:00:00+14:00", "2011-12-31T02:00:00+14:00"},
		{"missing_day_ends_window_of_the_day_before", apia, "thu 22:00-02:00", true, "2011-12-29T22:00:00-10:00", "2011-12-31T00:00:00+14:00"},
		{"missing_day_next_day_is_whole", apia, "sat 00:00-24:00", true, "2011-12-31T00:00:00+14:00", "2012-01-01T00:00:00+14:00"},
		// Kathmandu is 5:45 ahead of UTC.
		{"quarter_hour_offset", kathmandu, "06:30-11:30", true, "2026-11-24T00:45:00Z", "2026-11-24T05:45:00Z"},
		{"quarter_hour_offset_weekday_is_that_of_the_zone", kathmandu, "tue 00:00-01:00", true, "2026-11-23T18:15:00Z", "2026-11-23T19:15:00Z"},
		{"quarter_hour_gap_of_1986_start_moves_to_its_end", kathmandu, "wed 00:05-06:00", true, "1986-01-01T00:15:00+05:45", "1986-01-01T06:00:00+05:45"},
		// St John's, 2006-10-29: 00:01 -02:30 becomes 23:01 -03:30 of the day before.
		{"overlap_over_midnight_started_day_goes_on", stJohns, "sun 00:00-06:00", true, "2006-10-29T00:00:00-02:30", "2006-10-29T06:00:00-03:30"},
		{"overlap_over_midnight_day_before_is_over", stJohns, "sat 12:00-24:00", false, "2006-10-29T00:00:00-02:30", "2006-11-04T12:00:00-03:30"},
		{"overlap_over_midnight_end_is_not_shown_before_it", stJohns, "sun 00:00-00:01", true, "2006-10-29T00:00:00-02:30", "2006-10-29T00:01:00-03:30"},
		{"overlap_over_midnight_window_before_it_is_not_repeated", stJohns, "sat 23:30-24:00", false, "2006-10-29T00:00:00-02:30", "2006-11-04T23:30:00-03:30"},
		// Casey, 2010-03-05: 02:00 +11:00 becomes 23:00 +08:00 of the day before.
		{"long_overlap_over_midnight_started_day_goes_on", casey, "fri 01:00-06:00", true, "2010-03-05T01:00:00+11:00", "2010-03-05T06:00:00+08:00"},
		// Casey, 2010-03-05: 02:00 +11:00 becomes 23:00 +08:00 of the day before.
		{"long_overlap_over_midnight_window_is_not_repeated", casey, "thu 23:15-23:45", false, "2010-03-04T23:45:00+11:00", "2010-03-11T23:15:00+08:00"},
	})
}

// The clocks are changed as in the test before.
func TestWindowOfSeveralDaysWhenClocksChange(t *testing.T) {
	runStretches(t, []stretch{
		{"over_midnight_gap_is_an_hour_shorter", saoPaulo, "fri@20:00-mon@08:00", true, "2018-11-02T20:00:00-03:00", "2018-11-05T08:00:00-02:00"},
		{"end_in_midnight_gap_moves_to_its_end", saoPaulo, "fri@20:00-sun@00:30", true, "2018-11-02T20:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"end_of_day_in_midnight_gap_moves_to_its_end", saoPaulo, "thu@20:00-sat@24:00", true, "2018-11-01T20:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"start_in_midnight_gap_moves_to_its_end", saoPaulo, "sun@00:30-tue@08:00", true, "2018-11-04T01:00:00-02:00", "2018-11-06T08:00:00-02:00"},
		{"midnight_gap_swallows_window_inside", saoPaulo, "sun@00:00-sun@01:00", false, "2018-10-28T01:00:00-03:00", "2018-11-11T00:00:00-02:00"},
		{"longest_over_midnight_gap_begins_again_at_its_end", saoPaulo, "sun@00:30-sun@00:15", true, "2018-10-28T00:30:00-03:00", "2018-11-11T00:15:00-02:00"},
		{"over_midnight_overlap_is_an_hour_longer", saoPaulo, "fri@20:00-mon@08:00", true, "2018-02-16T20:00:00-02:00", "2018-02-19T08:00:00-03:00"},
		{"end_in_midnight_overlap_is_the_first", saoPaulo, "fri@20:00-sat@23:30", false, "2018-02-17T23:30:00-02:00", "2018-02-23T20:00:00-03:00"},
		{"end_of_day_lies_after_midnight_overlap", saoPaulo, "fri@20:00-sat@24:00", true, "2018-02-16T20:00:00-02:00", "2018-02-18T00:00:00-03:00"},
		{"start_in_midnight_overlap_is_the_first", saoPaulo, "sat@23:30-mon@08:00", true, "2018-02-17T23:30:00-02:00", "2018-02-19T08:00:00-03:00"},
		{"end_in_berlin_gap_moves_to_its_end", berlin, "fri@20:00-sun@02:30", true, "2026-03-27T20:00:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"start_in_new_york_gap_moves_to_its_end", newYork, "sun@02:30-tue@08:00", true, "2026-03-08T03:00:00-04:00", "2026-03-10T08:00:00-04:00"},
		{"start_in_new_york_overlap_is_the_first", newYork, "sun@01:30-tue@08:00", true, "2026-11-01T01:30:00-04:00", "2026-11-03T08:00:00-05:00"},
		{"start_on_missing_day_moves_to_its_end", apia, "fri@20:00-mon@08:00", true, "2011-12-31T00:00:00+14:00", "2012-01-02T08:00:00+14:00"},
		{"end_on_missing_day_moves_to_its_end", apia, "wed@20:00-fri@12:00", true, "2011-12-28T20:00:00-10:00", "2011-12-31T00:00:00+14:00"},
		{"over_missing_day", apia, "thu@20:00-sat@08:00", true, "2011-12-29T20:00:00-10:00", "2011-12-31T08:00:00+14:00"},
		{"longest_over_missing_day_begins_again_at_its_end", apia, "fri@12:00-fri@11:00", true, "2011-12-23T12:00:00-10:00", "2012-01-06T11:00:00+14:00"},
		{"started_in_overlap_over_midnight_goes_on", stJohns, "sun@00:00-tue@08:00", true, "2006-10-29T00:00:00-02:30", "2006-10-31T08:00:00-03:30"},
		{"ended_in_overlap_over_midnight_is_not_undone", stJohns, "fri@20:00-sun@00:00", false, "2006-10-29T00:00:00-02:30", "2006-11-03T20:00:00-03:30"},
	})
}

func TestWindowOnDatesWhenClocksChange(t *testing.T) {
	runStretches(t, []stretch{
		{"midnight_gap_shortens_the_date", saoPaulo, "dates=2018-11-04", true, "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"},
		{"midnight_gap_ends_the_date_before", saoPaulo, "dates=2018-11-03", true, "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"midnight_overlap_belongs_to_the_date_before", saoPaulo, "dates=2018-02-17", true, "2018-02-17T00:00:00-02:00", "2018-02-18T00:00:00-03:00"},
		{"midnight_overlap_date_starts_after_it", saoPaulo, "dates=2018-02-18", true, "2018-02-18T00:00:00-03:00", "2018-02-19T00:00:00-03:00"},
		{"midnight_overlap_overnight_goes_on", saoPaulo, "dates=2018-02-17 22:00-06:00", true, "2018-02-17T22:00:00-02:00", "2018-02-18T06:00:00-03:00"},
		{"berlin_gap_start_moves_to_its_end", berlin, "dates=2026-03-29 02:30-05:00", true, "2026-03-29T03:00:00+02:00", "2026-03-29T05:00:00+02:00"},
		{"berlin_overlap_does_not_start_again", berlin, "dates=2026-10-25 02:00-02:30", false, "2026-10-25T02:30:00+02:00", ""},
		{"new_york_gap_overnight_ends_at_its_end", newYork, "dates=2026-03-07 22:00-02:30", false, "2026-03-08T03:00:00-04:00", ""},
		{"half_hour_overlap_end_is_not_undone", lordHowe, "dates=2026-04-05 01:00-01:45", false, "2026-04-05T01:45:00+11:00", ""},
		{"missing_date_overnight_starts_at_its_end", apia, "dates=2011-12-30 20:00-08:00", true, "2011-12-31T00:00:00+14:00", "2011-12-31T08:00:00+14:00"},
		{"missing_date_ends_the_one_before", apia, "dates=2011-12-29", false, "2011-12-31T00:00:00+14:00", ""},
		{"quarter_hour_offset_date_is_that_of_the_zone", kathmandu, "dates=2026-12-25", true, "2026-12-24T18:15:00Z", "2026-12-25T18:15:00Z"},
		{"overlap_over_midnight_started_date_goes_on", stJohns, "dates=2006-10-29", true, "2006-10-29T00:00:00-02:30", "2006-10-30T00:00:00-03:30"},
		{"overlap_over_midnight_date_before_is_over", stJohns, "dates=2006-10-28", false, "2006-10-29T00:00:00-02:30", ""},
		{"start_date_of_several_days_over_gap", berlin, "dates=2026-03-27 fri@20:00-mon@08:00", true, "2026-03-27T20:00:00+01:00", "2026-03-30T08:00:00+02:00"},
		{"start_date_of_several_days_not_listed", berlin, "dates=2026-03-28..2026-04-03 fri@20:00-mon@08:00", false, "", "2026-04-03T20:00:00+02:00"},
	})
}
