package main

import (
	"fmt"

	"eks-scaling-automation/shared/deployment"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
)

// outputs are the parts of the stack that people and the command line tool look for after a deployment.
type outputs struct {
	tables     tables
	topic      alertTopic
	workflow   awsstepfunctions.StateMachine
	scheduling scheduling
}

func newOutputs(stack awscdk.Stack, o options, parts outputs) {
	stateMachine, region := *parts.workflow.StateMachineArn(), *stack.Region()
	console := fmt.Sprintf("https://%s.console.aws.amazon.com/states/home?region=%s#/statemachines/view/%s",
		region, region, stateMachine)
	for _, output := range []struct{ name, value, description string }{
		{deployment.OutputStateMachine, stateMachine, "The workflow; start it for a run by hand."},
		{deployment.OutputConfigTable, *parts.tables.config.TableName(), "What operators configure."},
		{deployment.OutputLogsTable, *parts.tables.logs.TableName(), "What the system did."},
		{deployment.OutputAlertTopic, parts.topic.arn(), "Where failures are announced; subscribe to it."},
		{deployment.OutputTriggersGroup, *parts.scheduling.triggers.Ref(), "The schedules that follow the configuration."},
		{deployment.OutputReconcileGroup, *parts.scheduling.static.Ref(), "The schedule that does not depend on the configuration."},
		{deployment.OutputReconcile, o.reconcile, "When that schedule fires."},
		{deployment.OutputSchedulerRole, *parts.scheduling.role.RoleArn(), "What the schedules start runs as."},
		{deployment.OutputDeadLetterARN, *parts.scheduling.undelivered.QueueArn(), "The queue of the next line."},
		{deployment.OutputDeadLetterURL, *parts.scheduling.undelivered.QueueUrl(), "What could not be delivered or done, with the reason."},
		{deployment.OutputExecutionsConsole, console, "The runs, in the Step Functions console."},
		{deployment.OutputNextCommand, "eks-scaling config apply " + o.configPath, "Writes the configuration; until then every run is skipped."},
	} {
		awscdk.NewCfnOutput(stack, &output.name, &awscdk.CfnOutputProps{Value: &output.value, Description: &output.description})
	}
}
