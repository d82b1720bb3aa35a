package config

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/shared/english"
)

// value is a place in a document. It is read strictly: anything unexpected becomes a finding, and reading continues, so that one
// pass finds all errors.
type value struct {
	node     *yaml.Node
	path     string
	findings *[]Finding
}

// open reads the one document in data, which may be YAML or JSON.
func open(data []byte, findings *[]Finding) (value, bool) {
	var doc yaml.Node
	root := value{node: &doc, findings: findings}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		root.fail("empty document: write a configuration in YAML")
		return root, false
	case err != nil:
		root.notYAML(err)
		return root, false
	}
	switch err := decoder.Decode(new(yaml.Node)); {
	case err == nil:
		root.fail("more than one YAML document: keep one")
		return root, false
	case !errors.Is(err, io.EOF):
		root.notYAML(err)
		return root, false
	}
	root.node = resolve(doc.Content[0])
	return root, true
}

var yamlError = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?`)
})

// notYAML adds an error at the line that the YAML parser names, if any.
func (v value) notYAML(err error) {
	place := *v.node
	if match := yamlError().FindStringSubmatch(err.Error()); match != nil && match[1] != "" {
		place.Line, _ = strconv.Atoi(match[1])
		place.Column = 1
	}
	v.node = &place
	why := yamlError().ReplaceAllString(err.Error(), "")
	if strings.Contains(why, "unknown anchor") || strings.Contains(why, "alphabetic or numeric") {
		why += `: quote a text that begins with * or &, for example "*half day*"`
	}
	v.fail("invalid YAML: %s", why)
}

// resolve follows an alias to its node.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// fail adds an error about this value.
func (v value) fail(format string, args ...any) {
	v.find(Error, format, args...)
}

// find adds a finding about this value.
func (v value) find(severity Severity, format string, args ...any) {
	*v.findings = append(*v.findings, Finding{
		Path: v.path, Line: v.node.Line, Column: v.node.Column, Severity: severity, Message: fmt.Sprintf(format, args...),
	})
}

// broken counts the errors so far. If reading a part adds some, the part is invalid.
func (v value) broken() (errs int) {
	for _, f := range *v.findings {
		if f.Severity == Error {
			errs++
		}
	}
	return errs
}

// must adds an error: the value is not of the required kind.
func (v value) must(what string) {
	if v.node.ShortTag() == "!!null" {
		v.fail("is empty: must be %s", what)
		return
	}
	v.fail("must be %s, not %s", what, v.describe())
}

// invalid adds an error: a text does not have the required form.
func (v value) invalid(what, use string) {
	v.fail("invalid %s %q: use %s", what, v.node.Value, use)
}

// describe names the value for people.
func (v value) describe() string {
	switch {
	case v.node.Kind == yaml.MappingNode:
		return "an object"
	case v.node.Kind == yaml.SequenceNode && len(v.node.Content) == 0:
		return "an empty list"
	case v.node.Kind == yaml.SequenceNode:
		return "a list"
	case v.node.ShortTag() == "!!str" || !printable(v.node.Value):
		return strconv.Quote(v.node.Value)
	default:
		return v.node.Value
	}
}

// at returns the value inside this one under the given path element.
func (v value) at(element string, n *yaml.Node) value {
	path := v.path + element
	return value{node: resolve(n), path: strings.TrimPrefix(path, "."), findings: v.findings}
}

// entries visits the keys of an object in their order. Merge keys are refused: they would hide where a value comes from.
func (v value) entries(visit func(key string, entry value)) bool {
	if v.node.Kind != yaml.MappingNode {
		v.must("an object")
		return false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		name := v.at("", v.node.Content[i])
		key := name.node.Value
		entry := v.at("."+key, v.node.Content[i+1])
		switch {
		case name.node.ShortTag() == "!!merge":
			name.fail("merge keys (<<) are not supported: write out the fields")
		case name.node.Kind != yaml.ScalarNode || key == "" || !printable(key):
			name.fail("invalid name %s: use printable characters", name.describe())
		case seen[key]:
			entry.fail("duplicate field: keep one")
		default:
			seen[key] = true
			visit(key, entry)
		}
	}
	return true
}

// fields maps the names of an object's fields to their readers.
type fields map[string]func(value)

// object reads an object with the known fields, some of them required.
func (v value) object(known fields, required ...string) bool {
	missing := slices.Clone(required)
	isObject := v.entries(func(key string, entry value) {
		read, ok := known[key]
		if !ok {
			entry.unknownField(key, slices.Sorted(maps.Keys(known)))
			return
		}
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == key })
		read(entry)
	})
	if !isObject {
		return false
	}
	for _, name := range missing {
		v.fail("%s is required", name)
	}
	return len(missing) == 0
}

// unknownField reports an unknown field. It suggests the replacement of a former field, the closest field, or all fields.
func (v value) unknownField(name string, known []string) {
	if name == "enabled" && slices.Contains(known, "paused") {
		v.fail(`unknown field "enabled": use paused: %t`, v.node.Value == "false")
		return
	}
	v.fail("%s", english.Unknown("field", name, known))
}

// inner returns the value at a path such as "calendars.only[0]" inside this one, or its nearest parent in the document.
func (v value) inner(path string) value {
	for _, step := range strings.FieldsFunc(strings.ReplaceAll(path, "[", ".["), func(r rune) bool { return r == '.' }) {
		next := v
		next.path = strings.TrimPrefix(v.path+"."+step, ".")
		if index, isIndex := strings.CutPrefix(step, "["); isIndex {
			next.path = v.path + step
			if n, err := strconv.Atoi(strings.TrimSuffix(index, "]")); err == nil && v.node.Kind == yaml.SequenceNode && n < len(v.node.Content) {
				next.node = resolve(v.node.Content[n])
			}
		} else if v.node.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(v.node.Content); i += 2 {
				if v.node.Content[i].Value == step {
					next.node = resolve(v.node.Content[i+1])
				}
			}
		}
		v = next
	}
	return v
}

// entry returns the value of an object under a key, which may have any characters, or else the object itself.
func (v value) entry(key string) value {
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		if v.node.Content[i].Value == key {
			return v.at("."+key, v.node.Content[i+1])
		}
	}
	return v
}

// items visits the elements of a list.
func (v value) items(visit func(item value)) {
	if v.node.Kind != yaml.SequenceNode {
		v.must("a list")
		return
	}
	for i, n := range v.node.Content {
		visit(v.at(fmt.Sprintf("[%d]", i), n))
	}
}
