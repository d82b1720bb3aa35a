package integration_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/weather"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

const freeze = "arn:aws:ssm:sa-east-1:123456789012:document/freeze"

// withSignals is a world with testdata/signals.yaml, whose sources ask the deployed policy. No condition is on at first.
func withSignals(t *testing.T) *world.World {
	t.Helper()
	w := beginAt(t, tuesday("12:00:00"))
	text, err := os.ReadFile("../cdk/testdata/read-signals-policy.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	role, err := policy.Parse("read-signals", text)
	if err != nil {
		t.Fatal(err)
	}
	w.AuthorizeSources(role)
	w.SetSecret("weather-key", "hush")
	w.SetParameter("/scaling/event", "none")
	w.Weather.Set(weather.Answer{Body: `{"hourly":{"precipitation":[5,25]}}`})
	for _, err := range []error{w.SetAlarm("ingest-backlog", "OK", false), w.SetAlarm("overload", "OK", true), w.SetCalendar(freeze, "OPEN")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	file, err := filepath.Abs("testdata/signals.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if printed, err := w.CLI(t.Context(), "config", "apply", "--yes", file); err != nil {
		t.Fatalf("config apply: %v\n%s", err, printed)
	}
	return w
}

// readingsOf returns the readings of a run, as its units got them, with the errors of those that failed.
func readingsOf(t *testing.T, result engine.Result) map[string]string {
	t.Helper()
	var state struct{ Readings signal.Readings }
	for _, e := range result.Events {
		if e.Type == engine.StateEntered && e.State == "ForEachUnit" {
			if err := json.Unmarshal(e.Input, &state); err != nil {
				t.Fatal(err)
			}
		}
	}
	found := map[string]string{}
	for name, r := range state.Readings {
		found[name] = r.Value + r.Error
	}
	return found
}

// TestEverySourceIsReadWithTheDeployedPermissions and decides the sizes.
func TestEverySourceIsReadWithTheDeployedPermissions(t *testing.T) {
	t.Parallel()
	w := withSignals(t)
	quiet := map[string]string{"rain": "5", "queue": "OK", "overload": "OK", "event": "none", "freeze": "OPEN"}
	for _, row := range []struct {
		name, signal, value string
		change              func() error
		small, big          int32
	}{
		{"quiet", "rain", "5", func() error { return nil }, 0, 1},
		{"backlog", "queue", "ALARM", func() error { return w.SetAlarm("ingest-backlog", "ALARM", false) }, 0, 2},
		{"storm", "rain", "25.5", func() error {
			w.Weather.Set(weather.Answer{Body: `{"hourly":{"precipitation":[25.5]}}`})
			return nil
		}, 0, 3},
		{"overload", "overload", "ALARM", func() error { return w.SetAlarm("overload", "ALARM", true) }, 0, 4},
		{"launch", "event", "launch", func() error { w.SetParameter("/scaling/event", "launch"); return nil }, 0, 5},
		{"frozen", "freeze", "CLOSED", func() error { return w.SetCalendar(freeze, "CLOSED") }, 1, 0},
	} {
		if err := row.change(); err != nil {
			t.Fatal(err)
		}
		if err := w.RunUntil(t.Context(), w.Now().Add(15*time.Minute)); err != nil { // so that each run is later than what it changes
			t.Fatal(err)
		}
		quiet[row.signal] = row.value
		result := runWorld(t, w, row.name, run.Input{})
		if diff := cmp.Diff(quiet, readingsOf(t, result)); diff != "" || result.Status != engine.Succeeded {
			t.Errorf("%s: %s; readings (-want +got):\n%s", row.name, result.Status, diff)
		}
		if got := desired(w); got["small"] != row.small || got["big"] != row.big || !slices.Contains(result.Path, "ReadSignals") {
			t.Errorf("%s: found %v by %v; want small %d and big %d by ReadSignals", row.name, got, result.Path, row.small, row.big)
		}
	}
	checkRequests(t, w)
}

// checkRequests checks what the weather service was asked for.
func checkRequests(t *testing.T, w *world.World) {
	t.Helper()
	for _, c := range w.Weather.Calls() {
		if c.URI != "/forecast?lat=-23.5&lon=-46.6" || c.Header.Get("X-Api-Key") != "hush" {
			t.Errorf("the service was asked for %s with %v", c.URI, c.Header)
		}
	}
}

// TestEveryFaultOfASourceEndsAsOtherwiseSays and never fails the run.
func TestEveryFaultOfASourceEndsAsOtherwiseSays(t *testing.T) {
	t.Parallel()
	w := withSignals(t)
	fault := func(service, operation, code string) func() {
		return func() {
			w.Sources.Fail(service, operation, 10, endpoint.Failure{Status: 400, Type: code, Message: "no"})
		}
	}
	for _, row := range []struct {
		name, signal, says string
		fault              func()
	}{
		{"alarm-throttled", "queue", "Throttling", fault("monitoring", "DescribeAlarms", "Throttling")},
		{"parameter-denied", "event", "AccessDeniedException", fault("ssm", "GetParameter", "AccessDeniedException")},
		{"calendar-broken", "freeze", "InternalServerError", fault("ssm", "GetCalendarState", "InternalServerError")},
		{"secret-missing", "rain", "weather-key", fault("secretsmanager", "GetSecretValue", "ResourceNotFoundException")},
		{"service-down", "rain", "503", func() { w.Weather.Set(weather.Answer{Status: 503}) }},
		{"service-redirects", "rain", "redirects", func() { w.Weather.Set(weather.Answer{Status: 302, Location: "https://elsewhere.example/"}) }},
		{"service-says-something-else", "rain", "missing", func() { w.Weather.Set(weather.Answer{Body: "{}"}) }},
	} {
		row.fault()
		result := runWorld(t, w, row.name, run.Input{})
		if found := readingsOf(t, result)[row.signal]; !strings.Contains(found, row.says) || result.Status != engine.Succeeded {
			t.Errorf("%s: %s, and the reading is %q; want %q in it", row.name, result.Status, found, row.says)
		}
		if got := desired(w)["big"]; got != normal["big"] {
			t.Errorf("%s: found big at %d; want %d", row.name, got, normal["big"])
		}
		w.Sources.Behave()
		w.Weather.Set(weather.Answer{Body: `{"hourly":{"precipitation":[5]}}`})
	}
}

// TestAFunctionThatCannotReadSignalsIsANote in the message of the run.
func TestAFunctionThatCannotReadSignalsIsANote(t *testing.T) {
	t.Parallel()
	w := withSignals(t)
	for range 3 { // one attempt and two retries
		if err := w.Lambda.KillNext("eks-scaling-read-signals", lambda.BeforeHandler); err != nil {
			t.Fatal(err)
		}
	}
	result := runWorld(t, w, "broken", run.Input{})
	var summary run.Summary
	if err := json.Unmarshal(result.Output, &summary); err != nil {
		t.Fatal(err)
	}
	if summary.Outcome != run.Succeeded || !strings.Contains(summary.Message, "; the signals were not read: ") {
		t.Errorf("%s, %q; want succeeded, with a note", summary.Outcome, summary.Message)
	}
}

// TestCallsOfARunWithSignals counts what signals add to a run without changes: docs/how-it-works.md has the same numbers.
func TestCallsOfARunWithSignals(t *testing.T) {
	t.Parallel()
	w := withSignals(t)
	runWorld(t, w, "first", run.Input{}) // writes what the unit remembers
	w.Sources.Reset()
	invocations, dynamoDB := len(w.Lambda.Invocations()), w.Tables.Calls()
	result := runWorld(t, w, "second", run.Input{})
	got := []int{result.Transitions, len(w.Lambda.Invocations()) - invocations, w.Tables.Calls() - dynamoDB, len(w.Sources.Calls()), len(w.Weather.Calls())}
	want := []int{10 + 1, 4 + 1, 9 + 1, 2 + 1 + 1 + 1, 2} // two alarms, a parameter, a calendar and a secret; the service was asked in both runs
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transitions, invocations, DynamoDB calls, calls of AWS and of the service (-want +got):\n%s", diff)
	}
}
