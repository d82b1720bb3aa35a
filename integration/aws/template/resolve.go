package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"eks-scaling-automation/shared/account"
)

// resolver resolves the functions in a template.
type resolver struct {
	place    Place
	stackID  string
	declared map[string]declaration
	source   source
	values   map[string]any  // of parameters
	texts    []Value         // of parameters
	naming   map[string]bool // the resources whose names are being resolved
}

func (r *resolver) resource(logicalID string) (Resource, error) {
	properties, err := r.value(r.declared[logicalID].Properties)
	if err != nil {
		return Resource{}, err
	}
	resource, err := r.identify(logicalID)
	resource.Properties, _ = properties.(map[string]any)
	resource.DeletionPolicy = r.declared[logicalID].DeletionPolicy
	return resource, err
}

// identify returns a resource with its names, without its properties.
func (r *resolver) identify(logicalID string) (Resource, error) {
	declared, found := r.declared[logicalID]
	if !found {
		return Resource{}, fmt.Errorf("%s is neither a resource nor a pseudo parameter", logicalID)
	}
	if r.naming[logicalID] {
		return Resource{}, fmt.Errorf("the name of %s depends on itself", logicalID)
	}
	r.naming[logicalID] = true
	defer delete(r.naming, logicalID)
	resource, k := Resource{LogicalID: logicalID, Type: declared.Type, Name: r.place.Stack + "-" + logicalID}, kinds[declared.Type]
	if declared.Type == "AWS::IAM::Role" {
		resource.Name += r.place.Unique
	}
	if given := declared.Properties[k.name]; given != nil {
		var err error
		if resource.Name, err = r.text(given); err != nil {
			return Resource{}, err
		}
		resource.Named = true
	}
	resource.PhysicalID = resource.Name
	var err error
	if k.arn != "" {
		if resource.ARN, err = r.expand("arn:"+account.Partition(r.place.Region)+":"+k.arn, resource); err != nil {
			return Resource{}, err
		}
	}
	if k.ref != "" {
		resource.PhysicalID, err = r.expand(k.ref, resource)
	}
	return resource, err
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// expand fills in a pattern of a [kind].
func (r *resolver) expand(pattern string, resource Resource) (string, error) {
	var failed error
	text := placeholder.ReplaceAllStringFunc(pattern, func(found string) string {
		switch name := strings.Trim(found, "{}"); name {
		case "name":
			return resource.Name
		case "id":
			return r.place.identifier(resource.LogicalID)
		case "version":
			return r.version(resource)
		case "region":
			return r.place.Region
		case "account":
			return r.place.Account
		case "arn":
			return resource.ARN
		default:
			value, err := r.text(r.declared[resource.LogicalID].Properties[name])
			if err != nil {
				failed = fmt.Errorf("property %s: %w", name, err)
			}
			return value
		}
	})
	return text, failed
}

// version returns the number of a function's version.
func (r *resolver) version(resource Resource) string {
	name, _ := r.text(r.declared[resource.LogicalID].Properties["FunctionName"]) // {FunctionName} reports the same error
	return strconv.Itoa(max(r.place.Versions[name], 1))
}

// value resolves the functions in a JSON value.
func (r *resolver) value(v any) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		if name, argument, isFunction := function(v); isFunction {
			return r.call(name, argument)
		}
		resolved := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			var err error
			if resolved[key], err = r.value(v[key]); err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			if resolved[key] == (noValue{}) {
				delete(resolved, key)
			}
		}
		return resolved, nil
	case []any:
		resolved := make([]any, len(v))
		for i := range v {
			var err error
			if resolved[i], err = r.value(v[i]); err != nil {
				return nil, fmt.Errorf("%d: %w", i, err)
			}
		}
		return slices.DeleteFunc(resolved, func(each any) bool { return each == noValue{} }), nil
	default:
		return v, nil
	}
}

// text resolves a value that must be a string.
func (r *resolver) text(v any) (string, error) {
	resolved, err := r.value(v)
	if err != nil {
		return "", err
	}
	text, ok := resolved.(string)
	if !ok {
		return "", fmt.Errorf("found %v; want a text", resolved)
	}
	return text, nil
}
