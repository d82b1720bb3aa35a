package integration_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
)

const eventsPage = "../docs/events.md"

// examplesBegin is the line before the examples in the page.
const examplesBegin = "They are from a run in the local world. `go test ./integration -run TestEventsPage -update` rewrites them.\n"

// TestEventsPage has one event of each kind happen in the local world, and compares them with docs/events.md.
func TestEventsPage(t *testing.T) {
	t.Parallel()
	w := beginAt(t, tuesday("06:40:00"))
	happen(t, w)
	examples := map[string]string{}
	for _, e := range w.Events.Events() {
		if e.Source != event.Source {
			continue
		}
		if text, shown := pretty(t, e.JSON()), examples[e.DetailType]; shown == "" || len(text) < len(shown) {
			examples[e.DetailType] = text
		}
	}
	var text strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(event.Kinds())) {
		if examples[string(kind)] == "" {
			t.Errorf("no event %s happened", kind)
		}
		fmt.Fprintf(&text, "\n### %s\n\n```json\n%s\n```\n", kind, examples[string(kind)])
	}
	page, err := os.ReadFile(eventsPage)
	if err != nil {
		t.Fatal(err)
	}
	before, found, _ := strings.Cut(string(page), examplesBegin)
	if *update {
		if err := os.WriteFile(eventsPage, []byte(before+examplesBegin+text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		found = text.String()
	}
	if diff := cmp.Diff(text.String(), found); diff != "" {
		t.Errorf("%s is out of date (-want +got):\n%s", eventsPage, diff)
	}
}

// happen lets one event of each kind happen.
func happen(t *testing.T, w *world.World) {
	t.Helper()
	deliver := func() {
		t.Helper()
		if err := w.DeliverChanges(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	deliver()
	runWorld(t, w, "morning", run.Input{Trigger: run.ScheduleTrigger, Actor: "eventbridge-scheduler", Reason: "transition: 06:30 America/Sao_Paulo"})
	w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 5})
	runWorld(t, w, "reconcile", run.Input{Trigger: run.ReconcileTrigger, Actor: "eventbridge-scheduler", Reason: "reconcile"})
	w.EKS.FailUpdate(world.Region, "production", "small", "AsgInstanceLaunchFailures", "no capacity")
	runWorld(t, w, "night", run.Input{At: tuesday("02:00:00"), Actor: "ana", Reason: "a test of the night"})
	cli(t, w, "pause", "--by", "ana", "--reason", "incident 4711", "--yes")
	cli(t, w, "resume", "--by", "ana", "--reason", "incident 4711 is over", "--yes")
	from := w.Now()
	cli(t, w, "override", "set", "production", "--to", "peak", "--for", "4h", "--by", "ana", "--reason", "a load test", "--name", "load-test", "--yes")
	deliver()
	w.Announce(from, from.AddDate(0, 0, 1))
}

var (
	fraction = regexp.MustCompile(`(T\d\d:\d\d:\d\d)\.\d+(Z)`)
	sequence = regexp.MustCompile(`"id": "[0-9a-f]{32}"`)
)

// pretty formats an event for people, without what differs each time.
func pretty(t *testing.T, data []byte) string {
	t.Helper()
	var text bytes.Buffer
	if err := json.Indent(&text, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	without := fraction.ReplaceAllString(text.String(), "$1$2")
	return sequence.ReplaceAllString(without, `"id": "5d0c3f1b7a9e4c2d8f6b1a3e5c7d9f0b"`)
}
