package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// syncTriggersName is the function that makes the triggers match the configuration. Every reconcile run calls it, every change of
// the configuration, and the end of every deployment.
const syncTriggersName = "sync-triggers"

// The next reconcile run makes up for a sync that failed for an hour. Each attempt continues where the last one was interrupted.
const (
	maxSyncAgeSeconds = 60 * 60
	maxSyncRetries    = 10
	maxAsyncRetries   = 2 // as many as Lambda allows
)

const eventsService = "events.amazonaws.com"

// syncTriggers describes the function. It deletes every schedule of its group that is not planned. Its timeout is enough to
// replace 5,000 triggers at the rate that every Region allows; its next attempt does the rest.
func (m functionMaker) syncTriggers(config awsdynamodb.Table, s scheduling) function {
	stack := m.stack
	schedules := func(which string) string { return arn(stack, "scheduler", *stack.Region(), "schedule/"+which) }
	return function{
		name: syncTriggersName, timeoutSeconds: 120,
		description: "Keeps the triggers in sync with the configuration.",
		environment: m.set.scoped(map[string]string{
			"CONFIG_TABLE":          *config.TableName(),
			"SCHEDULE_GROUP":        *s.triggers.Ref(),
			"EVENTS_GROUP":          *s.events.Ref(),
			"EVENT_BUS_ARN":         m.bus.arn(),
			"STATE_MACHINE_ARN":     stateMachineARN(stack),
			"SCHEDULER_ROLE_ARN":    *s.role.RoleArn(),
			"DEAD_LETTER_QUEUE_ARN": *s.undelivered.QueueArn(),
			"DEAD_LETTER_QUEUE_URL": *s.undelivered.QueueUrl(),
		}),
		allowed: slices.Concat(followingChanges(config), []permission{
			allow(*config.TableArn(), "dynamodb:GetItem", "dynamodb:Query"),
			allow(schedules(triggersGroup+"/*"),
				"scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule", "scheduler:UpdateSchedule"),
			allow(schedules(eventsGroup+"/*"), "scheduler:CreateSchedule", "scheduler:DeleteSchedule"),
			// EventBridge Scheduler requires this permission on all schedules, even to list one group.
			allow(schedules("*/*"), "scheduler:ListSchedules"),
			allow(*s.role.RoleArn(), "iam:PassRole").when(map[string]any{
				"StringEquals": map[string]any{"iam:PassedToService": schedulerService},
			}),
			allow(*s.undelivered.QueueArn(), "sqs:SendMessage"),        // what was given up
			allow(*s.undelivered.QueueArn(), "sqs:GetQueueAttributes"), // reconcile runs look for messages
		}),
	}
}

// syncOnChange calls the function soon after a change of the configuration.
func syncOnChange(stack awscdk.Stack, sync awslambda.Function, config awsdynamodb.Table, undelivered awssqs.Queue) {
	onConfigChange(stack, "SyncOnChange", sync, config, undelivered, &awslambda.CfnEventSourceMappingProps{
		// A document is written cluster by cluster. One sync and one run are enough for a thousand of them.
		BatchSize:                      number(1000),
		MaximumBatchingWindowInSeconds: number(5),
		MaximumRecordAgeInSeconds:      number(maxSyncAgeSeconds),
		MaximumRetryAttempts:           number(maxSyncRetries),
	})
}

// syncAfterDeployment calls the function when a deployment of this stack has succeeded or was rolled back. It is not part of the
// deployment, as a custom resource would be: a failed sync must never roll back a deployment.
func syncAfterDeployment(stack awscdk.Stack, sync awslambda.Function, undelivered awssqs.Queue) {
	rule := awsevents.NewCfnRule(stack, jsii.String("SyncAfterDeployment"), &awsevents.CfnRuleProps{
		Name:        jsii.String(deployment.System + "-deployed"),
		Description: jsii.String("Syncs the triggers after a deployment."),
		EventPattern: map[string]any{
			"source":      []any{"aws.cloudformation"},
			"detail-type": []any{"CloudFormation Stack Status Change"},
			"detail": map[string]any{
				"stack-id":       []any{stack.StackId()},
				"status-details": map[string]any{"status": []any{"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}},
			},
		},
		Targets: []any{&awsevents.CfnRule_TargetProperty{
			Id:  jsii.String(syncTriggersName),
			Arn: sync.FunctionArn(),
			RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: number(maxSyncAgeSeconds), MaximumRetryAttempts: number(maxSyncRetries),
			},
			DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: undelivered.QueueArn()},
		}},
	})
	// The rule calls the unversioned function, so the permission covers only that.
	awslambda.NewCfnPermission(sync, jsii.String("AfterDeployment"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: sync.FunctionArn(),
		Principal: jsii.String(eventsService), SourceArn: rule.AttrArn(),
	})
	undelivered.AddToResourcePolicy(allow(*undelivered.QueueArn(), "sqs:SendMessage").
		when(map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": rule.AttrArn()}}).
		givenTo(eventsService, "DeploymentsOfThisStack"))
	// The rule only queues the event: Lambda calls the function later, with its own retries.
	awslambda.NewCfnEventInvokeConfig(stack, jsii.String("SyncAfterDeploymentRetries"), &awslambda.CfnEventInvokeConfigProps{
		FunctionName:             sync.FunctionName(),
		Qualifier:                jsii.String("$LATEST"),
		MaximumEventAgeInSeconds: number(maxSyncAgeSeconds),
		MaximumRetryAttempts:     number(maxAsyncRetries),
		DestinationConfig: &awslambda.CfnEventInvokeConfig_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventInvokeConfig_OnFailureProperty{Destination: undelivered.QueueArn()},
		},
	})
}
