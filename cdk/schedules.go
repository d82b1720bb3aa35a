package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/triggers"
)

// The schedule groups, one for each owner: the stack owns the schedules of the first, sync-triggers those in the second. Neither
// changes the other's.
const (
	staticGroup   = deployment.System
	triggersGroup = deployment.System + "-triggers"
	eventsGroup   = deployment.EventsGroup
)

const schedulerService = "scheduler.amazonaws.com"

// scheduling holds what EventBridge Scheduler needs to start runs.
type scheduling struct {
	static, triggers, events awsscheduler.CfnScheduleGroup
	role                     awsiam.Role
	undelivered              awssqs.Queue
}

func newScheduling(stack awscdk.Stack, bus eventBus, enc encryption) scheduling {
	s := scheduling{
		static:      newScheduleGroup(stack, "ScheduleGroup", staticGroup),
		triggers:    newScheduleGroup(stack, "TriggersScheduleGroup", triggersGroup),
		events:      newScheduleGroup(stack, "EventsScheduleGroup", eventsGroup),
		undelivered: newDeadLetterQueue(stack),
	}
	sends := allow(*s.undelivered.QueueArn(), "sqs:SendMessage")
	s.role = newRole(stack, "SchedulerRole", schedulerService, "Lets EventBridge Scheduler start runs.",
		only(stack, *s.static.AttrArn(), *s.triggers.AttrArn(), *s.events.AttrArn()),
		slices.Concat([]permission{allow(stateMachineARN(stack), "states:StartExecution"), bus.sending(), sends}, enc.grants([]permission{sends}))...)
	return s
}

func newScheduleGroup(stack awscdk.Stack, id, name string) awsscheduler.CfnScheduleGroup {
	return awsscheduler.NewCfnScheduleGroup(stack, &id, &awsscheduler.CfnScheduleGroupProps{Name: &name})
}

// newDeadLetterQueue creates the queue for undelivered triggers, and for changes of the configuration that sync-triggers failed
// to process.
func newDeadLetterQueue(stack awscdk.Stack) awssqs.Queue {
	return awssqs.NewQueue(stack, jsii.String("DeadLetterQueue"), &awssqs.QueueProps{
		QueueName:       jsii.String(deployment.System + "-undelivered"),
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
		RetentionPeriod: awscdk.Duration_Days(number(14)),
	})
}

// newReconcileSchedule creates the only schedule that does not depend on the configuration. The construct around it is part of
// its logical ID, which must not change: otherwise CloudFormation would create the new schedule before it deletes the old one,
// under the same name, and fail.
func newReconcileSchedule(stack awscdk.Stack, s scheduling, workflow awsstepfunctions.StateMachine, expression string) {
	t := triggers.Reconcile(expression)
	scope := constructs.NewConstruct(stack, jsii.String("Schedules"))
	awsscheduler.NewCfnSchedule(scope, &t.Name, &awsscheduler.CfnScheduleProps{
		Name:                       &t.Name,
		Description:                &t.Description,
		GroupName:                  s.static.Ref(),
		ScheduleExpression:         &t.Expression,
		ScheduleExpressionTimezone: &t.Zone,
		FlexibleTimeWindow:         &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		State:                      jsii.String("ENABLED"),
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:     jsii.String(triggers.TargetARN(*stack.Partition())),
			RoleArn: s.role.RoleArn(),
			Input:   jsii.String(t.StartExecution(*workflow.StateMachineArn())),
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: number(triggers.MaxAgeSeconds), MaximumRetryAttempts: number(triggers.MaxAttempts),
			},
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: s.undelivered.QueueArn()},
		},
	})
}
