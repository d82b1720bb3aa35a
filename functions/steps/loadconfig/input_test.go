package loadconfig

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/run"
)

// now is by the clock of the function, a little behind that of the trigger in most tests.
var now = time.Date(2026, 11, 24, 9, 29, 59, 700_000_000, time.UTC)

func TestInputThatIsRight(t *testing.T) {
	t.Parallel()
	got, err := parseInput(json.RawMessage(`{"trigger":"manual","due":"2026-11-24T09:30:00Z","actor":"ana","reason":"test","clusters":["production"],
		"nodegroups":[],"profile":"peak","at":"2026-11-24T06:30:00-03:00","dryRun":true,"force":false}`), now)
	if err != nil {
		t.Fatal(err)
	}
	want := run.Input{
		Trigger: "manual", Due: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), Actor: "ana", Reason: "test", Clusters: []string{"production"}, Nodegroups: []string{}, Profile: "peak",
		At: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), DryRun: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInputThatIsWrongNamesThePathAndWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		`null`:                           "input: found null; want an object, {} for a plain run",
		`"peak"`:                         `input: found "peak"; want an object`,
		`{"Profile":"peak"}`:             "Profile: unknown field; known: actor, at, clusters, dryRun, due, force, nodegroups, profile, reason, trigger",
		`{"clusters":"production"}`:      `clusters: found "production"; want a list of names, such as ["production"]`,
		`{"nodegroups":[1]}`:             `nodegroups: found [1]; want a list of names`,
		`{"profile":""}`:                 `profile: found ""; want a text that is not empty, or leave it out`,
		`{"profile":null}`:               "profile: found null; want a text",
		`{"dryRun":"yes"}`:               `dryRun: found "yes"; want true or false`,
		`{"at":"2026-11-24T06:30:00"}`:   `at: found "2026-11-24T06:30:00"; want an instant with its offset`,
		`{"at":1795000000}`:              "at: found 1795000000; want an instant",
		`{"at":"0001-01-01T00:00:00Z"}`:  "at: found",
		`{"due":"09:30"}`:                `due: found "09:30"; want an instant with its offset`,
		`{"due":"2026-11-24T09:35:00Z"}`: `due: found "2026-11-24T09:35:00Z", but now is 2026-11-24T09:29:59Z; want an instant at most 5 minutes ahead`,
		`{"actor":"ana\nroot"}`:          "actor: found the control character U+000A at position 4; want one line of printable text",
		`{"trigger":"\u001b[2J"}`:        "trigger: found the control character U+001B at position 1",
		`{"reason":"x\u009b2J"}`:         "reason: found the control character U+009B at position 2",
		`{"profile":"x\u007f"}`:          "profile: found the control character U+007F at position 2",
		`{"clusters":["a","b\r"]}`:       "clusters[1]: found the control character U+000D at position 2",
		`{"nodegroups":["\u2028"]}`:      "nodegroups[0]: found the control character U+2028 at position 1",
		`{"x\u001by":1}`:                 "x?y: unknown field",
		"\"\x7f\"":                       `input: found "?"; want an object`,
		`{"reason":"` + strings.Repeat("x", 32<<10) + `"}`: "input: found 32781 bytes; want at most 32768, as it travels with the run",
	} {
		_, err := parseInput(json.RawMessage(input), now)
		if err == nil || !strings.Contains(err.Error(), want) || step.Classify(err) != run.InputInvalidError {
			t.Errorf("%s: %v; want an InputInvalidError with %q", input, err, want)
		}
	}
}

// TestATriggerMayBeAheadOfTheClock as two clocks never agree.
func TestATriggerMayBeAheadOfTheClock(t *testing.T) {
	t.Parallel()
	for _, due := range []string{"2026-11-24T09:30:00Z", "2026-11-24T09:34:59.7Z", "2026-11-23T00:00:00Z", "2026-11-24T06:30:00-03:00"} {
		in, err := parseInput(json.RawMessage(`{"due":"`+due+`"}`), now)
		if want, _ := time.Parse(time.RFC3339, due); err != nil || !in.Due.Equal(want) {
			t.Errorf("%s: read as %v, %v", due, in.Due, err)
		}
	}
}
