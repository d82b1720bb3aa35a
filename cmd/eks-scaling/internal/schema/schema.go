// Package schema holds the JSON Schema of configurations. Editors use it to complete and check a configuration while
// it is written.
//
// The schema must never refuse what the parser accepts. The reverse cannot hold: only the parser knows whether a profile
// exists, or whether a period ever applies. So the schema must never replace parsing. Tests keep schema.json in agreement
// with the types and the parser of package config.
package schema

import (
	_ "embed" // of schema.json
	"encoding/json"
)

//go:embed schema.json
var text string

// JSON returns the schema of a whole configuration, draft 2020-12.
func JSON() json.RawMessage { return json.RawMessage(text) }
