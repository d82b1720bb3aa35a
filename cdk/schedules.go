package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// A run decides for the instant at which it starts, so a late trigger does no harm, but one that is later than the next
// reconcile run is of no use either.
const (
	maxTriggerAgeSeconds = 30 * 60
	maxTriggerAttempts   = 10
)

// startExecution is the universal target, and not the simpler one for state machines, because that one cannot name the
// execution. A delivery that comes twice has the same name and so starts one run.
const startExecution = "scheduler:::aws-sdk:sfn:startExecution"

// newDeadLetterQueue makes the queue for triggers that could not be delivered.
func newDeadLetterQueue(stack awscdk.Stack) awssqs.Queue {
	return awssqs.NewQueue(stack, jsii.String("DeadLetterQueue"), &awssqs.QueueProps{
		QueueName:       jsii.String(system + "-undelivered"),
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
		RetentionPeriod: days(14),
	})
}

// newSchedules makes the schedule group with a schedule for each trigger.
func newSchedules(
	stack awscdk.Stack, o options, workflow awsstepfunctions.StateMachine, undelivered awssqs.Queue,
) awsscheduler.CfnScheduleGroup {
	group := awsscheduler.NewCfnScheduleGroup(stack, jsii.String("ScheduleGroup"), &awsscheduler.CfnScheduleGroupProps{
		Name: jsii.String(system),
	})
	role := newRole(stack, "SchedulerRole", "scheduler.amazonaws.com", "What EventBridge Scheduler may do: start runs.",
		only(stack, *group.AttrArn()),
		allow(*workflow.StateMachineArn(), "states:StartExecution"),
		allow(*undelivered.QueueArn(), "sqs:SendMessage"))
	schedules := constructs.NewConstruct(stack, jsii.String("Schedules"))
	for _, t := range append(boundaryTriggers(o.config), reconcileTrigger(o.reconcile)) {
		newSchedule(schedules, group, t, &awsscheduler.CfnSchedule_TargetProperty{
			Arn:     jsii.String("arn:" + *stack.Partition() + ":" + startExecution),
			RoleArn: role.RoleArn(),
			Input:   jsii.String(startExecutionInput(*workflow.StateMachineArn(), t)),
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: number(maxTriggerAgeSeconds), MaximumRetryAttempts: number(maxTriggerAttempts),
			},
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: undelivered.QueueArn()},
		})
	}
	return group
}

func newSchedule(
	scope constructs.Construct, group awsscheduler.CfnScheduleGroup, t trigger, target *awsscheduler.CfnSchedule_TargetProperty,
) {
	awsscheduler.NewCfnSchedule(scope, &t.name, &awsscheduler.CfnScheduleProps{
		Name:                       &t.name,
		Description:                &t.description,
		GroupName:                  group.Ref(),
		ScheduleExpression:         &t.expression,
		ScheduleExpressionTimezone: &t.zone,
		FlexibleTimeWindow:         &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		State:                      jsii.String("ENABLED"),
		Target:                     target,
	})
}

// startExecutionInput is the request of Step Functions' StartExecution. The run's own input is a JSON text inside.
func startExecutionInput(stateMachineARN string, t trigger) string {
	return verbatimJSON(struct {
		StateMachineARN string `json:"StateMachineArn"`
		Name            string
		Input           string
	}{stateMachineARN, executionID, verbatimJSON(t.input)})
}

// verbatimJSON leaves "<" and ">" as they are: EventBridge Scheduler would not know its own values in an escaped form.
func verbatimJSON(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // the values are structs of texts
	}
	return strings.TrimSpace(text.String())
}
