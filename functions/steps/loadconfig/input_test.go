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

// now is the function's clock, a little behind the trigger's in most tests.
var now = time.Date(2026, 11, 24, 9, 29, 59, 700_000_000, time.UTC)

func TestInputThatIsRight(t *testing.T) {
	t.Parallel()
	got, err := parseInput(json.RawMessage(`{"trigger":"manual","due":"2026-11-24T09:30:00Z","actor":"ana","reason":"test","clusters":["production"],
		"nodegroups":[],"profile":"peak","at":"2026-11-24T06:30:00-03:00","dryRun":true,"force":false,"beyondBlastRadius":true}`), now)
	if err != nil {
		t.Fatal(err)
	}
	want := run.Input{
		Trigger: "manual", Due: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), Actor: "ana", Reason: "test", Clusters: []string{"production"}, Nodegroups: []string{}, Profile: "peak",
		At: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), DryRun: true,
		BeyondBlastRadius: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInvalidInputNamesThePathAndTheValidForm(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		`null`:                           "input: must be an object, not null: use {} for all clusters",
		`"peak"`:                         `input: must be an object, not "peak"`,
		`{"Profile":"peak"}`:             "Profile: unknown field; known: actor, at, beyondBlastRadius, clusters, dryRun, due, force, nodegroups, profile, reason, schedules, trigger",
		`{"clusters":"production"}`:      `clusters: must be a list of names, such as ["production"], not "production"`,
		`{"nodegroups":[1]}`:             `nodegroups: must be a list of names, such as ["big"], not [1]`,
		`{"profile":""}`:                 `profile: must be a string that is not empty`,
		`{"profile":null}`:               "profile: must be a string, not null",
		`{"dryRun":"yes"}`:               `dryRun: must be true or false, not "yes"`,
		`{"at":"2026-11-24T06:30:00"}`:   `at: invalid time "2026-11-24T06:30:00": use RFC 3339 with an offset, for example`,
		`{"beyondBlastRadius":true}`:     "beyondBlastRadius: reason is required: say why the run may take down more",
		`{"at":1795000000}`:              "at: invalid time 1795000000: use RFC 3339",
		`{"at":"0001-01-01T00:00:00Z"}`:  `at: invalid time "0001-01-01T00:00:00Z"`,
		`{"due":"09:30"}`:                `due: invalid time "09:30": use RFC 3339 with an offset`,
		`{"due":"2026-11-24T09:35:00Z"}`: `due: 2026-11-24T09:35:00Z is more than 5 minutes ahead of the clock, 2026-11-24T09:29:59Z`,
		`{"actor":"ana\nroot"}`:          "actor: control character U+000A at position 4: use one line of printable text",
		`{"trigger":"\u001b[2J"}`:        "trigger: control character U+001B at position 1",
		`{"reason":"x\u009b2J"}`:         "reason: control character U+009B at position 2",
		`{"profile":"x\u007f"}`:          "profile: control character U+007F at position 2",
		`{"clusters":["a","b\r"]}`:       "clusters[1]: control character U+000D at position 2",
		`{"nodegroups":["\u2028"]}`:      "nodegroups[0]: control character U+2028 at position 1",
		`{"x\u001by":1}`:                 "x?y: unknown field",
		"\"\x7f\"":                       `input: must be an object, not "?"`,
		`{"reason":"` + strings.Repeat("x", 32<<10) + `"}`: "input: must have at most 32768 bytes, not 32781: name fewer clusters",
	} {
		_, err := parseInput(json.RawMessage(input), now)
		if err == nil || !strings.Contains(err.Error(), want) || step.Classify(err) != run.InputInvalidError {
			t.Errorf("%s: %v; want an InputInvalidError with %q", input, err, want)
		}
	}
}

// TestATriggerMayBeAheadOfTheClock because two clocks never agree.
func TestATriggerMayBeAheadOfTheClock(t *testing.T) {
	t.Parallel()
	for _, due := range []string{"2026-11-24T09:30:00Z", "2026-11-24T09:34:59.7Z", "2026-11-23T00:00:00Z", "2026-11-24T06:30:00-03:00"} {
		in, err := parseInput(json.RawMessage(`{"due":"`+due+`"}`), now)
		if want, _ := time.Parse(time.RFC3339, due); err != nil || !in.Due.Equal(want) {
			t.Errorf("%s: read as %v, %v", due, in.Due, err)
		}
	}
}
