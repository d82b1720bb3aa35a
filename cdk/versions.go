package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// versionDescription returns the description of a function's version: the values of the parameters that its properties depend on; nil
// without any. CloudFormation publishes a version only for a changed resource. The CDK changes the ID with the function's properties,
// but a parameter's value is unknown to it. A changed description replaces the version. Lambda allows 256 characters.
func (p *parameters) versionDescription(properties ...any) *string {
	if !p.release {
		return nil
	}
	var names []string
	for _, property := range properties {
		p.collect(p.stack.Resolve(property), &names)
	}
	var values []*string
	for _, d := range p.made {
		if slices.Contains(names, d.name) {
			value := p.created[d.name].ValueAsString()
			if d.short != nil {
				value = jsii.String(d.short(*value))
			}
			values = append(values, value)
		}
	}
	if values == nil {
		return nil
	}
	return awscdk.Fn_Join(jsii.String(" "), &values)
}

// collect finds the parameters in a resolved value, also those of its conditions.
func (p *parameters) collect(value any, names *[]string) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			p.collect(element, names)
		}
	case map[string]any:
		if name, ok := value["Ref"].(string); ok {
			*names = append(*names, name)
		}
		if decided, ok := value["Fn::If"].([]any); ok {
			p.collectCondition(decided[0].(string), names)
		}
		if id, ok := value["Condition"].(string); ok {
			p.collectCondition(id, names)
		}
		for _, element := range value {
			p.collect(element, names)
		}
	}
}

// collectCondition finds the parameters of a condition.
func (p *parameters) collectCondition(id string, names *[]string) {
	condition := p.stack.Node().FindChild(&id).(awscdk.CfnCondition)
	p.collect(p.stack.Resolve(condition.Expression()), names)
}
