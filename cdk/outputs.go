package main

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/deployment"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
)

// outputs holds the parts of the stack that people and the command line tool need after a deployment.
type outputs struct {
	tables     tables
	topic      alertTopic
	workflow   awsstepfunctions.StateMachine
	scheduling scheduling
	functions  map[string]awslambda.Function
	place      placement
}

// functionRoles returns the ARNs of the roles that call EKS.
func (o outputs) functionRoles() string {
	var arns []string
	for _, name := range []string{"decide", "scale", "wait-for-nodegroup-active"} {
		arns = append(arns, *o.functions[name].Role().RoleArn())
	}
	return strings.Join(arns, ",")
}

func newOutputs(stack awscdk.Stack, o options, parts outputs) {
	stateMachine, region := *parts.workflow.StateMachineArn(), *stack.Region()
	console := fmt.Sprintf("https://%s.%s/states/home?region=%s#/statemachines/view/%s", region, consoleHost(stack), region, stateMachine)
	for _, output := range []struct{ name, value, description string }{
		{deployment.OutputStateMachine, stateMachine, "The state machine. Each execution is a run."},
		{deployment.OutputConfigTable, *parts.tables.config.TableName(), "The configuration."},
		{deployment.OutputLogsTable, *parts.tables.logs.TableName(), "The records of runs and changes."},
		{deployment.OutputAlertTopic, parts.topic.arn(), "Alerts. Subscribe to receive them."},
		{deployment.OutputTriggersGroup, *parts.scheduling.triggers.Ref(), "The schedule group of the triggers that follow the configuration."},
		{deployment.OutputReconcileGroup, *parts.scheduling.static.Ref(), "The schedule group of the reconcile trigger."},
		{deployment.OutputReconcile, o.reconcile, "When reconcile runs start."},
		{deployment.OutputSchedulerRole, *parts.scheduling.role.RoleArn(), "The role with which EventBridge Scheduler starts runs."},
		{deployment.OutputDeadLetterARN, *parts.scheduling.undelivered.QueueArn(), "The ARN of the dead-letter queue."},
		{deployment.OutputDeadLetterURL, *parts.scheduling.undelivered.QueueUrl(), "The URL of the dead-letter queue: failed triggers and syncs, with the cause."},
		{deployment.OutputExecutionsConsole, console, "The runs, in the Step Functions console."},
		{deployment.OutputNextCommand, o.nextCommand(), "Applies the configuration. Until then every run is skipped."},
		{deployment.OutputRegionScope, o.regionScope(), "The stack takes only the clusters of its own region."},
		{deployment.OutputFunctionRoles, parts.functionRoles(), "The roles that call EKS: the parameter FunctionRoles of the spokes in other accounts."},
		{deployment.OutputSubnets, strings.Join(parts.place.subnets, ","), "The subnets of the functions."},
		{deployment.OutputSecurityGroups, strings.Join(parts.place.securityGroups, ","), "The security groups of the functions."},
		{deployment.OutputSignalHosts, strings.Join(o.signalHosts, ","), "The hosts from which signals may be read."},
	} {
		if output.value == "" { // no hosts, or all regions
			continue
		}
		awscdk.NewCfnOutput(stack, &output.name, &awscdk.CfnOutputProps{Value: &output.value, Description: &output.description})
	}
}
