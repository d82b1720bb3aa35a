package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// sqsQueue is the dead-letter queue.
type sqsQueue struct {
	client *sqs.Client
	url    string
}

// Messages returns about how many messages the queue has.
func (q sqsQueue) Messages(ctx context.Context) (int, error) {
	const name = "ApproximateNumberOfMessages"
	in := sqs.GetQueueAttributesInput{QueueUrl: &q.url}
	in.AttributeNames = append(in.AttributeNames, name)
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
