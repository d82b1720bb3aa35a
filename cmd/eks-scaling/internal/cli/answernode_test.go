package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
		text, err := json.Marshal(value)
		return node{kind: "string", scalar: string(text)}, err
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

// schemaOf is the JSON Schema of all values: a field is required if every object has it.
func schemaOf(values []node) map[string]any {
	var kinds []string
	fields, count := map[string][]node{}, map[string]int{}
	var items []node
	objects, isMap := 0, false
	for _, v := range values {
		if !slices.Contains(kinds, v.kind) {
			kinds = append(kinds, v.kind)
		}
		if v.kind == "array" {
			items = append(items, v.values...)
		}
		if v.kind == "object" {
			objects++
		}
		for i, key := range v.keys {
			isMap = isMap || slices.Contains(names, key)
			fields[key] = append(fields[key], v.values[i])
			count[key]++
		}
	}
	slices.Sort(kinds)
	schema := map[string]any{"type": kinds}
	if len(kinds) == 1 {
		schema["type"] = kinds[0]
	}
	if len(items) > 0 {
		schema["items"] = schemaOf(items)
	}
	if isMap {
		var all []node
		for _, values := range fields {
			all = append(all, values...)
		}
		schema["additionalProperties"] = schemaOf(all)
		return schema
	}
	properties, required := map[string]any{}, []string{}
	for key, values := range fields {
		properties[key] = schemaOf(values)
		if count[key] == objects {
			required = append(required, key)
		}
	}
	if len(properties) > 0 {
		slices.Sort(required)
		schema["properties"], schema["required"] = properties, required
	}
	return schema
}
