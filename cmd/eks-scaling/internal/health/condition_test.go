package health_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/signal"
)

// stormy is a unit whose period storm is open from 06:00 to 22:00. Its condition and the signal's otherwise vary.
func stormy(t *testing.T, when, otherwise string) config.Unit {
	t.Helper()
	c, err := config.Parse([]byte(fmt.Sprintf(`
timezone: UTC
signals: {rain: {parameter: /rain, maxAge: 1h, otherwise: %s}}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {web: {minSize: 0, maxSize: 12}}
    profiles: {normal: {web: 6}, peak: {web: 10}}
    schedule: {default: normal, periods: [{name: storm, profile: peak, from: "06:00", to: "22:00", when: {signal: rain, %s}}]}
`, otherwise, when)))
	if err != nil {
		t.Fatal(err)
	}
	return c.Units()[0]
}

// noon is now in the tables.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// memory is what is remembered: "on" or "off" with when that began, the value and when it was read, in minutes ago.
func memory(state string, since int, value string, read int) map[string]signal.Memory {
	ago := func(minutes int) time.Time { return noon.Add(-time.Duration(minutes) * time.Minute) }
	m := signal.Memory{On: state == "on", Spent: state == "spent", Since: ago(since), Value: value, Signal: "rain"}
	if value != "" {
		m.At = ago(read)
	}
	return map[string]signal.Memory{"storm": m}
}

// failed is a reading that failed five minutes ago.
var failed = signal.Readings{"rain": {At: noon.Add(-5 * time.Minute), Error: "status 503"}}

func TestConditionsByWhatIsKnown(t *testing.T) {
	t.Parallel()
	const two = "above: 20, until: 12"
	now, later := noon, noon.Add(2*time.Hour)
	for _, test := range []struct {
		rule, when, otherwise string
		remembered            map[string]signal.Memory
		failed                signal.Readings
		given                 string
		at                    time.Time
		want, reason          string
		outcome               string // the other one
	}{
		{"nothing_is_known", two, "false", nil, nil, "", now, "off, otherwise", "rain has no value; otherwise false", "rain were above 20: web 6 -> 10"},
		{"nothing_is_known_and_otherwise_true", two, "true", nil, nil, "", now, "on, otherwise", "rain has no value; otherwise true", "rain were 12 or less: web 10 -> 6"},
		{"on", two, "false", memory("on", 90, "25", 5), nil, "", now, "on since 10:30, read 11:55", "rain is 25, above 20", "rain were 12 or less: web 10 -> 6"},
		{"off", two, "false", memory("off", 90, "5", 5), nil, "", now, "off since 10:30, read 11:55", "rain is 5, not above 20", "rain were above 20: web 6 -> 10"},
		{"a_value_older_than_maxAge_is_read_again", two, "false", memory("on", 90, "25", 80), nil, "", now, "on since 10:30, read 10:40", "rain is 25, above 20", "rain were 12 or less: web 10 -> 6"},
		{"a_failed_reading_leaves_the_value", two, "false", memory("on", 90, "25", 50), failed, "", now, "on since 10:30, read 11:10, error", "rain is 25, above 20", "rain were 12 or less: web 10 -> 6"},
		{
			"until_it_is_too_old", two, "false", memory("on", 90, "25", 70), failed, "", now, "off, read 10:50, error, otherwise, due",
			"rain could not be read: status 503; it was 25 1h10m ago, and counts for 1h; otherwise false", "rain were above 20: web 6 -> 10",
		},
		{"a_reading_after_the_failed_one", two, "false", memory("on", 90, "25", 3), failed, "", now, "on since 10:30, read 11:57", "rain is 25, above 20", "rain were 12 or less: web 10 -> 6"},
		{
			"atMost_is_over_since_the_last_run", two + ", atMost: 1h", "false", memory("on", 65, "25", 15), nil, "", now, "off since 11:55, read 11:45, due",
			"rain is 25, above 20; atMost 1h is over, and it stays off until it has been false once", "it were on: web 6 -> 10",
		},
		{
			"hold_keeps_it_on", two + ", hold: 2h", "false", memory("on", 90, "5", 5), nil, "", now, "on since 10:30, read 11:55",
			"rain is 5, no longer above 12; hold 2h keeps it on until Tue 2026-11-24 12:30 +00:00", "it were off: web 10 -> 6",
		},
		{"a_given_value_turns_it_on", two, "false", memory("off", 90, "5", 5), failed, "20.5", now, "on, read 12:00, given", "rain is 20.5, above 20", "rain were 12 or less: web 10 -> 6"},
		{"a_given_value_between_the_thresholds", two, "false", memory("on", 90, "25", 5), nil, "13", now, "on since 10:30, read 12:00, given", "rain is 13, still above 12", "rain were 12 or less: web 10 -> 6"},
		{
			"later_the_value_is_too_old", two, "false", memory("on", 90, "25", 5), nil, "", later, "off, read 11:55, otherwise, due",
			"rain was 25 2h5m ago, and counts for 1h; otherwise false", "rain were above 20: web 6 -> 10",
		},
		{"before_the_value_was_read", two, "false", memory("on", 60, "25", 5), nil, "", noon.Add(-2 * time.Hour), "off since 11:00, read 11:55", "rain is 25, above 20", "rain were above 20: web 6 -> 10"},
		{"a_given_value_before_that", two, "false", memory("off", 150, "5", 5), nil, "25", noon.Add(-2 * time.Hour), "on, read 10:00, given", "rain is 25, above 20", "rain were 12 or less: web 10 -> 6"},
		{"below", "below: 5, until: 8", "false", memory("off", 90, "25", 5), nil, "", now, "off since 10:30, read 11:55", "rain is 25, not below 5", "rain were below 5: web 6 -> 10"},
		{"no_longer_below", "below: 5, until: 8", "false", memory("on", 90, "6", 5), nil, "", now, "on since 10:30, read 11:55", "rain is 6, still below 8", "rain were 8 or more: web 10 -> 6"},
		{"one_threshold", "above: 20", "false", memory("on", 90, "25", 5), nil, "", now, "on since 10:30, read 11:55", "rain is 25, above 20", "rain were 20 or less: web 10 -> 6"},
		{"a_text", "is: heavy", "false", memory("on", 90, "heavy", 5), nil, "", now, "on since 10:30, read 11:55", `rain is "heavy"`, "rain were not heavy: web 10 -> 6"},
		{"another_text", "is: heavy", "false", memory("off", 90, "light", 5), nil, "", now, "off since 10:30, read 11:55", `rain is "light", not "heavy"`, "rain were heavy: web 6 -> 10"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			u := stormy(t, test.when, test.otherwise)
			given := signal.Readings{}
			if test.given != "" {
				given["rain"] = signal.Reading{Value: test.given, At: test.at}
			}
			facts := health.ConditionFacts{Remembered: test.remembered, Failed: test.failed}
			judged := facts.Judge(u, given, noon, test.at)
			c := facts.Conditions(u, judged, given, test.at)[0]
			if got := short(c); got != test.want || c.Reason != test.reason {
				t.Errorf("%s: %s\nwant %s: %s", got, c.Reason, test.want, test.reason)
			}
			timeline := u.Timeline()
			timeline.Conditions = judged.Conditions()
			changes := agenda.Changes(agenda.SizesOf(u, timeline.Demands(test.at)), agenda.SizesOf(u, health.Flipped(timeline, "storm", test.at)))
			if got := c.Flip(judged[0].Memory, test.at) + ": " + strings.Join(changes, ", "); got != test.outcome {
				t.Errorf("the other outcome: %s; want %s", got, test.outcome)
			}
		})
	}
}

