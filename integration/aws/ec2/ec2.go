// Package ec2 fakes the part of EC2 that describes networks (DescribeSubnets, DescribeRouteTables, DescribeVpcEndpoints,
// DescribeSecurityGroups, DescribeVpcAttribute) and launch templates (DescribeLaunchTemplateVersions). It keeps its state in memory and serves the unmodified AWS SDK and AWS CLI behind an
// endpoint. The world's builder fills it.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, with the same error type, and everything unknown.
package ec2

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"eks-scaling-automation/integration/aws/wire"
)

// VPC is a VPC with its parts.
type VPC struct {
	ID, Region, Owner string
	NoNames           bool // instances and endpoints get no DNS names
	Subnets           []Subnet
	RouteTables       []RouteTable
	Groups            []Group
	Endpoints         []Endpoint
}

// Subnet is a subnet of a VPC.
type Subnet struct{ ID, Zone, Addresses string }

// RouteTable is a route table. The routes map destinations to targets, such as 0.0.0.0/0 to nat-01234567. The local route is implied.
type RouteTable struct {
	ID      string
	Main    bool
	Subnets []string
	Routes  map[string]string
}

// Group is a security group that allows TCP on port 443 with its peers: addresses, or ids of groups.
type Group struct {
	ID                string
	Inbound, Outbound []string
}

// Endpoint is an endpoint of a VPC: an interface with security groups, or a gateway in route tables.
type Endpoint struct {
	ID, Service, State  string
	NoPrivateDNS        bool
	RouteTables, Groups []string
}

// Server is EC2 in all regions of an account. The zero value is empty.
type Server struct {
	mu        sync.Mutex
	vpcs      []VPC
	templates map[key][]string // the instance type of each version; empty if it has none
}

// Put adds a VPC, or replaces the one of the same id.
func (s *Server) Put(v VPC) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vpcs = slices.DeleteFunc(s.vpcs, func(each VPC) bool { return each.ID == v.ID })
	s.vpcs = append(s.vpcs, v)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"DescribeLaunchTemplateVersions": wire.On(s.describeVersions),
		"DescribeRouteTables":            wire.On(s.describeRouteTables),
		"DescribeSecurityGroups":         wire.On(s.describeSecurityGroups),
		"DescribeSubnets":                wire.On(s.describeSubnets),
		"DescribeVpcAttribute":           wire.On(s.describeVPCAttribute),
		"DescribeVpcEndpoints":           wire.On(s.describeVPCEndpoints),
	}.ServeHTTP(w, r)
}

// in returns the VPCs of a region.
func (s *Server) in(region string) []VPC {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.vpcs), func(v VPC) bool { return v.Region != region })
}

// filter selects resources. Only vpc-id is known.
type filter struct {
	Name   string
	Values []string `json:"Value"`
}

// selected returns the VPCs that filters select.
func (s *Server) selected(region string, filters []filter) ([]VPC, error) {
	found := s.in(region)
	for _, f := range filters {
		if f.Name != "vpc-id" {
			return nil, wire.Refuse("InvalidParameterValue", "The filter '"+f.Name+"' is invalid")
		}
		found = slices.DeleteFunc(found, func(v VPC) bool { return !slices.Contains(f.Values, v.ID) })
	}
	return found, nil
}

// parts selects the parts of VPCs by their ids; all without ids. An unknown id is an error of a kind.
func parts[T any](vpcs []VPC, ids []string, of func(VPC) []T, id func(T) string, kind string) (found []T, owners []VPC, err error) {
	missing := slices.Clone(ids)
	for _, v := range vpcs {
		for _, part := range of(v) {
			if len(ids) == 0 || slices.Contains(ids, id(part)) {
				found, owners = append(found, part), append(owners, v)
				missing = slices.DeleteFunc(missing, func(each string) bool { return each == id(part) })
			}
		}
	}
	if len(missing) > 0 {
		return nil, nil, wire.Refuse(kind, fmt.Sprintf("The ID '%s' does not exist", missing[0]))
	}
	return found, owners, nil
}

type describeSubnets struct {
	SubnetIDs []string `json:"SubnetId"`
	Filters   []filter `json:"Filter"`
}

