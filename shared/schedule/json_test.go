package schedule_test

import (
	"encoding/json"
	"testing"

	"eks-scaling-automation/shared/schedule"
)

func TestPeriodAsJSON(t *testing.T) {
	tests := []struct{ rule, period, want string }{
		{"without_filters", "06:30-11:30", `{"name":"p0","profile":"in-p0","from":"06:30","to":"11:30"}`},
		{"whole_day", "", `{"name":"p0","profile":"in-p0","from":"00:00","to":"24:00"}`},
		{"several_days", "FRI@20:00-mon@08:00", `{"name":"p0","profile":"in-p0","from":"fri 20:00","to":"mon 08:00"}`},
		{"days_from_monday_to_sunday", "sat-mon", `{"name":"p0","profile":"in-p0","days":["mon","sat","sun"],"from":"00:00","to":"24:00"}`},
		{"nth_days_after_days", "tue#2,fri#last,mon", `{"name":"p0","profile":"in-p0","days":["mon","tue#2","fri#last"],"from":"00:00","to":"24:00"}`},
		{"month_days_as_numbers_and_texts", "monthDays=1,-1,15..20,-7..-1,15w", `{"name":"p0","profile":"in-p0","monthDays":[1,-1,"15..20","-7..-1","15W"],"from":"00:00","to":"24:00"}`},
		{"months_from_january_to_december", "months=nov-feb", `{"name":"p0","profile":"in-p0","months":["jan","feb","nov","dec"],"from":"00:00","to":"24:00"}`},
		{"dates_as_they_were_listed", "dates=2026-12-30..2027-01-02,2026-12-24", `{"name":"p0","profile":"in-p0","dates":["2026-12-30..2027-01-02","2026-12-24"],"from":"00:00","to":"24:00"}`},
		{"only_calendars", "only=holidays,works", `{"name":"p0","profile":"in-p0","calendars":{"only":["holidays","works"]},"from":"00:00","to":"24:00"}`},
		{"except_calendars", "except=holidays", `{"name":"p0","profile":"in-p0","calendars":{"except":["holidays"]},"from":"00:00","to":"24:00"}`},
		{
			"all_filters", "mon monthDays=1 months=dec dates=2026-12-01 only=holidays except=works 01:00-02:00",
			`{"name":"p0","profile":"in-p0","days":["mon"],"monthDays":[1],"months":["dec"],"dates":["2026-12-01"],"calendars":{"only":["holidays"],"except":["works"]},"from":"01:00","to":"02:00"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			checkJSON(t, periods(t, test.period)[0], test.want)
		})
	}
}

func TestHolidayAsJSON(t *testing.T) {
	christmas := schedule.DateRange{First: date(t, "2026-12-25"), Last: date(t, "2026-12-25")}
	checkJSON(t, schedule.Calendar{
		{Dates: christmas},
		{Dates: christmas, Name: "Christmas"},
		{Dates: schedule.DateRange{First: christmas.First - 1, Last: christmas.Last + 1}, Name: "the days around it"},
	}, `["2026-12-25",{"date":"2026-12-25","name":"Christmas"},{"date":"2026-12-24..2026-12-26","name":"the days around it"}]`)
	checkJSON(t, christmas.First, `"2026-12-25"`)
}

func checkJSON(t *testing.T, value any, want string) {
	t.Helper()
	got, err := json.Marshal(value)
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}
