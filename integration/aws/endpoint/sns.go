package endpoint

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"eks-scaling-automation/integration/aws/wire"
)

// Message is a published message.
type Message struct {
	Subject string `json:"subject"`
	Message string `json:"message"`
}

// Subscription is a receiver of a topic's messages.
type Subscription struct {
	Protocol  string // as "email"
	Endpoint  string // such as an address
	Confirmed bool   // nothing is sent before that
}

// Topics fakes SNS: Publish, Subscribe, GetTopicAttributes and ListSubscriptionsByTopic. It keeps the messages and delivers none.
// The zero value has no topic.
type Topics struct {
	mu        sync.Mutex
	topics    map[string]*topic // by ARN
	published []published
}

type published struct {
	topic string
	Message
}

type topic struct {
	attributes    map[string]string
	subscriptions []Subscription
}

// Create creates or replaces a topic, with attributes such as "DisplayName" and "KmsMasterKeyId" in addition to every topic's.
func (t *Topics) Create(arn string, attributes map[string]string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.topics == nil {
		t.topics = map[string]*topic{}
	}
	t.topics[arn] = &topic{attributes: maps.Clone(attributes)}
}

// Delete deletes a topic with its subscriptions, if it exists.
func (t *Topics) Delete(arn string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.topics, arn)
}

// Subscribe adds a subscription to an existing topic.
func (t *Topics) Subscribe(arn string, s Subscription) {
	t.mu.Lock()
	defer t.mu.Unlock()
	topic := t.topics[arn]
	if topic == nil {
		panic(fmt.Sprintf("endpoint: there is no topic %s: Create it first", arn))
	}
	topic.subscriptions = append(topic.subscriptions, s)
}

// Published returns the messages of all topics so far.
func (t *Topics) Published() []Message { return t.publishedTo(func(string) bool { return true }) }

// PublishedTo returns the messages of a topic so far, by its name.
func (t *Topics) PublishedTo(name string) []Message {
	return t.publishedTo(func(arn string) bool { return strings.HasSuffix(arn, ":"+name) })
}

func (t *Topics) publishedTo(fits func(arn string) bool) []Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	messages := []Message{}
	for _, p := range t.published {
		if fits(p.topic) {
			messages = append(messages, p.Message)
		}
	}
	return messages
}

// Publish keeps a message, as the API's operation does. An error is a [Failure].
func (t *Topics) Publish(topicARN, subject, message string) (messageID string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.topics[topicARN] == nil:
		return "", noTopic(topicARN)
	case len(subject) >= 100 || strings.ContainsFunc(subject, func(r rune) bool { return r < ' ' || r > '~' }):
		return "", wire.Refuse("InvalidParameter", "Invalid parameter: Subject")
	case message == "" || len(message) > 256*1024:
		return "", wire.Refuse("InvalidParameter", "Invalid parameter: Message")
	}
	t.published = append(t.published, published{topicARN, Message{subject, message}})
	return fmt.Sprintf("message-%d", len(t.published)), nil
}

func noTopic(arn string) Failure {
	return wire.NewFailure(http.StatusNotFound, "NotFound", "Topic does not exist: "+arn)
}

func (t *Topics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"Publish":                  wire.On(t.publish),
		"Subscribe":                wire.On(t.subscribe),
		"GetTopicAttributes":       wire.On(t.getTopicAttributes),
		"ListSubscriptionsByTopic": wire.On(t.listSubscriptionsByTopic),
	}.ServeHTTP(w, r)
}

// inRegion refuses a topic of another region, which SNS reports as an invalid parameter.
func inRegion(c wire.Caller, arn string) error {
	if arnOf(arn).region == c.Region {
		return nil
	}
	return wire.Refuse("InvalidParameter", "Invalid parameter: TopicArn")
}

type publish struct{ TopicArn, Subject, Message string }

func (t *Topics) publish(c wire.Caller, in publish) (any, error) {
	if err := inRegion(c, in.TopicArn); err != nil {
		return nil, err
	}
	id, err := t.Publish(in.TopicArn, in.Subject, in.Message)
	return struct {
		MessageID string `json:"MessageId"`
	}{id}, err
}

type topicARN struct{ TopicArn, NextToken string }

func (t *Topics) getTopicAttributes(c wire.Caller, in topicARN) (any, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	topic, err := t.find(c, in.TopicArn)
	if err != nil {
		return nil, err
	}
	confirmed := 0
	for _, s := range topic.subscriptions {
		if s.Confirmed {
			confirmed++
		}
	}
	attributes := map[string]string{
		"TopicArn": in.TopicArn, "Owner": arnOf(in.TopicArn).account,
		"SubscriptionsConfirmed": strconv.Itoa(confirmed),
		"SubscriptionsPending":   strconv.Itoa(len(topic.subscriptions) - confirmed), "SubscriptionsDeleted": "0",
	}
	maps.Copy(attributes, topic.attributes)
	return struct{ Attributes map[string]string }{attributes}, nil
}

type subscriptionAnswer struct{ SubscriptionArn, Owner, Protocol, Endpoint, TopicArn string }

func (t *Topics) listSubscriptionsByTopic(c wire.Caller, in topicARN) (any, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	topic, err := t.find(c, in.TopicArn)
	if err != nil {
		return nil, err
	}
	all := make([]subscriptionAnswer, 0, len(topic.subscriptions))
	for i, s := range topic.subscriptions {
		arn := "PendingConfirmation"
		if s.Confirmed {
			arn = subscriptionARN(in.TopicArn, i)
		}
		all = append(all, subscriptionAnswer{arn, arnOf(in.TopicArn).account, s.Protocol, s.Endpoint, in.TopicArn})
	}
	page, next, err := wire.Page(all, wire.Paging{Token: in.NextToken, Default: 100, Most: 100, BadToken: "InvalidParameter"})
	return struct {
		Subscriptions []subscriptionAnswer
		NextToken     string `json:",omitempty"`
	}{page, next}, err
}

func (t *Topics) find(c wire.Caller, arn string) (*topic, error) {
	if err := inRegion(c, arn); err != nil {
		return nil, err
	}
	if topic := t.topics[arn]; topic != nil {
		return topic, nil
	}
	return nil, noTopic(arn)
}
