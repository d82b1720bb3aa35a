package document

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Place returns the line and the column of a field in a valid document, by a path such as "clusters[0].nodegroups.big"; 0 if it is not
// there.
func Place(text []byte, path string) (line, column int) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return 0, 0
	}
	at := doc.Content[0]
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		if at = below(at, part); at == nil {
			return 0, 0
		}
	}
	return at.Line, at.Column
}

// below returns the value of a key or an index; nil if there is none.
func below(n *yaml.Node, part string) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if i, err := strconv.Atoi(part); n.Kind == yaml.SequenceNode && err == nil && i < len(n.Content) {
		return n.Content[i]
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == part {
			return n.Content[i+1]
		}
	}
	return nil
}
