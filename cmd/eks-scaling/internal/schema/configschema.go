// Package schema is the JSON Schema of configurations, for editors that complete and check them while they are
// written. It is made from the Go types that hold a configuration, so that a field added to them is in the schema by
// itself. What the types do not say (meaning, defaults, ranges, forms) is in tables, which the tests hold against the
// types and against the parser.
//
// The schema must never refuse what the parser accepts. The reverse cannot hold: whether a profile exists, or a period
// ever comes up, only the parser knows. So the schema must never stand in for parsing.
package schema

import (
	"maps"
	"reflect"
	"strings"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"

	"github.com/invopop/jsonschema"
)

// id names the schema. It is no address: there is nothing to be fetched.
const id = "urn:eks-scaling-automation:config"

// New is the schema of a whole document, draft 2020-12. It is made anew by each call and encodes as JSON.
func New() *jsonschema.Schema {
	s := reflector().Reflect(config.Config{})
	s.ID, s.Title = id, "EKS Scaling Automation configuration"
	for name, definition := range definitions(s) {
		objects[name].describe(definition)
	}
	return s
}

// reflector makes schemas of types, without what the types do not say.
func reflector() *jsonschema.Reflector {
	return &jsonschema.Reflector{
		Anonymous:      true, // the id is not made of a Go package's name
		ExpandedStruct: true,
		// The types' tags say what is always written, which is more than what must be given.
		RequiredFromJSONSchemaTags: true,
		Mapper:                     form,
		Namer:                      definitionName,
		KeyNamer:                   propertyName,
		AdditionalFields:           fieldsOfDocuments,
	}
}

// root is the name of the whole document among the definitions.
const root = "Config"

// definitions are all types of the schema by name, the whole document among them.
func definitions(s *jsonschema.Schema) jsonschema.Definitions {
	all := maps.Clone(s.Definitions)
	all[root] = s
	return all
}

// definitionName tells types of the same name apart; empty is the type's own name.
func definitionName(t reflect.Type) string {
	if t == reflect.TypeFor[schedule.Calendar]() {
		return "CalendarDates"
	}
	return ""
}

// propertyName is a field's name in documents. Fields without a tag, whose Go name comes here, are of types that write
// their JSON by hand: a holiday calls its Dates a date, and otherwise the first letter is a small one.
func propertyName(field string) string {
	if field == "Dates" {
		return "date"
	}
	return strings.ToLower(field[:1]) + field[1:]
}

// fieldsOfDocuments are the fields that a document has and its type has not.
func fieldsOfDocuments(t reflect.Type) []reflect.StructField {
	if t != reflect.TypeFor[config.Calendar]() {
		return nil
	}
	return []reflect.StructField{{Name: "ICS", Type: reflect.TypeFor[string](), Tag: `json:"ics"`}}
}
