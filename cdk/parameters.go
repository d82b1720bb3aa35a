package main

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// setting is an option of the stack. The context gives it at synthesis; in the released template, a parameter gives it at deployment.
type setting struct {
	text      string              // the value, or a reference to the parameter
	stack     awscdk.Stack        // nil: the value is known
	parameter awscdk.CfnParameter // nil: the value is known
	allowed   []string            // the values that the parameter may have; nil: any
}

// is reports whether the setting has a value.
func (s setting) is(value string) choice {
	if s.parameter == nil {
		return choice{yes: s.text == value}
	}
	if s.allowed != nil && !slices.Contains(s.allowed, value) {
		return choice{}
	}
	return newCondition(s.stack, *s.parameter.Node().Id()+"Is"+title(value), awscdk.Fn_ConditionEquals(s.text, value))
}

// given reports whether the setting is not empty.
func (s setting) given() choice {
	if s.parameter == nil {
		return choice{yes: s.text != ""}
	}
	return newCondition(s.stack, "Has"+*s.parameter.Node().Id(), awscdk.Fn_ConditionNot(awscdk.Fn_ConditionEquals(s.text, jsii.String(""))))
}

// title makes a part of a logical ID from a value: EveryDay from every-day.
func title(value string) string {
	var id strings.Builder
	up := true
	for _, letter := range value {
		if !unicode.IsLetter(letter) && !unicode.IsDigit(letter) {
			up = true
			continue
		}
		if up {
			letter, up = unicode.ToUpper(letter), false
		}
		id.WriteRune(letter)
	}
	return id.String()
}

// parameter describes a parameter of the released template. The console shows the parameters of a group together.
type parameter struct {
	name, group, label string
	description        string   // with the cost, if it has one
	allowed            []string // the possible values; nil: see pattern
	pattern            string   // what a value must match; empty: anything. It must allow the empty text if the parameter is optional.
	constraint         string   // says what is right, if the pattern does not match
	maxLength          int      // 0: no limit
	low, high          int      // the limits of a number; both 0: it is no number
	required           bool     // there is no default
	// short returns the part of the value in which two values differ; nil: all of it. See versionDescription.
	short func(text string) string
}

// The groups of parameters, in the order in which the console shows them.
const (
	groupCode     = "Code of the functions"
	groupClusters = "Clusters"
	groupRuns     = "Runs and signals"
	groupAlerts   = "Alerts"
	groupRecords  = "Logs and records"
	groupInsight  = "Metrics and dashboard"
	groupNetwork  = "Private subnets"
	groupKey      = "Encryption"
)

// groups returns the order of the groups.
func groups() []string {
	return []string{groupCode, groupClusters, groupRuns, groupAlerts, groupRecords, groupInsight, groupNetwork, groupKey}
}

// parameters makes settings: known ones for cdk deploy, parameters for the released template.
type parameters struct {
	stack   awscdk.Stack
	release bool
	scope   constructs.Construct // apart from the outputs, which may have the same names
	made    []parameter
	created map[string]awscdk.CfnParameter
}

func newParameters(stack awscdk.Stack, release bool) *parameters {
	p := &parameters{stack: stack, release: release, created: map[string]awscdk.CfnParameter{}}
	if release {
		p.scope = constructs.NewConstruct(stack, jsii.String("Parameters"))
	}
	return p
}

// setting returns the option with a value from the context. In the released template, the value is the parameter's default.
func (p *parameters) setting(value string, d parameter) setting {
	if !p.release {
		return setting{text: value}
	}
	p.made = append(p.made, d)
	props := &awscdk.CfnParameterProps{Type: jsii.String("String"), Description: &d.description}
	if !d.required {
		props.Default = &value
	}
	if d.allowed != nil {
		props.AllowedValues = jsii.Strings(d.allowed...)
	}
	if d.pattern != "" {
		props.AllowedPattern, props.ConstraintDescription = &d.pattern, &d.constraint
	}
	if d.maxLength > 0 {
		props.MaxLength = number(d.maxLength)
	}
	if d.high > 0 {
		props.Type, props.MinValue, props.MaxValue = jsii.String("Number"), number(d.low), number(d.high)
		props.ConstraintDescription = &d.constraint
	}
	created := awscdk.NewCfnParameter(p.scope, &d.name, props)
	created.OverrideLogicalId(&d.name)
	p.created[d.name] = created
	return setting{text: *created.ValueAsString(), stack: p.stack, parameter: created, allowed: d.allowed}
}

// describe tells the console how to show the parameters.
func (p *parameters) describe() {
	if !p.release {
		return
	}
	var shown []any
	labels := map[string]any{}
	for _, group := range groups() {
		var names []string
		for _, d := range p.made {
			if d.group == group {
				names = append(names, d.name)
				labels[d.name] = map[string]any{"default": d.label}
			}
		}
		if len(names) > 0 {
			shown = append(shown, map[string]any{"Label": map[string]any{"default": group}, "Parameters": names})
		}
	}
	p.stack.AddMetadata(jsii.String("AWS::CloudFormation::Interface"), map[string]any{"ParameterGroups": shown, "ParameterLabels": labels})
}
