package checks

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/endpoints"
	"eks-scaling-automation/shared/english"
)

// Network holds the facts about the subnets of the functions.
type Network struct {
	VPC       string
	DNS       bool // the VPC resolves names, and gives endpoints theirs
	Subnets   []Subnet
	Groups    []SecurityGroup // of the functions
	Endpoints []Endpoint      // of the VPC
}

// Subnet is a subnet of the functions.
type Subnet struct {
	ID, Zone   string
	Addresses  string // such as 10.0.1.0/24
	RouteTable string
	// Out is the target of the default route, such as nat-0123; empty if there is none. Others are the targets of other routes that
	// lead out of the VPC.
	Out    string
	Others []string
}

// SecurityGroup is a security group. Inbound and Outbound hold the peers with which it allows TCP on port 443: addresses, or ids of
// groups or prefix lists.
type SecurityGroup struct {
	ID                string
	Inbound, Outbound []string
}

// Endpoint is an endpoint of a VPC.
type Endpoint struct {
	ID, ServiceName string
	State           string
	Gateway         bool
	PrivateDNS      bool
	RouteTables     []string // of a gateway
	Groups          []SecurityGroup
}

// Reach checks that the functions reach what they call. Functions in Lambda's own network do.
func Reach(s deployment.Stack, network health.Fact[Network], uses endpoints.Uses) []Check {
	if len(s.Subnets) == 0 {
		return nil
	}
	subnets := subject{"network", "subnets"}
	gone := subnets.failed("a subnet or security group of the functions does not exist: "+strings.Join(slices.Concat(s.Subnets, s.SecurityGroups), ", "),
		"deploy again with subnets that exist, see docs/private.md")
	all := []Check{check(network, subnets, gone, func(n Network) Check { return n.checkSubnets(subnets) })}
	reached := func(c subject, judge func(Network) Check) {
		all = append(all, check(network, c, c.unknown(health.BecauseOf("a subnet or security group does not exist")), judge))
	}
	for _, service := range uses.Needed() {
		c := subject{"network", service.Name}
		reached(c, func(n Network) Check { return n.reach(c, s, service) })
	}
	for _, region := range uses.Regions {
		c := subject{"network", "eks in " + region}
		reached(c, func(n Network) Check { return n.reachOutside(c, "EKS in "+region) })
	}
	if len(uses.Hosts) > 0 {
		c := subject{"network", "signal hosts"}
		reached(c, func(n Network) Check { return n.reachOutside(c, firstFew(uses.Hosts)) })
	}
	return all
}

// checkSubnets checks that functions can run in the subnets and send something from there.
func (n Network) checkSubnets(c subject) Check {
	zones := map[string]bool{}
	for _, each := range n.Subnets {
		zones[each.Zone] = true
	}
	switch {
	case !slices.ContainsFunc(n.Groups, func(g SecurityGroup) bool { return len(g.Outbound) > 0 }):
		return c.failed("no security group of the functions allows outbound HTTPS", "allow outbound TCP on port 443 in "+n.Groups[0].ID)
	case len(zones) == 1:
		return c.warning("all in one Availability Zone, "+n.Subnets[0].Zone+": nothing is scaled when it fails", "deploy again with a subnet in another Availability Zone")
	}
	return c.ok("%s in %s", english.Count(len(n.Subnets), "subnet"), n.VPC)
}

// addEndpoint says how to create an endpoint.
func addEndpoint(s deployment.Stack, service endpoints.Service) string {
	return fmt.Sprintf("create the endpoint com.amazonaws.%s.%s, or add a NAT gateway. A deployment creates endpoints with -c endpoints=on, see docs/private.md",
		s.Region, service.Name)
}

// reach checks that every subnet reaches a service.
func (n Network) reach(c subject, s deployment.Stack, service endpoints.Service) Check {
	var found []Endpoint
	for _, e := range n.Endpoints {
		if service.Is(e.ServiceName, s.Region) {
			found = append(found, e)
		}
	}
	var ways []string
	var without []Subnet
	obstacle := ""
	for _, subnet := range n.Subnets {
		way, why := n.wayTo(subnet, found)
		if way == "" {
			without, obstacle = append(without, subnet), why
			continue
		}
		if !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
	}
	if len(without) == 0 {
		return c.ok("by %s", strings.Join(ways, ", "))
	}
	return n.unreached(c, without, service.Name, obstacle, addEndpoint(s, service))
}

