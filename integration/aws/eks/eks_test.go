package eks_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
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

func client(s *eks.Server, region string) *awseks.Client {
	return awseks.New(awseks.Options{
		Region: region, BaseEndpoint: aws.String(s.URL()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
	})
}

func (w world) update(token string, config types.NodegroupScalingConfig) (string, error) {
	in := &awseks.UpdateNodegroupConfigInput{
		ClusterName: aws.String(cluster), NodegroupName: aws.String(workers), ScalingConfig: &config, ClientRequestToken: &token,
	}
	out, err := w.eks.UpdateNodegroupConfig(w.t.Context(), in)
	if err != nil {
		return "", err
	}
	return *out.Update.Id, nil
}

func (w world) mustUpdate(token string, config types.NodegroupScalingConfig) string {
	w.t.Helper()
	id, err := w.update(token, config)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w world) describe() *types.Nodegroup {
	w.t.Helper()
	out, err := w.eks.DescribeNodegroup(w.t.Context(), &awseks.DescribeNodegroupInput{ClusterName: aws.String(cluster), NodegroupName: aws.String(workers)})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Nodegroup
}

func (w world) describeUpdate(id string) *types.Update {
	w.t.Helper()
	out, err := w.eks.DescribeUpdate(w.t.Context(), &awseks.DescribeUpdateInput{Name: aws.String(cluster), NodegroupName: aws.String(workers), UpdateId: &id})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Update
}

// is checks how the node group is, without looking.
func (w world) is(want eks.Nodegroup) {
	w.t.Helper()
	got, _ := w.Nodegroup(region, cluster, workers)
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("node group (-want +got):\n%s", diff)
	}
}

func sizes(least, most, desired int32) types.NodegroupScalingConfig {
	return types.NodegroupScalingConfig{MinSize: &least, MaxSize: &most, DesiredSize: &desired}
}

