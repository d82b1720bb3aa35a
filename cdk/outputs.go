package main

import (
	"fmt"

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
		{"StateMachineArn", stateMachine, "The workflow; start it for a run by hand."},
		{"ConfigTableName", *parts.tables.config.TableName(), "What operators configure."},
		{"LogsTableName", *parts.tables.logs.TableName(), "What the system did."},
		{"AlertTopicArn", parts.topic.arn(), "Where failures are announced; subscribe to it."},
		{"ScheduleGroupName", *parts.scheduling.boundaries.Ref(), "The schedules that follow the configuration."},
		{"ReconcileScheduleGroupName", *parts.scheduling.static.Ref(), "The schedule that does not depend on the configuration."},
		{"ReconcileExpression", o.reconcile, "When that schedule fires."},
		{"SchedulerRoleArn", *parts.scheduling.role.RoleArn(), "What the schedules start runs as."},
		{"DeadLetterQueueArn", *parts.scheduling.undelivered.QueueArn(), "The queue of the next line."},
		{"DeadLetterQueueUrl", *parts.scheduling.undelivered.QueueUrl(), "What could not be delivered or done, with the reason."},
		{"ExecutionsConsole", console, "The runs, in the Step Functions console."},
		{"NextCommand", "eks-scaling config apply " + o.configPath, "Writes the configuration; until then every run is skipped."},
	} {
		awscdk.NewCfnOutput(stack, &output.name, &awscdk.CfnOutputProps{Value: &output.value, Description: &output.description})
	}
}
