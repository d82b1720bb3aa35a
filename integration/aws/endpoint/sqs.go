package endpoint

import (
	"fmt"
	"maps"
	"sync"
	"time"
)

// QueueMessage is a message in a queue.
type QueueMessage struct {
	Body       string
	Attributes map[string]string // the sender's own, all strings
	Sent       time.Time
}

// Queues is the part of SQS that reads and empties a queue: GetQueueUrl, GetQueueAttributes, ReceiveMessage and
// PurgeQueue. The zero value has no queue.
//
// Unlike on AWS, a received message is visible again at once at the end of the queue, whatever the visibility timeout; waiting
// for a message ends at once; and purges may follow each other within a minute. Version 1 of the AWS CLI ignores AWS_ENDPOINT_URL
// for SQS; it needs --endpoint-url.
type Queues struct {
	mu     sync.Mutex
	queues map[string]*queue // by URL
}

type queue struct {
	arn        string
	attributes map[string]string
	messages   []stored
	sent       int // so far, for the ids
}

type stored struct {
	QueueMessage
	id       string
	received int // how often
}

// Create creates or replaces a queue from its ARN, with attributes such as "MessageRetentionPeriod" in addition to every queue's.
// It returns the URL that the queue would have on AWS.
func (q *Queues) Create(arn string, attributes map[string]string) (url string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.queues == nil {
		q.queues = map[string]*queue{}
	}
	url = queueURL(arn)
	q.queues[url] = &queue{arn: arn, attributes: maps.Clone(attributes)}
	return url
}

func queueURL(arn string) string {
	a := arnOf(arn)
	if a.service != "sqs" {
		panic(fmt.Sprintf("endpoint: found the ARN %q; want one as arn:aws:sqs:sa-east-1:123456789012:name", arn))
	}
	return "https://sqs." + a.region + ".amazonaws.com/" + a.account + "/" + a.name
}

// Has reports whether there is a queue with the ARN.
func (q *Queues) Has(arn string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.queues[queueURL(arn)] != nil
}

// Delete removes a queue, if it exists.
func (q *Queues) Delete(arn string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.queues, queueURL(arn))
}

// Put sends a message to a queue, by its ARN.
func (q *Queues) Put(arn string, m QueueMessage) {
	q.with(arn, func(queue *queue) {
		queue.sent++
		queue.messages = append(queue.messages, stored{QueueMessage: m, id: fmt.Sprintf("message-%d", queue.sent)})
	})
}

// Messages returns the messages in a queue, by its ARN.
func (q *Queues) Messages(arn string) []QueueMessage {
	messages := []QueueMessage{}
	q.with(arn, func(queue *queue) {
		for _, m := range queue.messages {
			messages = append(messages, m.QueueMessage)
		}
	})
	return messages
}

func (q *Queues) with(arn string, do func(*queue)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	queue := q.queues[queueURL(arn)]
	if queue == nil {
		panic(fmt.Sprintf("endpoint: there is no queue %s: Create it first", arn))
	}
	do(queue)
}
