package loadconfig

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// worldwide is a configuration with clusters of two regions, and one whose region is unreadable.
type worldwide struct{}

func (worldwide) Names(ctx context.Context) (inventory.Snapshot, error) { return worldwide{}.Read(ctx) }

func (worldwide) Read(context.Context) (inventory.Snapshot, error) {
	settings := inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(`{"paused":false,"timezone":"UTC"}`)}
	s := inventory.Snapshot{Settings: &settings}
	for name, region := range map[string]string{"near": `"sa-east-1"`, "far": `"eu-west-1"`, "lost": `7`} {
		s.Clusters = append(s.Clusters, cluster(name, `{"name":"`+name+`","region":`+region+`,"nodegroups":{"`+name+`-big":{"minSize":0,"maxSize":5}},`+
			`"profiles":{"normal":{"`+name+`-big":1}},"schedule":{"default":"normal"}}`))
	}
	return s, nil
}

func TestAHubTakesOnlyItsRegion(t *testing.T) {
	t.Parallel()
	const elsewhere = "cluster far belongs to the hub of eu-west-1, and this one takes only clusters of sa-east-1; add: --region eu-west-1"
	for _, row := range []struct {
		rule, region, input string
		units, fails        string
	}{
		{"all regions", "", `{}`, "far lost near", ""},
		{"its own, and one whose region is unreadable", "sa-east-1", `{}`, "lost near", ""},
		{"one whose region is unreadable is reported by every hub that has it", "us-east-1", `{}`, "lost", ""},
		{"a person names another region's cluster", "sa-east-1", `{"clusters":["near","far"]}`, "", "clusters[1]: " + elsewhere},
		{"a person names another region's schedule", "sa-east-1", `{"schedules":["far:batch"]}`, "", "schedules[0]: " + elsewhere},
		{"a person names another region's node group", "sa-east-1", `{"clusters":["near"],"nodegroups":["far-big"]}`, "", `nodegroups[0]: unknown name "far-big"`},
		{"a trigger from before", "sa-east-1", `{"trigger":"schedule","clusters":["near","far"]}`, "near", ""},
	} {
		h := Handler{Store: worldwide{}, Region: row.region, Now: func() time.Time { return now }}
		got, err := h.Handle(t.Context(), slog.New(slog.DiscardHandler), run.LoadConfigRequest{Execution: run.Execution{Name: "run"}, Input: json.RawMessage(row.input)})
		if (err != nil) != (row.fails != "") || err != nil && !strings.Contains(err.Error(), row.fails) {
			t.Errorf("%s: %v; want %q", row.rule, err, row.fails)
		}
		units := strings.Fields(strings.Join(got.Units, " "))
		if diff := cmp.Diff(strings.Fields(row.units), slices.Sorted(slices.Values(units))); row.fails == "" && diff != "" {
			t.Errorf("%s: (-want +got):\n%s", row.rule, diff)
		}
	}
}

func TestATriggerNotesWhatAnotherHubScales(t *testing.T) {
	t.Parallel()
	h := Handler{Store: worldwide{}, Region: "sa-east-1", Now: func() time.Time { return now }}
	got, err := h.Handle(t.Context(), slog.New(slog.DiscardHandler), run.LoadConfigRequest{Input: json.RawMessage(`{"trigger":"schedule","clusters":["near","far"]}`)})
	want := []string{"cluster far is in eu-west-1, and the hub of that region scales it"}
	if diff := cmp.Diff(want, got.Notes); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
