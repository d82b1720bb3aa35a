package signal_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// noon is the instant of the judgements in tables.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// ago is an instant before noon, such as "20m".
func ago(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return noon.Add(-d)
}

const (
	minute = schedule.Duration(time.Minute)
	hour   = schedule.Duration(time.Hour)
)

var (
	// Storm turns on above 20 and off at 12.
	storm = schedule.Condition{Signal: "rain", Above: new(20.0), Until: new(12.0)}
	// Heat has one threshold, frost is below two, and backlog tests a text.
	heat    = schedule.Condition{Signal: "sun", Above: new(30.0)}
	frost   = schedule.Condition{Signal: "air", Below: new(-1.5), Until: new(1.0)}
	backlog = schedule.Condition{Signal: "queue", Is: "ALARM"}
	short   = schedule.Condition{Signal: "rain", Above: new(20.0), Until: new(12.0), Hold: 30 * minute, AtMost: 6 * hour}
)

func TestJudge(t *testing.T) {
	const off, on, spent = "off", "on", "spent"
	read := func(value string) signal.Reading { return signal.Reading{Value: value, At: noon} }
	broken := signal.Reading{At: noon, Error: "status 503"}
	tests := []struct {
		rule      string
		condition schedule.Condition
		otherwise signal.Otherwise
		was       string // off, on or spent, since "since"
		since     string
		value     string // the last good one, read at "age"
		age       string
		reading   signal.Reading
		want      string
		reason    string
	}{
		{"above_turns_on", storm, "false", off, "1h", "", "", read("20.5"), on, "rain is 20.5, above 20"},
		{"the_threshold_itself_does_not", storm, "false", off, "1h", "", "", read("20"), off, "rain is 20, not above 20"},
		{"between_two_thresholds_off_stays_off", storm, "false", off, "1h", "", "", read("12.1"), off, "rain is 12.1, not above 20"},
		{"between_two_thresholds_on_stays_on", storm, "false", on, "1h", "", "", read("12.1"), on, "rain is 12.1, still above 12"},
		{"at_until_it_turns_off", storm, "false", on, "1h", "", "", read("12"), off, "rain is 12, no longer above 12"},
		{"without_until_it_turns_off_at_above", heat, "false", on, "1h", "", "", read("30"), off, "sun is 30, not above 30"},
		{"below_turns_on", frost, "false", off, "1h", "", "", read("-1.6"), on, "air is -1.6, below -1.5"},
		{"below_stays_on_between", frost, "false", on, "1h", "", "", read("0.9"), on, "air is 0.9, still below 1"},
		{"below_turns_off_at_until", frost, "false", on, "1h", "", "", read("1"), off, "air is 1, no longer below 1"},
		{"is_turns_on", backlog, "false", off, "1h", "", "", read("ALARM"), on, `queue is "ALARM"`},
		{"is_compares_exactly", backlog, "false", on, "1h", "", "", read("Alarm"), off, `queue is "Alarm", not "ALARM"`},
		{"an_exponent_is_a_number", storm, "false", off, "1h", "", "", read("+2.1e1"), on, "rain is +2.1e1, above 20"},

		{"an_error_leaves_the_last_value", storm, "false", off, "1h", "25", "59m", broken, on, "rain is 25, above 20"},
		{"no_reading_leaves_the_last_value", storm, "false", on, "1h", "13", "59m", signal.Reading{}, on, "rain is 13, still above 12"},
		{"a_text_leaves_the_last_value", storm, "false", on, "1h", "10", "59m", read("heavy"), off, "rain is 10, no longer above 12"},
		{"an_older_reading_is_ignored", storm, "false", off, "1h", "25", "1m", signal.Reading{Value: "1", At: noon.Add(-2 * time.Minute)}, on, "rain is 25, above 20"},
		{"at_max_age_otherwise_holds", storm, "false", on, "1h", "25", "1h", broken, off, "rain could not be read: status 503; it was 25 1h ago, and counts for 1h; otherwise false"},
		{"otherwise_true", storm, "true", off, "1h", "1", "90m", signal.Reading{}, on, "rain was 1 1h30m ago, and counts for 1h; otherwise true"},
		{"otherwise_last_keeps_on", storm, "last", on, "1h", "1", "2h", broken, on, "rain could not be read: status 503; it was 1 2h ago, and counts for 1h; otherwise last"},
		{"otherwise_last_keeps_off", storm, "last", off, "1h", "25", "2h", broken, off, "rain could not be read: status 503; it was 25 2h ago, and counts for 1h; otherwise last"},
		{"no_value_ever", storm, "true", off, "1h", "", "", signal.Reading{}, on, "rain has no value; otherwise true"},
		{"an_empty_value", storm, "true", off, "1h", "", "", read(""), on, "rain has no value; otherwise true"},
		{"a_text_for_a_number", storm, "true", off, "1h", "", "", read("heavy"), on, `rain is "heavy", which is no number; otherwise true`},
		{"infinity_is_no_number", storm, "false", off, "1h", "", "", read("Inf"), off, `rain is "Inf", which is no number; otherwise false`},
		{"nan_is_no_number", storm, "true", off, "1h", "", "", read("NaN"), on, `rain is "NaN", which is no number; otherwise true`},
		{"hexadecimal_is_no_number", storm, "false", off, "1h", "", "", read("0x20"), off, `rain is "0x20", which is no number; otherwise false`},
		{"too_large_is_no_number", storm, "false", off, "1h", "", "", read("1e999"), off, `rain is "1e999", which is no number; otherwise false`},
		{"a_remembered_text_is_no_number", storm, "true", off, "1h", "ALARM", "1m", signal.Reading{}, on, "rain has no value; otherwise true"},
		{"last_at_first_is_off", storm, "last", "", "", "", "", signal.Reading{}, off, "rain has no value; otherwise last"},

		{"hold_keeps_it_on", short, "false", on, "29m59s", "", "", read("3"), on, "rain is 3, no longer above 12; hold 30m keeps it on until Tue 2026-11-24 12:00 +00:00"},
		{"hold_is_over", short, "false", on, "30m", "", "", read("3"), off, "rain is 3, no longer above 12"},
		{"hold_without_a_value", short, "false", on, "10m", "", "", broken, on, "rain could not be read: status 503; otherwise false; hold 30m keeps it on until Tue 2026-11-24 12:20 +00:00"},
		{"before_at_most", short, "false", on, "5h59m59s", "", "", read("25"), on, "rain is 25, above 20"},
		{"at_most_ends_it", short, "false", on, "6h", "", "", read("25"), spent, "rain is 25, above 20; atMost 6h is over, and it stays off until it has been false once"},
		{"at_most_ends_what_is_between", short, "false", on, "7h", "", "", read("13"), spent, "rain is 13, still above 12; atMost 6h is over, and it stays off until it has been false once"},
		{"at_most_ends_otherwise_too", short, "true", on, "6h", "", "", broken, spent, "rain could not be read: status 503; otherwise true; atMost 6h is over, and it stays off until it has been false once"},
		{"at_most_and_false_is_off", short, "false", on, "6h", "", "", read("3"), off, "rain is 3, no longer above 12; atMost 6h is over"},
		{"spent_stays_off_while_true", short, "false", spent, "1h", "", "", read("99"), spent, "rain is 99, above 20; atMost 6h was over at Tue 2026-11-24 11:00 +00:00, and it stays off until it has been false once"},
		{"spent_stays_off_between", short, "false", spent, "1h", "", "", read("13"), spent, "rain is 13, still above 12; atMost 6h was over at Tue 2026-11-24 11:00 +00:00, and it stays off until it has been false once"},
		{"spent_ends_when_it_is_false", short, "false", spent, "1h", "", "", read("12"), off, "rain is 12, not above 20"},
		{"spent_ends_by_otherwise_false", short, "false", spent, "1h", "", "", broken, off, "rain could not be read: status 503; otherwise false"},
		{"spent_stays_by_otherwise_last", short, "last", spent, "1h", "", "", broken, spent, "rain could not be read: status 503; otherwise last; atMost 6h was over at Tue 2026-11-24 11:00 +00:00, and it stays off until it has been false once"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var m signal.Memory
			if test.was != "" {
				m = signal.Memory{On: test.was == on, Spent: test.was == spent, Since: ago(t, test.since), Signal: test.condition.Signal}
			}
			if test.value != "" {
				m.Value, m.At = test.value, ago(t, test.age)
			}
			fallback := signal.Fallback{MaxAge: time.Hour, Otherwise: test.otherwise}
			after, verdict := signal.Judge(test.condition, fallback, m, test.reading, noon)
			got := map[bool]string{true: on, false: off}[after.On]
			if after.Spent {
				got = spent
			}
			if got != test.want || verdict.On != after.On {
				t.Errorf("found %s, verdict %t; want %s", got, verdict.On, test.want)
			}
			if diff := cmp.Diff(test.reason, verdict.Reason); diff != "" {
				t.Errorf("reason (-want +got):\n%s", diff)
			}
		})
	}
}

