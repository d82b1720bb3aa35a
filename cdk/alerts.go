package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// alertTopic is a topic with messages for people.
type alertTopic struct {
	topic awssns.Topic
	key   alertKey
}

// newAlertTopic creates the topic that sends the alerts.
func newAlertTopic(stack awscdk.Stack, key alertKey, emails []setting) alertTopic {
	t := newTopic(stack, key, "AlertTopic", deployment.AlertTopic, "EKS scaling")
	// The topic's policy replaces the default one, which lets the account's services publish.
	publish := allow(t.arn(), "sns:Publish")
	t.topic.AddToResourcePolicy(publish.when(alarmsOf(stack)).givenTo(cloudwatchService, "AlarmsOfThisAccount"))
	t.topic.AddToResourcePolicy(publish.when(map[string]any{
		"ArnEquals": map[string]any{"aws:SourceArn": failedRunsRuleARN(stack)},
	}).givenTo(eventsService, "FailedRunsOfThisStack"))
	for _, address := range emails {
		subscribed := t.topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&address.text, nil))
		address.given().limit(subscribed)
	}
	return t
}

// newChatTopic creates the topic whose messages chat applications render.
func newChatTopic(stack awscdk.Stack, key alertKey) alertTopic {
	return newTopic(stack, key, "ChatTopic", deployment.ChatTopic, "EKS scaling, for chat")
}

func newTopic(stack awscdk.Stack, key alertKey, id, name, display string) alertTopic {
	topic := awssns.NewTopic(stack, &id, &awssns.TopicProps{TopicName: &name, DisplayName: &display, EnforceSSL: jsii.Bool(true)})
	if key.possible() {
		topic.Node().DefaultChild().(awscdk.CfnResource).AddPropertyOverride(jsii.String("KmsMasterKeyId"), key.id())
	}
	return alertTopic{topic, key}
}

const cloudwatchService = "cloudwatch.amazonaws.com"

// alarmsOf returns the condition that CloudWatch acts for an alarm of this account.
func alarmsOf(stack awscdk.Stack) map[string]any {
	return only(stack, arn(stack, "cloudwatch", *stack.Region(), "alarm:*"))
}

func (t alertTopic) arn() string {
	return *t.topic.TopicArn()
}

// publishing returns the permissions to send a message.
func (t alertTopic) publishing() []permission {
	return append([]permission{allow(t.arn(), "sns:Publish")}, t.key.using()...)
}

// topicARNs returns the ARNs of the topics by their names, for the policy of their key.
func topicARNs(stack awscdk.Stack) []string {
	return []string{
		arn(stack, "sns", *stack.Region(), deployment.AlertTopic), arn(stack, "sns", *stack.Region(), deployment.ChatTopic),
	}
}

// forTopics returns the condition that a key is used for the topics. Conditions on the source would silently stop EventBridge: it does
// not support them for encrypted topics.
func forTopics(stack awscdk.Stack) map[string]any {
	return map[string]any{"StringEquals": map[string]any{"kms:EncryptionContext:aws:sns:topicArn": topicARNs(stack)}}
}

// givenToServices adds statements to a key's policy that let alarms and rules publish to the topics.
func givenToServices(stack awscdk.Stack, add func(awsiam.PolicyStatement)) {
	use := allow("*", "kms:Decrypt", "kms:GenerateDataKey*")
	add(use.when(alarmsOf(stack)).givenTo(cloudwatchService, "AlarmsOfThisAccount"))
	add(use.when(forTopics(stack)).givenTo(eventsService, "RulesForTheTopics"))
}

// isKeyARN reports whether a text looks like the ARN of a key of KMS.
func isKeyARN(text string) bool {
	return strings.HasPrefix(text, "arn:aws") && strings.Contains(text, ":kms:") && strings.Contains(text, ":key/")
}