type subnetAnswer struct {
	SubnetID         string `json:"subnetId"`
	VPCID            string `json:"vpcId"`
	OwnerID          string `json:"ownerId"`
	AvailabilityZone string `json:"availabilityZone"`
	CIDRBlock        string `json:"cidrBlock"`
	State            string `json:"state"`
}

func (s *Server) describeSubnets(c wire.Caller, in describeSubnets) (any, error) {
	vpcs, err := s.selected(c.Region, in.Filters)
	if err != nil {
		return nil, err
	}
	found, owners, err := parts(vpcs, in.SubnetIDs, func(v VPC) []Subnet { return v.Subnets }, func(s Subnet) string { return s.ID }, "InvalidSubnetID.NotFound")
	var answer struct {
		Subnets []subnetAnswer `json:"subnetSet"`
	}
	for i, each := range found {
		answer.Subnets = append(answer.Subnets, subnetAnswer{each.ID, owners[i].ID, owners[i].Owner, each.Zone, each.Addresses, "available"})
	}
	return answer, err
}

type describeSecurityGroups struct {
	GroupIDs []string `json:"GroupId"`
	Filters  []filter `json:"Filter"`
}

type groupAnswer struct {
	GroupID  string       `json:"groupId"`
	OwnerID  string       `json:"ownerId"`
	VPCID    string       `json:"vpcId"`
	Inbound  []ruleAnswer `json:"ipPermissions"`
	Outbound []ruleAnswer `json:"ipPermissionsEgress"`
}

type ruleAnswer struct {
	Protocol string       `json:"ipProtocol"`
	From     int          `json:"fromPort"`
	To       int          `json:"toPort"`
	Groups   []peerAnswer `json:"groups"`
	Ranges   []peerAnswer `json:"ipRanges"`
}

type peerAnswer struct {
	GroupID string `json:"groupId,omitempty"`
	CIDR    string `json:"cidrIp,omitempty"`
}

func (s *Server) describeSecurityGroups(c wire.Caller, in describeSecurityGroups) (any, error) {
	vpcs, err := s.selected(c.Region, in.Filters)
	if err != nil {
		return nil, err
	}
	found, owners, err := parts(vpcs, in.GroupIDs, func(v VPC) []Group { return v.Groups }, func(g Group) string { return g.ID }, "InvalidGroup.NotFound")
	var answer struct {
		Groups []groupAnswer `json:"securityGroupInfo"`
	}
	for i, each := range found {
		answer.Groups = append(answer.Groups, groupAnswer{each.ID, owners[i].Owner, owners[i].ID, rules(each.Inbound), rules(each.Outbound)})
	}
	return answer, err
}

// rules returns the rule for the peers; none without peers.
func rules(peers []string) []ruleAnswer {
	if len(peers) == 0 {
		return nil
	}
	const https = 443
	rule := ruleAnswer{Protocol: "tcp", From: https, To: https}
	for _, peer := range peers {
		if len(peer) > 3 && peer[:3] == "sg-" {
			rule.Groups = append(rule.Groups, peerAnswer{GroupID: peer})
		} else {
			rule.Ranges = append(rule.Ranges, peerAnswer{CIDR: peer})
		}
	}
	return []ruleAnswer{rule}
}

type describeVPCAttribute struct {
	VPCID     string `json:"VpcId"`
	Attribute string
}

type valueAnswer struct {
	Value bool `json:"value"`
}

func (s *Server) describeVPCAttribute(c wire.Caller, in describeVPCAttribute) (any, error) {
	for _, v := range s.in(c.Region) {
		if v.ID != in.VPCID {
			continue
		}
		switch in.Attribute {
		case "enableDnsSupport":
			return struct {
				ID    string      `json:"vpcId"`
				Value valueAnswer `json:"enableDnsSupport"`
			}{v.ID, valueAnswer{true}}, nil
		case "enableDnsHostnames":
			return struct {
				ID    string      `json:"vpcId"`
				Value valueAnswer `json:"enableDnsHostnames"`
			}{v.ID, valueAnswer{!v.NoNames}}, nil
		}
		return nil, wire.Refuse("InvalidParameterValue", "Value ("+in.Attribute+") for parameter attribute is invalid.")
	}
	return nil, wire.Refuse("InvalidVpcID.NotFound", "The vpc ID '"+in.VPCID+"' does not exist")
}
