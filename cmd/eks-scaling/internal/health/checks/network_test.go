package checks_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/endpoints"
)

// inSubnets is a network in which the functions reach everything by endpoints.
func inSubnets() checks.Network {
	n := checks.Network{
		VPC: "vpc-1", DNS: true,
		Subnets: []checks.Subnet{
			{ID: "subnet-a", Zone: "sa-east-1a", Addresses: "10.0.1.0/24", RouteTable: "rtb-a"},
			{ID: "subnet-b", Zone: "sa-east-1b", Addresses: "10.0.2.0/24", RouteTable: "rtb-b"},
		},
		Groups:    []checks.SecurityGroup{{ID: "sg-f", Outbound: []string{"0.0.0.0/0"}}},
		Endpoints: []checks.Endpoint{{ID: "vpce-db", ServiceName: "com.amazonaws.sa-east-1.dynamodb", State: "available", Gateway: true, RouteTables: []string{"rtb-a", "rtb-b"}}},
	}
	for _, name := range []string{"eks", "scheduler", "sns", "sqs"} {
		n.Endpoints = append(n.Endpoints, checks.Endpoint{
			ID: "vpce-" + name, ServiceName: "com.amazonaws.sa-east-1." + name, State: "available", PrivateDNS: true,
			Groups: []checks.SecurityGroup{{ID: "sg-e", Inbound: []string{"sg-f"}}},
		})
	}
	return n
}

