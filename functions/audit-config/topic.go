package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// snsTopic is the alert topic.
type snsTopic struct {
	client *sns.Client
	arn    string
}

// Publish sends a message to all subscribers.
func (t snsTopic) Publish(ctx context.Context, subject, message string) error {
	_, err := t.client.Publish(ctx, &sns.PublishInput{TopicArn: &t.arn, Subject: &subject, Message: &message})
	if err != nil {
		return fmt.Errorf("publishing to topic %s: %w", t.arn, err)
	}
	return nil
}
