package schema_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/schema"
	"eks-scaling-automation/shared/config"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v3"
)

func TestAcceptsValidDocuments(t *testing.T) {
	examples, err := filepath.Glob("../../../../examples/*.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, name := range append(examples, "testdata/everything.yaml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text := file(t, name)
			if !checkAgreement(t, text) {
				t.Error(errorsIn(text))
			}
		})
	}
}

func TestAcceptsWhatIsPrinted(t *testing.T) {
	text := strings.Replace(string(everything(t)), "{ics: https://example.com/days.ics}", "{dates: [2026-11-19]}", 1)
	c, err := config.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(c)
	if err != nil || !checkAgreement(t, again) {
		t.Errorf("%s: %v, %v", again, err, errorsIn(again))
	}
}

func TestEverythingHasEveryField(t *testing.T) {
	found := map[*jsonschema.Schema]bool{}
	s := schema.New()
	visit(parsed(t, everything(t)).Content[0], s, s.Definitions, func(n *yaml.Node, object *jsonschema.Schema) {
		for i := 0; i < len(n.Content); i += 2 {
			found[object.Properties.Value(n.Content[i].Value)] = true
		}
	})
	for name, object := range withRoot(s) {
		for field, property := range variantFor(yaml.MappingNode, object).Properties.FromOldest() {
			if !found[property] {
				t.Errorf("testdata/everything.yaml has no %s of a %s", field, name)
			}
		}
	}
}

// The defaults are stated right: a document that leaves everything out means the same as one that spells them out.
func TestDefaultsAreTheParsers(t *testing.T) {
	const short = `{timezone: UTC, clusters: [{name: a, region: sa-east-1, nodegroups: {b: {minSize: 0, maxSize: 1}},
		profiles: {p: {b: 1}}, schedule: {default: p, periods: [{name: all day, profile: p}]}}]}`
	doc, filled := parsed(t, []byte(short)), []string{}
	s := schema.New()
	visit(doc.Content[0], s, s.Definitions, func(n *yaml.Node, object *jsonschema.Schema) {
		for name, property := range object.Properties.FromOldest() {
			if property.Default != nil {
				filled = append(filled, name)
				var value yaml.Node
				if err := value.Encode(property.Default); err != nil {
					t.Fatal(err)
				}
				n.Content = append(n.Content, quoted(name), &value)
			}
		}
	})
	slices.Sort(filled)
	if diff := cmp.Diff([]string{"concurrency", "enabled", "enabled", "enforce", "from", "to", "waitTimeout"}, filled); diff != "" {
		t.Errorf("fields with a default (-want +got):\n%s", diff)
	}
	want, wantErr := config.Parse([]byte(short))
	got, gotErr := config.Parse(printed(t, doc))
	if wantErr != nil || gotErr != nil {
		t.Fatal(wantErr, gotErr)
	}
	if diff := cmp.Diff(asText(t, want), asText(t, got)); diff != "" {
		t.Errorf("(-left out +spelled out):\n%s", diff)
	}
}

func asText(t *testing.T, c config.Config) string {
	t.Helper()
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// visit walks through a document and its schema side by side, and shows every object that has fields.
func visit(
	n *yaml.Node, s *jsonschema.Schema, known jsonschema.Definitions, show func(*yaml.Node, *jsonschema.Schema),
) {
	if name, isRef := strings.CutPrefix(s.Ref, "#/$defs/"); isRef {
		s = known[name]
	}
	s = variantFor(n.Kind, s)
	for i, inner := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			visit(inner, s.Items, known, show)
		case i%2 == 1 && s.Properties != nil:
			visit(inner, s.Properties.Value(n.Content[i-1].Value), known, show)
		case i%2 == 1:
			visit(inner, s.AdditionalProperties, known, show)
		}
	}
	if n.Kind == yaml.MappingNode && s.Properties != nil {
		show(n, s)
	}
}

// variantFor is the variant of a schema that is for objects, if the kind asks for that.
func variantFor(kind yaml.Kind, s *jsonschema.Schema) *jsonschema.Schema {
	for _, variant := range s.AnyOf {
		if kind == yaml.MappingNode && variant.Type == "object" {
			return variant
		}
	}
	return s
}

func withRoot(s *jsonschema.Schema) jsonschema.Definitions {
	all := maps.Clone(s.Definitions)
	all["document"] = s
	return all
}
