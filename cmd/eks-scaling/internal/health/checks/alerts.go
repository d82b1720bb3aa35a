package checks

import (
	"fmt"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
)

// Subscription receives alerts.
type Subscription = health.Subscription

// Alerts checks that somebody receives alerts, that nothing is undelivered, and that each alarm of the stack exists and notifies
// someone. A raised alarm says nothing about the next run.
func Alerts(s deployment.Stack, subscriptions health.Fact[[]Subscription], undelivered health.Fact[int], alarms health.Fact[health.Alarms]) []Check {
	topic, queue, all := subject{"alerts", "subscriptions"}, subject{"alerts", "dead-letter queue"}, subject{"alerts", "alarms"}
	noTopic := topic.failed("there is no topic "+s.AlertTopicARN, deploy)
	noQueue := queue.failed("there is no queue "+s.DeadLetterURL, deploy)
	return []Check{
		check(subscriptions, topic, noTopic, func(found []Subscription) Check { return ofSubscriptions(topic, s, found) }),
		check(undelivered, queue, noQueue, func(messages int) Check {
			if messages == 0 {
				return queue.ok("empty")
			}
			return queue.warning(english.Count(messages, "message")+" about triggers or changes that could not be processed", fmt.Sprintf(
				"read: aws sqs receive-message --queue-url %[1]s --region %[2]s --message-attribute-names All --max-number-of-messages 10; fix the cause, then: "+
					"aws sqs purge-queue --queue-url %[1]s --region %[2]s", s.DeadLetterURL, s.Region))
		}),
		check(alarms, all, Check{}, func(found health.Alarms) Check {
			if missing := found.Missing(); len(missing) > 0 {
				return all.warning("no one is notified of these failures; missing alarms: "+strings.Join(missing, ", "), deploy)
			}
			if silent := found.Silenced().Names(); len(silent) > 0 {
				return all.warning("no one is notified of these failures; alarms with disabled actions: "+firstFew(silent),
					deployment.EnableAlarm(strings.Join(silent, " "), s.Region))
			}
			return all.ok("%s, notifies the topic", english.Count(len(deployment.AlarmNames()), "alarm"))
		}),
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
		return c.ok("%d confirmed: %s", len(confirmed), firstFew(confirmed))
	case len(pending) > 0:
		return c.warning("no one is subscribed to alerts; not confirmed yet: "+firstFew(pending), "follow the link in the message that was sent there, or: "+subscribe)
	default:
		return c.warning("no one is subscribed to alerts", subscribe)
	}
}
