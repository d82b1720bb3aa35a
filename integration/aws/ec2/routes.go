package ec2

import (
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/wire"
)

type describePages struct {
	RouteTableIDs  []string `json:"RouteTableId"`
	VPCEndpointIDs []string `json:"VpcEndpointId"`
	Filters        []filter `json:"Filter"`
	MaxResults     int
	NextToken      string
}

func page[T any](all []T, in describePages) ([]T, string, error) {
	return wire.Page(all, wire.Paging{
		Token: in.NextToken, Size: in.MaxResults, Default: 1000, Most: 1000, BadToken: "InvalidNextToken", BadSize: "InvalidParameterValue",
	})
}

type tableAnswer struct {
	RouteTableID string              `json:"routeTableId"`
	VPCID        string              `json:"vpcId"`
	OwnerID      string              `json:"ownerId"`
	Routes       []routeAnswer       `json:"routeSet"`
	Associations []associationAnswer `json:"associationSet"`
}

type routeAnswer struct {
	Destination    string `json:"destinationCidrBlock"`
	GatewayID      string `json:"gatewayId,omitempty"`
	NATGatewayID   string `json:"natGatewayId,omitempty"`
	TransitGateway string `json:"transitGatewayId,omitempty"`
	State          string `json:"state"`
}

type associationAnswer struct {
	SubnetID string `json:"subnetId,omitempty"`
	Main     bool   `json:"main"`
}

func (s *Server) describeRouteTables(c wire.Caller, in describePages) (any, error) {
	vpcs, err := s.selected(c.Region, in.Filters)
	if err != nil {
		return nil, err
	}
	found, owners, err := parts(vpcs, in.RouteTableIDs, func(v VPC) []RouteTable { return v.RouteTables }, func(t RouteTable) string { return t.ID }, "InvalidRouteTableID.NotFound")
	if err != nil {
		return nil, err
	}
	var all []tableAnswer
	for i, each := range found {
		all = append(all, each.answer(owners[i]))
	}
	some, next, err := page(all, in)
	return struct {
		Tables    []tableAnswer `json:"routeTableSet"`
		NextToken string        `json:"nextToken,omitempty"`
	}{some, next}, err
}

func (t RouteTable) answer(v VPC) tableAnswer {
	answer := tableAnswer{RouteTableID: t.ID, VPCID: v.ID, OwnerID: v.Owner, Routes: []routeAnswer{{Destination: "10.0.0.0/16", GatewayID: "local", State: "active"}}}
	for _, destination := range slices.Sorted(maps.Keys(t.Routes)) {
		route := routeAnswer{Destination: destination, State: "active"}
		switch target := t.Routes[destination]; {
		case strings.HasPrefix(target, "nat-"):
			route.NATGatewayID = target
		case strings.HasPrefix(target, "tgw-"):
			route.TransitGateway = target
		default:
			route.GatewayID = target
		}
		answer.Routes = append(answer.Routes, route)
	}
	if t.Main {
		answer.Associations = append(answer.Associations, associationAnswer{Main: true})
	}
	for _, id := range t.Subnets {
		answer.Associations = append(answer.Associations, associationAnswer{SubnetID: id})
	}
	return answer
}

type endpointAnswer struct {
	VPCEndpointID string       `json:"vpcEndpointId"`
	Kind          string       `json:"vpcEndpointType"`
	VPCID         string       `json:"vpcId"`
	ServiceName   string       `json:"serviceName"`
	State         string       `json:"state"`
	RouteTables   []string     `json:"routeTableIdSet"`
	Groups        []peerAnswer `json:"groupSet"`
	PrivateDNS    bool         `json:"privateDnsEnabled"`
	OwnerID       string       `json:"ownerId"`
}

func (s *Server) describeVPCEndpoints(c wire.Caller, in describePages) (any, error) {
	vpcs, err := s.selected(c.Region, in.Filters)
	if err != nil {
		return nil, err
	}
	found, owners, err := parts(vpcs, in.VPCEndpointIDs, func(v VPC) []Endpoint { return v.Endpoints }, func(e Endpoint) string { return e.ID }, "InvalidVpcEndpointId.NotFound")
	if err != nil {
		return nil, err
	}
	var all []endpointAnswer
	for i, e := range found {
		answer := endpointAnswer{
			VPCEndpointID: e.ID, Kind: "Interface", VPCID: owners[i].ID, ServiceName: "com.amazonaws." + c.Region + "." + e.Service, State: e.State,
			RouteTables: e.RouteTables, PrivateDNS: !e.NoPrivateDNS, OwnerID: owners[i].Owner,
		}
		if len(e.Groups) == 0 {
			answer.Kind, answer.PrivateDNS = "Gateway", false
		}
		for _, id := range e.Groups {
			answer.Groups = append(answer.Groups, peerAnswer{GroupID: id})
		}
		all = append(all, answer)
	}
	some, next, err := page(all, in)
	return struct {
		Endpoints []endpointAnswer `json:"vpcEndpointSet"`
		NextToken string           `json:"nextToken,omitempty"`
	}{some, next}, err
}
