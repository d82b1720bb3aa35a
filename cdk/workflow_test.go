package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/statemachine"
)

// stateMachine is an AWS::StepFunctions::StateMachine.
type stateMachine struct {
	StateMachineName        string
	StateMachineType        string
	DefinitionString        string
	DefinitionSubstitutions map[string]string
	RoleArn                 string
	TracingConfiguration    struct{ Enabled bool }
	LoggingConfiguration    struct {
		Level                string
		IncludeExecutionData bool
		Destinations         []struct {
			CloudWatchLogsLogGroup struct{ LogGroupArn string }
		}
	}
}

func TestWorkflowIsTheDefinition(t *testing.T) {
	workflow := single[stateMachine](t, reference(t), "AWS::StepFunctions::StateMachine")
	if diff := cmp.Diff(statemachine.Definition, workflow.DefinitionString); diff != "" {
		t.Errorf("the template changes the definition (-definition +template):\n%s", diff)
	}
	if workflow.StateMachineName != "eks-scaling" || workflow.StateMachineType != "STANDARD" {
		t.Errorf("found a state machine %s of type %s", workflow.StateMachineName, workflow.StateMachineType)
	}
	var definition struct{ TimeoutSeconds int }
	if err := json.Unmarshal([]byte(workflow.DefinitionString), &definition); err != nil {
		t.Fatal(err)
	}
	if definition.TimeoutSeconds == 0 {
		t.Error("the state machine may run for ever")
	}
}

func TestEveryPlaceholderHasItsValue(t *testing.T) {
	workflow := single[stateMachine](t, reference(t), "AWS::StepFunctions::StateMachine")
	want := map[string]string{"AlertTopicArn": "${AlertTopic}"}
	for _, placeholder := range statemachine.Functions() {
		want[placeholder] = "${" + placeholder[:len(placeholder)-len("Arn")] + "CurrentVersion}"
	}
	if diff := cmp.Diff(want, workflow.DefinitionSubstitutions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	used := map[string]bool{}
	for _, match := range regexp.MustCompile(`\$\{([^}]*)\}`).FindAllStringSubmatch(workflow.DefinitionString, -1) {
		used[match[1]] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(used))); diff != "" {
		t.Errorf("placeholders (-given +used):\n%s", diff)
	}
}

func TestWorkflowCanBeFollowed(t *testing.T) {
	workflow := single[stateMachine](t, reference(t), "AWS::StepFunctions::StateMachine")
	logging := workflow.LoggingConfiguration
	if logging.Level != "ALL" || !logging.IncludeExecutionData {
		t.Errorf("found logging %+v; want everything, with the data", logging)
	}
	if len(logging.Destinations) != 1 || logging.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn != "${StateMachineLogs.Arn}" {
		t.Errorf("found logs sent to %+v; want the state machine's own log group", logging.Destinations)
	}
	if !workflow.TracingConfiguration.Enabled {
		t.Error("the state machine is not traced")
	}
}
