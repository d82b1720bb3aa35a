package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/statemachine"
)

// stateMachine is an AWS::StepFunctions::StateMachine.
type stateMachine struct {
	DefinitionString        string
	DefinitionSubstitutions map[string]string
}

func TestWorkflowIsTheDefinition(t *testing.T) {
	workflow := single[stateMachine](t, reference(t), "AWS::StepFunctions::StateMachine")
	if diff := cmp.Diff(statemachine.DefinitionIn("${Partition}"), workflow.DefinitionString); diff != "" {
		t.Errorf("the template changes the definition (-definition +template):\n%s", diff)
	}
}

func TestEveryPlaceholderHasItsValue(t *testing.T) {
	workflow := single[stateMachine](t, reference(t), "AWS::StepFunctions::StateMachine")
	want := map[string]string{"AlertTopicArn": "${AlertTopic}", "Partition": "${AWS::Partition}"}
	for _, placeholder := range statemachine.Functions() {
		want[placeholder] = "${" + placeholder[:len(placeholder)-len("Arn")] + "CurrentVersion}"
	}
	if diff := cmp.Diff(want, workflow.DefinitionSubstitutions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
