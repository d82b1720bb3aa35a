package main

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWithoutAFileTheDeployedConfigurationIsMeant has both verbs say the same of a table as of the file that it was made of.
func TestWithoutAFileTheDeployedConfigurationIsMeant(t *testing.T) {
	t.Parallel()
	m := filled(t)
	for _, args := range [][]string{
		{"explain", "--cluster", "production"},
		{"explain", "--cluster", "berlin", "--at", "2026-11-24 23:00"},
		{"explain", "--cluster", "paused", "-o", "json"},
		{"explain", "--cluster", "berlin", "-o", "yaml"},
		{"preview", "--cluster", "production"},
		{"preview", "--cluster", "berlin", "--until", "2026-11-24 23:00", "-o", "json"},
		{"preview", "--cluster", "berlin", "-o", "yaml"},
	} {
		if diff := cmp.Diff(mustSay(t, append(args, "--config", rich)...), does(t, m, args...)); diff != "" {
			t.Errorf("%q: of the file and of the table (-file +table):\n%s", args, diff)
		}
	}
	says(t, does(t, m, "explain"), "berlin at ", "\n\npaused at ", "\n\nproduction at ")
	says(t, does(t, m, "preview", "-o", "svg"), "<svg ", "table eks-scaling-config")
	if len(m.calls) == 0 {
		t.Error("the table was not read; want it to be")
	}
}

func TestNowIsThatOfTheStackForTheDeployedConfiguration(t *testing.T) {
	t.Parallel()
	env := holding(filled(t))
	connected := env.connect
	env.connect = func(ctx context.Context, place awsPlace, notes io.Writer, now func() time.Time) (session, error) {
		s, err := connected(ctx, place, notes, now)
		s.now = s.now.AddDate(0, 0, 1)
		return s, err
	}
	says(t, askIn(t, env, "explain", "--cluster", "berlin").stdout, "berlin at Tue 2026-11-24 13:00 +01:00")
	says(t, askIn(t, env, "preview", "--cluster", "berlin").stdout, "berlin, from Tue 2026-11-24 13:00 +01:00")
	says(t, askIn(t, env, "explain", "--cluster", "berlin", "--config", rich).stdout, "berlin at Mon 2026-11-23 13:00 +01:00")
}

func TestWhatOfTheDeployedConfigurationCannotBeUsedIsSaid(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"explain", "preview"} {
		env := holding(brokenTable(t))
		a := askIn(t, env, verb)
		if a.exit != exitFailed || a.err.Error() != "" {
			t.Errorf("%s: found exit code %d (%v); want 1, and nothing more to say", verb, a.exit, a.err)
		}
		says(t, a.stdout, "production", "paused")
		says(t, a.stderr, "cluster/berlin: ", `unknown field "regoin"`, "cluster/text: ", "override/oops: ")
		if strings.Contains(a.stdout, "berlin") {
			t.Errorf("%s: found\n%s\nwant nothing of what cannot be used", verb, a.stdout)
		}
		a = askIn(t, env, verb, "--cluster", "text")
		refuses(t, a, exitFailed)
		says(t, a.stderr, "cluster/text: ")

		refuses(t, askIn(t, env, verb, "--cluster", "nowhere"), exitNotFound, `unknown cluster "nowhere" in the config table; known: berlin, paused, production, text`)
		refuses(t, askIn(t, holding(newMemory()), verb), exitNotFound, "table eks-scaling-config has no cluster yet; begin with: eks-scaling init")
	}
}

func TestTheSwitchIsNotedBesideTheDeployedConfiguration(t *testing.T) {
	t.Parallel()
	m := filled(t)
	does(t, m, "config", "disable", "--reason", "incident")
	a := askIn(t, holding(m), "explain", "--cluster", "berlin")
	says(t, a.stderr, "the switch is off since ")
	says(t, a.stdout, "but the switch is off (enabled is false), so nothing is scaled\n")
}
