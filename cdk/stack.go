package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Physical names, by which people find things in the console.
const (
	stackName = "EksScaling"
	system    = "eks-scaling"
)

// newStack describes the whole system.
func newStack(scope constructs.Construct, d deployment, o options) awscdk.Stack {
	stack := emptyStack(scope, d)

	tables := newTables(stack)
	functions := newFunctions(stack, o, tables)
	topic := newAlertTopic(stack, o.alertEmails)
	workflow := newWorkflow(stack, functions, topic, o.logRetention)
	undelivered := newDeadLetterQueue(stack)
	group := newSchedules(stack, o, workflow, undelivered)
	newAlarms(stack, workflow, undelivered, topic)
	newOutputs(stack, o, outputs{tables, topic, workflow, undelivered, group})

	return stack
}

// emptyStack is bound to an account and a region only when both are known; else its template fits everywhere.
func emptyStack(scope constructs.Construct, d deployment) awscdk.Stack {
	props := &awscdk.StackProps{
		StackName:   jsii.String(stackName),
		Description: jsii.String("EKS Scaling Automation: scales EKS managed node groups by time of day."),
		Tags:        textMap(map[string]string{"application": system}),
	}
	if d.account != "" && d.region != "" {
		props.Env = &awscdk.Environment{Account: &d.account, Region: &d.region}
	}
	return awscdk.NewStack(scope, jsii.String(stackName), props)
}
