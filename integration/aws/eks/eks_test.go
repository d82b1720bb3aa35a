package eks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/eksmodel"
)

const (
	region  = "sa-east-1"
	cluster = "shop"
	workers = "workers"
)

// world is a server with the node group workers at 1/5/2, and a client that never retries.
type world struct {
	*eks.Server
	t   *testing.T
	eks *awseks.Client
}

func start(t *testing.T) world {
	t.Helper()
	s, err := eks.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.CreateNodegroup(region, cluster, workers, eks.Sizes{Min: 1, Max: 5, Desired: 2})
	return world{s, t, client(s, region)}
}

func client(s *eks.Server, region string) *awseks.Client { return clientOf(s, region, "tester") }

func clientOf(s *eks.Server, region, accessKeyID string) *awseks.Client {
	return awseks.New(awseks.Options{
		Region: region, BaseEndpoint: aws.String(s.URL()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(accessKeyID, "secret", ""),
	})
}

func (w world) update(token string, config types.NodegroupScalingConfig) error {
	in := &awseks.UpdateNodegroupConfigInput{
		ClusterName: aws.String(cluster), NodegroupName: aws.String(workers), ScalingConfig: &config, ClientRequestToken: &token,
	}
	_, err := w.eks.UpdateNodegroupConfig(w.t.Context(), in)
	return err
}

func (w world) mustUpdate(token string, config types.NodegroupScalingConfig) {
	w.t.Helper()
	if err := w.update(token, config); err != nil {
		w.t.Fatal(err)
	}
}

func (w world) describe() (*awseks.DescribeNodegroupOutput, error) {
	in := &awseks.DescribeNodegroupInput{ClusterName: aws.String(cluster), NodegroupName: aws.String(workers)}
	return w.eks.DescribeNodegroup(w.t.Context(), in)
}

// looks looks so often at workers.
func (w world) looks(times int) {
	w.t.Helper()
	for range times {
		if _, err := w.describe(); err != nil {
			w.t.Fatal(err)
		}
	}
}

// is checks how workers is, without looking.
func (w world) is(status string, desired int32) {
	w.t.Helper()
	if g, _ := w.Nodegroup(region, cluster, workers); string(g.Status) != status || g.Sizes.Desired != desired {
		w.t.Errorf("found %s at %s; want %s at %d", g.Status, g.Sizes, status, desired)
	}
}

func sizes(least, desired int32) types.NodegroupScalingConfig {
	return types.NodegroupScalingConfig{MinSize: &least, MaxSize: aws.Int32(6), DesiredSize: &desired}
}

func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

// api is what both the server's client and the model do.
type api interface {
	awseks.ListClustersAPIClient
	awseks.DescribeClusterAPIClient
	awseks.ListNodegroupsAPIClient
	awseks.DescribeNodegroupAPIClient
	awseks.ListUpdatesAPIClient
	DescribeUpdate(context.Context, *awseks.DescribeUpdateInput, ...func(*awseks.Options)) (*awseks.DescribeUpdateOutput, error)
	UpdateNodegroupConfig(
		context.Context, *awseks.UpdateNodegroupConfigInput, ...func(*awseks.Options),
	) (*awseks.UpdateNodegroupConfigOutput, error)
	DeleteNodegroup(context.Context, *awseks.DeleteNodegroupInput, ...func(*awseks.Options)) (*awseks.DeleteNodegroupOutput, error)
}

// call makes a call and says what came back.
func call[In, Out any](
	do func(api, context.Context, *In, ...func(*awseks.Options)) (*Out, error), in In,
) func(context.Context, api) string {
	return func(ctx context.Context, to api) string {
		out, err := do(to, ctx, new(in))
		if refusal, ok := errors.AsType[smithy.APIError](err); ok {
			return refusal.ErrorCode() + ": " + refusal.ErrorMessage()
		}
		data, _ := json.Marshal(out)
		return string(data) + fmt.Sprint(err)
	}
}

func TestTheWireSaysWhatTheModelSays(t *testing.T) {
	w, none, token := start(t), aws.String("none"), aws.String("t")
	shop, big := aws.String(cluster), aws.String(workers)
	now := func() time.Time { return time.Unix(1_767_225_600, 0).UTC() } // which is when the server begins
	ref, issue := eksmodel.Ref{Cluster: cluster, Nodegroup: workers}, eks.HealthIssue{Code: "AccessDenied", Message: "no"}
	failing := eksmodel.Behavior{Looks: 2, Ends: eksmodel.Ending{Failure: issue}}
	model := eksmodel.New(now)
	model.Region = region
	w.GoBy(now)
	model.Add(eksmodel.Nodegroup{Ref: ref, Sizes: eks.Sizes{Min: 1, Max: 5, Desired: 2}, Behavior: failing})
	for _, name := range []string{"a", "b", "c"} {
		w.CreateNodegroup(region, cluster, name, eks.Sizes{Max: 1})
		model.Add(eksmodel.Nodegroup{Ref: eksmodel.Ref{Cluster: cluster, Nodegroup: name}, Sizes: eks.Sizes{Max: 1}})
	}
	w.FailUpdate(region, cluster, workers, issue.Code, issue.Message)
	id := "9e3779b1-0000-4000-8000-000000000001" // of the first update
	describe := call(api.DescribeNodegroup, awseks.DescribeNodegroupInput{ClusterName: shop, NodegroupName: big})
	describeUpdate := call(api.DescribeUpdate, awseks.DescribeUpdateInput{Name: shop, NodegroupName: big, UpdateId: &id})
	update := func(config types.NodegroupScalingConfig) func(context.Context, api) string {
		return call(api.UpdateNodegroupConfig, awseks.UpdateNodegroupConfigInput{
			ClusterName: shop, NodegroupName: big, ClientRequestToken: token, ScalingConfig: &config,
		})
	}
	remove := call(api.DeleteNodegroup, awseks.DeleteNodegroupInput{ClusterName: shop, NodegroupName: big})
	for i, each := range []func(context.Context, api) string{
		call(api.ListClusters, awseks.ListClustersInput{}),
		call(api.ListClusters, awseks.ListClustersInput{MaxResults: aws.Int32(101)}),
		call(api.ListClusters, awseks.ListClustersInput{NextToken: aws.String("?")}),
		call(api.DescribeCluster, awseks.DescribeClusterInput{Name: shop}),
		call(api.DescribeCluster, awseks.DescribeClusterInput{Name: none}),
		call(api.ListNodegroups, awseks.ListNodegroupsInput{ClusterName: shop, MaxResults: aws.Int32(3)}),
		call(api.ListNodegroups, awseks.ListNodegroupsInput{ClusterName: shop, NextToken: aws.String("after:a")}),
		call(api.ListNodegroups, awseks.ListNodegroupsInput{ClusterName: none}),
		describe,
		call(api.DescribeNodegroup, awseks.DescribeNodegroupInput{ClusterName: shop, NodegroupName: none}),
		update(sizes(3, 2)),
		update(types.NodegroupScalingConfig{}),
		update(types.NodegroupScalingConfig{MinSize: aws.Int32(2), DesiredSize: aws.Int32(4)}),
		update(sizes(2, 5)), // the token is used
		remove,              // it is UPDATING
		describeUpdate, describe, describeUpdate, describe,
		call(api.ListUpdates, awseks.ListUpdatesInput{Name: shop, NodegroupName: big}),
		call(api.ListUpdates, awseks.ListUpdatesInput{Name: shop, NodegroupName: none}),
		call(api.ListUpdates, awseks.ListUpdatesInput{Name: shop}),
		call(api.DescribeUpdate, awseks.DescribeUpdateInput{Name: shop, NodegroupName: big, UpdateId: none}),
		func(ctx context.Context, to api) string {
			w.SetStatus(region, cluster, workers, "DEGRADED", issue)
			_ = model.SetStatus(ref, types.NodegroupStatusDegraded, issue)
			return describe(ctx, to)
		},
		remove, describe, describe, describe,
	} {
		if want, found := each(t.Context(), model), each(t.Context(), w.eks); found != want {
			t.Errorf("call %d: found %s\nwant %s", i, found, want)
		}
	}
	out, err := client(w.Server, "eu-west-1").ListClusters(t.Context(), &awseks.ListClustersInput{})
	if err != nil || len(out.Clusters) > 0 {
		t.Errorf("another region has %v (%v)", out, err)
	}
}

func TestWhatTheModelDoesNotHaveIsRefused(t *testing.T) {
	w := start(t)
	_, err := w.eks.UpdateNodegroupConfig(t.Context(), &awseks.UpdateNodegroupConfigInput{
		ClusterName: aws.String(cluster), NodegroupName: aws.String(workers),
		Labels: &types.UpdateLabelsPayload{}, ScalingConfig: new(sizes(1, 2)),
	})
	if code(err) != "UnsupportedOperationException" {
		t.Errorf("labels: %v", err)
	}
	_, err = w.eks.ListAddons(t.Context(), &awseks.ListAddonsInput{ClusterName: aws.String(cluster)})
	if code(err) != "UnknownOperationException" {
		t.Errorf("add-ons: %v", err)
	}
}

func TestAuthorizeIsAskedAboutEveryCall(t *testing.T) {
	w := start(t)
	w.SetAuthorize(func(c eks.Call) error {
		if g, _ := w.Nodegroup(c.Region, c.Cluster, c.Nodegroup); c.Sizes != nil && c.Sizes.Desired > g.Sizes.Desired {
			return fmt.Errorf("%s may not scale up", c.Principal)
		}
		return nil
	})
	err := w.update("a", types.NodegroupScalingConfig{DesiredSize: aws.Int32(3)})
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "AccessDeniedException" || api.ErrorMessage() != "tester may not scale up" {
		t.Error(err)
	}
	w.mustUpdate("b", types.NodegroupScalingConfig{DesiredSize: aws.Int32(1)})
	call := eks.Call{Operation: "UpdateNodegroupConfig", Account: eks.Own, Region: region, Cluster: cluster, Nodegroup: workers, Principal: "tester"}
	denied, accepted := call, call
	denied.Sizes, denied.Token, denied.Status, denied.ErrorType = &eks.Sizes{Min: 1, Max: 5, Desired: 3}, "a", 403, "AccessDeniedException"
	accepted.Sizes, accepted.Token, accepted.Status, accepted.Accepted = &eks.Sizes{Min: 1, Max: 5, Desired: 1}, "b", 200, true
	if diff := cmp.Diff([]eks.Call{denied, accepted}, w.Calls()); diff != "" {
		t.Error(diff)
	}
}

func TestNothingAnswersAfterClose(t *testing.T) {
	w := start(t)
	w.Close()
	w.Close()
	if _, err := w.eks.ListClusters(t.Context(), &awseks.ListClustersInput{}); err == nil {
		t.Error("it still answers")
	}
}

func TestAnUnsignedCallIsRefused(t *testing.T) {
	w := start(t)
	response, err := http.Get(w.URL() + "/clusters")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusForbidden || response.Header.Get("x-amzn-ErrorType") != "MissingAuthenticationTokenException" {
		t.Error(response.Status)
	}
}
