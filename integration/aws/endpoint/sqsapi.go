package endpoint

import (
	"crypto/md5"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"eks-scaling-automation/integration/aws/wire"
)

func (q *Queues) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"GetQueueUrl":        wire.On(q.getQueueURL),
		"GetQueueAttributes": wire.On(q.getQueueAttributes),
		"ReceiveMessage":     wire.On(q.receiveMessage),
		"PurgeQueue":         wire.On(q.purgeQueue),
	}.ServeHTTP(w, r)
}

func noQueue() Failure {
	return wire.Refuse("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.")
}

type getQueueURL struct {
	QueueName              string
	QueueOwnerAWSAccountID string `json:"QueueOwnerAWSAccountId"`
}

func (q *Queues) getQueueURL(c wire.Caller, in getQueueURL) (any, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, url := range slices.Sorted(maps.Keys(q.queues)) {
		place := arnOf(q.queues[url].arn)
		if place.name == in.QueueName && place.region == c.Region && (in.QueueOwnerAWSAccountID == "" || place.account == in.QueueOwnerAWSAccountID) {
			return struct {
				QueueURL string `json:"QueueUrl"`
			}{url}, nil
		}
	}
	return nil, noQueue()
}

type queueNamed struct {
	QueueURL       string `json:"QueueUrl"`
	AttributeNames []string
}

func (q *Queues) getQueueAttributes(c wire.Caller, in queueNamed) (any, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	queue, err := q.find(c, in.QueueURL)
	if err != nil {
		return nil, err
	}
	all := map[string]string{
		"QueueArn": queue.arn, "ApproximateNumberOfMessages": strconv.Itoa(len(queue.messages)),
		"ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
	}
	maps.Copy(all, queue.attributes)
	return struct{ Attributes map[string]string }{selected(all, in.AttributeNames)}, nil
}

// selected returns the attributes that a request names, or all for "All".
func selected[V any](all map[string]V, names []string) map[string]V {
	left := maps.Clone(all)
	maps.DeleteFunc(left, func(name string, _ V) bool { return !slices.Contains(names, "All") && !slices.Contains(names, name) })
	return left
}

type receiveMessage struct {
	QueueURL                    string `json:"QueueUrl"`
	MaxNumberOfMessages         *int
	AttributeNames              []string // the former name of MessageSystemAttributeNames
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
	VisibilityTimeout           int
	WaitTimeSeconds             int
}

type messageAnswer struct {
	MessageID         string `json:"MessageId"`
	ReceiptHandle     string
	MD5OfBody         string
	Body              string
	Attributes        map[string]string           `json:",omitempty"`
	MessageAttributes map[string]messageAttribute `json:",omitempty"`
}

type messageAttribute struct{ DataType, StringValue string }

func (q *Queues) receiveMessage(c wire.Caller, in receiveMessage) (any, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	queue, err := q.find(c, in.QueueURL)
	if err != nil {
		return nil, err
	}
	most := 1
	if in.MaxNumberOfMessages != nil {
		most = *in.MaxNumberOfMessages
	}
	if most < 1 || most > 10 {
		return nil, wire.Refuse("InvalidParameterValue", "Value "+strconv.Itoa(most)+" for parameter MaxNumberOfMessages is invalid. "+
			"Reason: Must be between 1 and 10, if provided.")
	}
	var answer struct {
		Messages []messageAnswer `json:",omitempty"`
	}
	for range min(most, len(queue.messages)) {
		m := queue.messages[0]
		m.received++
		queue.messages = append(queue.messages[1:], m)
		answer.Messages = append(answer.Messages, in.answer(m))
	}
	return answer, nil
}

func (in receiveMessage) answer(m stored) messageAnswer {
	sum := md5.Sum([]byte(m.Body)) // clients check it
	system := map[string]string{
		"SentTimestamp": strconv.FormatInt(m.Sent.UnixMilli(), 10), "ApproximateReceiveCount": strconv.Itoa(m.received),
	}
	added := map[string]messageAttribute{}
	for name, value := range m.Attributes {
		added[name] = messageAttribute{"String", value}
	}
	return messageAnswer{
		MessageID: m.id, ReceiptHandle: m.id + "-" + strconv.Itoa(m.received), MD5OfBody: hex.EncodeToString(sum[:]), Body: m.Body,
		Attributes:        selected(system, append(in.AttributeNames, in.MessageSystemAttributeNames...)),
		MessageAttributes: selected(added, in.MessageAttributeNames),
	}
}

func (q *Queues) purgeQueue(c wire.Caller, in queueNamed) (any, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	queue, err := q.find(c, in.QueueURL)
	if err != nil {
		return nil, err
	}
	queue.messages = nil
	return nil, nil
}

func (q *Queues) find(c wire.Caller, url string) (*queue, error) {
	if queue := q.queues[url]; queue != nil && arnOf(queue.arn).region == c.Region {
		return queue, nil
	}
	return nil, noQueue()
}