// Since is when the condition turned on or off: by the judgement, or by atMost.
func TestSince(t *testing.T) {
	fallback := signal.Fallback{MaxAge: time.Hour, Otherwise: signal.OtherwiseFalse}
	at := func(d time.Duration) time.Time { return noon.Add(d) }
	var m signal.Memory
	for _, step := range []struct {
		rule  string
		at    time.Duration
		value string
		since time.Duration
	}{
		{"off since the first judgement", 0, "3", 0},
		{"still off", time.Minute, "3", 0},
		{"on since the value", 2 * time.Minute, "25", 2 * time.Minute},
		{"still on", 3 * time.Minute, "26", 2 * time.Minute},
		{"off by atMost, not by the judgement", 7 * time.Hour, "26", 6*time.Hour + 2*time.Minute},
		{"still off", 8 * time.Hour, "3", 6*time.Hour + 2*time.Minute},
		{"on again", 9 * time.Hour, "21", 9 * time.Hour},
		{"off after hold", 10 * time.Hour, "3", 10 * time.Hour},
	} {
		m, _ = signal.Judge(short, fallback, m, signal.Reading{Value: step.value, At: at(step.at)}, at(step.at))
		want := signal.Memory{On: m.On, Spent: m.Spent, Since: at(step.since), Value: step.value, At: at(step.at), Signal: "rain"}
		if diff := cmp.Diff(want, m); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.rule, diff)
		}
	}
}

