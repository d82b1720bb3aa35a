package schedule_test

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"
)

func TestSinceUntilNext(t *testing.T) {
	const never = ""
	tests := []struct {
		rule, zone, windows, at string
		since, until            string
		next                    string // the period after that
	}{
		{"at_end", "UTC", "08:00-10:00", "2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z", "2026-11-25T08:00:00Z", "p0"},
		{"outside_over_midnight", "UTC", "08:00-10:00", "2026-11-24T01:00:00Z", "2026-11-23T10:00:00Z", "2026-11-24T08:00:00Z", "p0"},
		{"once_a_week", "UTC", "tue 08:00-10:00", "2026-11-30T00:00:00Z", "2026-11-24T10:00:00Z", "2026-12-01T08:00:00Z", "p0"},
		{"edge_of_hidden_period_is_no_change", "UTC", "tue 08:00-10:00;09:00-09:30", "2026-11-24T08:30:00Z", "2026-11-24T08:00:00Z", "2026-11-24T10:00:00Z", ""},
		{"whole_week_never_changes", "UTC", "00:00-24:00", "2026-11-24T08:30:00Z", never, never, never},
		{"default_alone_never_changes", "UTC", "", "2026-11-24T08:30:00Z", never, never, never},
		{"missing_day_is_skipped", apia, "08:00-10:00", "2011-12-29T12:00:00-10:00", "2011-12-29T10:00:00-10:00", "2011-12-31T08:00:00+14:00", "p0"},
		{"days_in_a_row_are_one_window_each_but_no_change", "UTC", "sat,sun 00:00-24:00", "2026-11-28T08:00:00Z", "2026-11-28T00:00:00Z", "2026-11-30T00:00:00Z", ""},
		{"period_right_after_another", "UTC", "08:00-10:00;10:00-11:00", "2026-11-24T09:00:00Z", "2026-11-24T08:00:00Z", "2026-11-24T10:00:00Z", "p1"},
		{"period_starts_while_another_wins", "UTC", "08:00-10:00;09:00-11:00", "2026-11-24T09:30:00Z", "2026-11-24T08:00:00Z", "2026-11-24T10:00:00Z", "p1"},
		{"once_a_month", "UTC", "tue#2 08:00-10:00", "2026-11-24T00:00:00Z", "2026-11-10T10:00:00Z", "2026-12-08T08:00:00Z", "p0"},
		{"once_a_year", "UTC", "months=dec monthDays=24", "2026-11-24T00:00:00Z", "2025-12-25T00:00:00Z", "2026-12-24T00:00:00Z", "p0"},
		{"once_a_year_the_day_after", "UTC", "months=dec monthDays=24", "2026-12-25T12:00:00Z", "2026-12-25T00:00:00Z", "2027-12-24T00:00:00Z", "p0"},
		{"before_the_only_date", "UTC", "dates=2026-12-24", "2026-11-24T00:00:00Z", never, "2026-12-24T00:00:00Z", "p0"},
		{"on_the_only_date", "UTC", "dates=2026-12-24", "2026-12-24T12:00:00Z", "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", ""},
		{"after_the_only_date", "UTC", "dates=2026-12-24", "2026-12-26T00:00:00Z", "2026-12-25T00:00:00Z", never, never},
		{"exception_joins_the_default", "UTC", "mon-fri except=holidays 08:00-10:00", "2026-11-20T09:00:00Z", "2026-11-19T10:00:00Z", "2026-11-23T08:00:00Z", "p0"},
		{"exception_hands_over_to_the_next_period", "UTC", "fri except=holidays 08:00-10:00;09:00-11:00", "2026-11-20T09:30:00Z", "2026-11-20T09:00:00Z", "2026-11-20T11:00:00Z", ""},
		{"long_gap_between_leap_days_is_beyond_the_horizon", "UTC", "months=feb monthDays=29", "2026-11-24T00:00:00Z", never, never, never},
		{"date_with_a_window_within_a_gap_is_never", saoPaulo, "dates=2018-11-04 00:00-01:00", "2018-11-04T01:00:00-02:00", never, never, never},
		{"missing_date_of_a_calendar_is_never", apia, "only=apia 10:00-12:00", "2011-12-31T00:00:00+14:00", never, never, never},
		{"missing_date_is_never", apia, "dates=2011-12-30", "2011-12-29T12:00:00-10:00", never, never, never},
		{"first_midnight_before_a_repeated_hour", stJohns, "sun 00:00-06:00", "2006-10-28T12:00:00-02:30", "2006-10-22T06:00:00-02:30", "2006-10-29T00:00:00-02:30", "p0"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := timetable(t, test.zone, listed(test.windows)...)
			at := instant(t, test.at)
			a := s.Active(at)
			checkInstant(t, "Since", a.Since, test.since)
			checkInstant(t, "Until", a.Until, test.until)
			next, ok := s.Next(at)
			if ok != (test.until != never) {
				t.Fatalf("Next found a change: %t", ok)
			}
			checkInstant(t, "Next's Since", next.Since, test.until)
			if next.Period != test.next {
				t.Errorf("Next is period %q, want %q", next.Period, test.next)
			}
		})
	}
}

// TestHorizon looks for the only change from nearer and from further away.
func TestHorizon(t *testing.T) {
	s := timetable(t, "UTC", "dates=2026-06-15 06:00-18:00")
	start, end := instant(t, "2026-06-15T06:00:00Z"), instant(t, "2026-06-15T18:00:00Z")
	for _, hour := range []int{0, 7, 23} {
		ahead := start.AddDate(0, 0, -schedule.Horizon).Add(time.Duration(hour) * time.Hour)
		if next, ok := s.Next(ahead); !ok || !next.Since.Equal(start) {
			t.Errorf("%s before it, the change at %s is not found", start.Sub(ahead), start)
		}
		behind := end.AddDate(0, 0, schedule.Horizon).Add(-time.Duration(hour) * time.Hour)
		if a := s.Active(behind); !a.Since.Equal(end) {
			t.Errorf("%s after it, Since is %s, want %s", behind.Sub(end), a.Since, end)
		}
	}
	for _, far := range []time.Time{start.AddDate(0, 0, -schedule.Horizon-3), end.AddDate(0, 0, schedule.Horizon+3)} {
		if a := s.Active(far); !a.Since.IsZero() || !a.Until.IsZero() {
			t.Errorf("at %s: from %s to %s, want neither", far, a.Since, a.Until)
		}
		if next, ok := s.Next(far); ok {
			t.Errorf("at %s: the change at %s is found", far, next.Since)
		}
	}
}
