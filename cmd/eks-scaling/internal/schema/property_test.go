package schema_test

import (
	"slices"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

func TestAcceptsWhatTheParserAccepts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(drawDocument(t))
		if !checkAgreement(t, text) {
			t.Fatalf("the parser refuses a document that should be valid:\n%s\n%v", text, errorsIn(text))
		}
	})
}

// Most changes make a document invalid. Those that do not show spellings of which nobody thought.
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

// scalarsIn are all keys and values in a document that hold no others.
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
	if text == "" {
		return string(drawRune(t))
	}
	letters := []rune(text)
	i := rapid.IntRange(0, len(letters)-1).Draw(t, "character")
	switch rapid.IntRange(0, 5).Draw(t, "change") {
	case 0:
		return rapid.SampledFrom(others).Draw(t, "other").Value
	case 1:
		letters = slices.Delete(letters, i, i+1)
	case 2:
		letters = slices.Insert(letters, i, letters[i])
	case 3:
		letters = slices.Insert(letters, i, drawRune(t))
	case 4:
		letters[i] = drawRune(t)
	default:
		letters[i] = unicode.SimpleFold(letters[i])
	}
	return string(letters)
}

func drawRune(t *rapid.T) rune {
	return rapid.SampledFrom([]rune(" 019aZTiİsſkK:.,-+#/_~\u00a0")).Draw(t, "rune")
}
