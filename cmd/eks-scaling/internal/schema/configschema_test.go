package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/schema"

	"github.com/google/go-cmp/cmp"
	validation "github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// The golden file is for reviews: what a change of the types does to the schema is its difference.
func TestGolden(t *testing.T) {
	const path = "testdata/schema.golden.json"
	var got bytes.Buffer
	encoder := json.NewEncoder(&got)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schema.New()); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(file(t, path)), got.String()); diff != "" {
		t.Errorf("%s is not the schema (-want +got); if the change is meant, run the test with -update:\n%s", path, diff)
	}
}

func TestSchemaIsValid(t *testing.T) {
	draft := validation.NewCompiler().MustCompile("https://json-schema.org/draft/2020-12/schema")
	if err := draft.Validate(encoded()); err != nil {
		t.Error(err)
	}
}

// subschemas visits every object in the encoded schema, with its JSON pointer.
func subschemas(value any, pointer string, visit func(pointer string, schema map[string]any)) {
	switch value := value.(type) {
	case map[string]any:
		visit(pointer, value)
		for key, inner := range value {
			subschemas(inner, pointer+"/"+key, visit)
		}
	case []any:
		for i, inner := range value {
			subschemas(inner, pointer+"/"+strconv.Itoa(i), visit)
		}
	}
}

func TestDefaultsAndExamplesAreValid(t *testing.T) {
	checked := 0
	subschemas(encoded(), "", func(pointer string, schema map[string]any) {
		suggested, _ := schema["examples"].([]any)
		// A profile's default is a field of that name, and no keyword.
		if value, given := schema["default"]; given && !strings.HasSuffix(pointer, "/properties") {
			suggested = append(suggested, value)
		}
		if len(suggested) == 0 {
			return
		}
		part := compile(pointer)
		for _, value := range suggested {
			checked++
			if err := part.Validate(value); err != nil {
				t.Errorf("%s: %v", pointer, err)
			}
		}
	})
	if checked == 0 {
		t.Error("the schema has no default and no example")
	}
}

// Editors read patterns as ECMAScript does. This holds them to a part of the language that means the same there.
func TestPatternsMeanTheSameToEditors(t *testing.T) {
	portable := regexp.MustCompile(`^(?:[^\\(]|\\[.+]|\\x[0-9a-f]{2}|\((?:\?:|[^?]))*$`)
	patterns := 0
	subschemas(encoded(), "", func(pointer string, schema map[string]any) {
		if pattern, ok := schema["pattern"].(string); ok {
			patterns++
			if !portable.MatchString(pattern) {
				t.Errorf("%s: %s; want no flags and no escapes but %s", pointer, pattern, `\. \+ \x00`)
			}
		}
	})
	if patterns == 0 {
		t.Error("the schema has no pattern")
	}
}

// HTML is escaped where the schema is encoded, which makes these unreadable.
func TestNothingIsEscaped(t *testing.T) {
	if text := fmt.Sprint(encoded()); strings.ContainsAny(text, "<>&") {
		t.Error("found one of < > & in the schema; want other words")
	}
}
