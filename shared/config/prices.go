package config

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/shared/savings"
)

// Prices are prices of nodes in USD per hour. They win over the price list of AWS.
type Prices struct {
	// InstanceTypes holds prices by region, then by instance type.
	InstanceTypes map[string]map[string]savings.Price `json:"instanceTypes,omitempty"`
	// Nodegroups holds prices by node group, such as "production/big". They win over the ones of instance types.
	Nodegroups map[string]savings.Price `json:"nodegroups,omitempty"`
}

// IsZero reports whether no price is set.
func (p Prices) IsZero() bool { return len(p.InstanceTypes) == 0 && len(p.Nodegroups) == 0 }

func (v value) prices() Prices {
	var p Prices
	if v.object(fields{
		"instanceTypes": func(v value) {
			p.InstanceTypes = map[string]map[string]savings.Price{}
			v.named(func(region string, v value) {
				if err := CheckRegion(region); err != nil {
					v.fail("%v", err)
				}
				p.InstanceTypes[region] = v.priceList("instance type", isInstanceType, `a type such as "m7g.large"`)
			})
		},
		"nodegroups": func(v value) {
			p.Nodegroups = v.priceList("node group", isNodegroupPath, `CLUSTER/NODEGROUP, for example "production/big"`)
		},
	}) && p.IsZero() && len(v.node.Content) == 0 {
		v.fail("has no price: set instanceTypes, nodegroups or both, or remove it")
	}
	return p
}

// named reads an object of any names, at least one.
func (v value) named(visit func(name string, entry value)) {
	if v.entries(visit) && len(v.node.Content) == 0 {
		v.fail("has no price: add one, or remove it")
	}
}

// priceList reads prices by name.
func (v value) priceList(what string, form func(string) bool, use string) map[string]savings.Price {
	prices := map[string]savings.Price{}
	v.named(func(name string, v value) {
		if !form(name) {
			v.fail("invalid %s %q: use %s", what, name, use)
		}
		prices[name] = v.price()
	})
	return prices
}

// price reads USD per hour, exactly as it is written.
func (v value) price() savings.Price {
	if tag := v.node.ShortTag(); v.node.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float" {
		v.must("a price in USD per hour, for example 0.0416")
		return 0
	}
	p, err := savings.ParsePrice(v.node.Value)
	if err != nil {
		v.fail("%v", err)
	}
	return p
}

func isInstanceType(name string) bool {
	family, size, both := strings.Cut(name, ".")
	return both && family != "" && size != "" && len(name) <= 50 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

func isNodegroupPath(name string) bool {
	cluster, nodegroup, both := strings.Cut(name, "/")
	return both && isEKSName(cluster) && isEKSName(nodegroup)
}

// findUnpriced warns of prices for node groups that are not configured: most are misspelt.
func (c Config) findUnpriced(prices value) {
	if prices.node == nil || prices.broken() > 0 {
		return
	}
	known := map[string]bool{}
	for _, cluster := range c.Clusters {
		for name := range cluster.Nodegroups {
			known[cluster.Name+"/"+name] = true
		}
	}
	for name := range c.Prices.Nodegroups {
		if !known[name] {
			prices.inner("nodegroups").entry(name).find(Warning, "no such node group is configured: the price is not used")
		}
	}
}
