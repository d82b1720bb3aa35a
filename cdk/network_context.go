package main

import (
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/shared/endpoints"
)

// The context keys of functions in private subnets. See docs/private.md.
const (
	subnetsKey        = "subnets"
	securityGroupsKey = "securityGroups"
	vpcKey            = "vpc"
	endpointsKey      = "endpoints"
	routeTablesKey    = "routeTables"
)

// The values of endpoints, besides a list of services.
const (
	endpointsOff = "off"
	endpointsOn  = "on"
)

// The most that Lambda allows for a function.
const (
	maxSubnets        = 16
	maxSecurityGroups = 5
)

// network is where the functions run. Without subnets they run in Lambda's own network.
type network struct {
	vpc            string
	subnets        []string
	securityGroups []string            // empty: the stack creates one
	endpoints      []endpoints.Service // that the stack creates
	routeTables    []string            // for the gateway of DynamoDB
}

// network reads where the functions run, and which endpoints the stack creates for what they call.
func (r *contextReader) network(uses endpoints.Uses) network {
	n := network{
		subnets:        r.ids(subnetsKey, "subnet", maxSubnets),
		securityGroups: r.ids(securityGroupsKey, "sg", maxSecurityGroups),
		routeTables:    r.ids(routeTablesKey, "rtb", 0),
		endpoints:      r.endpoints(uses),
	}
	if vpc := r.ids(vpcKey, "vpc", 1); len(vpc) > 0 {
		n.vpc = vpc[0]
	}
	r.checkNetwork(n)
	return n
}

// checkNetwork refuses settings that have no effect, or that cannot work.
func (r *contextReader) checkNetwork(n network) {
	gateway := slices.ContainsFunc(n.endpoints, func(s endpoints.Service) bool { return s.Gateway })
	switch {
	case len(n.subnets) == 0:
		r.refuseWithoutSubnets()
	case n.vpc == "" && (len(n.securityGroups) == 0 || len(n.endpoints) > 0):
		r.fail(vpcKey, "required with %s: the id of their VPC, such as vpc-0123456789abcdef0", subnetsKey)
	case gateway && len(n.routeTables) == 0:
		r.fail(routeTablesKey, "required for the endpoint of DynamoDB: the ids of the route tables of the subnets, such as rtb-0123456789abcdef0. "+
			"If the VPC has this endpoint, list the others in %s", endpointsKey)
	case !gateway && len(n.routeTables) > 0:
		r.fail(routeTablesKey, "has no effect without the endpoint of DynamoDB in %s", endpointsKey)
	}
}

// refuseWithoutSubnets refuses the settings that have an effect only on functions in subnets.
func (r *contextReader) refuseWithoutSubnets() {
	for _, key := range []string{securityGroupsKey, vpcKey, routeTablesKey, endpointsKey} {
		if value := r.given[key]; value != nil && value != "" && value != endpointsOff {
			r.fail(key, "has no effect without %s", subnetsKey)
		}
	}
}

// ids reads identifiers of EC2, such as those of subnets. Zero means any number.
func (r *contextReader) ids(key, kind string, most int) []string {
	form := regexp.MustCompile(`^` + kind + `-([0-9a-f]{8}|[0-9a-f]{17})$`)
	list := r.list(key)
	for i, id := range list {
		switch {
		case !form.MatchString(id):
			r.fail(key, "invalid id %q: use one such as %s-0123456789abcdef0", id, kind)
		case slices.Contains(list[:i], id):
			r.fail(key, "duplicate id %q", id)
		}
	}
	if most > 0 && len(list) > most {
		r.fail(key, "has %d ids: the maximum is %d", len(list), most)
	}
	return list
}

// endpoints reads which endpoints the stack creates: all that the functions need, or a list of them.
func (r *contextReader) endpoints(uses endpoints.Uses) []endpoints.Service {
	list, needed := r.list(endpointsKey), uses.Needed()
	switch {
	case len(list) == 0 || slices.Equal(list, []string{endpointsOff}):
		return nil
	case slices.Equal(list, []string{endpointsOn}):
		return needed
	}
	var chosen []endpoints.Service
	for _, name := range list {
		i := slices.IndexFunc(needed, func(s endpoints.Service) bool { return s.Name == name })
		if i < 0 {
			r.fail(endpointsKey, "must be off, on, or a list of services that the functions call (%s), not %q", strings.Join(endpoints.Names(needed), ", "), name)
			continue
		}
		chosen = append(chosen, needed[i])
	}
	return chosen
}
