package schema_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	_ "time/tzdata"

	"eks-scaling-automation/shared/config"

	validation "github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

var whole = sync.OnceValue(func() *validation.Schema { return compile("") })

// refusal returns the schema's error in a document.
func refusal(t rapid.TB, text []byte) error {
	t.Helper()
	return refusalOf(parsed(t, text))
}

func refusalOf(doc *yaml.Node) error { return whole().Validate(asJSON(doc)) }

// errorsIn returns the parser's errors in a document, for which every iCalendar file exists.
func errorsIn(text []byte) []config.Finding {
	empty := func(config.Feed) (config.FeedDates, error) { return config.FeedDates{}, nil }
	_, findings := config.Reading{Calendar: empty}.Parse(text)
	return slices.DeleteFunc(findings, func(f config.Finding) bool { return f.Severity != config.Error })
}

// checkAgreement checks that the schema accepts what the parser accepts. It reports whether the parser accepts it.
func checkAgreement(t rapid.TB, text []byte) bool {
	t.Helper()
	if len(errorsIn(text)) > 0 {
		return false
	}
	if err := refusal(t, text); err != nil {
		t.Errorf("the schema refuses what the parser accepts:\n%s\n%v", text, err)
	}
	return true
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func everything(t testing.TB) []byte { return file(t, "testdata/everything.yaml") }

func parsed(t rapid.TB, text []byte) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return &doc
}

func printed(t rapid.TB, doc *yaml.Node) []byte {
	t.Helper()
	text, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// asJSON converts a document as editors do: dates and instants become texts.
func asJSON(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return asJSON(n.Content[0])
	case yaml.AliasNode:
		return asJSON(n.Alias)
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			object[n.Content[i].Value] = asJSON(n.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = asJSON(item)
		}
		return list
	case yaml.ScalarNode:
	}
	var value any
	if tags := []string{"!!int", "!!float", "!!bool", "!!null"}; slices.Contains(tags, n.ShortTag()) && n.Decode(&value) == nil {
		return value
	}
	return n.Value
}

// place locates a value in a document.
type place struct {
	path   string // as findings have it
	parent *yaml.Node
	index  int // in the parent's content
}

func (p place) node() *yaml.Node { return p.parent.Content[p.index] }

// put puts another value in this place until it is restored.
func (p place) put(value *yaml.Node) (restore func()) {
	old := p.node()
	p.parent.Content[p.index] = value
	return func() { p.parent.Content[p.index] = old }
}

// with returns the document's text with another value in this place.
func (p place) with(t rapid.TB, doc, value *yaml.Node) []byte {
	t.Helper()
	defer p.put(value)()
	return printed(t, doc)
}

// holds reports whether a finding is about this place or a value inside it.
func (p place) holds(f config.Finding) bool {
	rest, inside := strings.CutPrefix(f.Path, p.path)
	return inside && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// places returns all values in a document, the document itself first.
func places(doc *yaml.Node) []place {
	all := []place{{"", doc, 0}}
	for i := 0; i < len(all); i++ {
		n := all[i].node()
		for j := range n.Content {
			switch {
			case n.Kind == yaml.SequenceNode:
				all = append(all, place{fmt.Sprintf("%s[%d]", all[i].path, j), n, j})
			case j%2 == 1:
				all = append(all, place{strings.TrimPrefix(all[i].path+"."+n.Content[j-1].Value, "."), n, j})
			}
		}
	}
	return all
}

// at finds the place with the given path.
func at(t testing.TB, doc *yaml.Node, path string) place {
	t.Helper()
	for _, p := range places(doc) {
		if p.path == path {
			return p
		}
	}
	t.Fatalf("nothing at %s", path)
	return place{}
}

func quoted(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: text}
}
