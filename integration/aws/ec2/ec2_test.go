package ec2_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/integration/aws/ec2"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/wire"
)

// client is a client of EC2 in a region, with one VPC in the region of the tests.
func client(t *testing.T, region string) *awsec2.Client {
	t.Helper()
	var s ec2.Server
	s.Put(ec2.VPC{
		ID: "vpc-1", Region: endpointtest.Region, Owner: endpointtest.Account, NoNames: true,
		Subnets:     []ec2.Subnet{{ID: "subnet-a", Zone: "sa-east-1a", Addresses: "10.0.1.0/24"}, {ID: "subnet-b", Zone: "sa-east-1b", Addresses: "10.0.2.0/24"}},
		RouteTables: []ec2.RouteTable{{ID: "rtb-1", Main: true, Subnets: []string{"subnet-a"}, Routes: map[string]string{"0.0.0.0/0": "nat-1", "172.16.0.0/12": "tgw-1"}}},
		Groups:      []ec2.Group{{ID: "sg-1", Inbound: []string{"sg-2", "10.0.0.0/16"}}},
		Endpoints:   []ec2.Endpoint{{ID: "vpce-1", Service: "eks", State: "available", Groups: []string{"sg-1"}}, {ID: "vpce-2", Service: "dynamodb", State: "available", RouteTables: []string{"rtb-1"}}},
	})
	server, err := wire.Listen(t.Context(), "127.0.0.1:0", &s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return awsec2.New(awsec2.Options{
		Region: region, BaseEndpoint: aws.String(server.URL()), Retryer: aws.NopRetryer{}, Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
	})
}

// ofVPC selects by the VPC.
func ofVPC(name, vpc string) []types.Filter {
	return []types.Filter{{Name: &name, Values: []string{vpc}}}
}

func TestTheSDKReadsANetwork(t *testing.T) { //nolint:gocyclo // one case an operation
	t.Parallel()
	ec2, ctx := client(t, endpointtest.Region), t.Context()
	subnets, err := ec2.DescribeSubnets(ctx, &awsec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-b"}})
	if err != nil || len(subnets.Subnets) != 1 || *subnets.Subnets[0].OwnerId != endpointtest.Account || *subnets.Subnets[0].VpcId != "vpc-1" || *subnets.Subnets[0].CidrBlock != "10.0.2.0/24" {
		t.Errorf("found %+v, %v", subnets, err)
	}
	tables, err := ec2.DescribeRouteTables(ctx, &awsec2.DescribeRouteTablesInput{Filters: ofVPC("vpc-id", "vpc-1")})
	if err != nil || len(tables.RouteTables) != 1 || len(tables.RouteTables[0].Routes) != 3 || *tables.RouteTables[0].Routes[1].NatGatewayId != "nat-1" ||
		!*tables.RouteTables[0].Associations[0].Main || *tables.RouteTables[0].Associations[1].SubnetId != "subnet-a" {
		t.Errorf("found %+v, %v", tables, err)
	}
	groups, err := ec2.DescribeSecurityGroups(ctx, &awsec2.DescribeSecurityGroupsInput{GroupIds: []string{"sg-1"}})
	if err != nil || *groups.SecurityGroups[0].IpPermissions[0].UserIdGroupPairs[0].GroupId != "sg-2" ||
		*groups.SecurityGroups[0].IpPermissions[0].IpRanges[0].CidrIp != "10.0.0.0/16" || len(groups.SecurityGroups[0].IpPermissionsEgress) != 0 {
		t.Errorf("found %+v, %v", groups, err)
	}
	first, err := ec2.DescribeVpcEndpoints(ctx, &awsec2.DescribeVpcEndpointsInput{Filters: ofVPC("vpc-id", "vpc-1"), MaxResults: aws.Int32(1)})
	if err != nil || len(first.VpcEndpoints) != 1 || *first.VpcEndpoints[0].ServiceName != "com.amazonaws.sa-east-1.eks" || !*first.VpcEndpoints[0].PrivateDnsEnabled || first.NextToken == nil {
		t.Fatalf("found %+v, %v", first, err)
	}
	rest, err := ec2.DescribeVpcEndpoints(ctx, &awsec2.DescribeVpcEndpointsInput{NextToken: first.NextToken})
	if err != nil || len(rest.VpcEndpoints) != 1 || rest.VpcEndpoints[0].VpcEndpointType != "Gateway" || rest.VpcEndpoints[0].RouteTableIds[0] != "rtb-1" {
		t.Errorf("found %+v, %v", rest, err)
	}
	names, err := ec2.DescribeVpcAttribute(ctx, &awsec2.DescribeVpcAttributeInput{VpcId: aws.String("vpc-1"), Attribute: "enableDnsHostnames"})
	if err != nil || *names.EnableDnsHostnames.Value {
		t.Errorf("found %+v, %v", names, err)
	}
}

func TestWhatEC2Refuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		region, code string
		call         func(*awsec2.Client) error
	}{
		"an unknown subnet": {endpointtest.Region, "InvalidSubnetID.NotFound", func(c *awsec2.Client) error {
			_, err := c.DescribeSubnets(t.Context(), &awsec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-a", "subnet-c"}})
			return err
		}},
		"another region": {"us-east-1", "InvalidGroup.NotFound", func(c *awsec2.Client) error {
			_, err := c.DescribeSecurityGroups(t.Context(), &awsec2.DescribeSecurityGroupsInput{GroupIds: []string{"sg-1"}})
			return err
		}},
		"an unknown VPC": {endpointtest.Region, "InvalidVpcID.NotFound", func(c *awsec2.Client) error {
			_, err := c.DescribeVpcAttribute(t.Context(), &awsec2.DescribeVpcAttributeInput{VpcId: aws.String("vpc-2"), Attribute: "enableDnsSupport"})
			return err
		}},
		"a filter that is not known": {endpointtest.Region, "InvalidParameterValue", func(c *awsec2.Client) error {
			_, err := c.DescribeRouteTables(t.Context(), &awsec2.DescribeRouteTablesInput{Filters: ofVPC("association.main", "true")})
			return err
		}},
		"an input that is not known": {endpointtest.Region, "UnknownParameter", func(c *awsec2.Client) error {
			_, err := c.DescribeVpcEndpoints(t.Context(), &awsec2.DescribeVpcEndpointsInput{DryRun: aws.Bool(true)})
			return err
		}},
	} {
		err := row.call(client(t, row.region))
		if refusal, ok := errors.AsType[smithy.APIError](err); !ok || refusal.ErrorCode() != row.code {
			t.Errorf("%s: found %v; want %s", name, fmt.Sprint(err), row.code)
		}
	}
}
