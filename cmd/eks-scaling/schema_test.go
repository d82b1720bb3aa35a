package main

import "testing"

func TestSchemaIsOneOfConfigurations(t *testing.T) {
	t.Parallel()
	out := mustSay(t, "schema")
	schema := decode[struct {
		Schema     string         `json:"$schema"`
		Required   []string       `json:"required"`
		Properties map[string]any `json:"properties"`
	}](t, out)
	if schema.Schema != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("found $schema %q; want that of draft 2020-12", schema.Schema)
	}
	for _, field := range []string{"enabled", "timezone", "calendars", "clusters", "overrides"} {
		if schema.Properties[field] == nil {
			t.Errorf("found no %s in\n%s", field, out)
		}
	}
}
