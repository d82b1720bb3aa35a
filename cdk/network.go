package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

const https = 443

// placement is where functions run: in subnets, with security groups, or else in Lambda's own network.
type placement struct {
	stack   awscdk.Stack
	set     networkSettings
	inside  choice   // the functions run in subnets
	subnets []string // lists of the CDK, or references to them
	groups  []string
	group   awsec2.CfnSecurityGroup // that the stack creates; nil: none
	created choice                  // whether it does
}

// newPlacement creates the security group of the functions, if none is given, and the endpoints.
func newPlacement(stack awscdk.Stack, p *parameters, o options) placement {
	set := newNetworkSettings(p, o)
	place := placement{stack: stack, set: set, inside: set.subnets.given()}
	if !place.inside.possible() {
		return place
	}
	place.subnets, place.groups = set.subnets.list(), set.groups.list()
	place.created = place.inside.and(set.groups.given().not(stack, "HasNoSecurityGroupIds"), stack, "CreatesSecurityGroup")
	if place.created.possible() {
		group := newSecurityGroup(stack, "FunctionsSecurityGroup", set.vpc.text, "Functions of "+deployment.System+": only HTTPS, and only outbound.")
		group.SetSecurityGroupEgress([]any{&awsec2.CfnSecurityGroup_EgressProperty{
			IpProtocol: jsii.String("tcp"), FromPort: number(https), ToPort: number(https), CidrIp: jsii.String("0.0.0.0/0"),
			Description: jsii.String("HTTPS"),
		}})
		place.created.limit(group)
		place.group, place.groups = group, place.created.pickList([]string{*group.AttrGroupId()}, place.groups)
	}
	place.newEndpoints()
	warnBeyond(stack, o)
	return place
}

func newSecurityGroup(stack awscdk.Stack, id, vpc, description string) awsec2.CfnSecurityGroup {
	return awsec2.NewCfnSecurityGroup(stack, &id, &awsec2.CfnSecurityGroupProps{VpcId: &vpc, GroupDescription: &description})
}

// newEndpoints creates the endpoints. An interface with private DNS takes over the host name of its service in the whole VPC, and a
// gateway takes over its route tables. So they admit everyone there, as the public endpoints do. See docs/decisions/0096.
func (p placement) newEndpoints() {
	wanted := p.inside.and(p.set.endpoints.is(endpointsOff).not(p.stack, "HasEndpoints"), p.stack, "CreatesEndpoints")
	if !wanted.possible() {
		return
	}
	gateway := wanted.and(p.set.routeTables.given(), p.stack, "CreatesGatewayEndpoint")
	var admitting awsec2.CfnSecurityGroup
	for _, s := range p.set.services {
		id, props := strings.ToUpper(s.Name[:1])+s.Name[1:]+"Endpoint", &awsec2.CfnVPCEndpointProps{VpcId: &p.set.vpc.text}
		when := wanted
		if s.Gateway {
			when = gateway
			props.VpcEndpointType = jsii.String("Gateway")
			props.ServiceName = awsec2.NewGatewayVpcEndpointAwsService(&s.Name, nil).Name()
			props.RouteTableIds = anyList(p.set.routeTables.list())
		} else {
			if admitting == nil {
				admitting = newEndpointsSecurityGroup(p.stack, p.set.vpc.text)
				wanted.limit(admitting)
			}
			props.VpcEndpointType = jsii.String("Interface")
			props.ServiceName = awsec2.NewInterfaceVpcEndpointAwsService(&s.Name, nil, nil, nil).Name()
			props.PrivateDnsEnabled = jsii.Bool(true)
			props.SubnetIds, props.SecurityGroupIds = anyList(p.subnets), &[]any{admitting.AttrGroupId()}
		}
		when.limit(awsec2.NewCfnVPCEndpoint(p.stack, &id, props))
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
func warnBeyond(stack awscdk.Stack, o options) {
	if len(o.network.endpoints) == 0 {
		return
	}
	warn := func(id, format string, args ...any) {
		awscdk.Annotations_Of(stack).AddWarningV2(jsii.String(deployment.System+":"+id), jsii.String(fmt.Sprintf(format, args...)))
	}
	uses := o.uses(stack)
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

// config returns the setting of a function that puts it into the subnets; nil for Lambda's own network.
func (p placement) config() any {
	return p.inside.value(map[string]any{"SubnetIds": jsii.Strings(p.subnets...), "SecurityGroupIds": jsii.Strings(p.groups...)})
}

// put puts a function into the subnets.
func (p placement) put(f awslambda.Function) {
	if config := p.config(); config != nil {
		resource := f.Node().DefaultChild().(awscdk.CfnResource)
		resource.AddPropertyOverride(jsii.String("VpcConfig"), config)
		p.acceptEmpty(resource)
	}
}

// acceptEmpty accepts that the lists of the released template are empty by default: the CDK's checks do not look at the conditions.
func (p placement) acceptEmpty(resource awscdk.CfnResource) {
	if p.inside.condition == nil {
		return
	}
	for _, rule := range []string{"E1150", "F3031"} {
		awscdk.Validations_Of(resource).Acknowledge(&awscdk.Acknowledgment{
			Id: jsii.String("CloudFormation-Validate::" + rule), Reason: jsii.String("The list is used only if it is given."),
		})
	}
}

// attaching returns the permissions by which Lambda attaches a function to the subnets. It acts with the function's role.
func (p placement) attaching(function string) []permission {
	if !p.inside.possible() {
		return nil
	}
	interfaces := p.own("network-interface/*") // EC2 chooses the ids
	return p.inside.permits(
		p.creating(interfaces),
		allow(interfaces, "ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"),
		allow("*", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"), // IAM cannot limit these
		p.onlyLambda(function),
	)
}

// own returns the ARN of a resource of EC2.
func (p placement) own(resource string) string {
	return arn(p.stack, "ec2", *p.stack.Region(), resource)
}

// creating allows the network interfaces in these subnets and with these groups. CloudFormation cannot make ARNs from the list in a
// parameter, so the released template allows all network interfaces of the VPC. Subnets of a shared VPC have another owner.
func (p placement) creating(interfaces string) permission {
	create := allow(interfaces, "ec2:CreateNetworkInterface")
	subnets, groups := p.subnets, p.groups
	if p.inside.condition != nil {
		subnets, groups = []string{"*"}, []string{"*"}
		create = create.when(map[string]any{"ArnLike": map[string]any{"ec2:Vpc": p.anyOwner("vpc/" + p.set.vpc.text)}})
	}
	for _, id := range groups {
		create.resources = append(create.resources, p.anyOwner("security-group/"+id))
	}
	for _, id := range subnets {
		create.resources = append(create.resources, p.anyOwner("subnet/"+id))
	}
	return create
}

// anyOwner returns the ARN of a resource of EC2 that another account may share with this one.
func (p placement) anyOwner(resource string) string {
	return strings.Replace(p.own(resource), *p.stack.Account(), "*", 1)
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

// tell writes the outputs.
func (p placement) tell() {
	if !p.inside.possible() {
		return
	}
	newOutput(p.stack, deployment.OutputSubnets, p.set.subnets.text, "The subnets of the functions.", p.inside)
	given := p.inside.and(p.set.groups.given(), p.stack, "UsesSecurityGroupIds")
	newOutput(p.stack, deployment.OutputSecurityGroups, p.set.groups.text, "The security groups of the functions.", given)
	if p.group != nil {
		newOutput(p.stack, deployment.OutputOwnSecurityGroup, *p.group.AttrGroupId(), "The security group of the functions.", p.created)
	}
}
