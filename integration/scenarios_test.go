package integration_test

import (
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/trace"
	"eks-scaling-automation/integration/trace/replay"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
)

// traces is where the scenarios are recorded; empty records nothing. See make traces.
var traces = flag.String("traces", "", "the folder that gets a trace of every scenario")

func TestScenarios(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := beginScenario(t)
			if !s.empty {
				apply(t, w, s.config...)
			}
			if s.given != nil {
				if err := s.given(w); err != nil {
					t.Fatal(err)
				}
			}
			result := runWorld(t, w, "test-run", s.input)
			if result.Status != s.status {
				t.Errorf("status %s (%s: %s); want %s", result.Status, result.Error, result.Cause, s.status)
			}
			if diff := cmp.Diff(strings.Fields(s.path), fold(result.Path)); s.path != "" && diff != "" {
				t.Errorf("path (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(s.updates, accepted(w)); diff != "" {
				t.Errorf("accepted updates (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(s.end, desired(w)); diff != "" {
				t.Errorf("desired sizes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(s.records, records(t, w)); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			checkMessage(t, w, result, s.says)
			checkTrace(t, w, s.name)
		})
	}
}

// beginScenario brings up the world of a scenario. If it is recorded, that goes by a clock that shows the same times again.
func beginScenario(t *testing.T) *world.World {
	t.Helper()
	if *traces == "" {
		return begin(t)
	}
	return beginWith(t, world.Options{Binaries: binaries, Log: t.Output(), Now: time.Now, Clock: clock.Virtual(tuesday("12:00:00"))})
}

// checkTrace records the run and holds another engine against the trace: what that cannot repeat, the trace does not tell.
func checkTrace(t *testing.T, w *world.World, name string) {
	t.Helper()
	definition, err := w.Definition()
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := trace.Of(name, definition, w.Engine.Executions()[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := replay.Run(recorded); err != nil {
		t.Errorf("replaying the trace: %v", err)
	}
	if *traces != "" {
		if err := recorded.Write(*traces); err != nil {
			t.Error(err)
		}
	}
}
