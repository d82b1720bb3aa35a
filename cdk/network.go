package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/endpoints"
)

const https = 443

// placement is where functions run: in subnets, with security groups. The zero value is Lambda's own network.
type placement struct {
	stack                   awscdk.Stack
	subnets, securityGroups []string
}

// newPlacement creates the security group of the functions, if none is given, and the endpoints.
func newPlacement(stack awscdk.Stack, n network, uses endpoints.Uses) placement {
	if len(n.subnets) == 0 {
		return placement{}
	}
	p := placement{stack: stack, subnets: n.subnets, securityGroups: n.securityGroups}
	if len(p.securityGroups) == 0 {
		group := newSecurityGroup(stack, "FunctionsSecurityGroup", n.vpc, "Functions of "+deployment.System+": only HTTPS, and only outbound.")
		group.SetSecurityGroupEgress([]any{&awsec2.CfnSecurityGroup_EgressProperty{
			IpProtocol: jsii.String("tcp"), FromPort: number(https), ToPort: number(https), CidrIp: jsii.String("0.0.0.0/0"),
			Description: jsii.String("HTTPS"),
		}})
		p.securityGroups = []string{*group.AttrGroupId()}
	}
	newEndpoints(stack, n)
	warnBeyond(stack, n, uses)
	return p
}

func newSecurityGroup(stack awscdk.Stack, id, vpc, description string) awsec2.CfnSecurityGroup {
	return awsec2.NewCfnSecurityGroup(stack, &id, &awsec2.CfnSecurityGroupProps{VpcId: &vpc, GroupDescription: &description})
}

// newEndpoints creates the endpoints. An interface with private DNS takes over the host name of its service in the whole VPC, and a
// gateway takes over its route tables. So they admit everyone there, as the public endpoints do. See docs/decisions/0096.
func newEndpoints(stack awscdk.Stack, n network) {
	var admitting awsec2.CfnSecurityGroup
	for _, s := range n.endpoints {
		id := strings.ToUpper(s.Name[:1]) + s.Name[1:] + "Endpoint"
		props := &awsec2.CfnVPCEndpointProps{VpcId: &n.vpc}
		if s.Gateway {
			props.VpcEndpointType = jsii.String("Gateway")
			props.ServiceName = awsec2.NewGatewayVpcEndpointAwsService(&s.Name, nil).Name()
			props.RouteTableIds = anyList(n.routeTables)
		} else {
			if admitting == nil {
				admitting = newEndpointsSecurityGroup(stack, n.vpc)
			}
			props.VpcEndpointType = jsii.String("Interface")
			props.ServiceName = awsec2.NewInterfaceVpcEndpointAwsService(&s.Name, nil, nil, nil).Name()
			props.PrivateDnsEnabled = jsii.Bool(true)
			props.SubnetIds, props.SecurityGroupIds = anyList(n.subnets), &[]any{admitting.AttrGroupId()}
		}
		awsec2.NewCfnVPCEndpoint(stack, &id, props)
	}
}

// newEndpointsSecurityGroup admits all private addresses, since the addresses of the VPC are unknown here.
func newEndpointsSecurityGroup(stack awscdk.Stack, vpc string) awsec2.CfnSecurityGroup {
	group := newSecurityGroup(stack, "EndpointsSecurityGroup", vpc, "Endpoints of "+deployment.System+": HTTPS from private addresses.")
	var admitted []any
	for _, addresses := range []string{"10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"} {
		admitted = append(admitted, &awsec2.CfnSecurityGroup_IngressProperty{
			IpProtocol: jsii.String("tcp"), FromPort: number(https), ToPort: number(https), CidrIp: &addresses,
			Description: jsii.String("HTTPS from private addresses"),
		})
	}
	group.SetSecurityGroupIngress(admitted)
	return group
}

// warnBeyond names what no endpoint leads to. Subnets with a NAT gateway reach it, and the app cannot see their routes.
func warnBeyond(stack awscdk.Stack, n network, uses endpoints.Uses) {
	if len(n.endpoints) == 0 {
		return
	}
	warn := func(id, format string, args ...any) {
		awscdk.Annotations_Of(stack).AddWarningV2(jsii.String(deployment.System+":"+id), jsii.String(fmt.Sprintf(format, args...)))
	}
	if len(uses.Regions) > 0 {
		warn("clusters-elsewhere", "Endpoints lead to EKS in the stack's own region only, and the configuration has clusters in %s. "+
			"The subnets need a NAT gateway or another way there. Otherwise, deploy a stack in each region with -c %s=%s.",
			strings.Join(uses.Regions, ", "), regionKey, deployment.OwnRegion)
	}
	if len(uses.Hosts) > 0 {
		warn("hosts-outside", "Endpoints do not lead to the hosts of signals: %s. The subnets need a NAT gateway or another way there.",
			strings.Join(uses.Hosts, ", "))
	}
}

// place puts a function into the subnets.
func (p placement) place(f awslambda.Function) {
	if len(p.subnets) == 0 {
		return
	}
	f.Node().DefaultChild().(awslambda.CfnFunction).SetVpcConfig(&awslambda.CfnFunction_VpcConfigProperty{
		SubnetIds: jsii.Strings(p.subnets...), SecurityGroupIds: jsii.Strings(p.securityGroups...),
	})
}

// attaching returns the permissions by which Lambda attaches a function to the subnets. It acts with the function's role.
func (p placement) attaching(function string) []permission {
	if len(p.subnets) == 0 {
		return nil
	}
	own := func(resource string) string { return arn(p.stack, "ec2", *p.stack.Region(), resource) }
	interfaces := own("network-interface/*") // EC2 chooses the ids
	create := allow(interfaces, "ec2:CreateNetworkInterface")
	for _, id := range p.securityGroups {
		create.resources = append(create.resources, own("security-group/"+id))
	}
	for _, id := range p.subnets { // of a shared VPC, the subnet has another owner
		create.resources = append(create.resources, strings.Replace(own("subnet/"+id), *p.stack.Account(), "*", 1))
	}
	return []permission{
		create,
		allow(interfaces, "ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"),
		allow("*", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"), // IAM cannot limit these
		p.onlyLambda(function),
	}
}

// onlyLambda denies the function's own code what only Lambda does with its role.
func (p placement) onlyLambda(function string) permission {
	return permission{
		denied:    true,
		actions:   []string{"ec2:*NetworkInterface*", "ec2:AssignPrivateIpAddresses", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"},
		resources: []string{"*"},
		conditions: map[string]any{"ArnEquals": map[string]any{
			"lambda:SourceFunctionArn": arn(p.stack, "lambda", *p.stack.Region(), "function:"+function),
		}},
	}
}