func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestFaults(t *testing.T) {
	throttled := eks.Failure{Status: http.StatusTooManyRequests, Type: "ThrottlingException", Message: "Rate exceeded"}
	t.Run("a_failing_call_does_nothing_and_only_as_often_as_asked", func(t *testing.T) {
		w := start(t)
		w.Fail("UpdateNodegroupConfig", cluster, "others", 1, throttled)
		w.Fail("UpdateNodegroupConfig", cluster, "", 2, throttled)
		for range 2 {
			if _, err := w.update("t", sizes(2, 6, 4)); code(err) != "ThrottlingException" {
				t.Error(err)
			}
		}
		w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 1, Max: 5, Desired: 2}, Status: "ACTIVE"})
		w.mustUpdate("t", sizes(2, 6, 4))
	})
	t.Run("a_lost_reply_is_of_a_call_that_was_done", func(t *testing.T) {
		w := start(t)
		w.LoseReply("UpdateNodegroupConfig", cluster, workers, 1)
		if _, err := w.update("t", sizes(2, 6, 4)); err == nil {
			t.Error("there was a reply")
		}
		w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 2, Max: 6, Desired: 4}, Status: "UPDATING", Updates: 1})
		w.mustUpdate("t", sizes(2, 6, 4))
		if calls := w.Calls(); len(calls) != 2 || !calls[0].Accepted || calls[0].Status != 0 || calls[1].Accepted || calls[1].Status != 200 {
			t.Errorf("%+v", calls)
		}
	})
	t.Run("the_lost_reply_of_a_read_is_noticed_too", func(t *testing.T) {
		w := start(t)
		w.describe()
		w.LoseReply("DescribeNodegroup", "", "", 1)
		_, err := w.eks.DescribeNodegroup(t.Context(), &awseks.DescribeNodegroupInput{ClusterName: aws.String(cluster), NodegroupName: aws.String(workers)})
		if err == nil || len(w.Calls()) != 2 {
			t.Errorf("%v after %d calls", err, len(w.Calls()))
		}
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	w := start(t)
	ctx, elsewhere := t.Context(), client(w.Server, "eu-west-1")
	shop, none := aws.String(cluster), aws.String("none")
	for name, call := range map[string]func() error{
		"cluster": func() error {
			_, err := w.eks.DescribeCluster(ctx, &awseks.DescribeClusterInput{Name: none})
			return err
		},
		"cluster_in_another_region": func() error {
			_, err := elsewhere.DescribeCluster(ctx, &awseks.DescribeClusterInput{Name: shop})
			return err
		},
		"node_groups_of_a_cluster": func() error {
			_, err := w.eks.ListNodegroups(ctx, &awseks.ListNodegroupsInput{ClusterName: none})
			return err
		},
		"updates_of_a_node_group": func() error {
			_, err := w.eks.ListUpdates(ctx, &awseks.ListUpdatesInput{Name: shop, NodegroupName: none})
			return err
		},
		"node_group": func() error {
			_, err := w.eks.DescribeNodegroup(ctx, &awseks.DescribeNodegroupInput{ClusterName: shop, NodegroupName: none})
			return err
		},
		"update": func() error {
			_, err := w.eks.DescribeUpdate(ctx, &awseks.DescribeUpdateInput{Name: shop, NodegroupName: aws.String(workers), UpdateId: none})
			return err
		},
		"update_of_a_cluster": func() error {
			_, err := w.eks.DescribeUpdate(ctx, &awseks.DescribeUpdateInput{Name: shop, UpdateId: none})
			return err
		},
	} {
		if _, ok := errors.AsType[*types.ResourceNotFoundException](call()); !ok {
			t.Errorf("%s: %v", name, call())
		}
	}
}

func TestListsComeInPages(t *testing.T) {
	w := start(t)
	want := []string{workers}
	for i := range 6 {
		want = append(want, fmt.Sprintf("group-%d", i))
		w.CreateNodegroup(region, cluster, want[i+1], eks.Sizes{Max: 1})
	}
	slices.Sort(want)
	var got []string
	pages := 0
	for p := awseks.NewListNodegroupsPaginator(w.eks, &awseks.ListNodegroupsInput{ClusterName: aws.String(cluster), MaxResults: aws.Int32(3)}); p.HasMorePages(); pages++ {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, out.Nodegroups...)
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 3 {
		t.Errorf("%d pages\n%s", pages, diff)
	}
	for _, bad := range []*awseks.ListClustersInput{{MaxResults: aws.Int32(101)}, {NextToken: aws.String("?")}} {
		if _, err := w.eks.ListClusters(t.Context(), bad); code(err) != "InvalidParameterException" {
			t.Error(err)
		}
	}
	out, err := client(w.Server, "eu-west-1").ListClusters(t.Context(), &awseks.ListClustersInput{})
	if err != nil || out.Clusters == nil || len(out.Clusters) != 0 {
		t.Errorf("another region: %v, %v", out, err)
	}
}

func TestAnAssumedRoleIsWhoCalls(t *testing.T) {
	w := start(t)
	t.Setenv("AWS_ENDPOINT_URL", w.URL())
	t.Setenv("AWS_ACCESS_KEY_ID", "lambda-scale")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	cfg, err := config.LoadDefaultConfig(t.Context(), config.WithRegion(region), config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil))
	if err != nil {
		t.Fatal(err)
	}
	role := "arn:aws:iam::210987654321:role/scaling/scaler"
	assumed := cfg.Copy()
	assumed.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), role, func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "night" }))
	if _, err := awseks.NewFromConfig(assumed).DescribeCluster(t.Context(), &awseks.DescribeClusterInput{Name: aws.String(cluster)}); err != nil {
		t.Fatal(err)
	}
	who, err := sts.NewFromConfig(assumed).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *who.Arn != "arn:aws:sts::210987654321:assumed-role/scaler/night" || *who.Account != "210987654321" {
		t.Errorf("%+v, %v", who, err)
	}
	key := "assumed-210987654321-scaling-scaler"
	want := []eks.Call{
		{Operation: "AssumeRole", Region: region, Principal: "lambda-scale", RoleARN: role, Status: 200},
		{Operation: "DescribeCluster", Region: region, Cluster: cluster, Principal: key, Status: 200},
		{Operation: "GetCallerIdentity", Region: region, Principal: key, Status: 200},
	}
	if diff := cmp.Diff(want, w.Calls()); diff != "" || eks.AccessKeyID(role) != key {
		t.Error(diff)
	}
	w.SetAuthorize(func(c eks.Call) error { return errors.New(c.Principal + " may not assume " + c.RoleARN) })
	_, err = sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("night")})
	if code(err) != "AccessDenied" {
		t.Error(err)
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
	_, err := w.update("a", types.NodegroupScalingConfig{DesiredSize: aws.Int32(3)})
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "AccessDeniedException" || api.ErrorMessage() != "tester may not scale up" {
		t.Error(err)
	}
	w.mustUpdate("b", types.NodegroupScalingConfig{DesiredSize: aws.Int32(1)})
	call := eks.Call{Operation: "UpdateNodegroupConfig", Region: region, Cluster: cluster, Nodegroup: workers, Principal: "tester"}
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
