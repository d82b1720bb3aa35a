package stackaws_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	ekslocal "eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/shared/scaling"
)

const region = "sa-east-1"

// start is an EKS with the cluster shop, and a client of it that never retries.
func start(t *testing.T) (*ekslocal.Server, *eks.Client) {
	t.Helper()
	s, err := ekslocal.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.CreateNodegroup(region, "shop", "small", ekslocal.Sizes{Max: 1})
	s.CreateNodegroup(region, "shop", "big", ekslocal.Sizes{Min: 1, Max: 5, Desired: 3})
	return s, eks.New(eks.Options{
		Region: region, BaseEndpoint: aws.String(s.URL()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
	})
}

var shop = []stackaws.Nodegroup{
	{Name: "big", Sizes: scaling.Sizes{MinSize: 1, MaxSize: 5, DesiredSize: 3}, AutoScalingGroups: []string{"eks-shop-big"}},
	{Name: "small", Sizes: scaling.Sizes{MaxSize: 1}, AutoScalingGroups: []string{"eks-shop-small"}},
}

func TestNodegroupsComeWithTheirSizesAndAutoScalingGroups(t *testing.T) {
	t.Parallel()
	_, client := start(t)
	got, err := stackaws.Nodegroups(t.Context(), client, "shop")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shop, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := got[0].String(); text != "big 3 (1..5)" {
		t.Errorf("found %q; want the name and the sizes", text)
	}
}

// TestEveryPageIsRead has more clusters, and in one of them more node groups, than a page holds.
func TestEveryPageIsRead(t *testing.T) {
	t.Parallel()
	s, client := start(t)
	for i := range 110 {
		s.CreateNodegroup(region, fmt.Sprintf("c%03d", i), "ng", ekslocal.Sizes{Max: 1})
		s.CreateNodegroup(region, "c000", fmt.Sprintf("ng%03d", i), ekslocal.Sizes{Max: 1})
	}
	s.CreateNodegroup("eu-central-1", "elsewhere", "ng", ekslocal.Sizes{Max: 1})
	clusters, err := stackaws.Discover(t.Context(), client)
	if err != nil || len(clusters) != 111 {
		t.Fatalf("found %d clusters (%v); want the 111 of %s", len(clusters), err, region)
	}
	if n := len(clusters[0].Nodegroups); clusters[0].Name != "c000" || n != 111 {
		t.Errorf("found %d node groups in %s; want 111 in c000", n, clusters[0].Name)
	}
	if last := clusters[110]; last.Name != "shop" || len(last.Nodegroups) != 2 {
		t.Errorf("found %+v; want shop at the end, with its own node groups", last)
	}
}

func TestAClusterThatMayNotBeReadIsAmongTheOthers(t *testing.T) {
	t.Parallel()
	s, client := start(t)
	s.CreateNodegroup(region, "secret", "ng", ekslocal.Sizes{Max: 1})
	s.SetAuthorize(func(c ekslocal.Call) error {
		if c.Cluster == "secret" {
			return errors.New("not for you")
		}
		return nil
	})
	clusters, err := stackaws.Discover(t.Context(), client)
	if err != nil || len(clusters) != 2 {
		t.Fatalf("found %+v (%v); want both clusters", clusters, err)
	}
	if secret := clusters[0]; secret.Err == nil || !strings.Contains(secret.Err.Error(), "listing the node groups of cluster secret: ") {
		t.Errorf("found %+v; want it to say why", secret)
	}
	if clusters[1].Err != nil || len(clusters[1].Nodegroups) != 2 {
		t.Errorf("found %+v; want shop to be read", clusters[1])
	}
}

func TestANodegroupThatGoesAwayMeanwhileIsLeftOut(t *testing.T) {
	t.Parallel()
	s, client := start(t)
	s.Fail("DescribeNodegroup", "shop", "big", 1, ekslocal.Failure{Status: 404, Type: "ResourceNotFoundException", Message: "gone"})
	got, err := stackaws.Nodegroups(t.Context(), client, "shop")
	if diff := cmp.Diff(shop[1:], got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	s, client := start(t)
	broken := ekslocal.Failure{Status: 500, Type: "ServerException", Message: "no luck"}
	s.Fail("ListClusters", "", "", 1, broken)
	if _, err := stackaws.Discover(t.Context(), client); err == nil || !strings.HasPrefix(err.Error(), "listing the EKS clusters: ") {
		t.Errorf("found %v; want it to say what was being done", err)
	}
	s.Fail("DescribeNodegroup", "shop", "small", 1, broken)
	_, err := stackaws.Nodegroups(t.Context(), client, "shop")
	if err == nil || !strings.HasPrefix(err.Error(), "reading node group shop/small: ") || stackaws.IsMissing(err) {
		t.Errorf("found %v; want it to say what was being read", err)
	}
	if _, err := stackaws.Nodegroups(t.Context(), client, "nowhere"); !stackaws.IsMissing(err) {
		t.Errorf("found %v; want to be told that there is no such cluster", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := stackaws.Discover(ctx, client); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v; want the end of the context", err)
	}
}
