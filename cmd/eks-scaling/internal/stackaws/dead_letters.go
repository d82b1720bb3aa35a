package stackaws

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// QueueAPI is the part of SQS that [CountMessages] needs.
type QueueAPI interface {
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
}

// messageCounts add up to a queue's length. A message is invisible for a while after it was read.
var messageCounts = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
}

// CountMessages returns the approximate length of a queue.
func CountMessages(ctx context.Context, api QueueAPI, url string) (messages int, err error) {
	out, err := api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: messageCounts})
	if err != nil {
		return 0, err
	}
	for _, name := range messageCounts {
		text := out.Attributes[string(name)]
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, fmt.Errorf("%s: found %q; want a number", name, text)
		}
		messages += n
	}
	return messages, nil
}
