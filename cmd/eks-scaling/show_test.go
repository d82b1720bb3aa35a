package main

import (
	"encoding/json"
	"testing"

	"eks-scaling-automation/shared/inventory"
)

// brokenTable is a table in which some items cannot be used.
func brokenTable(t *testing.T) *memory {
	t.Helper()
	m := filled(t)
	for kind, specs := range map[string]map[string]string{
		inventory.KindCluster:  {"berlin": `{"name": "berlin", "regoin": "eu-central-1"}`, "text": `"oops"`},
		inventory.KindOverride: {"oops": `{"cluster": "production", "profile": "peek"}`},
	} {
		for name, spec := range specs {
			e := inventory.Item{Kind: kind, Name: name, Version: 1, Spec: json.RawMessage(spec)}
			m.items[inventory.DisplayKey(e)] = e
		}
	}
	return m
}

func TestTablesOfTheConfigurationFitTheTerminal(t *testing.T) {
	t.Parallel()
	for _, m := range []*memory{filled(t), brokenTable(t)} {
		fitsTheTerminal(t, holding(m), "config", "show")
		fitsTheTerminal(t, holding(m), "override", "list", "--all")
	}
}
