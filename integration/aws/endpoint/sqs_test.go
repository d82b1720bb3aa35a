package endpoint_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

const undelivered = "arn:aws:sqs:sa-east-1:123456789012:eks-scaling-undelivered"

// twelve are queues of which one has the messages 0 to 11.
func twelve() (queues *endpoint.Queues, url string) {
	queues = new(endpoint.Queues)
	url = queues.Create(undelivered)
	for i := range 12 {
		queues.Put(undelivered, endpoint.QueueMessage{
			Body: strconv.Itoa(i), Attributes: map[string]string{"ERROR_CODE": "AccessDenied", "ERROR_MESSAGE": "no"}, Sent: noon,
		})
	}
	return queues, url
}

func TestSQSShowsAQueue(t *testing.T) {
	t.Parallel()
	queues, url := twelve()
	c := sqs.NewFromConfig(endpointtest.At(t, region, "sqs", queues))
	if url != "https://sqs.sa-east-1.amazonaws.com/123456789012/eks-scaling-undelivered" {
		t.Fatalf("found the URL %s", url)
	}
	for _, row := range []struct {
		name string
		ask  []types.QueueAttributeName
		want map[string]string
	}{
		{"nothing asked", nil, nil},
		{"one attribute", []types.QueueAttributeName{types.QueueAttributeNameApproximateNumberOfMessages}, map[string]string{"ApproximateNumberOfMessages": "12"}},
		{"all", []types.QueueAttributeName{types.QueueAttributeNameAll}, map[string]string{
			"QueueArn": undelivered, "ApproximateNumberOfMessages": "12", "ApproximateNumberOfMessagesNotVisible": "0",
			"ApproximateNumberOfMessagesDelayed": "0",
		}},
	} {
		out, err := c.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: row.ask})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Attributes)+len(row.want) > 0 {
			endpointtest.Same(t, row.name, row.want, out.Attributes)
		}
	}
}

func TestSQSRefuses(t *testing.T) {
	t.Parallel()
	queues, url := twelve()
	for _, row := range []struct{ name, region, url string }{{"from another region", "us-east-1", url}, {"of another queue", region, url + "x"}} {
		c := sqs.NewFromConfig(endpointtest.At(t, row.region, "sqs", queues))
		_, err := c.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &row.url})
		if _, ok := errors.AsType[*types.QueueDoesNotExist](err); !ok {
			t.Errorf("%s: found %v; want QueueDoesNotExist", row.name, err)
		}
		endpointtest.MustCode(t, row.name, err, "AWS.SimpleQueueService.NonExistentQueue")
	}
}
