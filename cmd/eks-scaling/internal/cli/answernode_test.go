package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// node is a JSON value whose objects keep the order of their fields.
type node struct {
	kind   string // of JSON Schema
	scalar string // as it is written
	keys   []string
	values []node // of an object or array
}

func decode(data []byte) (node, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return next(d)
}

func next(d *json.Decoder) (node, error) {
	token, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch value := token.(type) {
	case json.Delim:
		return nested(d, value)
	case string:
		var text strings.Builder
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false) // as the tool writes it
		err := encoder.Encode(value)
		return node{kind: "string", scalar: strings.TrimSpace(text.String())}, err
	case json.Number:
		if strings.Contains(value.String(), ".") {
			return node{kind: "number", scalar: value.String()}, nil
		}
		return node{kind: "integer", scalar: value.String()}, nil
	case bool:
		return node{kind: "boolean", scalar: fmt.Sprint(value)}, nil
	default:
		return node{kind: "null", scalar: "null"}, nil
	}
}

func nested(d *json.Decoder, open json.Delim) (node, error) {
	n := node{kind: map[json.Delim]string{'{': "object", '[': "array"}[open]}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return n, err
			}
			n.keys = append(n.keys, fmt.Sprint(key))
		}
		value, err := next(d)
		if err != nil {
			return n, err
		}
		n.values = append(n.values, value)
	}
	_, err := d.Token()
	return n, errors.Join(err)
}

// shortened keeps the first element of every array.
func (n node) shortened() node {
	short := node{kind: n.kind, scalar: n.scalar, keys: n.keys}
	for _, value := range n.values {
		short.values = append(short.values, value.shortened())
		if n.kind == "array" {
			break
		}
	}
	return short
}

func (n node) text(indent string) string {
	if n.kind != "object" && n.kind != "array" {
		return n.scalar
	}
	brackets := map[string]string{"object": "{}", "array": "[]"}[n.kind]
	if len(n.values) == 0 {
		return brackets
	}
	lines := make([]string, len(n.values))
	for i, value := range n.values {
		lines[i] = indent + "  "
		if n.kind == "object" {
			lines[i] += fmt.Sprintf("%q: ", n.keys[i])
		}
		lines[i] += value.text(indent + "  ")
	}
	return brackets[:1] + "\n" + strings.Join(lines, ",\n") + "\n" + indent + brackets[1:]
}

// names are keys that people choose: an object with one of them is a map.
var names = []string{"big", "small", "gpu", "production", "staging", "lab"}

// always are the fields that every answer or list has. Examples cannot prove more: a field without a value is left out.
var always = []string{"apiVersion", "items"}

// schemaOf is the JSON Schema of all values.
func schemaOf(values []node) map[string]any {
	schema := map[string]any{"type": kindsOf(values)}
	if items := elements(values, "array"); len(items) > 0 {
		schema["items"] = schemaOf(items)
	}
	fields, isMap := map[string][]node{}, false
	for _, v := range values {
		for i, key := range v.keys {
			isMap = isMap || slices.Contains(names, key)
			fields[key] = append(fields[key], v.values[i])
		}
	}
	if isMap {
		schema["additionalProperties"] = schemaOf(elements(values, "object"))
		return schema
	}
	properties, required := map[string]any{}, []string{}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		properties[key] = schemaOf(fields[key])
		if key == "seconds" { // of the examples, all are whole
			properties[key] = map[string]any{"type": "number"}
		}
		if slices.Contains(always, key) {
			required = append(required, key)
		}
	}
	if len(properties) > 0 {
		schema["properties"] = properties
	}
	if len(required) > 0 {
		schema["required"] = required
	}
	return schema
}

// kindsOf returns the kind of all values, or the list of their kinds.
func kindsOf(values []node) any {
	var kinds []string
	for _, v := range values {
		kinds = append(kinds, v.kind)
	}
	slices.Sort(kinds)
	if kinds = slices.Compact(kinds); len(kinds) == 1 {
		return kinds[0]
	}
	return kinds
}

// elements returns what all values of a kind contain.
func elements(values []node, kind string) (all []node) {
	for _, v := range values {
		if v.kind == kind {
			all = append(all, v.values...)
		}
	}
	return all
}
