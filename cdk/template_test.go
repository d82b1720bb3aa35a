package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// template is a CloudFormation template.
type template struct {
	raw       map[string]any // as it is
	Resources map[string]resource
	Outputs   map[string]struct{ Value string }
}

type resource struct {
	Type                string
	Properties          map[string]any
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// parseTemplate reads a template. What CloudFormation puts together is shown as a text with the references in it, such
// as "arn:${AWS::Partition}:..." or "${LogsTable.Arn}", without the hashes that the CDK puts behind the names.
func parseTemplate(t *testing.T, data []byte) template {
	t.Helper()
	parsed := template{}
	if err := json.Unmarshal(data, &parsed.raw); err != nil {
		t.Fatal(err)
	}
	convert(t, resolve(parsed.raw), &parsed)
	return parsed
}

// convert reads a JSON value into a Go type.
func convert(t *testing.T, from, to any) {
	t.Helper()
	data, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}

// resolve shows the intrinsic functions in a value as text.
func resolve(value any) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = resolve(element)
		}
		return list
	case map[string]any:
		if text, ok := intrinsic(value); ok {
			return text
		}
		object := map[string]any{}
		for key, element := range value {
			object[key] = resolve(element)
		}
		return object
	default:
		return value
	}
}

func intrinsic(object map[string]any) (string, bool) {
	if len(object) != 1 {
		return "", false
	}
	if id, ok := object["Ref"].(string); ok {
		return "${" + withoutHash(id) + "}", true
	}
	if path, ok := object["Fn::GetAtt"].([]any); ok {
		return fmt.Sprintf("${%s.%s}", withoutHash(path[0].(string)), path[1]), true
	}
	if text, ok := object["Fn::Sub"].(string); ok {
		return text, true
	}
	if path, ok := object["Fn::FindInMap"].([]any); ok {
		return fmt.Sprintf("${%v[%v].%v}", path[0], resolve(path[1]), path[2]), true
	}
	if decided, ok := object["Fn::If"].([]any); ok {
		return fmt.Sprintf("${%v ? %v : %v}", decided[0], resolve(decided[1]), resolve(decided[2])), true
	}
	if join, ok := object["Fn::Join"].([]any); ok {
		var text strings.Builder
		parts, isList := join[1].([]any)
		if !isList { // a list that is known when the template is deployed
			return "", false
		}
		for _, part := range parts {
			fmt.Fprint(&text, resolve(part))
		}
		return text.String(), true
	}
	return "", false
}

// hash is what the CDK puts behind an id; a version has the hash of its function's code and settings behind that.
var hash = regexp.MustCompile(`[0-9A-F]{8}([0-9a-f]{32})?$`)

func withoutHash(logicalID string) string {
	return hash.ReplaceAllString(logicalID, "")
}

// all lists the properties of the resources of a type, in the order of their logical ids.
func all[T any](t *testing.T, from template, resourceType string) []T {
	t.Helper()
	var found []T
	for _, id := range slices.Sorted(maps.Keys(from.Resources)) {
		if r := from.Resources[id]; r.Type == resourceType {
			var properties T
			convert(t, r.Properties, &properties)
			found = append(found, properties)
		}
	}
	return found
}

// single returns the properties of the one resource of a type.
func single[T any](t *testing.T, from template, resourceType string) T {
	t.Helper()
	found := all[T](t, from, resourceType)
	if len(found) != 1 {
		t.Fatalf("found %d resources of type %s; want one", len(found), resourceType)
	}
	return found[0]
}
