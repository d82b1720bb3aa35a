package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// auditConfigName is the function that records changes of the configuration.
const auditConfigName = deployment.AuditConfig

// No reconcile run makes up for an unrecorded change. So Lambda retries a change for as long as the stream keeps it, one day, and
// far more often than for sync-triggers. A change that Lambda gives up can be read from the stream for the rest of that day.
const (
	maxAuditAgeSeconds = 24 * 60 * 60
	maxAuditRetries    = 100
)

// auditConfig describes the function. It does not write to the config table.
func (m functionMaker) auditConfig(t tables, undelivered awssqs.Queue, topic alertTopic) function {
	return function{
		name: auditConfigName, timeoutSeconds: 60,
		description: "Records every change of the configuration, and alerts when a change makes it invalid.",
		environment: m.bus.into(m.set.scoped(map[string]string{
			"CONFIG_TABLE": *t.config.TableName(), "LOGS_TABLE": *t.logs.TableName(), "ALERT_TOPIC_ARN": topic.arn(),
		})),
		allowed: slices.Concat(followingChanges(t.config), topic.publishing(), []permission{
			allow(*t.config.TableArn(), "dynamodb:GetItem", "dynamodb:Query"),
			allow(*t.logs.TableArn(), "dynamodb:PutItem"),
			m.bus.sending(),
			allow(*undelivered.QueueArn(), "sqs:SendMessage"), // what was given up
		}),
	}
}

// auditOnChange calls the function right after a change of the configuration.
func auditOnChange(stack awscdk.Stack, audit awslambda.Function, config awsdynamodb.Table, undelivered awssqs.Queue) {
	onConfigChange(stack, "AuditOnChange", audit, config, undelivered, &awslambda.CfnEventSourceMappingProps{
		// A large document is written in steps that each leave a valid configuration. One check is enough for the steps of two
		// seconds.
		MaximumBatchingWindowInSeconds: number(2),
		MaximumRecordAgeInSeconds:      number(maxAuditAgeSeconds),
		// One change that cannot be recorded must not block the others of its batch.
		BisectBatchOnFunctionError: jsii.Bool(true),
		MaximumRetryAttempts:       number(maxAuditRetries),
	})
}
