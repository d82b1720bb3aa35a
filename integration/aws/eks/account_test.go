package eks_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/integration/aws/eks"
)

const other = "210987654321"

// in returns a client that has assumed a role in the other account.
func (w world) in(region string) *awseks.Client {
	w.t.Helper()
	role := "arn:aws:iam::" + other + ":role/scaler"
	if _, err := sts.New(sts.Options{
		Region: region, BaseEndpoint: aws.String(w.URL()), Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
	}).AssumeRole(w.t.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("night")}); err != nil {
		w.t.Fatal(err)
	}
	return awseks.New(awseks.Options{
		Region: region, BaseEndpoint: aws.String(w.URL()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(eks.AccessKeyID(role), "secret", ""),
	})
}

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
