package endpoint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/wire"
)

// prefixes maps the protocols of subscriptions to their endpoints' prefixes.
var prefixes = map[string]string{
	"email": "", "email-json": "", "sms": "+", "http": "http://", "https": "https://", "sqs": "arn:", "lambda": "arn:",
	"application": "arn:", "firehose": "arn:",
}

type subscribe struct {
	TopicArn, Protocol, Endpoint string
	ReturnSubscriptionArn        bool
}

// subscribe adds a subscription that its endpoint must confirm, unless it is a resource of AWS. A repeated call changes nothing.
func (t *Topics) subscribe(c wire.Caller, in subscribe) (any, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	topic, err := t.find(c, in.TopicArn)
	if err != nil {
		return nil, err
	}
	prefix, known := prefixes[in.Protocol]
	switch {
	case !known:
		return nil, wire.Refuse("InvalidParameter", "Invalid parameter: Amazon SNS does not support this protocol string: "+in.Protocol)
	case in.Endpoint == "" || !strings.HasPrefix(in.Endpoint, prefix) || strings.HasPrefix(in.Protocol, "email") && !strings.Contains(in.Endpoint, "@"):
		return nil, wire.Refuse("InvalidParameter", "Invalid parameter: Endpoint")
	}
	same := func(s Subscription) bool { return s.Protocol == in.Protocol && s.Endpoint == in.Endpoint }
	i := slices.IndexFunc(topic.subscriptions, same)
	if i < 0 {
		i = len(topic.subscriptions)
		topic.subscriptions = append(topic.subscriptions, Subscription{in.Protocol, in.Endpoint, prefix == "arn:"})
	}
	arn := "pending confirmation"
	if topic.subscriptions[i].Confirmed || in.ReturnSubscriptionArn {
		arn = subscriptionARN(in.TopicArn, i)
	}
	return struct{ SubscriptionArn string }{arn}, nil
}

// Confirm confirms all subscriptions, as their owners do, and returns those that were pending.
func (t *Topics) Confirm() []Subscription {
	t.mu.Lock()
	defer t.mu.Unlock()
	var confirmed []Subscription
	for _, arn := range slices.Sorted(maps.Keys(t.topics)) {
		for i := range t.topics[arn].subscriptions {
			if s := &t.topics[arn].subscriptions[i]; !s.Confirmed {
				s.Confirmed = true
				confirmed = append(confirmed, *s)
			}
		}
	}
	return confirmed
}

// subscriptionARN returns the ARN of a topic's n-th subscription, counted from 0.
func subscriptionARN(topic string, n int) string {
	return fmt.Sprintf("%s:00000000-0000-4000-8000-%012d", topic, n+1)
}
