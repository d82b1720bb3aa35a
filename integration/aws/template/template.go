// Package template evaluates a CloudFormation template for an account and a region: its resources with their names and ARNs, its
// outputs, and the permissions of its roles.
//
// It must never guess: anything it cannot resolve, and any policy it cannot read, is an error that names the place.
package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/shared/account"
)

// Place is the target of a deployment.
type Place struct {
	Stack   string // its name, as "EksScaling"
	Region  string
	Account string
	// Versions holds the numbers of the versions that this deployment publishes, by function. The default is 1, as in the first
	// deployment.
	Versions map[string]int
	// Unique ends the generated names of roles, as a random text does on AWS.
	Unique string
	// Parameters holds the values of parameters that have no default, or are to have another value.
	Parameters map[string]string
}

// Template is a template deployed at a place.
type Template struct {
	Place
	ID          string // the ARN of the stack
	Description string
	Outputs     []Output   // by key
	Resources   []Resource // by logical id
	Roles       []Role     // by logical id
	Text        string     // as it was read
	Values      []Value    // of its parameters, by name
}

// Value is the value of a parameter.
type Value struct{ Key, Text string }

// Output is an output of a stack.
type Output struct{ Key, Value, Description string }

// Resource is a resource of a stack.
type Resource struct {
	LogicalID  string
	PhysicalID string // the value of Ref, as CloudFormation shows it
	Type       string // as "AWS::SNS::Topic"
	Name       string
	ARN        string         // empty if its type has none here
	Properties map[string]any // as JSON, with everything resolved
	Named      bool           // the template gives its name
	// DeletionPolicy says what happens to the resource when it leaves the stack. Empty means Delete.
	DeletionPolicy string
}

// Properties decodes the properties of a resource.
func Properties[T any](r Resource) (properties T, err error) {
	data, err := json.Marshal(r.Properties)
	if err == nil {
		err = json.Unmarshal(data, &properties)
	}
	return properties, err
}

// source is a template as written.
type source struct {
	Description string
	Parameters  map[string]parameter
	Conditions  map[string]any
	Mappings    map[string]map[string]map[string]any
	Rules       map[string]rule
	Outputs     map[string]struct {
		Condition   string
		Description string
		Value       any
	}
	Resources map[string]declaration
}

type declaration struct {
	Condition      string // under which it exists; empty: always
	Type           string
	Properties     map[string]any
	DeletionPolicy string
}

// Read reads a template in JSON.
func Read(data []byte, place Place) (*Template, error) {
	var s source
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	const id = "00000000-0000-4000-8000-000000000000"
	t := &Template{
		Place: place, Description: s.Description, Text: string(data),
		ID: "arn:" + account.Partition(place.Region) + ":cloudformation:" + place.Region + ":" + place.Account + ":stack/" + place.Stack + "/" + id,
	}
	r := &resolver{place: place, stackID: t.ID, declared: s.Resources, source: s, naming: map[string]bool{}}
	steps := []func() error{
		r.setParameters, r.checkRules, func() error { return t.addResources(r) }, func() error { return t.addOutputs(r) }, t.readRoles,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
	}
	t.Values = r.texts
	return t, nil
}

// addResources adds the resources whose condition holds.
func (t *Template) addResources(r *resolver) error {
	for _, logicalID := range slices.Sorted(maps.Keys(r.source.Resources)) {
		exists, err := r.holds(r.source.Resources[logicalID].Condition)
		if err != nil {
			return fmt.Errorf("resource %s: %w", logicalID, err)
		}
		if !exists {
			continue
		}
		resource, err := r.resource(logicalID)
		if err != nil {
			return fmt.Errorf("resource %s: %w", logicalID, err)
		}
		t.Resources = append(t.Resources, resource)
	}
	return nil
}

// addOutputs adds the outputs whose condition holds.
func (t *Template) addOutputs(r *resolver) error {
	for _, key := range slices.Sorted(maps.Keys(r.source.Outputs)) {
		output := r.source.Outputs[key]
		exists, err := r.holds(output.Condition)
		if err != nil {
			return fmt.Errorf("output %s: %w", key, err)
		}
		if !exists {
			continue
		}
		value, err := r.text(output.Value)
		if err != nil {
			return fmt.Errorf("output %s: %w", key, err)
		}
		t.Outputs = append(t.Outputs, Output{key, value, output.Description})
	}
	return nil
}

// Of returns the resources of a type, by logical ID.
func (t *Template) Of(kind string) []Resource {
	return slices.DeleteFunc(slices.Clone(t.Resources), func(r Resource) bool { return r.Type != kind })
}
