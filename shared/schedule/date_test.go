package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]schedule.Date{
		"1970-01-01": 0, "1969-12-31": -1, "1970-02-01": 31, "2026-12-24": 20811, "2028-02-29": 21243, "0001-01-01": -719162, "9999-12-31": 2932896,
	} {
		got, err := schedule.ParseDate(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q: got %d %s, %v; want %d", text, got, got, err, want)
		}
	}
	const (
		wrong   = `invalid date %q: use YYYY-MM-DD, for example "2026-12-24"`
		missing = "date %q does not exist: use "
	)
	for text, format := range map[string]string{
		"": wrong, "12-24": wrong, "2026-12": wrong, "26-12-24": wrong, "2026-1-2": wrong, "24.12.2026": wrong, "2026/12/24": wrong, "20261224": wrong,
		"2026-12-24T00:00:00Z": wrong, " 2026-12-24": wrong, "2026-12-24 ": wrong, "12026-12-24": wrong, "-2026-12-24": wrong, "0000-12-24": wrong,
		"tomorrow": wrong, "out of range": wrong,
		"2026-02-29": missing + "2026-02-01 to 2026-02-28", "2100-02-29": missing + "2100-02-01 to 2100-02-28",
		"2026-04-31": missing + "2026-04-01 to 2026-04-30", "2026-13-01": missing + "a month from 01 to 12",
		"2026-00-01": missing + "a month from 01 to 12", "2026-01-00": missing + "2026-01-01 to 2026-01-31",
		"2026-01-32": missing + "2026-01-01 to 2026-01-31",
	} {
		_, err := schedule.ParseDate(text)
		if want := fmt.Sprintf(format, text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
	}
}

func TestDateWeekday(t *testing.T) {
	for text, want := range map[string]time.Weekday{
		"1970-01-01": time.Thursday, "1969-12-31": time.Wednesday, "1969-12-28": time.Sunday, "1969-12-27": time.Saturday,
		"2026-11-24": time.Tuesday, "0001-01-01": time.Monday, "2000-02-29": time.Tuesday,
	} {
		if got := date(t, text).Weekday(); got != want {
			t.Errorf("%s is a %s, want %s", text, got, want)
		}
	}
}

func TestDateOfUsesTheInstantsZone(t *testing.T) {
	at := instant(t, "2026-11-24T23:30:00-03:00")
	checkText(t, schedule.DateOf(at), "2026-11-24")
	checkText(t, schedule.DateOf(at.UTC()), "2026-11-25")
	checkText(t, schedule.DateOf(instant(t, "1969-12-31T00:00:01Z")), "1969-12-31")
}

func TestParseDateRange(t *testing.T) {
	for text, want := range map[string]string{
		"2026-12-24": "2026-12-24", "2026-12-30..2027-01-02": "2026-12-30..2027-01-02", "2026-12-24..2026-12-24": "2026-12-24",
	} {
		got, err := schedule.ParseDateRange(text)
		if err != nil || got.String() != want {
			t.Errorf("%q: got %s, %v; want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                         `invalid date "": use YYYY-MM-DD, for example "2026-12-24"`,
		"..":                       `invalid date "": use YYYY-MM-DD, for example "2026-12-24"`,
		"2026-12-24..":             `invalid date "": use YYYY-MM-DD, for example "2026-12-24"`,
		"..2026-12-24":             `invalid date "": use YYYY-MM-DD, for example "2026-12-24"`,
		"2026-12-24..31":           `invalid date "31": use YYYY-MM-DD, for example "2026-12-24"`,
		"2026-12-24-2026-12-31":    `invalid date "2026-12-24-2026-12-31": use YYYY-MM-DD, for example "2026-12-24"`,
		"2026-12-24 .. 2026-12-31": `invalid date "2026-12-24 ": use YYYY-MM-DD, for example "2026-12-24"`,
		"2026-02-27..2026-02-29":   `date "2026-02-29" does not exist: use 2026-02-01 to 2026-02-28`,
		"2027-01-02..2026-12-30":   `date range "2027-01-02..2026-12-30" ends before it starts: use 2026-12-30..2027-01-02`,
	} {
		if _, err := schedule.ParseDateRange(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
	}
}

func TestDateRangeHasBothEnds(t *testing.T) {
	r, err := schedule.ParseDateRange("2026-12-30..2027-01-02")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"2026-12-29": false, "2026-12-30": true, "2027-01-01": true, "2027-01-02": true, "2027-01-03": false} {
		if got := r.Has(date(t, text)); got != want {
			t.Errorf("%s has %s: %t, want %t", r, text, got, want)
		}
	}
}
