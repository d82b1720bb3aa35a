package schema

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	"pgregory.net/rapid"
)

// asObject is the variant of a schema that is an object.
func asObject(s *jsonschema.Schema) *jsonschema.Schema {
	for _, variant := range s.AnyOf {
		if variant.Type == "object" {
			return variant
		}
	}
	return s
}

func TestEveryFieldIsDescribedAndNoDescriptionIsStale(t *testing.T) {
	describedFields, fields := []string{}, []string{}
	for name, object := range objects {
		describedFields = append(describedFields, name)
		for field := range object.fields {
			describedFields = append(describedFields, name+"."+field)
		}
	}
	for name, definition := range definitions(New()) {
		fields = append(fields, name)
		if definition.Description == "" {
			t.Errorf("%s has no description", name)
		}
		for field, property := range asObject(definition).Properties.FromOldest() {
			fields = append(fields, name+"."+field)
			if property.Description == "" {
				t.Errorf("%s.%s has no description", name, field)
			}
		}
	}
	slices.Sort(describedFields)
	slices.Sort(fields)
	if diff := cmp.Diff(fields, describedFields); diff != "" {
		t.Errorf("objects (-in the types +described):\n%s", diff)
	}
}

// A type of which no table knows stands for one that has got new fields.
func TestFieldsComeFromTheTypes(t *testing.T) {
	type added struct {
		config.Settings
		Quota int             `json:"quota"`
		Rest  map[string]bool `json:"rest,omitempty"`
	}
	s := reflector().Reflect(added{})
	if diff := cmp.Diff([]string{"enabled", "timezone", "quota", "rest"}, slices.Collect(s.Properties.KeysFromOldest())); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
}

// TestEveryFieldIsAProperty walks through the types and the schema side by side.
func TestEveryFieldIsAProperty(t *testing.T) {
	s := New()
	w := walk{t: t, definitions: definitions(s)}
	w.value(reflect.TypeFor[config.Config](), s, root)
}

type walk struct {
	t           *testing.T
	definitions jsonschema.Definitions
}

func (w walk) value(t reflect.Type, s *jsonschema.Schema, path string) {
	if name, isRef := strings.CutPrefix(s.Ref, "#/$defs/"); isRef {
		s = w.definitions[name]
	}
	if forms[t] != nil {
		return
	}
	switch t.Kind() { //nolint:exhaustive // the kinds that hold others; forms and the agreement with the parser are for the rest
	case reflect.Slice:
		w.value(t.Elem(), s.Items, path+"[]")
	case reflect.Map:
		w.value(t.Elem(), s.AdditionalProperties, path+".*")
	case reflect.Struct:
		w.fields(t, asObject(s), path)
	}
}

func (w walk) fields(t reflect.Type, s *jsonschema.Schema, path string) {
	if t.Implements(reflect.TypeFor[json.Marshaler]()) {
		w.written(t, s, path)
		return
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch property, known := s.Properties.Get(name); {
		case f.Anonymous:
			w.fields(f.Type, s, path)
		case !f.IsExported():
		case !known:
			w.t.Errorf("%s has no property %q", path, name)
		default:
			w.value(f.Type, property, path+"."+name)
		}
	}
}

// written compares the properties with what a type that writes its JSON by hand writes.
func (w walk) written(t reflect.Type, s *jsonschema.Schema, path string) {
	full := reflect.New(t).Elem()
	fill(full)
	text, err := json.Marshal(full.Interface())
	if err != nil {
		w.t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		w.t.Fatalf("%s is written as %s: %v", path, text, err)
	}
	for name := range object {
		if _, known := s.Properties.Get(name); !known {
			w.t.Errorf("%s has no property %q", path, name)
		}
	}
	if len(object) != s.Properties.Len() {
		w.t.Errorf("%s has %d properties; want those of %s", path, s.Properties.Len(), text)
	}
}

// fill puts something into every field.
func fill(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // the kinds that occur
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.String:
		v.SetString("text")
	}
}

// parsed pairs each pattern that the parser checks by hand with that check.
var parsed = map[string]struct {
	pattern *regexp.Regexp
	check   func(string) error
}{
	"eksName":    {regexp.MustCompile(eksName), config.CheckClusterName},
	"entityName": {regexp.MustCompile(entityName), config.CheckOverrideName},
	"region":     {regexp.MustCompile(region), config.CheckRegion},
}

func TestPatternsAcceptWhatTheParserAcceptsAtTheEdges(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 99)
	texts := []string{
		"", "a", "7", "Z", "_", "-", ".", "a_", "a-", "a.", "-a", "_a", ".a", "a b", "a\n", "\na", "é", "aé", "a\xff", "a\x00", "a/b", "a:b", "a@b", "a[b", "a`b", "a{b",
		long, long + "a", long + "aa", long + "é", long + "-", long + "--", "-" + long, long + "\n",
		"sa-east-1", "us-gov-west-1", "sa-east-10", "sa-east-", "sa-east", "sa--1", "sa-1", "sa-east--1", "s-east-1", "sae-east-1", "Sa-east-1", "sa-East-1",
		"sa-east-1a", "sa-east-a1", "sa-ea1st-1", "sa-east-1-", "-sa-east-1", "sa-east-1\n", "sa-east-१", "éa-east-1", "é-east-1", "sa-e_st-1",
	}
	for name, p := range parsed {
		for _, text := range texts {
			if err := p.check(text); (err == nil) != p.pattern.MatchString(text) {
				t.Errorf("%s, %q: the parser says %v; the pattern is %s", name, text, err, p.pattern)
			}
		}
	}
}

func TestPatternsAcceptWhatTheParserAccepts(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{"a", "z", "A", "Z", "0", "9", "-", "-", "_", ".", "sa", "-east", "-1", "é", "\n", " ", "\xff", "/", ":", "@", "[", "`", "{", strings.Repeat("a", 97)})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(pieces, 0, 6).Draw(t, "pieces"), "")
		for name, p := range parsed {
			if err := p.check(text); (err == nil) != p.pattern.MatchString(text) {
				t.Errorf("%s, %q: the parser says %v; the pattern is %s", name, text, err, p.pattern)
			}
		}
	})
}

func TestRolePatternIsTheParsers(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../../../shared/config/names.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(source), "regexp.MustCompile(`"+roleARN+"`)") {
		t.Errorf("roleARN is %s here; want what the parser has", roleARN)
	}
}
