package config_test

import (
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/shared/signal"
)

// Between two windows, runs may be paused or late. What a condition was in an earlier window does not count in a later one. Windows that
// touch are one.
func TestEachWindowBeginsWithoutAState(t *testing.T) {
	const document = `
timezone: UTC
signals: {rain: {parameter: /rain, maxAge: 24h, otherwise: last}}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {web: {minSize: 1, maxSize: 12}}
    profiles: {normal: {web: 3}, peak: {web: 10}}
    schedule: {default: normal, periods: [{name: storm, profile: peak, %s when: {signal: rain, above: 20, until: 12, hold: 20h, atMost: 23h}}]}
`
	const day = `from: "06:00", to: "22:00",`
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 30, 0, 0, time.UTC) }
	on := func(day, hour int) signal.Memory {
		return signal.Memory{On: true, Since: at(day, hour), Value: "15", At: at(day, hour), Signal: "rain"}
	}
	spent := func(day, hour int) signal.Memory {
		m := on(day, hour)
		m.On, m.Spent = false, true
		return m
	}
	for _, test := range []struct {
		rule, window string
		before       signal.Memory
		at           time.Time
		want         string
	}{
		{"on_since_this_window_began", day, on(24, 6), at(24, 10), "on since 24 06:30"},
		{"on_in_yesterdays_window", day, on(23, 21), at(24, 10), "off since 24 10:30"},
		{"atMost_ended_it_yesterday", day, spent(23, 21), at(24, 10), "off since 24 10:30"},
		{"a_window_over_midnight", `from: "22:00", to: "06:00",`, on(23, 22), at(24, 5), "on since 23 22:30"},
		{"windows_that_touch", `from: "00:00", to: "24:00",`, on(23, 21), at(24, 10), "on since 23 21:30"},
		{"a_window_without_end", "", on(23, 21), at(24, 10), "on since 23 21:30"},
		{"a_day_without_a_window_between", "days: [sun, tue],", on(22, 21), at(24, 10), "off since 24 10:30"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			unit := parse(t, fmt.Sprintf(document, test.window)).Units()[0]
			judged := unit.Judge(map[string]signal.Memory{"storm": test.before}, nil, test.at)
			if len(judged) != 1 {
				t.Fatalf("%d conditions are open, want one", len(judged))
			}
			m := judged[0].Memory
			got := map[bool]string{true: "on", false: "off"}[m.On] + m.Since.Format(" since 02 15:04")
			if got != test.want || m.Spent != (test.before.Spent && m.Since.Equal(test.before.Since)) {
				t.Errorf("%s (%s), want %s", got, judged[0].Verdict.Reason, test.want)
			}
			if m.Value != "15" {
				t.Errorf("the last value is %q, want 15", m.Value)
			}
		})
	}
}

// A condition is on until its window ends, or atMost is over. It says nothing about the next window.
func TestConditionsEndWithTheirWindow(t *testing.T) {
	const document = `
timezone: UTC
signals: {rain: {parameter: /rain, otherwise: false}}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {web: {minSize: 1, maxSize: 12}}
    profiles: {normal: {web: 3}, peak: {web: 10}}
    schedule: {default: normal, periods: [{name: storm, profile: peak, %s when: {signal: rain, above: 20%s}}]}
`
	const day = `from: "06:00", to: "22:00",`
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct{ rule, window, atMost, value, until, tomorrow string }{
		{"the_window_ends", day, "", "25", "24 22:00", "web 3"},
		{"atMost_is_over_first", day, ", atMost: 6h", "25", "24 16:00", "web 3"},
		{"the_window_ends_before_atMost", day, ", atMost: 13h", "25", "24 22:00", "web 3"},
		{"windows_that_touch_have_no_end", "", "", "25", "01 00:00", "web 10"},
		{"off", day, "", "5", "01 00:00", "web 3"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			unit := parse(t, fmt.Sprintf(document, test.window, test.atMost)).Units()[0]
			timeline := unit.Timeline()
			timeline.Conditions = unit.Judge(nil, signal.Readings{"rain": {Value: test.value, At: at}}, at).Conditions()
			if got := timeline.Conditions["storm"].Until.Format("02 15:04"); got != test.until {
				t.Errorf("on until %s, want %s", got, test.until)
			}
			d := timeline.Demands(at.AddDate(0, 0, 1))[0]
			if got := fmt.Sprintf("%s %d", d.Nodegroup, *d.Target.DesiredSize); got != test.tomorrow {
				t.Errorf("tomorrow %s, want %s", got, test.tomorrow)
			}
		})
	}
}

// Verbs ask for an instant in UTC, and runs for one in the unit's zone. Reasons are the same.
func TestReasonsHaveTheUnitsTime(t *testing.T) {
	unit := parse(t, `
timezone: America/Sao_Paulo
signals: {rain: {parameter: /rain, otherwise: false}}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {web: {minSize: 1, maxSize: 12}}
    profiles: {normal: {web: 3}, peak: {web: 10}}
    schedule: {default: normal, periods: [{name: storm, profile: peak, when: {signal: rain, above: 20, hold: 1h}}]}
`).Units()[0]
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	memory := map[string]signal.Memory{"storm": {On: true, Since: at.Add(-time.Minute), Signal: "rain"}}
	const want = "rain has no value; otherwise false; hold 1h keeps it on until Tue 2026-11-24 09:59 -03:00"
	if got := unit.Judge(memory, nil, at)[0].Verdict.Reason; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