// short describes a condition, such as "on since 10:30, read 11:55, error".
func short(c health.Condition) string {
	text := map[bool]string{true: "on", false: "off"}[c.On]
	if !c.Since.IsZero() {
		text += " since " + c.Since.Format("15:04")
	}
	if !c.ReadAt.IsZero() {
		text += ", read " + c.ReadAt.Format("15:04")
	}
	for _, is := range []struct {
		so   bool
		word string
	}{{c.Error != "", "error"}, {c.Otherwise != "", "otherwise"}, {c.Given, "given"}, {c.Due, "due"}} {
		if is.so {
			text += ", " + is.word
		}
	}
	return text
}

func TestConditionsOutsideTheirWindow(t *testing.T) {
	t.Parallel()
	u, night := stormy(t, "above: 20", "false"), noon.Add(11*time.Hour)
	if closed := health.Closed(u, noon); closed != nil {
		t.Errorf("found %v in the window; want none", closed)
	}
	closed := health.Closed(u, night)
	if len(closed) != 1 || closed[0].Open || closed[0].Period != "storm" || closed[0].Signal != "rain" {
		t.Errorf("found %v; want the condition of storm", closed)
	}
	// What was remembered of an earlier window is no judgement in this one.
	facts := health.ConditionFacts{Remembered: memory("on", 15*60, "25", 15*60)}
	judged := facts.Judge(u, nil, noon, noon)
	if c := facts.Conditions(u, judged, nil, noon)[0]; c.Judged || c.Due {
		t.Errorf("found %+v; want one that no run has judged", c)
	}
}
