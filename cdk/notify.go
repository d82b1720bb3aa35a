package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/event"
)

// notify describes the function that sends events to chat.
func (m functionMaker) notify(t tables, undelivered awssqs.Queue, chat alertTopic) function {
	return function{
		name: deployment.Notify, timeoutSeconds: 30,
		description: "Sends events to people in chat.",
		environment: map[string]string{"CONFIG_TABLE": *t.config.TableName(), "CHAT_TOPIC_ARN": chat.arn()},
		allowed: slices.Concat(chat.publishing(), []permission{
			allow(*t.config.TableArn(), "dynamodb:GetItem"),
			allow(*undelivered.QueueArn(), "sqs:SendMessage"), // what was given up
		}),
	}
}

// maxNotifyAgeSeconds limits how late a message is: old news would confuse.
const maxNotifyAgeSeconds = 60 * 60

// notifyOnEvents calls the function for each event of the system.
func notifyOnEvents(stack awscdk.Stack, notify awslambda.Function, bus eventBus, undelivered awssqs.Queue) {
	rule := awsevents.NewCfnRule(stack, jsii.String("NotifyOnEvents"), &awsevents.CfnRuleProps{
		Name:         jsii.String(deployment.System + "-notify"),
		Description:  jsii.String("Sends events to people in chat."),
		EventBusName: &bus.name.text,
		EventPattern: map[string]any{"source": []any{event.Source}},
		Targets: []any{&awsevents.CfnRule_TargetProperty{
			Id: jsii.String(deployment.Notify), Arn: notify.FunctionArn(),
			RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: number(maxNotifyAgeSeconds), MaximumRetryAttempts: number(maxSyncRetries),
			},
			DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: undelivered.QueueArn()},
		}},
	})
	awslambda.NewCfnPermission(notify, jsii.String("OnEvents"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: notify.FunctionArn(),
		Principal: jsii.String(eventsService), SourceArn: rule.AttrArn(),
	})
	undelivered.AddToResourcePolicy(allow(*undelivered.QueueArn(), "sqs:SendMessage").
		when(map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": rule.AttrArn()}}).
		givenTo(eventsService, "EventsOfThisStack"))
	awslambda.NewCfnEventInvokeConfig(stack, jsii.String("NotifyRetries"), &awslambda.CfnEventInvokeConfigProps{
		FunctionName: notify.FunctionName(), Qualifier: jsii.String("$LATEST"),
		MaximumEventAgeInSeconds: number(maxNotifyAgeSeconds), MaximumRetryAttempts: number(maxAsyncRetries),
		DestinationConfig: &awslambda.CfnEventInvokeConfig_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventInvokeConfig_OnFailureProperty{Destination: undelivered.QueueArn()},
		},
	})
}

// failedRunsRule is the name of the rule that alerts people to runs that ended badly.
const failedRunsRule = deployment.System + "-run-failed"

func failedRunsRuleARN(stack awscdk.Stack) string {
	return arn(stack, "events", *stack.Region(), "rule/"+failedRunsRule)
}

// failedRunsText is the alert. Each placeholder is a path in the event.
const failedRunsText = `"EKS scaling: run <name> ended as <status>. If it could report what failed, another alert says so. Otherwise it was stopped, ` +
	`ran out of time, or reached a limit of Step Functions, and node groups may not have their scheduled sizes. ` +
	`To do: eks-scaling runs show <name> --region <region>, then eks-scaling status --region <region>. The next run retries. ` +
	`Execution: <execution>"`

// alertOnFailedRuns alerts people to runs that failed, timed out or were stopped, also if the run could not do so itself. It takes the
// place of alarms: a rule costs nothing.
func alertOnFailedRuns(stack awscdk.Stack, topic alertTopic) {
	awsevents.NewCfnRule(stack, jsii.String("AlertOnFailedRuns"), &awsevents.CfnRuleProps{
		Name:        jsii.String(failedRunsRule),
		Description: jsii.String("Alerts people to runs that failed, timed out or were stopped."),
		EventPattern: map[string]any{
			"source": []any{"aws.states"}, "detail-type": []any{"Step Functions Execution Status Change"},
			"detail": map[string]any{
				"status": []any{"FAILED", "TIMED_OUT", "ABORTED"},
				// Not of units, which belong to MACHINE/LABEL: stopping a run stops a thousand of them, and a unit that ends badly fails its run.
				"stateMachineArn": []any{stateMachineARN(stack)},
			},
		},
		Targets: []any{&awsevents.CfnRule_TargetProperty{
			Id: jsii.String("alerts"), Arn: jsii.String(topic.arn()),
			InputTransformer: &awsevents.CfnRule_InputTransformerProperty{
				InputPathsMap: map[string]any{
					"name": "$.detail.name", "status": "$.detail.status", "execution": "$.detail.executionArn", "region": "$.region",
				},
				InputTemplate: jsii.String(failedRunsText),
			},
		}},
	})
}
