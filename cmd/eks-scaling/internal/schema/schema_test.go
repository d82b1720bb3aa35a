package schema_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	validation "github.com/santhosh-tekuri/jsonschema/v6"

	"eks-scaling-automation/cmd/eks-scaling/internal/schema"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

type object = map[string]any

var decoded = sync.OnceValue(func() object {
	value, err := validation.UnmarshalJSON(bytes.NewReader(schema.JSON()))
	if err != nil {
		panic(err)
	}
	return value.(object) //nolint:forcetypeassert // it panics either way
})

// compile makes a validator of the part of the schema at a JSON pointer. The compiler checks the schema itself, too.
func compile(pointer string) *validation.Schema {
	const url = "urn:eks-scaling-automation:config"
	compiler := validation.NewCompiler()
	if err := compiler.AddResource(url, decoded()); err != nil {
		panic(err)
	}
	return compiler.MustCompile(url + "#" + pointer)
}

// The verb encodes the schema again. Then <, > and & would be hard to read, as YAML output escapes them.
func TestIsWrittenAsItIsPrinted(t *testing.T) {
	printed, err := json.MarshalIndent(schema.JSON(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(schema.JSON()), string(printed)+"\n"); diff != "" {
		t.Errorf("schema.json (-file +printed):\n%s", diff)
	}
}

// subschemas visits every object in the schema, with its JSON pointer.
func subschemas(value any, pointer string, visit func(pointer string, schema object)) {
	switch value := value.(type) {
	case object:
		visit(pointer, value)
		for key, inner := range value {
			subschemas(inner, pointer+"/"+key, visit)
		}
	case []any:
		for i, inner := range value {
			subschemas(inner, pointer+"/"+strconv.Itoa(i), visit)
		}
	}
}

func TestDefaultsAndExamplesAreValid(t *testing.T) {
	checked := 0
	subschemas(decoded(), "", func(pointer string, schema object) {
		suggested, _ := schema["examples"].([]any)
		// A schedule's default is a property of that name, and no keyword.
		if value, given := schema["default"]; given && !strings.HasSuffix(pointer, "/properties") {
			suggested = append(suggested, value)
		}
		for _, value := range suggested {
			checked++
			if err := compile(pointer).Validate(value); err != nil {
				t.Errorf("%s: %v", pointer, err)
			}
		}
	})
	if checked == 0 {
		t.Error("the schema has no default and no example")
	}
}

// Editors read patterns as ECMAScript does. This keeps them to syntax that means the same there and in Go.
func TestPatternsMeanTheSameToEditors(t *testing.T) {
	portable := regexp.MustCompile(`^(?:[^\\(]|\\[.+]|\\x[0-9a-f]{2}|\((?:\?:|[^?]))*$`)
	patterns := 0
	subschemas(decoded(), "", func(pointer string, schema object) {
		if pattern, ok := schema["pattern"].(string); ok {
			patterns++
			if !portable.MatchString(pattern) {
				t.Errorf("%s: %s; want no flags and no escapes but %s", pointer, pattern, `\. \+ \x00`)
			}
		}
	})
	if patterns == 0 {
		t.Error("the schema has no pattern")
	}
}

// written maps the types that write their own JSON to its type.
var written = map[reflect.Type]string{
	reflect.TypeFor[config.Ahead]():       "object", // or a string
	reflect.TypeFor[config.Duration]():    "string",
	reflect.TypeFor[schedule.Weekdays]():  "array",
	reflect.TypeFor[schedule.Months]():    "array",
	reflect.TypeFor[schedule.MonthDays](): "string",
	reflect.TypeFor[signal.Otherwise]():   "boolean",
	reflect.TypeFor[savings.Price]():      "number",
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
		reflect.Bool: "boolean", reflect.String: "string", reflect.Int: "integer", reflect.Int32: "integer", reflect.Float64: "number",
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

// feed has the fields of a calendar that is read from a file.
type feed struct {
	ICS     string   `json:"ics"`
	Timed   bool     `json:"timed"`
	Match   []string `json:"match"`
	Exclude []string `json:"exclude"`
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
			fields = append(fields, reflect.VisibleFields(reflect.TypeFor[feed]())...)
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
		if name == "-" {
			continue
		}
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
