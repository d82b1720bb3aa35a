package schema_test

import (
	"encoding"
	"reflect"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// written maps the types that write their own JSON to its type.
var written = map[reflect.Type]string{
	reflect.TypeFor[config.Duration]():    "string",
	reflect.TypeFor[schedule.Weekdays]():  "array",
	reflect.TypeFor[schedule.Months]():    "array",
	reflect.TypeFor[schedule.MonthDays](): "string",
}

// kindOf returns the JSON type of a Go type.
func kindOf(t reflect.Type) string {
	if kind, ok := written[t]; ok {
		return kind
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return "string"
	}
	return map[reflect.Kind]string{
		reflect.Bool: "boolean", reflect.String: "string", reflect.Int: "integer", reflect.Int32: "integer",
		reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object",
	}[t.Kind()]
}

// variant resolves a schema, and returns its variant for values of a JSON type; nil if there is none.
func variant(schema any, kind string) object {
	s, _ := schema.(object)
	if ref, ok := s["$ref"].(string); ok {
		s, _ = decoded()["$defs"].(object)[strings.TrimPrefix(ref, "#/$defs/")].(object)
	}
	variants, _ := s["anyOf"].([]any)
	for _, v := range append(variants, s) {
		if v, _ := v.(object); v["type"] == kind {
			return v
		}
	}
	return nil
}

func properties(schema object) object {
	all, _ := schema["properties"].(object)
	return all
}

// TestPropertiesAreTheFieldsOfTheTypes walks through the types and the schema side by side.
func TestPropertiesAreTheFieldsOfTheTypes(t *testing.T) {
	compareType(t, reflect.TypeFor[config.Config](), decoded(), "")
}

func compareType(t *testing.T, of reflect.Type, schema any, path string) {
	t.Helper()
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	s := variant(schema, kindOf(of))
	switch {
	case s == nil:
		t.Errorf("%s: the schema knows no %q, as a %s is written", path, kindOf(of), of)
	case written[of] != "" || kindOf(of) == "string":
	case of.Kind() == reflect.Slice:
		compareType(t, of.Elem(), s["items"], path+"[]")
	case of.Kind() == reflect.Map:
		compareType(t, of.Elem(), s["additionalProperties"], path+".*")
	case of.Kind() == reflect.Struct:
		fields := reflect.VisibleFields(of)
		if of == reflect.TypeFor[config.Calendar]() { // the parser replaces ics by the dates in the file
			fields = append(fields, reflect.StructField{Name: "ICS", Type: reflect.TypeFor[string](), Tag: `json:"ics"`})
		}
		compareFields(t, fields, properties(s), path)
		if s["additionalProperties"] != false {
			t.Errorf("%s: the schema accepts unknown fields", path)
		}
	}
}

func compareFields(t *testing.T, fields []reflect.StructField, properties object, path string) {
	t.Helper()
	known := map[string]bool{}
	for _, field := range fields {
		if field.Anonymous || !field.IsExported() {
			continue
		}
		name := propertyName(field)
		known[name] = true
		if property, ok := properties[name].(object); !ok {
			t.Errorf("%s: the schema has no property %q", path, name)
		} else {
			compareType(t, field.Type, property, path+"."+name)
		}
	}
	for name, property := range properties {
		if !known[name] {
			t.Errorf("%s: the schema has a property %q, and the type no such field", path, name)
		}
		if property.(object)["description"] == nil { //nolint:forcetypeassert // it panics either way
			t.Errorf("%s.%s has no description", path, name)
		}
	}
}

// propertyName is a field's name in documents. Types that write their own JSON have no tags.
func propertyName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	switch {
	case name != "":
		return name
	case field.Name == "Dates": // of a holiday
		return "date"
	default:
		return strings.ToLower(field.Name[:1]) + field.Name[1:]
	}
}
