package change

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/inventory"
)

// The override stays in the table, as the file has none, and the file's cluster has no profile "peak" any more.
func TestApplyRefusesWhatBreaksWhatStays(t *testing.T) {
	t.Parallel()
	entity := func(kind, name, spec string) inventory.Item {
		return inventory.Item{Kind: kind, Name: name, Version: 1, Spec: json.RawMessage(spec)}
	}
	const limits = `"region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}}, "schedule": {"default": "normal"}`
	settings := entity(inventory.KindSettings, inventory.GlobalSettings, `{"paused": false, "timezone": "UTC"}`)
	with := entity(inventory.KindCluster, "production", `{"name": "production", "profiles": {"normal": {"big": 1}, "peak": {"big": 3}}, `+limits+`}`)
	without := entity(inventory.KindCluster, "production", `{"name": "production", "profiles": {"normal": {"big": 1}}, `+limits+`}`)
	override := entity(inventory.KindOverride, "launch", `{"name": "launch", "cluster": "production", "profile": "peak", "reason": "launch",
		"from": "2026-11-24T12:00:00Z", "until": "2026-11-25T12:00:00Z"}`)
	override.Cluster = "production"
	snapshot := inventory.Snapshot{Settings: &settings, Clusters: []inventory.Item{with}, Overrides: []inventory.Item{override}}

	err := Preview(inventory.Check(snapshot, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)), []inventory.Change{{After: without}}).breaks()
	if err == nil || !strings.Contains(err.Error(), `break cluster production: override/launch: profile: unknown profile "peak"`) {
		t.Errorf("found %v; want a refusal that names the override", err)
	}
	if err := Preview(inventory.Check(snapshot, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)), []inventory.Change{{After: without}, {After: override, Gone: true}}).breaks(); err != nil {
		t.Errorf("with the override removed: %v", err)
	}
	snapshot.Clusters = []inventory.Item{without}
	if err := Preview(inventory.Check(snapshot, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)), []inventory.Change{{After: settings}}).breaks(); err != nil {
		t.Errorf("what cannot be used already keeps other changes from being made: %v", err)
	}
}

func TestNodegroupsAreNewThatNoRoleMayKnow(t *testing.T) {
	t.Parallel()
	const after = `{"name": "c", "region": "sa-east-1", "nodegroups": {"big": {}, "small": {}}}`
	for _, row := range []struct {
		rule, before string
		want         []string
	}{
		{"a new cluster", ``, []string{"big", "small"}},
		{"the same ones", after, []string{}},
		{"one more", `{"name": "c", "region": "sa-east-1", "nodegroups": {"small": {"maxSize": 7}}}`, []string{"big"}},
		{"one less", `{"name": "c", "region": "sa-east-1", "nodegroups": {"big": {}, "small": {}, "gone": {}}}`, []string{}},
		{"in another region", `{"name": "c", "region": "eu-west-1", "nodegroups": {"big": {}, "small": {}}}`, []string{"big", "small"}},
		{"under another role", `{"name": "c", "region": "sa-east-1", "roleArn": "arn", "nodegroups": {"big": {}, "small": {}}}`, []string{"big", "small"}},
		{"one that somebody had broken", `"oops"`, []string{"big", "small"}},
	} {
		if diff := cmp.Diff(row.want, newNodegroups(json.RawMessage(row.before), json.RawMessage(after))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}
