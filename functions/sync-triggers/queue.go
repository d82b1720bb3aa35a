package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// sqsQueue is the dead-letter queue.
type sqsQueue struct {
	client *sqs.Client
	url    string
}

// queuePatience limits the call: without a way to the queue, it would use up the time of the function.
const queuePatience = 10 * time.Second

// Messages returns about how many messages the queue has.
func (q sqsQueue) Messages(ctx context.Context) (int, error) {
	const name = "ApproximateNumberOfMessages"
	in := sqs.GetQueueAttributesInput{QueueUrl: &q.url}
	in.AttributeNames = append(in.AttributeNames, name)
	ctx, cancel := context.WithTimeout(ctx, queuePatience)
	defer cancel()
	out, err := q.client.GetQueueAttributes(ctx, &in)
	if err != nil {
		return 0, fmt.Errorf("counting the messages of queue %s: %w", q.url, err)
	}
	n, err := strconv.Atoi(out.Attributes[name])
	if err != nil {
		return 0, fmt.Errorf("counting the messages of queue %s: %w", q.url, err)
	}
	return n, nil
}
