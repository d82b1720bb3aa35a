package world

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"eks-scaling-automation/integration/aws/eventbridge"
	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/shared/event"
)

// CheckEvents reports every event of the system that does not match the schema of its kind, so that no test needs to look.
func (w *World) CheckEvents() error {
	var problems []error
	for _, e := range w.Events.Events() {
		if e.Source == event.Source {
			problems = append(problems, CheckEvent(e))
		}
	}
	for _, message := range w.Chat() {
		all, err := schemas()
		if err == nil {
			err = checkSchema(all, "chat-message.schema.json", []byte(message))
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// CheckEvent compares the detail of an event with the schema in docs/events. A field that the schema does not have is an error.
func CheckEvent(e eventbridge.Event) error {
	all, err := schemas()
	if err != nil {
		return err
	}
	return checkSchema(all, event.Kind(e.DetailType).FileName(), e.Detail)
}

func checkSchema(all map[string]*jsonschema.Schema, name string, document []byte) error {
	schema := all[name]
	if schema == nil {
		return fmt.Errorf("docs/events/%s does not exist", name)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		return fmt.Errorf("docs/events/%s: %w\n%s", name, err, document)
	}
	return nil
}

// schemas are the schemas in docs/events by file name, without room for other fields.
var schemas = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	root, err := node.ModuleRoot()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, "docs/events/*.schema.json"))
	if err != nil {
		return nil, err
	}
	all := map[string]*jsonschema.Schema{}
	for _, file := range files {
		data, err := os.ReadFile(file) //nolint:gosec // a fixed path in the checkout
		if err != nil {
			return nil, err
		}
		var document any
		if err := json.Unmarshal(data, &document); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		closeObjects(document)
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource(file, document); err != nil {
			return nil, err
		}
		if all[filepath.Base(file)], err = compiler.Compile(file); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// closeObjects refuses unknown fields in every object of a schema that lists its fields.
func closeObjects(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, lists := s["properties"].(map[string]any); lists && s["additionalProperties"] == nil {
			s["additionalProperties"] = false
		}
		for _, below := range s {
			closeObjects(below)
		}
	case []any:
		for _, below := range s {
			closeObjects(below)
		}
	}
}
