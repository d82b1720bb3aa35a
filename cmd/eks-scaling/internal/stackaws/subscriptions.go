package stackaws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
)

// TopicAPI is the part of SNS that [Subscriptions] needs.
type TopicAPI = sns.ListSubscriptionsByTopicAPIClient

// unconfirmed replaces a subscription's ARN until it is confirmed.
const unconfirmed = "PendingConfirmation"

// Subscriptions lists the subscriptions of a topic.
func Subscriptions(ctx context.Context, api TopicAPI, topicARN string) (found []health.Subscription, err error) {
	pages := sns.NewListSubscriptionsByTopicPaginator(api, &sns.ListSubscriptionsByTopicInput{TopicArn: &topicARN})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Subscriptions {
			if arn := aws.ToString(s.SubscriptionArn); arn != "Deleted" {
				found = append(found, health.Subscription{Protocol: aws.ToString(s.Protocol), Endpoint: aws.ToString(s.Endpoint), Confirmed: arn != unconfirmed})
			}
		}
	}
	return found, nil
}
