package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/statemachine"
)

func TestInputThatIsRight(t *testing.T) {
	t.Parallel()
	got, err := parseInput(json.RawMessage(`{"trigger":"manual","actor":"ana","reason":"test","clusters":["production"],
		"nodegroups":[],"profile":"peak","at":"2026-11-24T06:30:00-03:00","dryRun":true,"force":false}`))
	if err != nil {
		t.Fatal(err)
	}
	want := statemachine.Input{
		Trigger: "manual", Actor: "ana", Reason: "test", Clusters: []string{"production"}, Nodegroups: []string{}, Profile: "peak",
		At: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), DryRun: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInputThatIsWrongNamesThePathAndWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		`null`:                          "input: found null; want an object, {} for a plain run",
		`"peak"`:                        `input: found "peak"; want an object`,
		`{"Profile":"peak"}`:            "Profile: unknown field; known: actor, at, clusters, dryRun, force, nodegroups, profile, reason, trigger",
		`{"clusters":"production"}`:     `clusters: found "production"; want a list of names, such as ["production"]`,
		`{"nodegroups":[1]}`:            `nodegroups: found [1]; want a list of names`,
		`{"profile":""}`:                `profile: found ""; want a text that is not empty, or leave it out`,
		`{"profile":null}`:              "profile: found null; want a text",
		`{"dryRun":"yes"}`:              `dryRun: found "yes"; want true or false`,
		`{"at":"2026-11-24T06:30:00"}`:  `at: found "2026-11-24T06:30:00"; want an instant with its offset`,
		`{"at":1795000000}`:             "at: found 1795000000; want an instant",
		`{"at":"0001-01-01T00:00:00Z"}`: "at: found",
	} {
		_, err := parseInput(json.RawMessage(input))
		if err == nil || !strings.Contains(err.Error(), want) || step.Classify(err) != statemachine.InputInvalidError {
			t.Errorf("%s: %v; want an InputInvalidError with %q", input, err, want)
		}
	}
}
