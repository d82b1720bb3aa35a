package eks_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/sts"
)

const other = "210987654321"

// in returns a client of the other account.
func (w world) in(region string) *awseks.Client {
	w.SetCallers(accounts{})
	return clientOf(w.Server, region, "of-"+other)
}

// accounts knows access keys that name an account. Their owners may do everything.
type accounts struct{}

func (accounts) Identify(accessKeyID string) sts.Identity {
	if account, named := strings.CutPrefix(accessKeyID, "of-"); named {
		return sts.User(account, "x")
	}
	return sts.User(eks.Own, accessKeyID)
}

func (accounts) Authorize(string, string, policy.Request) error { return nil }

func TestACallerSeesTheAccountOfItsCredentials(t *testing.T) {
	w := start(t)
	w.Of(other).CreateNodegroup(region, cluster, workers, eks.Sizes{Max: 9, Desired: 7})
	w.Of(other).CreateNodegroup(region, "theirs", workers, eks.Sizes{Max: 1})
	there := w.in(region)
	clusters, err := there.ListClusters(t.Context(), &awseks.ListClustersInput{})
	if err != nil || len(clusters.Clusters) != 2 {
		t.Errorf("found the clusters %v, %v; want both of the other account", clusters, err)
	}
	update := &awseks.UpdateNodegroupConfigInput{ClusterName: aws.String(cluster), NodegroupName: aws.String(workers), ScalingConfig: new(sizes(2, 4))}
	if _, err := there.UpdateNodegroupConfig(t.Context(), update); err != nil {
		t.Fatal(err)
	}
	w.is("ACTIVE", 2)
	if g, _ := w.Of(other).Nodegroup(region, cluster, workers); g.Sizes.Desired != 4 {
		t.Errorf("found %d nodes in the other account; want 4", g.Sizes.Desired)
	}
	group, err := there.DescribeNodegroup(t.Context(), &awseks.DescribeNodegroupInput{ClusterName: aws.String("theirs"), NodegroupName: aws.String(workers)})
	if err != nil || (*group.Nodegroup.NodegroupArn)[:len("arn:aws:eks:sa-east-1:210987654321:")] != "arn:aws:eks:sa-east-1:210987654321:" {
		t.Errorf("found %v, %v; want an ARN of the other account", group, err)
	}
	for _, client := range []*awseks.Client{w.eks, w.in("eu-west-3")} {
		_, err := client.DescribeCluster(t.Context(), &awseks.DescribeClusterInput{Name: aws.String("theirs")})
		if _, is := errors.AsType[smithy.APIError](err); !is || code(err) != "ResourceNotFoundException" {
			t.Errorf("found %v; want the cluster only in its account and region", err)
		}
	}
}

func TestARegionThatIsDownAnswersNothing(t *testing.T) {
	w := start(t)
	w.SetDown(func(at string) bool { return at == region })
	if _, err := w.describe(); code(err) != "ServiceUnavailableException" {
		t.Error(err)
	}
	if _, err := client(w.Server, "eu-west-3").ListClusters(t.Context(), &awseks.ListClustersInput{}); err != nil {
		t.Error(err)
	}
}

func TestAFaultMayBeOfOneAccountAndRegion(t *testing.T) {
	w := start(t)
	w.Of(other).CreateNodegroup(region, cluster, workers, eks.Sizes{Max: 9})
	w.Of(other).FailIn(region, "ListClusters", "", "", 1, throttled)
	for _, row := range []struct {
		name   string
		client *awseks.Client
		want   string
	}{
		{"the own account", w.eks, "<nil>"},
		{"another region", w.in("eu-west-3"), "<nil>"},
		{"the account and region", w.in(region), "ThrottlingException"},
	} {
		if _, err := row.client.ListClusters(t.Context(), &awseks.ListClustersInput{}); code(err) != row.want {
			t.Errorf("%s: found %v; want %s", row.name, err, row.want)
		}
	}
}

// policies allows by the principals' policies.
type policies struct {
	accounts

	allowed policy.Policy
}

func (p policies) Authorize(accessKeyID, region string, r policy.Request) error {
	if p.allowed.Allows(r) {
		return nil
	}
	return errors.New(accessKeyID + " in " + region + " is not authorized to perform: " + r.Action + " on resource: " + r.Resource)
}

func TestCallsNeedPermissionsOnWhatTheyAreAbout(t *testing.T) {
	for _, row := range []struct {
		name, action, resource string
		want                   map[string]bool
	}{
		{"the node group", "eks:*", "arn:aws:eks:sa-east-1:123456789012:nodegroup/shop/workers/*", map[string]bool{"describe": true}},
		{"the cluster", "eks:*", "arn:aws:eks:sa-east-1:123456789012:cluster/shop", map[string]bool{"cluster": true}},
		{"both", "eks:*", "arn:aws:eks:sa-east-1:123456789012:*/shop*", map[string]bool{"describe": true, "cluster": true, "updates": true}},
		{"everything", "eks:*", "*", map[string]bool{"describe": true, "cluster": true, "updates": true, "list": true}},
		{"another account", "eks:*", "arn:aws:eks:sa-east-1:210987654321:*", nil},
		{"another action", "eks:Create*", "*", nil},
	} {
		w := start(t)
		w.SetCallers(policies{allowed: policy.Policy{{Actions: []string{row.action}, Resources: []string{row.resource}}}})
		_, describe := w.describe()
		_, cluster := w.eks.DescribeCluster(t.Context(), &awseks.DescribeClusterInput{Name: aws.String("shop")})
		_, list := w.eks.ListClusters(t.Context(), &awseks.ListClustersInput{})
		_, updates := w.eks.ListUpdates(t.Context(), &awseks.ListUpdatesInput{Name: aws.String("shop"), NodegroupName: aws.String(workers)})
		for name, err := range map[string]error{"describe": describe, "cluster": cluster, "list": list, "updates": updates} {
			if want := map[bool]string{true: "<nil>", false: "AccessDeniedException"}[row.want[name]]; code(err) != want {
				t.Errorf("%s: %s: found %v; want %s", row.name, name, err, want)
			}
		}
	}
}
