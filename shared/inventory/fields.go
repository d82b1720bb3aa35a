package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Differences lists the fields in which two specs differ, one a line.
func Differences(before, after json.RawMessage) ([]string, error) {
	old, err := valuesOf(before)
	if err != nil {
		return nil, err
	}
	next, err := valuesOf(after)
	if err != nil {
		return nil, err
	}
	paths := map[string]bool{}
	for _, m := range []values{old, next} {
		for path := range m {
			paths[path] = true
		}
	}
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		was, wasThere := old[path]
		is, isThere := next[path]
		switch {
		case !wasThere:
			lines = append(lines, fmt.Sprintf("+ %s: %s", path, is))
		case !isThere:
			lines = append(lines, fmt.Sprintf("- %s: %s", path, was))
		case was != is:
			lines = append(lines, fmt.Sprintf("~ %s: %s -> %s", path, was, is))
		}
	}
	return lines, nil
}

// decoded returns a JSON document and keeps its numbers as written.
func decoded(data json.RawMessage) (root any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err = decoder.Decode(&root)
	return root, err
}

// values holds the text of every plain value in a JSON document, by its path.
type values map[string]string

func valuesOf(data json.RawMessage) (values, error) {
	found := values{}
	if len(data) == 0 {
		return found, nil
	}
	root, err := decoded(data)
	if err != nil {
		return nil, err
	}
	if _, isObject := root.(map[string]any); !isObject {
		return values{"spec": string(data)}, nil // whatever a person has put there
	}
	found.add("", root)
	return found, nil
}

// add enters the plain values of v, which stands at path. The elements of a list go by their names, if they have names, so
// that one more of them does not look like a change of all that follow; then their order is entered too.
func (l values) add(path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if date, isHoliday := v["date"].(string); isHoliday {
			l[date], _ = v["name"].(string)
			return
		}
		for key, inner := range v {
			l.add(path+"."+key, inner)
		}
	case []any:
		var names []string
		for i, inner := range v {
			name := nameOf(inner, i)
			names = append(names, name)
			l.add(path+"["+name+"]", inner)
		}
		if len(v) > 1 && !slices.Contains(names, "0") {
			l[path[1:]+" in order"] = strings.Join(names, ", ")
		}
	default:
		l[path[1:]] = plain(v)
	}
}

// plain returns a plain value as JSON, with "&" as it is written.
func plain(v any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // a plain value always has a JSON form
	return strings.TrimSuffix(text.String(), "\n")
}

// nameOf returns the name of a list element, or else its index.
func nameOf(element any, i int) string {
	if object, ok := element.(map[string]any); ok {
		if name, ok := object["name"].(string); ok && object["date"] == nil {
			return name
		}
	}
	return strconv.Itoa(i)
}
