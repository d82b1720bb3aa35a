package integration_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

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
