package config

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing that is wrong in a configuration.
type Problem struct {
	Path         string // such as "clusters[0].schedule.periods[2].profile"; empty for the document as a whole
	Line, Column int    // of the document, from 1; 0 when unknown
	Message      string // what was found and what would be right
}

// String is the path and the message.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// Invalid is the error of a configuration that cannot be used. It holds every problem found, in the document's order.
type Invalid struct {
	Problems []Problem
}

// Error has one problem a line.
func (e *Invalid) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// value is a place in a document. It is read strictly: whatever is not expected is put on the list of problems, and
// reading goes on, so that one look shows everything that is wrong.
type value struct {
	node     *yaml.Node
	path     string
	problems *[]Problem
}

// open reads the one document in data, which may be YAML or JSON.
func open(data []byte, problems *[]Problem) (value, bool) {
	var doc yaml.Node
	root := value{node: &doc, problems: problems}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		root.fail("found nothing; want a YAML document")
		return root, false
	case err != nil:
		root.fail("not a YAML document: %v", err)
		return root, false
	}
	switch err := decoder.Decode(new(yaml.Node)); {
	case err == nil:
		root.fail("found more than one document; want exactly one")
		return root, false
	case !errors.Is(err, io.EOF):
		root.fail("not a YAML document: %v", err)
		return root, false
	}
	root.node = resolve(doc.Content[0])
	return root, true
}

// resolve follows an alias to what it stands for.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// fail puts a problem with this value on the list.
func (v value) fail(format string, args ...any) {
	*v.problems = append(*v.problems, Problem{
		Path: v.path, Line: v.node.Line, Column: v.node.Column, Message: fmt.Sprintf(format, args...),
	})
}

// want fails because the value is of another kind than it should be.
func (v value) want(what string) {
	v.fail("found %s; want %s", v.describe(), what)
}

// describe names the value as a person would.
func (v value) describe() string {
	switch {
	case v.node.Kind == yaml.MappingNode:
		return "an object"
	case v.node.Kind == yaml.SequenceNode:
		return "a list"
	case v.node.ShortTag() == "!!null":
		return "nothing"
	case v.node.ShortTag() == "!!str" || !printable(v.node.Value):
		return strconv.Quote(v.node.Value)
	default:
		return v.node.Value
	}
}

// at is the value inside this one under the given path element.
func (v value) at(element string, n *yaml.Node) value {
	path := v.path + element
	return value{node: resolve(n), path: strings.TrimPrefix(path, "."), problems: v.problems}
}

// entries visits the keys of an object in their order. Merge keys are refused: they would hide where a value comes from.
func (v value) entries(visit func(key string, entry value)) bool {
	if v.node.Kind != yaml.MappingNode {
		v.want("an object")
		return false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		name := v.at("", v.node.Content[i])
		key := name.node.Value
		entry := v.at("."+key, v.node.Content[i+1])
		switch {
		case name.node.ShortTag() == "!!merge":
			name.fail("found a merge key (<<); want the fields themselves")
		case name.node.Kind != yaml.ScalarNode || key == "" || !printable(key):
			name.fail("found %s as a name; want a text of printable characters", name.describe())
		case seen[key]:
			entry.fail("found twice; want it once")
		default:
			seen[key] = true
			visit(key, entry)
		}
	}
	return true
}

// fields names what an object may hold, with the reader of each.
type fields map[string]func(value)

// object reads an object with the known fields, of which some are required.
func (v value) object(known fields, required ...string) bool {
	missing := slices.Clone(required)
	isObject := v.entries(func(key string, entry value) {
		read, ok := known[key]
		if !ok {
			entry.fail("unknown field %q; known: %s", key, list(slices.Sorted(maps.Keys(known))))
			return
		}
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == key })
		read(entry)
	})
	if !isObject {
		return false
	}
	for _, name := range missing {
		v.at("."+name, v.node).fail("missing; it is required")
	}
	return len(missing) == 0
}

// items visits the elements of a list.
func (v value) items(visit func(item value)) {
	if v.node.Kind != yaml.SequenceNode {
		want := "a list"
		if v.node.Kind == yaml.ScalarNode && v.node.ShortTag() == "!!str" && printable(v.node.Value) {
			want += ", such as [" + v.node.Value + "]"
		}
		v.want(want)
		return
	}
	for i, n := range v.node.Content {
		visit(v.at(fmt.Sprintf("[%d]", i), n))
	}
}

// text reads a text that is not empty.
func (v value) text() string {
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() != "!!str" {
		v.want("a text (in quotes, if it looks like something else)")
		return ""
	}
	switch {
	case v.node.Value == "":
		v.want("a text that is not empty")
	case !printable(v.node.Value):
		v.want("a text of printable characters")
		return ""
	}
	return v.node.Value
}

// printable says whether a text can be shown, and written down again as it is.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// boolean reads true or false.
func (v value) boolean() bool {
	var b bool
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() != "!!bool" || v.node.Decode(&b) != nil {
		v.want("true or false")
	}
	return b
}

// integer reads a whole number from low to high.
func (v value) integer(low, high int) int {
	var n int
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() != "!!int" || v.node.Decode(&n) != nil || n < low || n > high {
		v.want("a whole number from " + span(low, high))
		return low
	}
	return n
}

// size reads a number of nodes.
func (v value) size(low int) int32 {
	return int32(v.integer(low, math.MaxInt32)) //nolint:gosec // integer has checked the range
}

func span(low, high int) string {
	if high == math.MaxInt32 {
		return fmt.Sprintf("%d", low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}

// duration reads a time span such as 20m.
func (v value) duration(low, high time.Duration) time.Duration {
	d, err := time.ParseDuration(v.node.Value)
	if v.node.Kind != yaml.ScalarNode || err != nil || d < low || d > high {
		v.want(fmt.Sprintf("a duration from %s to %s, such as 20m", low, high))
	}
	return d
}

// list joins names for a message.
func list(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	return strings.Join(names, ", ")
}