func TestReach(t *testing.T) { //nolint:funlen // one row a rule
	t.Parallel()
	nat := func(n *checks.Network) { n.Subnets[0].Out, n.Subnets[1].Out = "nat-1", "nat-1" }
	eks := func(n *checks.Network) *checks.Endpoint { return &n.Endpoints[1] }
	without := func(n *checks.Network) { n.Endpoints = append(n.Endpoints[:1], n.Endpoints[2:]...) }
	for _, row := range []struct {
		name, check string
		change      func(*checks.Network)
		uses        endpoints.Uses
		outcome     checks.Outcome
		found       string
	}{
		{"a gateway", "dynamodb", func(*checks.Network) {}, endpoints.Uses{}, checks.OK, "by endpoint vpce-db"},
		{"a gateway of one subnet", "dynamodb", func(n *checks.Network) { n.Endpoints[0].RouteTables = []string{"rtb-a"} }, endpoints.Uses{}, checks.Failed, "not reached from subnet-b: endpoint vpce-db is not in route table rtb-b"},
		{"a gateway of one subnet, and NAT", "dynamodb", func(n *checks.Network) { nat(n); n.Endpoints[0].RouteTables = []string{"rtb-a"} }, endpoints.Uses{}, checks.OK, "by endpoint vpce-db, nat-1"},
		{"an interface", "eks", func(*checks.Network) {}, endpoints.Uses{}, checks.OK, "by endpoint vpce-eks"},
		{"no endpoint", "eks", without, endpoints.Uses{}, checks.Failed, "not reached from subnet-a, subnet-b: no endpoint, and no default route"},
		{"NAT", "eks", func(n *checks.Network) { without(n); nat(n) }, endpoints.Uses{}, checks.OK, "by nat-1"},
		{"NAT of one subnet", "eks", func(n *checks.Network) { without(n); n.Subnets[0].Out = "nat-1" }, endpoints.Uses{}, checks.Failed, "not reached from subnet-b: no endpoint"},
		{"an internet gateway", "eks", func(n *checks.Network) { without(n); n.Subnets[0].Out, n.Subnets[1].Out = "igw-1", "igw-1" }, endpoints.Uses{}, checks.Failed, "the default route is an internet gateway"},
		{"a route to another network", "eks", func(n *checks.Network) {
			without(n)
			n.Subnets[0].Others, n.Subnets[1].Others = []string{"tgw-1"}, []string{"tgw-1"}
		}, endpoints.Uses{}, checks.Warning, "there are routes to tgw-1"},
		{"an endpoint that is pending", "eks", func(n *checks.Network) { eks(n).State = "pending" }, endpoints.Uses{}, checks.Failed, "endpoint vpce-eks is pending"},
		{"no private DNS", "eks", func(n *checks.Network) { eks(n).PrivateDNS = false }, endpoints.Uses{}, checks.Failed, "endpoint vpce-eks has no private DNS name"},
		{"no private DNS, and NAT", "eks", func(n *checks.Network) { nat(n); eks(n).PrivateDNS = false }, endpoints.Uses{}, checks.OK, "by nat-1"},
		{"a VPC without DNS", "eks", func(n *checks.Network) { n.DNS = false }, endpoints.Uses{}, checks.Failed, "DNS is off in vpc-1"},
		{"an endpoint that admits nobody", "eks", func(n *checks.Network) { eks(n).Groups[0].Inbound = nil }, endpoints.Uses{}, checks.Failed, "allows inbound HTTPS from the functions"},
		{"an endpoint that admits nobody, and NAT: its name hides the public one", "eks", func(n *checks.Network) { nat(n); eks(n).Groups[0].Inbound = nil }, endpoints.Uses{}, checks.Failed, "allows inbound HTTPS"},
		{"an endpoint that admits the VPC", "eks", func(n *checks.Network) { eks(n).Groups[0].Inbound = []string{"10.0.0.0/16"} }, endpoints.Uses{}, checks.OK, "by endpoint vpce-eks"},
		{"an endpoint that admits one subnet", "eks", func(n *checks.Network) { eks(n).Groups[0].Inbound = []string{"10.0.1.0/24"} }, endpoints.Uses{}, checks.Failed, "not reached from subnet-b"},
		{"an endpoint that admits a part of a subnet", "eks", func(n *checks.Network) { eks(n).Groups[0].Inbound = []string{"10.0.1.0/25", "10.0.2.0/25"} }, endpoints.Uses{}, checks.Failed, "subnet-a, subnet-b"},
		{"a role", "sts", func(*checks.Network) {}, endpoints.Uses{Roles: true}, checks.Failed, "no endpoint"},
		{"a cluster elsewhere", "eks in eu-west-1", func(*checks.Network) {}, endpoints.Uses{Regions: []string{"eu-west-1"}}, checks.Failed, "no endpoint, and no default route"},
		{"a cluster elsewhere, and NAT", "eks in eu-west-1", nat, endpoints.Uses{Regions: []string{"eu-west-1"}}, checks.OK, "by nat-1"},
		{"a host", "signal hosts", func(*checks.Network) {}, endpoints.Uses{Hosts: []string{"api.example.com"}}, checks.Failed, "not reached"},
		{"two Availability Zones", "subnets", func(*checks.Network) {}, endpoints.Uses{}, checks.OK, "2 subnets in vpc-1"},
		{"one Availability Zone", "subnets", func(n *checks.Network) { n.Subnets[1].Zone = "sa-east-1a" }, endpoints.Uses{}, checks.Warning, "all in one Availability Zone, sa-east-1a"},
		{"nothing outbound", "subnets", func(n *checks.Network) { n.Groups[0].Outbound = nil }, endpoints.Uses{}, checks.Failed, "no security group of the functions allows outbound HTTPS"},
	} {
		n, s := inSubnets(), deployed
		row.change(&n)
		s.Subnets, s.SecurityGroups = []string{"subnet-a", "subnet-b"}, []string{"sg-f"}
		got := checkNamed(t, row.name, checks.Reach(s, health.Known(n), row.uses), row.check)
		if got.Outcome != row.outcome || !strings.Contains(got.Found, row.found) || (got.Remedy == "") != (row.outcome == checks.OK) {
			t.Errorf("%s: found %s: %s -> %s; want %s: %s", row.name, got.Outcome, got.Found, got.Remedy, row.outcome, row.found)
		}
	}
}

// checkNamed returns the check of a name; the test fails if there is none.
func checkNamed(t *testing.T, row string, all []checks.Check, name string) checks.Check {
	t.Helper()
	for _, c := range all {
		if c.Name == name {
			return c
		}
	}
	t.Errorf("%s: found no check %s in %+v", row, name, all)
	return checks.Check{}
}

func TestNetworkThatIsNotKnown(t *testing.T) {
	t.Parallel()
	if all := checks.Reach(deployed, health.Missing[checks.Network](), endpoints.Uses{}); all != nil {
		t.Errorf("in Lambda's own network found %+v", all)
	}
	s := deployed
	s.Subnets = []string{"subnet-a"}
	denied := health.NotRead[checks.Network](health.Forbidden("not checked: denied", "ec2:DescribeSubnets"))
	for _, c := range checks.Reach(s, denied, endpoints.Uses{}) {
		if c.Outcome != checks.Unknown || c.Remedy == "" {
			t.Errorf("found %+v", c)
		}
	}
	missing := checks.Reach(s, health.Missing[checks.Network](), endpoints.Uses{})
	if missing[0].Outcome != checks.Failed || missing[1].Outcome != checks.Unknown {
		t.Errorf("found %+v", missing)
	}
}
