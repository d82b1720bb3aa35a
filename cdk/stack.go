package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// newStack defines the whole system.
func newStack(scope constructs.Construct, d environment, o options) awscdk.Stack {
	stack := emptyStack(scope, d)

	tables := newTables(stack)
	scheduling := newScheduling(stack)
	topic := newAlertTopic(stack, o.alertEmails)
	place := newPlacement(stack, o.network, o.uses(stack))
	functions := newFunctions(stack, o, tables, scheduling, topic, place)
	workflow := newWorkflow(stack, functions, topic, o.logRetention)
	newReconcileSchedule(stack, scheduling, workflow, o.reconcile)
	syncOnChange(stack, functions[syncTriggersName], tables.config, scheduling.undelivered)
	auditOnChange(stack, functions[auditConfigName], tables.config, scheduling.undelivered)
	syncAfterDeployment(stack, functions[syncTriggersName], scheduling.undelivered)
	newAlarms(stack, workflow, scheduling, topic, o.reconcileSilence)
	newOutputs(stack, o, outputs{tables, topic, workflow, scheduling, functions, place})

	return stack
}

// emptyStack is bound to an account and region only if both are known; otherwise its template fits everywhere.
func emptyStack(scope constructs.Construct, d environment) awscdk.Stack {
	props := &awscdk.StackProps{
		StackName:   jsii.String(deployment.DefaultName),
		Description: jsii.String("EKS Scaling Automation: scales EKS managed node groups by time of day."),
		Tags:        textMap(map[string]string{"application": deployment.System}),
	}
	if d.account != "" && d.region != "" {
		props.Env = &awscdk.Environment{Account: &d.account, Region: &d.region}
	}
	return awscdk.NewStack(scope, jsii.String(deployment.DefaultName), props)
}
