package main

import (
	"encoding/json"
	"testing"

	"eks-scaling-automation/shared/aws/tables"
)

// brokenTable is a table in which some items cannot be used.
func brokenTable(t *testing.T) *memory {
	t.Helper()
	m := filled(t)
	for kind, specs := range map[string]map[string]string{
		tables.KindCluster:  {"berlin": `{"name": "berlin", "regoin": "eu-central-1"}`, "text": `"oops"`},
		tables.KindOverride: {"oops": `{"cluster": "production", "profile": "peek"}`},
	} {
		for name, spec := range specs {
			e := tables.Entity{Kind: kind, Name: name, Version: 1, Spec: json.RawMessage(spec)}
			m.items[entityKey(e)] = e
		}
	}
	return m
}
