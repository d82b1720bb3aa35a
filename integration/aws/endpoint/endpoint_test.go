package endpoint_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
)

const (
	region  = "sa-east-1"
	account = "123456789012"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// at serves an endpoint with one service, and is how a client finds it in a region.
func at(t *testing.T, region, service string, h http.Handler) aws.Config {
	t.Helper()
	e := endpoint.NewEndpoint(func() time.Time { return noon })
	e.Handle(service, h)
	return client(t, e, region)
}

func client(t *testing.T, e *endpoint.Endpoint, region string) aws.Config {
	t.Helper()
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return config(server.URL, region)
}

func config(url, region string) aws.Config {
	return aws.Config{
		Region: region, BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("somebody", "local", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} }, HTTPClient: &http.Client{Timeout: time.Minute},
	}
}

// code is the type of the error that a service answered; empty when there is none.
func code(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	refused, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("found the error %v; want one that the service answered", err)
	}
	return refused.ErrorCode()
}

func mustCode(t *testing.T, what string, err error, want string) {
	t.Helper()
	if got := code(t, err); got != want {
		t.Errorf("%s: found the error %q (%v); want %q", what, got, err, want)
	}
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestEndpointHandsACallToTheServiceItIsSignedFor(t *testing.T) {
	t.Parallel()
	clusters, err := eks.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clusters.Close)
	clusters.CreateNodegroup(region, "production", "big", eks.Sizes{Min: 1, Max: 3, Desired: 2})
	e := endpoint.NewEndpoint(func() time.Time { return noon })
	e.Proxy("eks", clusters.URL())
	e.Proxy("sts", clusters.URL())
	e.Handle("sns", new(endpoint.Topics))
	e.Handle("monitoring", new(endpoint.Alarms))
	c := client(t, e, region)

	group, err := awseks.NewFromConfig(c).DescribeNodegroup(t.Context(), &awseks.DescribeNodegroupInput{
		ClusterName: aws.String("production"), NodegroupName: aws.String("big"),
	})
	if err != nil || *group.Nodegroup.ScalingConfig.DesiredSize != 2 {
		t.Errorf("found the node group %v, %v; want one of 2 nodes", group, err)
	}
	identity, err := sts.NewFromConfig(c).GetCallerIdentity(t.Context(), nil)
	if err != nil || *identity.Arn != "arn:aws:iam::123456789012:user/somebody" {
		t.Errorf("found the identity %v, %v; want somebody", identity, err)
	}
	_, err = sns.NewFromConfig(c).Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String("arn:aws:sns:sa-east-1:123456789012:none"), Message: aws.String("m")})
	mustCode(t, "Publish", err, "NotFound")
	if _, err := cloudwatch.NewFromConfig(c).DescribeAlarms(t.Context(), nil); err != nil {
		t.Error(err)
	}
	same(t, "calls", []endpoint.Call{
		{Service: "eks", Operation: "GET /clusters/production/node-groups/big", Region: region, Principal: "somebody", Status: 200},
		{Service: "sts", Operation: "GetCallerIdentity", Region: region, Principal: "somebody", Status: 200},
		{Service: "sns", Operation: "Publish", Region: region, Principal: "somebody", Status: 404},
		{Service: "monitoring", Operation: "DescribeAlarms", Region: region, Principal: "somebody", Status: 200},
	}, e.Calls())
	e.Reset()
	same(t, "calls after Reset", []endpoint.Call{}, e.Calls())
}

func TestEndpointRefusesWhatNobodyAnswers(t *testing.T) {
	t.Parallel()
	e := endpoint.NewEndpoint(func() time.Time { return noon })
	e.Handle("sns", new(endpoint.Topics))
	e.Handle("monitoring", new(endpoint.Alarms))
	c := client(t, e, region)

	_, err := sqs.NewFromConfig(c).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
	mustCode(t, "a service that is not there", err, "UnknownService")
	if want := "there is no local sqs; there is monitoring, sns"; !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("found %v; want %q", err, want)
	}
	_, err = sns.NewFromConfig(c).ListTopics(t.Context(), nil)
	mustCode(t, "an operation that is not there", err, "InvalidAction")

	if status, kind := get(t, *c.BaseEndpoint); status != http.StatusForbidden || kind != "MissingAuthenticationToken" {
		t.Errorf("without a signature: found %d %s; want 403 and MissingAuthenticationToken", status, kind)
	}
}

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
		same(t, service, []string{"Tue, 10 Mar 2026 12:00:00 GMT"}, response.Header.Values("Date"))
	}
}

