package endpoint_test

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"eks-scaling-automation/integration/aws/cloudwatch"
	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	localsts "eks-scaling-automation/integration/aws/sts"
)

const (
	region  = endpointtest.Region
	account = endpointtest.Account
)

var noon = endpointtest.Noon

func TestEndpointHandsACallToTheServiceItIsSignedFor(t *testing.T) {
	t.Parallel()
	clusters, err := eks.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clusters.Close)
	clusters.CreateNodegroup(region, "production", "big", eks.Sizes{Min: 1, Max: 3, Desired: 2})
	e := endpointtest.New()
	e.Proxy("eks", clusters.URL())
	e.Handle("sts", localsts.New(new(endpoint.Roles), time.Now))
	e.Handle("sns", new(endpoint.Topics))
	e.Handle("monitoring", new(cloudwatch.Alarms))
	c := endpointtest.Client(t, e, region)

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
	endpointtest.MustCode(t, "Publish", err, "NotFound")
	if _, err := awscloudwatch.NewFromConfig(c).DescribeAlarms(t.Context(), nil); err != nil {
		t.Error(err)
	}
	endpointtest.Same(t, "calls", []endpoint.Call{
		{Service: "eks", Operation: "GET /clusters/production/node-groups/big", Region: region, Principal: "somebody", Status: 200},
		{Service: "sts", Operation: "GetCallerIdentity", Region: region, Principal: "somebody", Status: 200},
		{Service: "sns", Operation: "Publish", Region: region, Principal: "somebody", Status: 404},
		{Service: "monitoring", Operation: "DescribeAlarms", Region: region, Principal: "somebody", Status: 200},
	}, e.Calls())
	e.Reset()
	endpointtest.Same(t, "calls after Reset", []endpoint.Call{}, e.Calls())
}

func TestEndpointRefusesWhatNobodyAnswers(t *testing.T) {
	t.Parallel()
	e := endpointtest.New()
	e.Handle("sns", new(endpoint.Topics))
	e.Handle("monitoring", new(cloudwatch.Alarms))
	c := endpointtest.Client(t, e, region)

	_, err := sqs.NewFromConfig(c).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
	endpointtest.MustCode(t, "a service that is not there", err, "UnknownService")
	if want := "there is no local sqs; there is monitoring, sns"; !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("found %v; want %q", err, want)
	}
	_, err = sns.NewFromConfig(c).ListTopics(t.Context(), nil)
	endpointtest.MustCode(t, "an operation that is not there", err, "InvalidAction")

	if status, kind := get(t, *c.BaseEndpoint); status != http.StatusForbidden || kind != "MissingAuthenticationToken" {
		t.Errorf("without a signature: found %d %s; want 403 and MissingAuthenticationToken", status, kind)
	}
}

func TestMaxAtOnceCountsCallsInFlight(t *testing.T) {
	t.Parallel()
	const together = 3
	e := endpointtest.New()
	var all sync.WaitGroup
	all.Add(together)
	alarms := new(cloudwatch.Alarms)
	e.Handle("monitoring", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all.Done()
		all.Wait()
		alarms.ServeHTTP(w, r)
	}))
	c := awscloudwatch.NewFromConfig(endpointtest.Client(t, e, region))
	var done sync.WaitGroup
	for range together {
		done.Go(func() {
			if _, err := c.DescribeAlarms(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if e.MaxAtOnce() != together {
		t.Errorf("found %d calls at once; want %d", e.MaxAtOnce(), together)
	}
	e.Handle("monitoring", alarms)
	e.Reset()
	for range 20 {
		if _, err := c.DescribeAlarms(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if e.MaxAtOnce() != 1 {
		t.Errorf("one after the other: found %d calls at once; want 1", e.MaxAtOnce())
	}
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
