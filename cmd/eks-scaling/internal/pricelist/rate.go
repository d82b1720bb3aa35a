package pricelist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/savings"
)

type nodegroup = types.Nodegroup

// Finder finds the rates of node groups. Without EKS it has only the prices of the configuration.
type Finder struct {
	Prices config.Prices
	EKS    func(nodegroups.Place) EKSAPI
	EC2    func(nodegroups.Place) EC2API
	Lists  *Lists
}

// atOnce limits the node groups that are read at once.
const atOnce = 16

// Fill sets the rates of the units' node groups. A node group without a price gets the reason and what to do.
func (f Finder) Fill(ctx context.Context, units []config.Unit, all []savings.Nodegroup) {
	places := map[string]nodegroups.Place{}
	for _, u := range units {
		places[u.Cluster] = nodegroups.Place{Cluster: u.EKSName, Region: u.Region, Role: u.Role.Viewer()}
	}
	var reading errgroup.Group
	reading.SetLimit(atOnce)
	for i := range all {
		reading.Go(func() error {
			n := &all[i]
			n.Rate = f.rate(ctx, n, places[n.Cluster])
			return nil
		})
	}
	_ = reading.Wait() // none fails
}

func (f Finder) rate(ctx context.Context, n *savings.Nodegroup, at nodegroups.Place) savings.Rate {
	name := n.Cluster + "/" + n.Name
	if p, set := f.Prices.Nodegroups[name]; set {
		return savings.Rate{Low: p, High: p, Source: savings.FromSettings}
	}
	ownPrice := fmt.Sprintf("set prices.nodegroups.%q", name)
	switch {
	case n.Removed:
		return savings.Rate{Missing: "it is no longer configured; " + ownPrice, Unlisted: true}
	case f.EKS == nil:
		return savings.Rate{Missing: "its instance types are unknown without AWS; " + ownPrice}
	}
	out, err := f.EKS(at).DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &at.Cluster, NodegroupName: &n.Name})
	if err != nil {
		return savings.Rate{Missing: "its instance types cannot be read (" + why(err) + "); " + ownPrice}
	}
	if out.Nodegroup.CapacityType == types.CapacityTypesSpot || out.Nodegroup.CapacityType == types.CapacityTypesCapacityBlock {
		return savings.Rate{Missing: fmt.Sprintf("%s has no list price; %s", out.Nodegroup.CapacityType, ownPrice), Unlisted: true}
	}
	instanceTypes, err := typesOf(ctx, f.EC2(at), out.Nodegroup)
	if err == nil && len(instanceTypes) == 0 {
		err = errors.New("neither the node group nor its launch template has any")
	}
	if err != nil {
		return savings.Rate{Missing: "its instance types cannot be read (" + why(err) + "); " + ownPrice}
	}
	return f.rateOf(ctx, n.Region, instanceTypes, systemOf(out.Nodegroup.AmiType))
}

// systemOf returns the operating system as the price list has it.
func systemOf(image types.AMITypes) string {
	if strings.HasPrefix(string(image), "WINDOWS_") {
		return "Windows"
	}
	return "Linux"
}

// rateOf returns the range of several instance types.
func (f Finder) rateOf(ctx context.Context, region string, instanceTypes []string, system string) savings.Rate {
	var rate savings.Rate
	for i, instanceType := range instanceTypes {
		one, err := f.typeRate(ctx, product{region, instanceType, system})
		if err != nil {
			return savings.Rate{Missing: fmt.Sprintf("no price of %s in %s (%s); set prices.instanceTypes.%s.%q", instanceType, region, why(err), region, instanceType)}
		}
		if i > 0 {
			one = rate.Widen(one)
		}
		rate = one
	}
	rate.Types = slices.Clone(instanceTypes)
	return rate
}

func (f Finder) typeRate(ctx context.Context, p product) (savings.Rate, error) {
	if price, set := f.Prices.InstanceTypes[p.region][p.instanceType]; set {
		return savings.Rate{Low: price, High: price, Source: savings.FromSettings}, nil
	}
	return f.Lists.of(ctx, p)
}

// Missing returns which node groups have no price although they need one, in a sentence each. One whose size never differed from its
// baseline needs none. Node groups without a list price, such as SPOT, are said apart.
func Missing(all []savings.Nodegroup, from, until time.Time) (problems, unlisted []string) {
	for _, n := range all {
		total := n.Hours(from, until).Total()
		switch text := n.Cluster + "/" + n.Name + ": " + n.Rate.Missing; {
		case n.Rate.Missing == "" || total.Below == 0 && total.Above == 0:
		case n.Rate.Unlisted:
			unlisted = append(unlisted, text)
		default:
			problems = append(problems, text)
		}
	}
	return problems, unlisted
}
