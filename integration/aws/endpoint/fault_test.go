package endpoint_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"eks-scaling-automation/integration/aws/cloudwatch"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

// get asks without a signature.
func get(t *testing.T, url string) (status int, errorType string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode, response.Header.Get("X-Amzn-ErrorType")
}

func TestEveryAnswerHasTheEndpointsTimeOnce(t *testing.T) {
	t.Parallel()
	dated := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(dated.Close)
	e := endpoint.NewEndpoint(func() time.Time { return noon.In(time.FixedZone("elsewhere", 3600)) })
	e.Proxy("proxied", dated.URL)
	e.Handle("dated", dated.Config.Handler)
	e.Handle("silent", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	for service, status := range map[string]int{
		"proxied": http.StatusTeapot, "dated": http.StatusTeapot, "silent": http.StatusOK, "unknown": http.StatusNotImplemented,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=k/20260310/sa-east-1/"+service+"/aws4_request, SignedHeaders=host")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != status {
			t.Errorf("%s: found the status %d; want %d", service, response.StatusCode, status)
		}
		endpointtest.Same(t, service, []string{"Tue, 10 Mar 2026 12:00:00 GMT"}, response.Header.Values("Date"))
	}
}

func TestFailIsAnsweredInTheProtocolOfTheCallAndUsedUp(t *testing.T) {
	t.Parallel()
	e := endpointtest.New()
	for _, service := range []string{"sns", "monitoring", "sqs", "eks"} {
		e.Handle(service, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	}
	c := endpointtest.Client(t, e, region)
	for _, row := range []struct {
		protocol, service, operation string
		call                         func() error
	}{
		{"query", "sns", "GetTopicAttributes", func() error {
			_, err := sns.NewFromConfig(c).GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String("arn")})
			return err
		}},
		{"cbor", "monitoring", "DescribeAlarms", func() error {
			_, err := awscloudwatch.NewFromConfig(c).DescribeAlarms(t.Context(), nil)
			return err
		}},
		{"json", "sqs", "GetQueue*", func() error {
			_, err := sqs.NewFromConfig(c).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
			return err
		}},
		{"rest", "eks", "GET /clusters/*", func() error {
			_, err := awseks.NewFromConfig(c).DescribeCluster(t.Context(), &awseks.DescribeClusterInput{Name: aws.String("production")})
			return err
		}},
	} {
		e.Fail(row.service, row.operation, 2, endpoint.Failure{Status: 429, Type: "ThrottlingException", Message: "slow down"})
		for range 2 {
			err := row.call()
			endpointtest.MustCode(t, row.protocol, err, "ThrottlingException")
			if !strings.Contains(fmt.Sprint(err), "slow down") {
				t.Errorf("%s: found %v; want its message too", row.protocol, err)
			}
		}
		_ = row.call()
		calls := e.Calls()
		if last := calls[len(calls)-1]; last.Status != http.StatusTeapot {
			t.Errorf("%s: the third call reached nobody: %+v", row.protocol, last)
		}
	}
}

func TestHangEndsWithTheClientOrTheEndpoint(t *testing.T) {
	t.Parallel()
	e := endpointtest.New()
	e.Handle("sns", new(endpoint.Topics))
	e.Hang("sns", "GetTopicAttributes")
	url, closing, err := e.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	topics := sns.NewFromConfig(endpointtest.Config(url, region))
	ask := func(ctx context.Context) error {
		_, err := topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String("arn")})
		return err
	}

	impatient, giveUp := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() { gone <- ask(impatient) }()
	await(e)
	giveUp()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who gives up found %v", err)
	}

	e.Reset()
	go func() { gone <- ask(t.Context()) }()
	await(e)
	if err := closing(); err != nil {
		t.Error(err)
	}
	if err := <-gone; err == nil {
		t.Error("the call was answered")
	}
	endpointtest.Same(t, "calls", []endpoint.Call{{Service: "sns", Operation: "GetTopicAttributes", Region: region, Principal: "somebody"}}, e.Calls())
}

// await waits until a call has come.
func await(e *endpoint.Endpoint) {
	for len(e.Calls()) == 0 {
		runtime.Gosched()
	}
}

func TestBehaveTakesFaultsBack(t *testing.T) {
	t.Parallel()
	e := endpointtest.New()
	e.Handle("monitoring", new(cloudwatch.Alarms))
	e.Fail("monitoring", "DescribeAlarms", 1, endpoint.Failure{Status: 500, Type: "InternalServiceFault"})
	e.Hang("monitoring", "*")
	e.Behave()
	if _, err := awscloudwatch.NewFromConfig(endpointtest.Client(t, e, region)).DescribeAlarms(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
