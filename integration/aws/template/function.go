package template

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"eks-scaling-automation/shared/account"
)

// function returns the intrinsic function in an object, if there is one.
func function(v map[string]any) (name string, argument any, ok bool) {
	if len(v) != 1 {
		return "", nil, false
	}
	for name, argument = range v {
		ok = name == "Ref" || strings.HasPrefix(name, "Fn::")
	}
	return name, argument, ok
}

func (r *resolver) call(name string, argument any) (any, error) {
	switch name {
	case "Ref":
		return r.ref(argument)
	case "Fn::GetAtt":
		return r.getAtt(argument)
	case "Fn::Join":
		return r.join(argument)
	case "Fn::Sub":
		return r.sub(argument)
	case "Fn::If":
		return r.choose(argument)
	case "Fn::FindInMap":
		return r.findInMap(argument)
	case "Fn::Split":
		return r.split(argument)
	case "Fn::Select":
		return r.selected(argument)
	default:
		return nil, fmt.Errorf("%s is not supported; Ref, Fn::FindInMap, Fn::GetAtt, Fn::If, Fn::Join, Fn::Select, Fn::Split and Fn::Sub are", name)
	}
}

func (r *resolver) ref(argument any) (any, error) {
	name, _ := argument.(string)
	if value, isParameter := r.values[name]; isParameter {
		return value, nil
	}
	switch name {
	case "AWS::NoValue":
		return noValue{}, nil
	case "AWS::AccountId":
		return r.place.Account, nil
	case "AWS::Partition":
		return account.Partition(r.place.Region), nil
	case "AWS::Region":
		return r.place.Region, nil
	case "AWS::StackId":
		return r.stackID, nil
	case "AWS::StackName":
		return r.place.Stack, nil
	case "AWS::URLSuffix":
		return "amazonaws.com", nil
	}
	resource, err := r.identify(name)
	if err != nil {
		return "", fmt.Errorf("in Ref: %w", err)
	}
	if _, known := kinds[resource.Type]; !known {
		return "", fmt.Errorf("in Ref: what %s, a %s, is called is not known", name, resource.Type)
	}
	return resource.PhysicalID, nil
}

// getAtt accepts [resource, attribute], or "resource.attribute".
func (r *resolver) getAtt(argument any) (string, error) {
	var parts []any
	switch a := argument.(type) {
	case []any:
		parts = a
	case string:
		resource, attribute, _ := strings.Cut(a, ".")
		parts = []any{resource, attribute}
	}
	if len(parts) != 2 {
		return "", fmt.Errorf("in Fn::GetAtt: found %v; want a resource and an attribute", argument)
	}
	resource, err := r.identify(fmt.Sprint(parts[0]))
	if err != nil {
		return "", fmt.Errorf("in Fn::GetAtt: %w", err)
	}
	attribute := fmt.Sprint(parts[1])
	pattern := kinds[resource.Type].attributes[attribute]
	if attribute == "Arn" && resource.ARN != "" {
		pattern = "{arn}"
	}
	if pattern == "" {
		return "", fmt.Errorf("in Fn::GetAtt: of %s, the attribute %s of a %s is not known", resource.LogicalID, attribute, resource.Type)
	}
	return r.expand(pattern, resource)
}

func (r *resolver) join(argument any) (string, error) {
	arguments, _ := argument.([]any)
	if len(arguments) != 2 {
		return "", fmt.Errorf("in Fn::Join: found %v; want a delimiter and a list", argument)
	}
	delimiter, ok := arguments[0].(string)
	resolved, err := r.value(arguments[1])
	if err != nil {
		return "", fmt.Errorf("in Fn::Join: %w", err)
	}
	list, isList := resolved.([]any)
	if !ok || !isList {
		return "", fmt.Errorf("in Fn::Join: found %v; want a delimiter and a list", argument)
	}
	parts := make([]string, len(list))
	for i := range list {
		var err error
		if parts[i], err = r.text(list[i]); err != nil {
			return "", fmt.Errorf("in Fn::Join: %w", err)
		}
	}
	return strings.Join(parts, delimiter), nil
}

// split resolves Fn::Split: [delimiter, text].
func (r *resolver) split(argument any) ([]any, error) {
	arguments, _ := argument.([]any)
	delimiter, _ := at(arguments, 0).(string)
	if len(arguments) != 2 || delimiter == "" {
		return nil, fmt.Errorf("in Fn::Split: found %v; want a delimiter and a text", argument)
	}
	text, err := r.text(arguments[1])
	if err != nil {
		return nil, fmt.Errorf("in Fn::Split: %w", err)
	}
	var list []any
	for part := range strings.SplitSeq(text, delimiter) {
		list = append(list, part)
	}
	return list, nil
}

// selected resolves Fn::Select: [index, list].
func (r *resolver) selected(argument any) (any, error) {
	resolved, err := r.value(argument)
	if err != nil {
		return nil, fmt.Errorf("in Fn::Select: %w", err)
	}
	arguments, _ := resolved.([]any)
	list, isList := at(arguments, 1).([]any)
	index, err := strconv.Atoi(fmt.Sprint(at(arguments, 0)))
	if len(arguments) != 2 || !isList || err != nil || index < 0 || index >= len(list) {
		return nil, fmt.Errorf("in Fn::Select: found %v; want the index of an element, and a list", argument)
	}
	return list[index], nil
}

var variable = regexp.MustCompile(`\$\{[^}]*\}`)

// sub accepts a string, or a string with extra variables.
func (r *resolver) sub(argument any) (string, error) {
	text, given := argument, map[string]any{}
	if arguments, ok := argument.([]any); ok && len(arguments) == 2 {
		text = arguments[0]
		given, _ = arguments[1].(map[string]any)
	}
	pattern, ok := text.(string)
	if !ok {
		return "", fmt.Errorf("in Fn::Sub: found %v; want a text", argument)
	}
	var failed error
	filled := variable.ReplaceAllStringFunc(pattern, func(found string) string {
		value, err := r.variable(strings.TrimSpace(found[2:len(found)-1]), given)
		if err != nil {
			failed = fmt.Errorf("in Fn::Sub: %w", err)
		}
		return value
	})
	return filled, failed
}

func (r *resolver) variable(name string, given map[string]any) (string, error) {
	if literal, ok := strings.CutPrefix(name, "!"); ok {
		return "${" + literal + "}", nil
	}
	if value, ok := given[name]; ok {
		return r.text(value)
	}
	if strings.Contains(name, ".") {
		return r.getAtt(name)
	}
	return r.text(map[string]any{"Ref": name})
}
