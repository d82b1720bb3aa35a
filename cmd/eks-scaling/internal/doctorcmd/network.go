package doctorcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/endpoints"
)

// networkAPI is what doctor asks EC2.
type networkAPI interface {
	DescribeSubnets(context.Context, *ec2.DescribeSubnetsInput, ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error)
	DescribeSecurityGroups(context.Context, *ec2.DescribeSecurityGroupsInput, ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error)
	DescribeVpcAttribute(context.Context, *ec2.DescribeVpcAttributeInput, ...func(*ec2.Options)) (*ec2.DescribeVpcAttributeOutput, error)
	ec2.DescribeRouteTablesAPIClient
	ec2.DescribeVpcEndpointsAPIClient
}

// reachChecks checks that the functions reach what they call.
func (x *examination) reachChecks() []checks.Check {
	c := x.Configuration.Value.Config()
	taken := slices.DeleteFunc(c.Clusters, func(of config.Cluster) bool { return x.Stack.OnlyRegion != "" && of.Region != x.Stack.OnlyRegion })
	return checks.Reach(x.Stack, x.network, endpoints.Of(taken, c.Signals, x.Stack.Region))
}

// collectNetwork reads the subnets of the functions, and what their VPC leads to.
func (x *examination) collectNetwork(ctx context.Context) {
	if len(x.Stack.Subnets) == 0 {
		return
	}
	n, err := x.readNetwork(ctx)
	if foreign, is := errors.AsType[foreignVPCError](err); is {
		x.network = health.NotRead[checks.Network](&health.Unread{
			Why: "not checked: " + foreign.Error(), Remedy: "check in that account that the subnets lead to what docs/private.md lists",
		})
		return
	}
	at, _ := errors.AsType[readError](err)
	x.network = collect.Fact(n, err, "looking at the network of the functions", "ec2:"+at.operation, "InvalidSubnetID.NotFound", "InvalidGroup.NotFound")
}

// readError says which operation failed.
type readError struct {
	operation string
	error
}

func (e readError) Unwrap() error { return e.error }

// foreignVPCError means that the VPC is shared by another account. Only the owner sees its endpoints and routes.
type foreignVPCError struct{ vpc, owner string }

func (e foreignVPCError) Error() string {
	return fmt.Sprintf("%s belongs to account %s, and only that account sees its endpoints and routes", e.vpc, e.owner)
}

func (x *examination) readNetwork(ctx context.Context) (n checks.Network, err error) {
	subnets, err := x.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: x.Stack.Subnets})
	if err != nil {
		return n, readError{"DescribeSubnets", err}
	}
	if len(subnets.Subnets) == 0 {
		return n, errEmptyAnswer
	}
	n.VPC = aws.ToString(subnets.Subnets[0].VpcId)
	if owner := aws.ToString(subnets.Subnets[0].OwnerId); owner != x.Stack.Account {
		return n, foreignVPCError{n.VPC, owner}
	}
	if n.Groups, err = x.securityGroups(ctx, x.Stack.SecurityGroups); err != nil {
		return n, err
	}
	if n.Subnets, err = x.subnets(ctx, n.VPC, subnets.Subnets); err != nil {
		return n, err
	}
	if n.Endpoints, err = x.vpcEndpoints(ctx, n.VPC); err != nil {
		return n, err
	}
	n.DNS, err = x.resolvesNames(ctx, n.VPC)
	return n, err
}

// ofVPC selects what belongs to a VPC.
func ofVPC(vpc string) []types.Filter {
	return []types.Filter{{Name: aws.String("vpc-id"), Values: []string{vpc}}}
}

// subnets adds the routes to the subnets.
func (x *examination) subnets(ctx context.Context, vpc string, all []types.Subnet) (found []checks.Subnet, err error) {
	pages := ec2.NewDescribeRouteTablesPaginator(x.ec2, &ec2.DescribeRouteTablesInput{Filters: ofVPC(vpc)})
	tables, err := readPages(ctx, pages, func(page *ec2.DescribeRouteTablesOutput) []types.RouteTable { return page.RouteTables })
	if err != nil {
		return nil, readError{"DescribeRouteTables", err}
	}
	for _, each := range all {
		subnet := checks.Subnet{ID: aws.ToString(each.SubnetId), Zone: aws.ToString(each.AvailabilityZone), Addresses: aws.ToString(each.CidrBlock)}
		table := tableOf(tables, subnet.ID)
		subnet.RouteTable = aws.ToString(table.RouteTableId)
		for _, route := range table.Routes {
			switch target := targetOf(route); {
			case target == "":
			case aws.ToString(route.DestinationCidrBlock) == "0.0.0.0/0":
				subnet.Out = target
			case !slices.Contains(subnet.Others, target):
				subnet.Others = append(subnet.Others, target)
			}
		}
		found = append(found, subnet)
	}
	return found, nil
}

