package checks

import (
	"fmt"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
)

// Subscription is somebody, or something, that hears of failures.
type Subscription struct {
	Protocol  string // such as email
	Endpoint  string // such as the address
	Confirmed bool   // until it is, nothing is sent there
}

// Alerts checks that somebody hears of failures, and that nothing lies undelivered, in messages.
func Alerts(s deployment.Stack, subscriptions health.Fact[[]Subscription], undelivered health.Fact[int]) []Check {
	topic, queue := subject{"alerts", "subscriptions"}, subject{"alerts", "dead-letter queue"}
	noTopic := topic.failed("there is no topic "+s.AlertTopicARN, deploy)
	noQueue := queue.failed("there is no queue "+s.DeadLetterURL, deploy)
	return []Check{
		check(subscriptions, topic, noTopic, func(all []Subscription) Check { return ofSubscriptions(topic, s, all) }),
		check(undelivered, queue, noQueue, func(n int) Check { return ofUndelivered(queue, s, n) }),
	}
}

func ofSubscriptions(c subject, s deployment.Stack, all []Subscription) Check {
	var confirmed, pending []string
	for _, each := range all {
		if each.Confirmed {
			confirmed = append(confirmed, each.Protocol+" "+each.Endpoint)
		} else {
			pending = append(pending, each.Protocol+" "+each.Endpoint)
		}
	}
	subscribe := fmt.Sprintf("aws sns subscribe --topic-arn %s --region %s --protocol email --notification-endpoint ADDRESS", s.AlertTopicARN, s.Region)
	switch {
	case len(confirmed) > 0:
		return c.ok("%d confirmed: %s", len(confirmed), few(confirmed))
	case len(pending) > 0:
		return c.warning("nobody hears of failures: not confirmed yet is "+few(pending), "follow the link in the message that was sent there, or: "+subscribe)
	default:
		return c.warning("nobody hears of failures: the topic has no subscription", subscribe)
	}
}

func ofUndelivered(c subject, s deployment.Stack, messages int) Check {
	if messages == 0 {
		return c.ok("empty")
	}
	return c.warning(english.Count(messages, "message")+": a trigger, a sync of the triggers or a record that did not come about", fmt.Sprintf(
		"read: aws sqs receive-message --queue-url %s --region %s --message-attribute-names All --max-number-of-messages 10; mend what it says, then: "+
			"aws sqs purge-queue --queue-url %s --region %s", s.DeadLetterURL, s.Region, s.DeadLetterURL, s.Region))
}