// A value of another signal says nothing about the one that the period now names.
func TestValueOfAnotherSignalIsForgotten(t *testing.T) {
	m := signal.Memory{On: true, Since: noon.Add(-time.Minute), Value: "25", At: noon, Signal: "wind"}
	after, _ := signal.Judge(storm, signal.Fallback{MaxAge: time.Hour, Otherwise: signal.OtherwiseFalse}, m, signal.Reading{}, noon)
	if diff := cmp.Diff(signal.Memory{Since: noon, Signal: "rain"}, after); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The memory is a part of an item, and the readings are a part of a run's state.
func TestJSON(t *testing.T) {
	for want, value := range map[string]any{
		`{"on":false,"since":"0001-01-01T00:00:00Z"}`: signal.Memory{},
		`{"on":true,"since":"2026-11-24T12:00:00Z","value":"25","at":"2026-11-24T12:00:00Z","signal":"rain","spent":true}`: signal.Memory{
			On: true, Since: noon, Value: "25", At: noon, Signal: "rain", Spent: true,
		},
		`{"rain":{"value":"25","at":"2026-11-24T12:00:00Z"}}`: signal.Readings{"rain": {Value: "25", At: noon}},
		`[false,true,"last"]`: []signal.Otherwise{signal.OtherwiseFalse, signal.OtherwiseTrue, signal.OtherwiseLast},
	} {
		if got, err := json.Marshal(value); err != nil || string(got) != want {
			t.Errorf("found %s, %v; want %s", got, err, want)
		}
	}
}
