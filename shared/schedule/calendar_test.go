package schedule_test

import (
	"testing"

	"eks-scaling-automation/shared/schedule"
)

// closing is a calendar with entries that overlap.
func closing(t *testing.T) schedule.Calendar {
	t.Helper()
	var c schedule.Calendar
	for _, entry := range [][2]string{{"2026-12-25", "Christmas"}, {"2026-12-14..2027-01-03", "freeze"}, {"2027-05-01", ""}} {
		dates, err := schedule.ParseDateRange(entry[0])
		if err != nil {
			t.Fatal(err)
		}
		c = append(c, schedule.Holiday{Dates: dates, Name: entry[1]})
	}
	return c
}

func TestCalendarOnIsTheFirstEntry(t *testing.T) {
	for text, want := range map[string]string{
		"2026-12-25": "Christmas", "2026-12-14": "freeze", "2026-12-24": "freeze", "2027-01-03": "freeze", "2027-05-01": "",
	} {
		if got, ok := closing(t).On(date(t, text)); !ok || got.Name != want {
			t.Errorf("on %s: %+v, %t; want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"2026-12-13", "2027-01-04", "2027-04-30", "2027-05-02", "2025-12-25"} {
		if got, ok := closing(t).On(date(t, text)); ok {
			t.Errorf("on %s: %+v", text, got)
		}
	}
}
