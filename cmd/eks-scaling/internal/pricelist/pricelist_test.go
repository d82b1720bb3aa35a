package pricelist_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/pricing"

	"eks-scaling-automation/cmd/eks-scaling/internal/pricelist"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/savings"
)

// account answers as AWS does.
type account struct {
	nodegroup types.Nodegroup
	err       error
	template  string // the instance type of every launch template
	listed    map[string][]string
	asked     int
}

func (a *account) DescribeNodegroup(context.Context, *eks.DescribeNodegroupInput, ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error) {
	return &eks.DescribeNodegroupOutput{Nodegroup: &a.nodegroup}, a.err
}

func (a *account) DescribeLaunchTemplateVersions(
	_ context.Context, in *ec2.DescribeLaunchTemplateVersionsInput, _ ...func(*ec2.Options),
) (*ec2.DescribeLaunchTemplateVersionsOutput, error) {
	if *in.LaunchTemplateId != "lt-1" || in.Versions[0] != "7" {
		return nil, errors.New("unexpected template")
	}
	return &ec2.DescribeLaunchTemplateVersionsOutput{LaunchTemplateVersions: []ec2types.LaunchTemplateVersion{
		{LaunchTemplateData: &ec2types.ResponseLaunchTemplateData{InstanceType: ec2types.InstanceType(a.template)}},
	}}, nil
}

func (a *account) GetProducts(_ context.Context, in *pricing.GetProductsInput, _ ...func(*pricing.Options)) (*pricing.GetProductsOutput, error) {
	a.asked++
	key := ""
	for _, f := range in.Filters {
		switch *f.Field {
		case "instanceType", "operatingSystem":
			key += *f.Value + " "
		}
	}
	out := &pricing.GetProductsOutput{}
	for _, usd := range a.listed[key] {
		out.PriceList = append(out.PriceList, fmt.Sprintf(`{"publicationDate": "2026-11-20T18:04:33Z", "terms": {"OnDemand": {"a": {"priceDimensions": {
			"b": {"unit": "Hrs", "pricePerUnit": {"USD": %q}}, "c": {"unit": "Quantity", "pricePerUnit": {"USD": "9"}}}}}}}`, usd))
	}
	return out, nil
}

func TestThePriceOfANode(t *testing.T) {
	t.Parallel()
	const large, xlarge = "m7g.large", "m7g.xlarge"
	own := func(types ...string) machines { return machines{InstanceTypes: types} }
	listed := map[string][]string{"m7g.large Linux ": {"0.0000000000", "0.1301000000"}, "m7g.xlarge Linux ": {"0.2602"}, "m7g.large Windows ": {"0.5"}}
	for _, row := range []struct {
		rule   string
		of     machines
		err    error
		region string
		prices config.Prices
		want   string
	}{
		{"the price list's, not the 0 beside it", own(large), nil, "", config.Prices{}, "0.1301 to 0.1301, price list 2026-11-20"},
		{"a range", own(xlarge, large), nil, "", config.Prices{}, "0.1301 to 0.2602, price list 2026-11-20"},
		{"its launch template's", machines{LaunchTemplate: &types.LaunchTemplateSpecification{Id: aws.String("lt-1"), Version: aws.String("7")}}, nil, "", config.Prices{}, "0.2602 to 0.2602, price list 2026-11-20"},
		{"Windows has another", machines{InstanceTypes: []string{large}, AmiType: types.AMITypesWindowsCore2022X8664}, nil, "", config.Prices{}, "0.50 to 0.50, price list 2026-11-20"},
		{
			"the configuration's for a type", own(large, xlarge), nil, "",
			config.Prices{InstanceTypes: map[string]map[string]savings.Price{"sa-east-1": {large: 1_000_000_000}}},
			"0.10 to 0.2602, price list 2026-11-20",
		},
		{"the configuration's for a node group, whatever EKS says", own(), errors.New("down"), "", config.Prices{Nodegroups: map[string]savings.Price{"shop/web": 10_000_000_000}}, "1.00 to 1.00, prices "},
		{"SPOT has none", machines{InstanceTypes: []string{large}, CapacityType: types.CapacityTypesSpot}, nil, "", config.Prices{}, `SPOT has no list price; set prices.nodegroups."shop/web" true`},
		{"so has a capacity block", machines{InstanceTypes: []string{large}, CapacityType: types.CapacityTypesCapacityBlock}, nil, "", config.Prices{}, `CAPACITY_BLOCK has no list price; set prices.nodegroups."shop/web" true`},
		{"one type without a price", own(large, "x9.metal"), nil, "", config.Prices{}, `no price of x9.metal in sa-east-1 (the price list has none); set prices.instanceTypes.sa-east-1."x9.metal" false`},
		{"China", own(large), nil, "cn-north-1", config.Prices{}, `no price of m7g.large in cn-north-1 (AWS lists prices of China in CNY); set prices.instanceTypes.cn-north-1."m7g.large" false`},
		{"GovCloud", own(large), nil, "us-gov-west-1", config.Prices{}, `no price of m7g.large in us-gov-west-1 (the Price List API is not in this partition); set prices.instanceTypes.us-gov-west-1."m7g.large" false`},
		{"EKS refuses", own(), errors.New("refused"), "", config.Prices{}, `its instance types cannot be read (refused); set prices.nodegroups."shop/web" false`},
	} {
		a := &account{nodegroup: row.of, err: row.err, template: xlarge, listed: listed}
		f := pricelist.Finder{
			Prices: row.prices, Lists: &pricelist.Lists{API: a},
			EKS: func(nodegroups.Place) pricelist.EKSAPI { return a }, EC2: func(nodegroups.Place) pricelist.EC2API { return a },
		}
		region := row.region
		if region == "" {
			region = "sa-east-1"
		}
		all := []savings.Nodegroup{{Cluster: "shop", Name: "web", Region: region}, {Cluster: "shop", Name: "web", Region: region}}
		f.Fill(t.Context(), nil, all)
		r := all[0].Rate
		got := fmt.Sprintf("%s to %s, %s %s", r.Low, r.High, r.Source, r.Date)
		if r.Missing != "" {
			got = fmt.Sprintf("%s %t", r.Missing, r.Unlisted)
		}
		if got != row.want {
			t.Errorf("%s: found %s; want %s", row.rule, got, row.want)
		}
		if a.asked > 2 {
			t.Errorf("%s: the price list was asked %d times; want once for each type", row.rule, a.asked)
		}
	}
}

// machines is what EKS says of a node group.
type machines = types.Nodegroup