func TestFailIsAnsweredInTheProtocolOfTheCallAndUsedUp(t *testing.T) {
	t.Parallel()
	e := endpoint.NewEndpoint(func() time.Time { return noon })
	for _, service := range []string{"sns", "monitoring", "sqs", "eks"} {
		e.Handle(service, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	}
	c := client(t, e, region)
	for _, row := range []struct {
		protocol, service, operation string
		call                         func() error
	}{
		{"query", "sns", "GetTopicAttributes", func() error {
			_, err := sns.NewFromConfig(c).GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String("arn")})
			return err
		}},
		{"cbor", "monitoring", "DescribeAlarms", func() error {
			_, err := cloudwatch.NewFromConfig(c).DescribeAlarms(t.Context(), nil)
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
			mustCode(t, row.protocol, err, "ThrottlingException")
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

func TestHangAnswersNobodyUntilTheClientGoesOrTheEndpointEnds(t *testing.T) {
	t.Parallel()
	e := endpoint.NewEndpoint(func() time.Time { return noon })
	e.Handle("sns", new(endpoint.Topics))
	e.Hang("sns", "GetTopicAttributes")
	url, closing, err := e.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	topics := sns.NewFromConfig(config(url, region))
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
	same(t, "calls", []endpoint.Call{{Service: "sns", Operation: "GetTopicAttributes", Region: region, Principal: "somebody"}}, e.Calls())
}

// await waits until a call has come.
func await(e *endpoint.Endpoint) {
	for len(e.Calls()) == 0 {
		runtime.Gosched()
	}
}

func TestBehaveTakesFaultsBack(t *testing.T) {
	t.Parallel()
	e := endpoint.NewEndpoint(func() time.Time { return noon })
	e.Handle("monitoring", new(endpoint.Alarms))
	e.Fail("monitoring", "DescribeAlarms", 1, endpoint.Failure{Status: 500, Type: "InternalServiceFault"})
	e.Hang("monitoring", "*")
	e.Behave()
	if _, err := cloudwatch.NewFromConfig(client(t, e, region)).DescribeAlarms(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestMostAtOnceCountsCallsInFlight(t *testing.T) {
	t.Parallel()
	const together = 3
	e := endpoint.NewEndpoint(func() time.Time { return noon })
	var all sync.WaitGroup
	all.Add(together)
	alarms := new(endpoint.Alarms)
	e.Handle("monitoring", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all.Done()
		all.Wait()
		alarms.ServeHTTP(w, r)
	}))
	c := cloudwatch.NewFromConfig(client(t, e, region))
	var done sync.WaitGroup
	for range together {
		done.Go(func() {
			if _, err := c.DescribeAlarms(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if e.MostAtOnce() != together {
		t.Errorf("found %d calls at once; want %d", e.MostAtOnce(), together)
	}
	e.Handle("monitoring", alarms)
	e.Reset()
	for range 20 {
		if _, err := c.DescribeAlarms(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if e.MostAtOnce() != 1 {
		t.Errorf("one after the other: found %d calls at once; want 1", e.MostAtOnce())
	}
}

func TestProxyDropsWhatItsServerDrops(t *testing.T) {
	t.Parallel()
	clusters, err := eks.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clusters.Close)
	clusters.LoseReply("ListClusters", "", "", 1)
	e := endpoint.NewEndpoint(func() time.Time { return noon })
	e.Proxy("eks", clusters.URL())
	url, closing, err := e.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closing() })
	c := awseks.NewFromConfig(config(url, region))

	if _, err = c.ListClusters(t.Context(), nil); err == nil {
		t.Error("the reply was not lost")
	} else if refused, ok := errors.AsType[smithy.APIError](err); ok {
		t.Errorf("found the answer %v; want no answer", refused)
	}
	if _, err = c.ListClusters(t.Context(), nil); err != nil {
		t.Error(err)
	}
	clusters.Close()
	_, err = c.ListClusters(t.Context(), nil)
	mustCode(t, "a server that has ended", err, "ServiceUnavailable")
	var statuses []int
	for _, call := range e.Calls() {
		statuses = append(statuses, call.Status)
	}
	same(t, "statuses", []int{0, http.StatusOK, http.StatusBadGateway}, statuses)
}

func TestProxyOfNoURLPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if text := fmt.Sprint(recover()); !strings.Contains(text, `found the URL "127.0.0.1:80"`) {
			t.Errorf("found the panic %s; want one that names the URL", text)
		}
	}()
	endpoint.NewEndpoint(time.Now).Proxy("eks", "127.0.0.1:80")
}

func TestListenSaysThatItsPortIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	_, _, err = endpoint.NewEndpoint(time.Now).Listen(t.Context(), taken.Addr().String())
	for _, want := range []string{taken.Addr().String(), "is taken by another program", "choose another port"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("found the error %v; want %q in it", err, want)
		}
	}
}

func TestCloseMayComeTwiceAndNothingAnswersAfterIt(t *testing.T) {
	t.Parallel()
	e := endpoint.NewEndpoint(time.Now)
	url, closing, err := e.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	get(t, url)
	for range 2 {
		if err := closing(); err != nil {
			t.Error(err)
		}
	}
	if _, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
		t.Error("it still listens")
	}
	if !slices.ContainsFunc(e.Calls(), func(c endpoint.Call) bool { return c.Status == http.StatusForbidden }) {
		t.Errorf("found the calls %v; want the one without a signature among them", e.Calls())
	}
}
