package main

import (
	"encoding/json"
	"strings"
	"testing"

	"eks-scaling-automation/shared/aws/tables"
)

// The override stays in the table, as the file has none, and the file's cluster has no profile "peak" any more.
func TestApplyRefusesWhatBreaksWhatStays(t *testing.T) {
	t.Parallel()
	entity := func(kind, name, spec string) tables.Entity {
		return tables.Entity{Kind: kind, Name: name, Version: 1, Spec: json.RawMessage(spec)}
	}
	const limits = `"region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}}, "schedule": {"default": "normal"}`
	settings := entity(tables.KindSettings, tables.GlobalSettings, `{"enabled": true, "timezone": "UTC"}`)
	with := entity(tables.KindCluster, "production", `{"name": "production", "profiles": {"normal": {"big": 1}, "peak": {"big": 3}}, `+limits+`}`)
	without := entity(tables.KindCluster, "production", `{"name": "production", "profiles": {"normal": {"big": 1}}, `+limits+`}`)
	override := entity(tables.KindOverride, "launch", `{"name": "launch", "cluster": "production", "profile": "peak", "reason": "launch",
		"from": "2026-11-24T12:00:00Z", "until": "2026-11-25T12:00:00Z"}`)
	override.Cluster = "production"
	snapshot := tables.Snapshot{Settings: &settings, Clusters: []tables.Entity{with}, Overrides: []tables.Entity{override}}

	err := aftermath(snapshot, []change{{after: without}}, monday)
	if err == nil || !strings.Contains(err.Error(), `break cluster production: override/launch: profile: unknown profile "peak"`) {
		t.Errorf("found %v; want a refusal that names the override", err)
	}
	if err := aftermath(snapshot, []change{{after: without}, {after: override, gone: true}}, monday); err != nil {
		t.Errorf("with the override removed: %v", err)
	}
	snapshot.Clusters = []tables.Entity{without}
	if err := aftermath(snapshot, []change{{after: settings}}, monday); err != nil {
		t.Errorf("what cannot be used already keeps other changes from being made: %v", err)
	}
}
