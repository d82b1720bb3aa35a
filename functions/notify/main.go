// Command notify is the Lambda function that sends events to people in chat. A rule of EventBridge calls it.
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/notify"
	"eks-scaling-automation/shared/aws/tables"
)

func main() {
	aws := step.AWS() // without retries: EventBridge and Lambda deliver an event again
	step.Start(notify.Handler{
		Store: tables.NewConfig(dynamodb.NewFromConfig(aws), step.Env("CONFIG_TABLE")),
		Topic: topic{client: sns.NewFromConfig(aws), arn: step.Env("CHAT_TOPIC_ARN")},
	}.Handle)
}

// topic is the chat topic.
type topic struct {
	client *sns.Client
	arn    string
}

// Publish sends a message to all subscribers.
func (t topic) Publish(ctx context.Context, message string) error {
	if _, err := t.client.Publish(ctx, &sns.PublishInput{TopicArn: &t.arn, Message: &message}); err != nil {
		return fmt.Errorf("publishing to topic %s: %w", t.arn, err)
	}
	return nil
}
