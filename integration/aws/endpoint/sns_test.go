package endpoint_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

const alerts = "arn:aws:sns:sa-east-1:123456789012:eks-scaling-alerts"

func TestSNSKeepsWhatItTakes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, topic, subject, message, want string }{
		{"a message", alerts, "subject", "message", ""},
		{"no subject", alerts, "", "message", ""},
		{"99 characters of subject", alerts, strings.Repeat("s", 99), "message", ""},
		{"100 characters of subject", alerts, strings.Repeat("s", 100), "message", "InvalidParameter"},
		{"a subject of two lines", alerts, "a\nb", "message", "InvalidParameter"},
		{"a subject that is not ASCII", alerts, "é", "message", "InvalidParameter"},
		{"256 KiB", alerts, "", strings.Repeat("m", 256*1024), ""},
		{"more than 256 KiB", alerts, "", strings.Repeat("m", 256*1024+1), "InvalidParameter"},
		{"no message", alerts, "subject", "", "InvalidParameter"},
		{"another topic", alerts + "x", "subject", "message", "NotFound"},
		{"a topic of another region", strings.Replace(alerts, region, "us-east-1", 1), "subject", "message", "InvalidParameter"},
	} {
		topics := new(endpoint.Topics)
		topics.Create(alerts, nil)
		c := sns.NewFromConfig(endpointtest.At(t, region, "sns", topics))
		in := &sns.PublishInput{TopicArn: &row.topic, Message: &row.message}
		if row.subject != "" {
			in.Subject = &row.subject
		}
		out, err := c.Publish(t.Context(), in)
		endpointtest.MustCode(t, row.name, err, row.want)
		want := []endpoint.Message{}
		if row.want == "" {
			want = append(want, endpoint.Message{Subject: row.subject, Message: row.message})
			if aws.ToString(out.MessageId) == "" {
				t.Errorf("%s: the message has no id", row.name)
			}
		}
		endpointtest.Same(t, row.name, want, topics.Published())
	}
}

func TestPublishRefusesLikeTheAPI(t *testing.T) {
	t.Parallel()
	topics := new(endpoint.Topics)
	topics.Create(alerts, nil)
	if id, err := topics.Publish(alerts, "subject", "message"); err != nil || id != "message-1" {
		t.Errorf("found %q, %v; want message-1", id, err)
	}
	_, err := topics.Publish(alerts+"x", "subject", "message")
	if f, ok := errors.AsType[endpoint.Failure](err); !ok || f.Type != "NotFound" || f.Status != 404 {
		t.Errorf("found %v; want NotFound", err)
	}
	endpointtest.Same(t, "messages", []endpoint.Message{{Subject: "subject", Message: "message"}}, topics.Published())
}

func TestSNSDescribesATopicAndItsSubscriptions(t *testing.T) {
	t.Parallel()
	topics := new(endpoint.Topics)
	topics.Create(alerts, map[string]string{"DisplayName": "EKS scaling"})
	topics.Subscribe(alerts, endpoint.Subscription{Protocol: "email", Endpoint: "ops@example.com", Confirmed: true})
	topics.Subscribe(alerts, endpoint.Subscription{Protocol: "email", Endpoint: "new@example.com"})
	c := sns.NewFromConfig(endpointtest.At(t, region, "sns", topics))

	attributes, err := c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String(alerts)})
	if err != nil {
		t.Fatal(err)
	}
	endpointtest.Same(t, "attributes", map[string]string{
		"TopicArn": alerts, "Owner": account, "DisplayName": "EKS scaling",
		"SubscriptionsConfirmed": "1", "SubscriptionsPending": "1", "SubscriptionsDeleted": "0",
	}, attributes.Attributes)
	list, err := c.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: aws.String(alerts)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range list.Subscriptions {
		got = append(got, *s.Protocol+" "+*s.Endpoint+" "+*s.SubscriptionArn)
	}
	endpointtest.Same(t, "subscriptions", []string{
		"email ops@example.com " + alerts + ":00000000-0000-4000-8000-000000000001", "email new@example.com PendingConfirmation",
	}, got)

	_, err = c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String(alerts + "x")})
	endpointtest.MustCode(t, "attributes of another topic", err, "NotFound")
	_, err = c.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: aws.String("no ARN")})
	endpointtest.MustCode(t, "subscriptions of no topic", err, "InvalidParameter")
}

func TestSNSListsAHundredSubscriptionsAtATime(t *testing.T) {
	t.Parallel()
	topics := new(endpoint.Topics)
	topics.Create(alerts, nil)
	for range 150 {
		topics.Subscribe(alerts, endpoint.Subscription{Protocol: "email", Endpoint: "ops@example.com"})
	}
	var sizes []int
	pages := sns.NewListSubscriptionsByTopicPaginator(sns.NewFromConfig(endpointtest.At(t, region, "sns", topics)),
		&sns.ListSubscriptionsByTopicInput{TopicArn: aws.String(alerts)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.Subscriptions))
	}
	endpointtest.Same(t, "sizes of pages", []int{100, 50}, sizes)
}
