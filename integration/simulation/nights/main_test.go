package main

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
)

const definition = "-definition=../../../statemachine/definition.asl.json"

// minute is a clock on which everything takes a minute.
func minute() func() time.Time {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Minute)
		return now
	}
}

func TestTheReportEndsWithTheFigures(t *testing.T) {
	var out strings.Builder
	if err := simulate([]string{definition, "-cases=2", "-seed=17"}, &out, minute()); err != nil {
		t.Fatal(err)
	}
	if out.String() != "2 cases, 0 violations, 2 a minute\n" {
		t.Errorf("printed %q", out.String())
	}
}

func TestAStoryIsATimeline(t *testing.T) {
	var out strings.Builder
	if err := simulate([]string{definition, "-cases=1", "-seed=17", "-story=1"}, &out, minute()); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^Tue 0\d:\d\d:\d\d\.\d{3}  run schedule-1 starts: `).MatchString(out.String()) {
		t.Errorf("printed %s", out.String())
	}
}

func TestBadInputIsRefused(t *testing.T) {
	for arg, want := range map[string]string{
		"-cases=0": "invalid CASES", "-cases=many": "invalid CASES", "-cases=": "invalid CASES", "-seed=-1": "invalid SEED",
		"-seed=0": "invalid SEED", "-seed=1.5": "invalid SEED", "-story=yes": "invalid STORY", "-x": "not defined", "17": "unexpected argument",
	} {
		var out strings.Builder
		err := simulate([]string{definition, arg}, &out, minute())
		if err == nil || errors.Is(err, errViolations) || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%s: %v, printed %q; want an error with %q", arg, err, out.String(), want)
		}
	}
}
