package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/endpoints"
)

// networkSettings are the settings of private subnets. Lists are texts with commas.
type networkSettings struct {
	subnets, groups, vpc, endpoints, routeTables setting
	services                                     []endpoints.Service // whose endpoints are created, with endpoints
}

// The most ids that the parameters of the released template take. The description of a version has room for no more.
const (
	releasedSubnets = 3
	releasedGroups  = 2
)

func newNetworkSettings(p *parameters, o options) networkSettings {
	n := o.network
	set := networkSettings{
		subnets: p.setting(strings.Join(n.subnets, ","), parameter{
			name: "SubnetIds", group: groupNetwork, label: "Subnets", short: withoutPrefix("subnet-"),
			description: "Up to 3 private subnets of one VPC in which the functions run, with commas. They need a NAT gateway or endpoints. Empty: " +
				"Lambda's own network.",
			pattern: idPattern("subnet", releasedSubnets), maxLength: idsLength("subnet", releasedSubnets),
			constraint: "must be up to 3 ids with commas, such as subnet-0123456789abcdef0",
		}),
		vpc: p.setting(n.vpc, parameter{
			name: "VpcId", group: groupNetwork, label: "VPC",
			description: "The VPC of the subnets. Required with subnets.",
			pattern:     idPattern("vpc", 1), maxLength: idsLength("vpc", 1),
			constraint: "must be an id such as vpc-0123456789abcdef0",
		}),
		groups: p.setting(strings.Join(n.securityGroups, ","), parameter{
			name: "SecurityGroupIds", group: groupNetwork, label: "Security groups", short: withoutPrefix("sg-"),
			description: "One or two security groups of the functions, with a comma. Empty: the stack creates one that allows only outbound HTTPS.",
			pattern:     idPattern("sg", releasedGroups), maxLength: idsLength("sg", releasedGroups),
			constraint: "must be one or two ids with a comma, such as sg-0123456789abcdef0",
		}),
		endpoints: p.setting(endpointsName(n), parameter{
			name: "Endpoints", group: groupNetwork, label: "Create endpoints", allowed: []string{endpointsOff, endpointsOn},
			description: "Create VPC endpoints for everything that the functions call. Each of the 9 interface endpoints costs about USD 7.30 a month per subnet.",
		}),
		routeTables: p.setting(strings.Join(n.routeTables, ","), parameter{
			name: "RouteTableIds", group: groupNetwork, label: "Route tables",
			description: "The route tables of the subnets, with commas, for the free gateway endpoint of DynamoDB. Empty: the VPC has one already.",
			pattern:     idPattern("rtb", releasedSubnets), maxLength: idsLength("rtb", releasedSubnets),
			constraint: "must be up to 3 ids with commas, such as rtb-0123456789abcdef0",
		}),
		services: n.endpoints,
	}
	if o.release {
		set.services = endpoints.All()
		requireVPC(p.stack, set)
	}
	return set
}

// endpointsName returns the value of the parameter Endpoints.
func endpointsName(n network) string {
	if len(n.endpoints) == 0 {
		return endpointsOff
	}
	return endpointsOn
}

// requireVPC makes CloudFormation refuse subnets without their VPC, before it changes anything.
func requireVPC(stack awscdk.Stack, set networkSettings) {
	given := func(s setting) awscdk.ICfnRuleConditionExpression {
		return awscdk.Fn_ConditionNot(awscdk.Fn_ConditionEquals(s.text, jsii.String("")))
	}
	awscdk.NewCfnRule(stack, jsii.String("SubnetsNeedTheirVPC"), &awscdk.CfnRuleProps{
		RuleCondition: given(set.subnets),
		Assertions: &[]*awscdk.CfnRuleAssertion{{
			Assert: given(set.vpc), AssertDescription: jsii.String("SubnetIds needs VpcId, the id of the VPC of the subnets."),
		}},
	})
}

// idPattern returns what a list of ids matches. It may be empty.
func idPattern(kind string, most int) string {
	one := kind + "-([0-9a-f]{8}|[0-9a-f]{17})"
	return fmt.Sprintf("^$|^%s(,%s){0,%d}$", one, one, most-1)
}

// idsLength returns the length of the longest list.
func idsLength(kind string, most int) int {
	const digits = 17
	return most*(len(kind)+len("-")+digits+len(",")) - len(",")
}

// withoutPrefix shortens a list of ids to what differs between two lists.
func withoutPrefix(prefix string) func(string) string {
	return func(text string) string {
		return *awscdk.Fn_Join(jsii.String(""), awscdk.Fn_Split(jsii.String(prefix), &text, nil))
	}
}

// list returns the elements of a text with commas. In the released template they are references to the parameter.
func (s setting) list() []string {
	switch {
	case s.parameter != nil:
		var list []string
		for _, element := range *awscdk.Fn_Split(jsii.String(","), &s.text, nil) {
			list = append(list, *element)
		}
		return list
	case s.text == "":
		return nil
	default:
		return strings.Split(s.text, ",")
	}
}

// pickList returns one of two lists.
func (c choice) pickList(yes, no []string) []string {
	switch {
	case c.condition != nil:
		var list []string
		for _, element := range *awscdk.Token_AsList(awscdk.Fn_ConditionIf(c.condition.LogicalId(), jsii.Strings(yes...), jsii.Strings(no...)), nil) {
			list = append(list, *element)
		}
		return list
	case c.yes:
		return yes
	default:
		return no
	}
}
