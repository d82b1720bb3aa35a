package main

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/deployment"
	grants "eks-scaling-automation/shared/permissions"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
)

// outputs holds the parts of the stack that people and the command line tool need after a deployment.
type outputs struct {
	tables     tables
	topic      alertTopic
	chat       alertTopic
	bus        eventBus
	workflow   awsstepfunctions.StateMachine
	scheduling scheduling
	functions  map[string]awslambda.Function
}

// functionRoles returns the ARNs of the roles that call EKS.
func (o outputs) functionRoles() string {
	var arns []string
	for _, name := range grants.Functions() {
		arns = append(arns, *o.functions[name].Role().RoleArn())
	}
	return strings.Join(arns, ",")
}

func newOutputs(stack awscdk.Stack, o options, s settings, parts outputs) {
	stateMachine, region := *parts.workflow.StateMachineArn(), *stack.Region()
	console := fmt.Sprintf("https://%s.%s/states/home?region=%s#/statemachines/view/%s", region, consoleHost(stack), region, stateMachine)
	outputs := []struct{ name, value, description string }{
		{deployment.OutputStateMachine, stateMachine, "The state machine. Each execution is a run."},
		{deployment.OutputConfigTable, *parts.tables.config.TableName(), "The configuration."},
		{deployment.OutputLogsTable, *parts.tables.logs.TableName(), "The records of runs and changes."},
		{deployment.OutputAlertTopic, parts.topic.arn(), "Alerts. Subscribe to receive them."},
		{deployment.OutputChatTopic, parts.chat.arn(), "Messages for chat applications. See docs/notifications.md."},
		{deployment.OutputEventBus, parts.bus.arn(), "The event bus that receives the events."},
		{deployment.OutputTriggersGroup, *parts.scheduling.triggers.Ref(), "The schedule group of the triggers that follow the configuration."},
		{deployment.OutputReconcileGroup, *parts.scheduling.static.Ref(), "The schedule group of the reconcile trigger."},
		{deployment.OutputReconcile, s.reconcile.expression, "When reconcile runs start."},
		{deployment.OutputSchedulerRole, *parts.scheduling.role.RoleArn(), "The role with which EventBridge Scheduler starts runs."},
		{deployment.OutputDeadLetterARN, *parts.scheduling.undelivered.QueueArn(), "The ARN of the dead-letter queue."},
		{deployment.OutputDeadLetterURL, *parts.scheduling.undelivered.QueueUrl(), "The URL of the dead-letter queue: failed triggers and syncs, with the cause."},
		{deployment.OutputExecutionsConsole, console, "The runs, in the Step Functions console."},
		{deployment.OutputNextCommand, s.nextCommand(o.nextFile()), "Applies the configuration. Until then every run is skipped."},
		{deployment.OutputFunctionRoles, parts.functionRoles(), "The roles that call EKS: the parameter FunctionRoles of the spokes in other accounts."},
	}
	for _, output := range outputs {
		newOutput(stack, output.name, output.value, output.description, always())
	}
	newOutput(stack, deployment.OutputRegionScope, deployment.OwnRegion, "The stack takes only the clusters of its own region.", s.ownRegion())
	newOutput(stack, deployment.OutputSignalHosts, s.signalHosts.text, "The hosts from which signals may be read.", s.signalHosts.given())
}

// newOutput creates an output of the stack on a condition.
func newOutput(stack awscdk.Stack, name, value, description string, when choice) {
	if when.possible() {
		awscdk.NewCfnOutput(stack, &name, &awscdk.CfnOutputProps{Value: &value, Description: &description, Condition: when.condition})
	}
}
