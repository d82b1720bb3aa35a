package weeklysummary

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eks-scaling-automation/shared/config"
)

// SNS has the topics of alerts and of chat messages.
type SNS struct {
	Client *sns.Client
	Mail   string
	Chat   string // empty if the stack has none: chat messages then go to the topic of alerts
}

// Publish sends a message to the recipients.
func (t SNS) Publish(ctx context.Context, to config.Recipient, m Message) error {
	if to.Chat() && t.Chat != "" {
		if err := t.send(ctx, &sns.PublishInput{TopicArn: &t.Chat, Message: &m.Chat}); err != nil {
			return err
		}
	}
	if to.Mail() || t.Chat == "" {
		return t.send(ctx, &sns.PublishInput{TopicArn: &t.Mail, Subject: &m.Subject, Message: &m.Text})
	}
	return nil
}

func (t SNS) send(ctx context.Context, in *sns.PublishInput) error {
	if _, err := t.Client.Publish(ctx, in); err != nil {
		return fmt.Errorf("publishing to topic %s: %w", *in.TopicArn, err)
	}
	return nil
}
