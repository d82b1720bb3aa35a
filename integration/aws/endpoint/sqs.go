package endpoint

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// QueueMessage is a message in a queue.
type QueueMessage struct {
	Body       string
	Attributes map[string]string // those that the sender has added, which are texts
	Sent       time.Time
}

// Queues are SQS, as far as one looks at a queue: GetQueueAttributes. The zero value has no queue.
type Queues struct {
	mu     sync.Mutex
	queues map[string]*queue // by URL
}

type queue struct {
	arn      string
	messages []QueueMessage
}

// Create makes a queue from its ARN. One that exists is replaced. The URL is the one that AWS would give it.
func (q *Queues) Create(arn string) (url string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.queues == nil {
		q.queues = map[string]*queue{}
	}
	url = queueURL(arn)
	q.queues[url] = &queue{arn: arn}
	return url
}

func queueURL(arn string) string {
	a := arnOf(arn)
	if a.service != "sqs" {
		panic(fmt.Sprintf("endpoint: found the ARN %q; want one as arn:aws:sqs:sa-east-1:123456789012:name", arn))
	}
	return "https://sqs." + a.region + ".amazonaws.com/" + a.account + "/" + a.name
}

// Has says whether there is a queue with the ARN.
func (q *Queues) Has(arn string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.queues[queueURL(arn)] != nil
}

// Delete removes a queue; that there is none is no mistake.
func (q *Queues) Delete(arn string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.queues, queueURL(arn))
}

// Put sends a message to a queue, by its ARN.
func (q *Queues) Put(arn string, m QueueMessage) {
	q.with(arn, func(queue *queue) { queue.messages = append(queue.messages, m) })
}

// Messages are the messages in a queue, by its ARN.
func (q *Queues) Messages(arn string) []QueueMessage {
	messages := []QueueMessage{}
	q.with(arn, func(queue *queue) { messages = append(messages, queue.messages...) })
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

func (q *Queues) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{"GetQueueAttributes": wire.On(q.getQueueAttributes)}.ServeHTTP(w, r)
}

func noQueue() Failure {
	return wire.Refuse("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.")
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
	maps.DeleteFunc(all, func(name, _ string) bool {
		return !slices.Contains(in.AttributeNames, "All") && !slices.Contains(in.AttributeNames, name)
	})
	return struct{ Attributes map[string]string }{all}, nil
}

func (q *Queues) find(c wire.Caller, url string) (*queue, error) {
	if queue := q.queues[url]; queue != nil && arnOf(queue.arn).region == c.Region {
		return queue, nil
	}
	return nil, noQueue()
}
