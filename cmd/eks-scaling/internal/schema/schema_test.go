package schema_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/schema"

	"github.com/google/go-cmp/cmp"
	validation "github.com/santhosh-tekuri/jsonschema/v6"
)

type object = map[string]any

var decoded = sync.OnceValue(func() object {
	value, err := validation.UnmarshalJSON(bytes.NewReader(schema.JSON()))
	if err != nil {
		panic(err)
	}
	return value.(object) //nolint:forcetypeassert // it panics either way
})

// compile makes a validator of the part of the schema at a JSON pointer. The compiler checks the schema itself, too.
func compile(pointer string) *validation.Schema {
	const url = "urn:eks-scaling-automation:config"
	compiler := validation.NewCompiler()
	if err := compiler.AddResource(url, decoded()); err != nil {
		panic(err)
	}
	return compiler.MustCompile(url + "#" + pointer)
}

// The verb encodes the schema again. Then <, > and & would be hard to read, as YAML output escapes them.
func TestIsWrittenAsItIsPrinted(t *testing.T) {
	printed, err := json.MarshalIndent(schema.JSON(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(schema.JSON()), string(printed)+"\n"); diff != "" {
		t.Errorf("schema.json (-file +printed):\n%s", diff)
	}
}

// subschemas visits every object in the schema, with its JSON pointer.
func subschemas(value any, pointer string, visit func(pointer string, schema object)) {
	switch value := value.(type) {
	case object:
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
	subschemas(decoded(), "", func(pointer string, schema object) {
		suggested, _ := schema["examples"].([]any)
		// A schedule's default is a property of that name, and no keyword.
		if value, given := schema["default"]; given && !strings.HasSuffix(pointer, "/properties") {
			suggested = append(suggested, value)
		}
		for _, value := range suggested {
			checked++
			if err := compile(pointer).Validate(value); err != nil {
				t.Errorf("%s: %v", pointer, err)
			}
		}
	})
	if checked == 0 {
		t.Error("the schema has no default and no example")
	}
}

// Editors read patterns as ECMAScript does. This keeps them to syntax that means the same there and in Go.
func TestPatternsMeanTheSameToEditors(t *testing.T) {
	portable := regexp.MustCompile(`^(?:[^\\(]|\\[.+]|\\x[0-9a-f]{2}|\((?:\?:|[^?]))*$`)
	patterns := 0
	subschemas(decoded(), "", func(pointer string, schema object) {
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
