package integration_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
)

// eventsOf returns the details of the system's events of a kind.
func eventsOf[Detail any](t *testing.T, w *world.World, kind event.Kind) (details []Detail) {
	t.Helper()
	for _, e := range w.Events.Events() {
		if e.Source != event.Source || e.DetailType != string(kind) {
			continue
		}
		var detail Detail
		if err := json.Unmarshal(e.Detail, &detail); err != nil {
			t.Fatal(err)
		}
		details = append(details, detail)
	}
	return details
}

// kindsOf returns the kinds of all events of the system, in order.
func kindsOf(w *world.World) (kinds []string) {
	for _, e := range slices.Collect(slices.Values(w.Events.Events())) {
		if e.Source == event.Source {
			kinds = append(kinds, e.DetailType)
		}
	}
	return kinds
}

func TestAChangeOfANodeGroupIsAnEvent(t *testing.T) {
	t.Parallel()
	w := begin(t)
	apply(t, w)
	runWorld(t, w, "night", run.Input{At: tuesday("02:00:00"), Actor: "ana", Reason: "a test"})
	var got []string
	for _, e := range eventsOf[event.Scaled](t, w, event.NodeGroupScaled) {
		got = append(got, e.Cluster+"/"+e.Nodegroup+" "+string(e.Action)+" "+e.Before.String()+" -> "+e.After.String()+" by "+e.Actor+" in "+e.Run.Name)
	}
	want := []string{"production/small scaleUp 0 (0..1) -> 1 (0..1) by ana in night", "production/big scaleDown 1 (0..5) -> 0 (0..5) by ana in night"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAFailedRunIsHeard in chat in one thread, and in the alert that the run sends and the one of the rule, however it ended.
func TestAFailedRunIsHeard(t *testing.T) {
	t.Parallel()
	w := begin(t)
	apply(t, w)
	w.EKS.FailUpdate(world.Region, "production", "small", "AsgInstanceLaunchFailures", "no capacity")
	runWorld(t, w, "night", run.Input{At: tuesday("02:00:00")})
	if err := w.DeliverEvents(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, text := range w.Chat() {
		var m struct {
			Content  struct{ Title string }
			Metadata struct{ ThreadID string }
		}
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		got = append(got, m.Metadata.ThreadID+": "+m.Content.Title)
	}
	want := []string{"night: Scaling failed: production/small", "night: Run failed: night"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("chat (-want +got):\n%s", diff)
	}
	kinds := []string{"Scaling Failed", "Scale-down Held Back", "Run Finished"}
	if diff := cmp.Diff(kinds, kindsOf(w)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	alerts := w.Alerts()
	if len(alerts) != 2 || !strings.Contains(alerts[1].Message, "eks-scaling runs show night --region sa-east-1") {
		t.Errorf("found the alerts %v; want the run's own and the rule's", alerts)
	}
}

// TestSuccessIsHeardByChoice of all clusters, or of one.
func TestSuccessIsHeardByChoice(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule   string
		config []string
		want   int
	}{
		{"nothing by default", nil, 0},
		{"what the settings ask for", []string{"clusters:", "notifications: {chat: [scaled]}\nclusters:"}, 2},
		{"what the cluster asks for", []string{"region: sa-east-1", "region: sa-east-1\n    notifications: {chat: runs}"}, 0},
		{"what the settings ask for: runs that changed something", []string{"clusters:", "notifications: {chat: runs}\nclusters:"}, 1},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			w := begin(t)
			apply(t, w, row.config...)
			runWorld(t, w, "night", run.Input{At: tuesday("02:00:00")})
			runWorld(t, w, "again", run.Input{At: tuesday("02:00:00")})
			if err := w.DeliverEvents(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := len(w.Chat()); got != row.want {
				t.Errorf("found %d messages; want %d: %s", got, row.want, w.Chat())
			}
		})
	}
}

// TestAnUnsentEventChangesNothing but the run's message.
func TestAnUnsentEventChangesNothing(t *testing.T) {
	t.Parallel()
	w := begin(t)
	apply(t, w)
	w.Events.Fail(1000, wire.NewFailure(500, "InternalException", "out of order"))
	result := runWorld(t, w, "night", run.Input{At: tuesday("02:00:00")})
	if result.Status != engine.Succeeded {
		t.Fatalf("found %s %s; want a success", result.Status, result.Cause)
	}
	checkMessage(t, w, result, "2 scaled, 0 unchanged; 3 events were not sent")
}
