package main

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/statemachine"
)

// newWorkflow creates the state machine. The template contains the definition unchanged; CloudFormation only fills in the
// placeholders. It calls published versions, so that a deployment does not change the code of an active run. Such a run keeps its
// definition and calls earlier versions: hence the permission for all versions of these functions.
func newWorkflow(
	stack awscdk.Stack, functions map[string]awslambda.Function, topic alertTopic, logs retention, enc encryption,
) awsstepfunctions.StateMachine {
	substitutions := map[string]string{statemachine.AlertTopicARN: topic.arn(), statemachine.Partition: *stack.Partition()}
	definition := statemachine.DefinitionIn("${" + statemachine.Partition + "}")
	invoke := permission{actions: []string{"lambda:InvokeFunction"}}
	called := statemachine.Functions()
	for _, name := range slices.Sorted(maps.Keys(called)) {
		f := functions[name]
		substitutions[called[name]] = *f.CurrentVersion().FunctionArn()
		invoke.resources = append(invoke.resources, *f.FunctionArn()+":*")
	}
	return awsstepfunctions.NewStateMachine(stack, jsii.String("StateMachine"), &awsstepfunctions.StateMachineProps{
		StateMachineName:        jsii.String(deployment.System),
		StateMachineType:        awsstepfunctions.StateMachineType_STANDARD,
		DefinitionBody:          awsstepfunctions.DefinitionBody_FromString(&definition),
		DefinitionSubstitutions: textMap(substitutions),
		Role: newRole(stack, "StateMachineRole", "states.amazonaws.com", "Permissions of the state machine.",
			only(stack, stateMachineARN(stack), stateMachineARN(stack)+"/*"), slices.Concat([]permission{invoke}, unitExecutions(stack), topic.publishing(), enc.grants(topic.publishing()))...),
		// Both add their own statements to the role: log delivery and X-Ray have no ARNs.
		Logs: &awsstepfunctions.LogOptions{
			Destination:          newLogGroup(stack, "StateMachineLogs", "/aws/vendedlogs/states/"+deployment.System, logs),
			Level:                awsstepfunctions.LogLevel_ALL,
			IncludeExecutionData: jsii.Bool(true),
		},
		TracingEnabled: jsii.Bool(true),
	})
}

// unitExecutions lets the state machine run each unit in its own execution: start, observe, stop and redrive it. The CDK adds
// none of this to a definition given as text.
func unitExecutions(stack awscdk.Stack) []permission {
	execution := func(of string) string { return arn(stack, "states", *stack.Region(), "execution:"+of+":*") }
	unit := execution(deployment.System + "/" + run.UnitLabel)
	return []permission{
		allow(stateMachineARN(stack), "states:StartExecution"),
		{actions: []string{"states:DescribeExecution", "states:StopExecution"}, resources: []string{execution(deployment.System), unit}},
		allow(unit, "states:RedriveExecution"),
	}
}

// stateMachineARN builds the state machine's ARN from its name, for resources that the state machine depends on: CloudFormation
// cannot create two resources that refer to each other.
func stateMachineARN(stack awscdk.Stack) string {
	return arn(stack, "states", *stack.Region(), "stateMachine:"+deployment.System)
}
