package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"
)

// alertTopic is where people hear of failures. It is encrypted with a key of its own, because CloudWatch may not use
// the account's key for SNS, and its alarms would silently stay away.
type alertTopic struct {
	topic awssns.Topic
	key   awskms.Key
}

func newAlertTopic(stack awscdk.Stack, emails []string) alertTopic {
	key := awskms.NewKey(stack, jsii.String("AlertKey"), &awskms.KeyProps{
		Description:       jsii.String("Encrypts the alerts of " + system + "."),
		Alias:             jsii.String("alias/" + system + "-alerts"),
		EnableKeyRotation: jsii.Bool(true),
		RemovalPolicy:     awscdk.RemovalPolicy_DESTROY, // alerts are mail under way; nothing is kept under this key
	})
	topic := awssns.NewTopic(stack, jsii.String("AlertTopic"), &awssns.TopicProps{
		TopicName:   jsii.String(system + "-alerts"),
		DisplayName: jsii.String("EKS scaling"),
		MasterKey:   key,
		EnforceSSL:  jsii.Bool(true),
	})
	// The topic's own policy takes the place of the one that lets the account's services publish.
	alarms := only(stack, arn(stack, "cloudwatch", *stack.Region(), "alarm:*"))
	forAlarms := func(p permission) awsiam.PolicyStatement {
		return p.when(alarms).givenTo("cloudwatch.amazonaws.com", "AlarmsOfThisAccount")
	}
	topic.AddToResourcePolicy(forAlarms(allow(*topic.TopicArn(), "sns:Publish")))
	key.AddToResourcePolicy(forAlarms(allow("*", "kms:Decrypt", "kms:GenerateDataKey*")), nil)
	for _, address := range emails {
		topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&address, nil))
	}
	return alertTopic{topic, key}
}

func (t alertTopic) arn() string {
	return *t.topic.TopicArn()
}

// publishing is what it takes to send an alert.
func (t alertTopic) publishing() []permission {
	return []permission{
		allow(t.arn(), "sns:Publish"),
		allow(*t.key.KeyArn(), "kms:Decrypt", "kms:GenerateDataKey"),
	}
}

// alarm says what tells one alarm from the others. It goes off as soon as the metric reaches one.
type alarm struct {
	id, name    string
	description string // what has happened, and what to do
	metric      metric
}

// metric is a number that AWS counts, over five minutes.
type metric struct {
	namespace, name  string
	dimension, value string
	statistic        string
}

func newAlarms(
	stack awscdk.Stack, workflow awsstepfunctions.StateMachine, undelivered awssqs.Queue, topic alertTopic,
) {
	executions := func(name string) metric {
		return metric{"AWS/States", name, "StateMachineArn", *workflow.StateMachineArn(), "Sum"}
	}
	alarms := []alarm{
		{
			id: "RunFailed", name: system + "-run-failed", metric: executions("ExecutionsFailed"),
			description: "A run failed; node groups may not have the sizes that the schedule wants. Open the execution in the " +
				"Step Functions console: its output says what failed, why and what to do. The next run tries again.",
		},
		{
			id: "RunTimedOut", name: system + "-run-timed-out", metric: executions("ExecutionsTimedOut"),
			description: "A run took longer than the state machine allows and was ended without a record. Open the execution in " +
				"the Step Functions console and see which node group it was waiting for. The next run tries again.",
		},
		{
			id: "RunAborted", name: system + "-run-aborted", metric: executions("ExecutionsAborted"),
			description: "Somebody stopped a run; what it had begun is not on record. Compare the node groups with the schedule, " +
				"then start the state machine by hand or leave it to the next run.",
		},
		{
			id: "TriggerUndelivered", name: system + "-trigger-undelivered",
			metric: metric{
				"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", *undelivered.QueueName(), "Maximum",
			},
			description: "A run could not be started, or the schedules that start runs could not be brought in line with the " +
				"configuration after a change or a deployment, or a change could not be put on record. The message in the " +
				"dead-letter queue says which and why: EventBridge in the attribute ERROR_MESSAGE, Lambda in the text, with more in " +
				"the logs of " + system + "-" + syncSchedulesName + " and " + system + "-" + auditConfigName +
				". Correct that and purge the queue; the next reconcile run makes up for the first two, the runbook for the third.",
		},
	}
	for _, a := range alarms {
		newAlarm(stack, a, topic)
	}
}

func newAlarm(stack awscdk.Stack, a alarm, topic alertTopic) {
	awscloudwatch.NewAlarm(stack, &a.id, &awscloudwatch.AlarmProps{
		AlarmName:        &a.name,
		AlarmDescription: &a.description,
		Metric: awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace:     &a.metric.namespace,
			MetricName:    &a.metric.name,
			DimensionsMap: textMap(map[string]string{a.metric.dimension: a.metric.value}),
			Statistic:     &a.metric.statistic,
			Period:        seconds(5 * 60),
		}),
		Threshold:          number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		EvaluationPeriods:  number(1),
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	}).AddAlarmAction(awscloudwatchactions.NewSnsAction(topic.topic))
}
