package schema_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"eks-scaling-automation/shared/config"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
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
	text := strings.Replace(string(everything(t)), `{ics: https://example.com/days.ics, timed: true, match: ["*day*", é], exclude: "*half day*"}`, "{dates: [2026-11-19]}", 1)
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
	found := map[string]bool{}
	visit(parsed(t, everything(t)).Content[0], decoded(), func(n *yaml.Node, schema object) {
		for i := 0; i < len(n.Content); i += 2 {
			found[fmt.Sprintf("%p", properties(schema)[n.Content[i].Value])] = true
		}
	})
	subschemas(decoded(), "", func(pointer string, schema object) {
		for field, property := range properties(schema) {
			if schema["type"] == "object" && !found[fmt.Sprintf("%p", property)] {
				t.Errorf("testdata/everything.yaml has no %s of %s", field, pointer)
			}
		}
	})
}

// A document that leaves out all defaults means the same as one that spells them out.
func TestDefaultsAreTheParsers(t *testing.T) {
	const short = `{timezone: UTC, fleet: {}, signals: {s: {alarm: c, otherwise: false}}, clusters: [{name: a, region: sa-east-1,
		nodegroups: {b: {minSize: 0, maxSize: 1}}, profiles: {p: {b: 1}},
		schedule: {default: p, periods: [{name: all day, profile: p, when: {signal: s, is: OK}}]}}]}`
	doc, filled := parsed(t, []byte(short)), []string{}
	visit(doc.Content[0], decoded(), func(n *yaml.Node, schema object) {
		for name, property := range properties(schema) {
			if given, ok := property.(object)["default"]; ok {
				filled = append(filled, name)
				value := quoted(fmt.Sprint(given))
				if _, isText := given.(string); !isText {
					value.Style = 0
				}
				n.Content = append(n.Content, quoted(name), value)
			}
		}
	})
	slices.Sort(filled)
	if diff := cmp.Diff([]string{"composite", "concurrency", "enforce", "every", "from", "maxAge", "mayReduce", "paused", "paused", "to", "units", "waitTimeout"}, filled); diff != "" {
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

// visit walks through a document and its schema side by side. It shows every object with its fields.
func visit(n *yaml.Node, schema any, show func(*yaml.Node, object)) {
	s := variant(schema, map[yaml.Kind]string{yaml.MappingNode: "object", yaml.SequenceNode: "array"}[n.Kind])
	for i, inner := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			visit(inner, s["items"], show)
		case i%2 == 1 && s["properties"] != nil:
			visit(inner, properties(s)[n.Content[i-1].Value], show)
		case i%2 == 1:
			visit(inner, s["additionalProperties"], show)
		}
	}
	if n.Kind == yaml.MappingNode && s["properties"] != nil {
		show(n, s)
	}
}

// Most changes make a document invalid. The others find spellings that the tables lack.
func TestAcceptsWhatTheParserAcceptsAfterAChange(t *testing.T) {
	doc := parsed(t, everything(t))
	scalars, accepted := scalarsIn(doc), 0
	rapid.Check(t, func(t *rapid.T) {
		for range 5 {
			n := rapid.SampledFrom(scalars).Draw(t, "scalar")
			old := *n
			style := rapid.SampledFrom([]yaml.Style{0, yaml.DoubleQuotedStyle}).Draw(t, "style")
			*n = yaml.Node{Kind: yaml.ScalarNode, Value: old.Value, Style: style}
			for range rapid.IntRange(0, 2).Draw(t, "changes") {
				n.Value = drawChange(t, n.Value, scalars)
			}
			text := printed(t, doc)
			*n = old
			if checkAgreement(t, text) {
				accepted++
			}
		}
	})
	if accepted == 0 {
		t.Error("no changed document is valid")
	}
}

// scalarsIn returns all keys and values in a document that hold no others.
func scalarsIn(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.ScalarNode {
		return []*yaml.Node{n}
	}
	var all []*yaml.Node
	for _, inner := range n.Content {
		all = append(all, scalarsIn(inner)...)
	}
	return all
}

// drawChange changes one character, or takes another text of the document.
func drawChange(t *rapid.T, text string, others []*yaml.Node) string {
	letters := []rune(text)
	i := 0
	if len(letters) > 0 {
		i = rapid.IntRange(0, len(letters)-1).Draw(t, "character")
	}
	letter := rapid.SampledFrom([]rune(" 019aZTiİsſkK:.,-+#/_~\u00a0")).Draw(t, "rune")
	switch change := rapid.IntRange(0, 5).Draw(t, "change"); {
	case change == 0:
		return rapid.SampledFrom(others).Draw(t, "other").Value
	case change == 1 || text == "":
		letters = slices.Insert(letters, i, letter)
	case change == 2:
		letters = slices.Insert(letters, i, letters[i])
	case change == 3:
		letters = slices.Delete(letters, i, i+1)
	case change == 4:
		letters[i] = letter
	default:
		letters[i] = unicode.SimpleFold(letters[i])
	}
	return string(letters)
}
