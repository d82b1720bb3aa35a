package endpoint_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

const undelivered = "arn:aws:sqs:sa-east-1:123456789012:eks-scaling-undelivered"

// twelve returns queues. One has the messages 0 to 11.
func twelve() (queues *endpoint.Queues, url string) {
	queues = new(endpoint.Queues)
	url = queues.Create(undelivered, map[string]string{"MessageRetentionPeriod": "1209600"})
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
	found, err := c.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("eks-scaling-undelivered")})
	if err != nil || *found.QueueUrl != url || url != "https://sqs.sa-east-1.amazonaws.com/123456789012/eks-scaling-undelivered" {
		t.Fatalf("found the URL %v, %v; want %s", found, err, url)
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
			"ApproximateNumberOfMessagesDelayed": "0", "MessageRetentionPeriod": "1209600",
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

func TestSQSGivesEveryMessageInTurn(t *testing.T) {
	t.Parallel()
	queues, url := twelve()
	c := sqs.NewFromConfig(endpointtest.At(t, region, "sqs", queues))
	var bodies []string
	for _, most := range []*int32{nil, aws.Int32(10), aws.Int32(2)} {
		out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: aws.ToInt32(most), WaitTimeSeconds: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body)
		}
	}
	endpointtest.Same(t, "bodies", []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "0"}, bodies)
	if left := queues.Messages(undelivered); len(left) != 12 {
		t.Errorf("found %d messages left; want all 12", len(left))
	}
}

func TestSQSShowsTheAttributesThatAreAskedFor(t *testing.T) {
	t.Parallel()
	queues, url := twelve()
	c := sqs.NewFromConfig(endpointtest.At(t, region, "sqs", queues))
	plain, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url})
	if err != nil || len(plain.Messages) != 1 || len(plain.Messages[0].Attributes)+len(plain.Messages[0].MessageAttributes) != 0 {
		t.Fatalf("found %+v, %v; want a message without attributes", plain, err)
	}
	out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"ERROR_MESSAGE"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil || len(out.Messages) != 10 {
		t.Fatalf("found %v, %v; want ten messages", out, err)
	}
	m := out.Messages[0]
	endpointtest.Same(t, "system attributes", map[string]string{
		"SentTimestamp": strconv.FormatInt(noon.UnixMilli(), 10), "ApproximateReceiveCount": "1",
	}, m.Attributes)
	if value, only := m.MessageAttributes["ERROR_MESSAGE"], len(m.MessageAttributes) == 1; !only || *value.StringValue != "no" {
		t.Errorf("found the attributes %v; want ERROR_MESSAGE only", m.MessageAttributes)
	}
}

func TestSQSPurges(t *testing.T) {
	t.Parallel()
	queues, url := twelve()
	c := sqs.NewFromConfig(endpointtest.At(t, region, "sqs", queues))
	if _, err := c.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &url}); err != nil {
		t.Fatal(err)
	}
	endpointtest.Same(t, "messages", []endpoint.QueueMessage{}, queues.Messages(undelivered))
	out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url})
	if err != nil || len(out.Messages) != 0 {
		t.Errorf("found %v, %v; want nothing", out, err)
	}
}

func TestSQSRefuses(t *testing.T) {
	t.Parallel()
	queues, url := twelve()
	here, elsewhere := sqs.NewFromConfig(endpointtest.At(t, region, "sqs", queues)), sqs.NewFromConfig(endpointtest.At(t, "us-east-1", "sqs", queues))
	for name, call := range map[string]func() error{
		"another name": func() error {
			_, err := here.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("other")})
			return err
		},
		"another owner": func() error {
			_, err := here.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{
				QueueName: aws.String("eks-scaling-undelivered"), QueueOwnerAWSAccountId: aws.String("210987654321"),
			})
			return err
		},
		"another region": func() error {
			_, err := elsewhere.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("eks-scaling-undelivered")})
			return err
		},
		"attributes from another region": func() error {
			_, err := elsewhere.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url})
			return err
		},
		"messages of another queue": func() error {
			_, err := here.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(url + "x")})
			return err
		},
		"a purge of another queue": func() error {
			_, err := here.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: aws.String(url + "x")})
			return err
		},
	} {
		if _, ok := errors.AsType[*types.QueueDoesNotExist](call()); !ok {
			t.Errorf("%s: found %v; want QueueDoesNotExist", name, call())
		}
		endpointtest.MustCode(t, name, call(), "AWS.SimpleQueueService.NonExistentQueue")
	}
	_, err := here.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 11})
	endpointtest.MustCode(t, "more than ten", err, "InvalidParameterValue")
	if !slices.ContainsFunc(queues.Messages(undelivered), func(m endpoint.QueueMessage) bool { return m.Body == "0" }) {
		t.Error("a call that was refused has removed a message")
	}
}
