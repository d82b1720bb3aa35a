package event_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/scaling"
)

var update = flag.Bool("update", false, "rewrite the schemas in docs/events")

const folder = "../../docs/events"

// TestSchemas compares the schemas in docs/events with the types of the details; -update rewrites them.
func TestSchemas(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	comments := commentsIn(t, ".", "../scaling")
	wanted := map[string]string{}
	for kind, detail := range event.Kinds() {
		schema := comments.schemaOf(reflect.TypeOf(detail))
		schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
		schema["title"] = fmt.Sprintf("Detail of the event %q", kind)
		data, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		wanted[kind.FileName()] = string(data) + "\n"
	}
	if *update {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			t.Fatal(err)
		}
		for name, text := range wanted {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	found := map[string]string{}
	names, err := filepath.Glob(folder + "/*.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if base := filepath.Base(name); base != "chat-message.schema.json" {
			found[base] = string(data)
		}
	}
	if diff := cmp.Diff(wanted, found); diff != "" {
		t.Errorf("the schemas are out of date; run: make reference (-want +got)\n%s", diff)
	}
}

// comments holds the comments of the fields of types, by "Type.Field", and of the types.
type comments map[string]string

// commentsIn reads the comments in the Go files of folders.
func commentsIn(t *testing.T, folders ...string) comments {
	t.Helper()
	all := comments{}
	for _, dir := range folders {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, all.read)
		}
	}
	return all
}

func (c comments) read(n ast.Node) bool {
	spec, isType := n.(*ast.TypeSpec)
	if !isType {
		return true
	}
	fields, isStruct := spec.Type.(*ast.StructType)
	if !isStruct {
		return true
	}
	for _, field := range fields.Fields.List {
		for _, name := range field.Names {
			text := strings.TrimSpace(strings.ReplaceAll(field.Doc.Text(), "\n", " "))
			c[spec.Name.Name+"."+name.Name] = text
		}
	}
	return true
}

// scalars holds the types of JSON, by the kind of a scalar.
var scalars = map[reflect.Kind]string{
	reflect.String: "string", reflect.Bool: "boolean", reflect.Float64: "number", reflect.Int: "integer", reflect.Int32: "integer",
}

// schemaOf returns the schema of a type.
func (c comments) schemaOf(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case reflect.TypeFor[json.RawMessage]():
		return map[string]any{}
	case reflect.TypeFor[scaling.Target]():
		size := map[string]any{"type": "integer"}
		return map[string]any{"type": []string{"integer", "object"}, "properties": map[string]any{"minSize": size, "maxSize": size, "desiredSize": size}}
	}
	if name, isScalar := scalars[t.Kind()]; isScalar {
		return map[string]any{"type": name}
	}
	switch t.Kind() { //nolint:exhaustive // a detail has no other kinds
	case reflect.Pointer:
		return c.schemaOf(t.Elem())
	case reflect.Struct:
		return c.object(t)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": c.schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": c.schemaOf(t.Elem())}
	default:
		panic("a detail has no " + t.String())
	}
}

func (c comments) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, tagged := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous {
			continue
		}
		schema := c.schemaOf(f.Type)
		owner := t
		for _, i := range f.Index[:len(f.Index)-1] {
			owner = owner.Field(i).Type
		}
		if text := c[owner.Name()+"."+f.Name]; text != "" {
			schema["description"] = text
		}
		properties[name] = schema
		if !tagged || !strings.HasPrefix(options, "omit") {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	return map[string]any{"type": "object", "properties": properties, "required": required}
}