// tableOf returns the route table of a subnet: its own, or else the main one of the VPC.
func tableOf(tables []types.RouteTable, subnet string) (found types.RouteTable) {
	for _, table := range tables {
		for _, a := range table.Associations {
			if aws.ToString(a.SubnetId) == subnet {
				return table
			}
			if aws.ToBool(a.Main) {
				found = table
			}
		}
	}
	return found
}

// targetOf returns where an IPv4 route leads outside of the VPC; empty if nowhere.
func targetOf(r types.Route) string {
	if r.State == types.RouteStateBlackhole || r.DestinationCidrBlock == nil || aws.ToString(r.GatewayId) == "local" {
		return ""
	}
	return cmp.Or(aws.ToString(r.NatGatewayId), aws.ToString(r.TransitGatewayId), aws.ToString(r.VpcPeeringConnectionId), aws.ToString(r.CoreNetworkArn),
		aws.ToString(r.NetworkInterfaceId), aws.ToString(r.GatewayId), aws.ToString(r.LocalGatewayId), aws.ToString(r.CarrierGatewayId))
}

// vpcEndpoints reads the endpoints of the VPC with their security groups.
func (x *examination) vpcEndpoints(ctx context.Context, vpc string) (found []checks.Endpoint, err error) {
	pages := ec2.NewDescribeVpcEndpointsPaginator(x.ec2, &ec2.DescribeVpcEndpointsInput{Filters: ofVPC(vpc)})
	all, err := readPages(ctx, pages, func(page *ec2.DescribeVpcEndpointsOutput) []types.VpcEndpoint { return page.VpcEndpoints })
	if err != nil {
		return nil, readError{"DescribeVpcEndpoints", err}
	}
	var ids []string
	for _, e := range all {
		for _, g := range e.Groups {
			ids = append(ids, aws.ToString(g.GroupId))
		}
	}
	slices.Sort(ids)
	groups, err := x.securityGroups(ctx, slices.Compact(ids))
	for _, e := range all {
		one := checks.Endpoint{
			ID: aws.ToString(e.VpcEndpointId), ServiceName: aws.ToString(e.ServiceName), State: string(e.State), RouteTables: e.RouteTableIds,
			Gateway: e.VpcEndpointType == types.VpcEndpointTypeGateway, PrivateDNS: aws.ToBool(e.PrivateDnsEnabled),
		}
		for _, g := range e.Groups {
			if i := slices.IndexFunc(groups, func(found checks.SecurityGroup) bool { return found.ID == aws.ToString(g.GroupId) }); i >= 0 {
				one.Groups = append(one.Groups, groups[i])
			}
		}
		found = append(found, one)
	}
	return found, err
}

// securityGroups reads with whom security groups allow HTTPS.
func (x *examination) securityGroups(ctx context.Context, ids []string) (found []checks.SecurityGroup, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	out, err := x.ec2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: ids})
	if err != nil {
		return nil, readError{"DescribeSecurityGroups", err}
	}
	for _, g := range out.SecurityGroups {
		found = append(found, checks.SecurityGroup{ID: aws.ToString(g.GroupId), Inbound: httpsPeers(g.IpPermissions), Outbound: httpsPeers(g.IpPermissionsEgress)})
	}
	return found, nil
}

// httpsPeers returns the peers of the rules that allow TCP on port 443.
func httpsPeers(rules []types.IpPermission) (peers []string) {
	const https = 443
	for _, r := range rules {
		protocol, from, to := aws.ToString(r.IpProtocol), aws.ToInt32(r.FromPort), aws.ToInt32(r.ToPort)
		if protocol != "-1" && (protocol != "tcp" || from > https || to < https) {
			continue
		}
		for _, each := range r.IpRanges {
			peers = append(peers, aws.ToString(each.CidrIp))
		}
		for _, each := range r.UserIdGroupPairs {
			peers = append(peers, aws.ToString(each.GroupId))
		}
		for _, each := range r.PrefixListIds {
			peers = append(peers, aws.ToString(each.PrefixListId))
		}
	}
	return peers
}

// resolvesNames reports whether private DNS names of endpoints work in a VPC.
func (x *examination) resolvesNames(ctx context.Context, vpc string) (bool, error) {
	for _, attribute := range []types.VpcAttributeName{types.VpcAttributeNameEnableDnsSupport, types.VpcAttributeNameEnableDnsHostnames} {
		out, err := x.ec2.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &vpc, Attribute: attribute})
		if err != nil {
			return false, readError{"DescribeVpcAttribute", err}
		}
		if value := cmp.Or(out.EnableDnsSupport, out.EnableDnsHostnames); value == nil || !aws.ToBool(value.Value) {
			return false, nil
		}
	}
	return true, nil
}