// wayTo returns how a subnet reaches a service, or else why its endpoint is of no use.
func (n Network) wayTo(subnet Subnet, found []Endpoint) (way, obstacle string) {
	for _, e := range found {
		obstacle = n.obstacle(subnet, e)
		if obstacle == "" {
			return "endpoint " + e.ID, ""
		}
		if !e.Gateway && e.PrivateDNS { // the name leads to the endpoint, whatever the routes are
			return "", obstacle
		}
	}
	if subnet.leadsOut() {
		return subnet.Out, ""
	}
	return "", obstacle
}

// obstacle returns why an endpoint is of no use to functions in a subnet; empty if they reach it.
func (n Network) obstacle(subnet Subnet, e Endpoint) string {
	switch {
	case e.State != "available":
		return fmt.Sprintf("endpoint %s is %s", e.ID, e.State)
	case e.Gateway && !slices.Contains(e.RouteTables, subnet.RouteTable):
		return fmt.Sprintf("endpoint %s is not in route table %s", e.ID, subnet.RouteTable)
	case e.Gateway:
		return ""
	case !e.PrivateDNS:
		return fmt.Sprintf("endpoint %s has no private DNS name", e.ID)
	case !n.DNS:
		return fmt.Sprintf("DNS is off in %s, so the name of the service does not lead to endpoint %s", n.VPC, e.ID)
	case !n.admits(subnet, e):
		return fmt.Sprintf("no security group of endpoint %s allows inbound HTTPS from the functions", e.ID)
	}
	return ""
}

// admits reports whether an endpoint lets the functions in. A prefix list may contain their addresses, and counts as if it did.
func (n Network) admits(subnet Subnet, e Endpoint) bool {
	return slices.ContainsFunc(e.Groups, func(g SecurityGroup) bool {
		return slices.ContainsFunc(g.Inbound, func(peer string) bool {
			isGroup := slices.ContainsFunc(n.Groups, func(own SecurityGroup) bool { return own.ID == peer })
			return isGroup || strings.HasPrefix(peer, "pl-") || contains(peer, subnet.Addresses)
		})
	})
}

// contains reports whether all addresses are among others.
func contains(others, addresses string) bool {
	outer, err := netip.ParsePrefix(others)
	inner, err2 := netip.ParsePrefix(addresses)
	return err == nil && err2 == nil && outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// leadsOut reports whether the default route leads somewhere. Functions have no public address, which an internet gateway requires.
func (s Subnet) leadsOut() bool { return s.Out != "" && !strings.HasPrefix(s.Out, "igw-") }

// reachOutside checks that every subnet reaches what no endpoint leads to.
func (n Network) reachOutside(c subject, what string) Check {
	var without []Subnet
	var ways []string
	for _, subnet := range n.Subnets {
		if !subnet.leadsOut() {
			without = append(without, subnet)
		} else if !slices.Contains(ways, subnet.Out) {
			ways = append(ways, subnet.Out)
		}
	}
	if len(without) == 0 {
		return c.ok("by %s", strings.Join(ways, ", "))
	}
	return n.unreached(c, without, what, "", "route 0.0.0.0/0 of these subnets to a NAT gateway, see docs/private.md")
}

// unreached reports what subnets do not reach. Routes to other networks may lead to endpoints there, which doctor does not see.
func (n Network) unreached(c subject, without []Subnet, what, obstacle, remedy string) Check {
	var ids, others []string
	public := false
	for _, subnet := range without {
		ids, others = append(ids, subnet.ID), append(others, subnet.Others...)
		public = public || subnet.Out != ""
	}
	found := fmt.Sprintf("not reached from %s", firstFew(ids))
	switch slices.Sort(others); {
	case obstacle != "":
		return c.failed(found+": "+obstacle, "fix the endpoint, see docs/private.md")
	case public:
		return c.failed(found+": the default route is an internet gateway, and functions have no public address", "use private subnets; or "+remedy)
	case len(others) > 0:
		return c.warning(fmt.Sprintf("no endpoint and no default route for %s in %s; there are routes to %s, whose ends doctor does not see",
			what, firstFew(ids), firstFew(slices.Compact(others))), "check that this network leads to "+what+"; otherwise "+remedy)
	}
	return c.failed(found+": no endpoint, and no default route", remedy)
}
