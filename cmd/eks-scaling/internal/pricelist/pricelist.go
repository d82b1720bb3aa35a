// Package pricelist finds what a node of a node group costs per hour: from the configuration, or else from the price list of AWS for the
// node group's instance types. A price that is missing is said, with what to write into the configuration; it is never 0.
package pricelist

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	"github.com/aws/aws-sdk-go-v2/service/pricing/types"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/savings"
)

// EC2API reads launch templates.
type EC2API interface {
	DescribeLaunchTemplateVersions(context.Context, *ec2.DescribeLaunchTemplateVersionsInput, ...func(*ec2.Options)) (*ec2.DescribeLaunchTemplateVersionsOutput, error)
}

// PricingAPI reads the price list.
type PricingAPI interface {
	GetProducts(context.Context, *pricing.GetProductsInput, ...func(*pricing.Options)) (*pricing.GetProductsOutput, error)
}

// Lists reads prices of instance types. It reads each one once.
type Lists struct {
	API PricingAPI

	mu   sync.Mutex
	read map[product]*answer
}

// product is an instance type in a region, with an operating system.
type product struct{ region, instanceType, system string }

type answer struct {
	once sync.Once
	rate savings.Rate
	err  error
}

// errUnlisted means that the price list has no such product.
var errUnlisted = errors.New("the price list has none")

// Region returns the region with the Price List API that is nearest to a region; an error if there is none for its partition.
func Region(region string) (string, error) {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "", errors.New("AWS lists prices of China in CNY")
	case strings.HasPrefix(region, "us-gov-"), strings.Contains(region, "-iso"):
		return "", errors.New("the Price List API is not in this partition")
	case strings.HasPrefix(region, "eu-"), strings.HasPrefix(region, "me-"), strings.HasPrefix(region, "af-"), strings.HasPrefix(region, "il-"):
		return "eu-central-1", nil
	case strings.HasPrefix(region, "ap-"):
		return "ap-south-1", nil
	}
	return "us-east-1", nil
}

// of returns the price of a product at list price, on demand.
func (l *Lists) of(ctx context.Context, p product) (savings.Rate, error) {
	l.mu.Lock()
	if l.read == nil {
		l.read = map[product]*answer{}
	}
	a, known := l.read[p]
	if !known {
		a = &answer{}
		l.read[p] = a
	}
	l.mu.Unlock()
	a.once.Do(func() { a.rate, a.err = l.ask(ctx, p) })
	return a.rate, a.err
}

func (l *Lists) ask(ctx context.Context, p product) (savings.Rate, error) {
	if _, err := Region(p.region); err != nil {
		return savings.Rate{}, err
	}
	filter := func(field, value string) types.Filter {
		return types.Filter{Type: types.FilterTypeTermMatch, Field: &field, Value: &value}
	}
	pages := pricing.NewGetProductsPaginator(l.API, &pricing.GetProductsInput{
		ServiceCode: new("AmazonEC2"), FormatVersion: new("aws_v1"),
		Filters: []types.Filter{
			filter("regionCode", p.region), filter("instanceType", p.instanceType), filter("operatingSystem", p.system),
			filter("tenancy", "Shared"), filter("preInstalledSw", "NA"), filter("capacitystatus", "Used"),
		},
	})
	var rate savings.Rate
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return savings.Rate{}, err
		}
		for _, text := range page.PriceList {
			if err := add(&rate, text); err != nil {
				return savings.Rate{}, err
			}
		}
	}
	if !rate.Known() {
		return savings.Rate{}, errUnlisted
	}
	rate.Types, rate.Source = []string{p.instanceType}, savings.FromPriceList
	return rate, nil
}

// listed is the part of a product in the price list that is needed.
type listed struct {
	PublicationDate string `json:"publicationDate"`
	Terms           struct {
		OnDemand map[string]struct {
			PriceDimensions map[string]struct {
				Unit         string            `json:"unit"`
				PricePerUnit map[string]string `json:"pricePerUnit"`
			} `json:"priceDimensions"`
		} `json:"OnDemand"`
	} `json:"terms"`
}

// add adds the hourly prices of a product. Some products are listed with a price of 0, which is none.
func add(rate *savings.Rate, text string) error {
	var l listed
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return fmt.Errorf("reading the price list: %w", err)
	}
	for _, term := range l.Terms.OnDemand {
		for _, d := range term.PriceDimensions {
			p, err := savings.ParsePrice(d.PricePerUnit["USD"])
			if err != nil || d.Unit != "Hrs" {
				continue
			}
			date, _, _ := strings.Cut(l.PublicationDate, "T")
			found := savings.Rate{Low: p, High: p, Date: date}
			if rate.Known() {
				found = rate.Widen(found)
			}
			*rate = found
		}
	}
	return nil
}

// typesOf returns the instance types of a node group: its own, or its launch template's.
func typesOf(ctx context.Context, api EC2API, g *nodegroup) ([]string, error) {
	if len(g.InstanceTypes) > 0 || g.LaunchTemplate == nil {
		return g.InstanceTypes, nil
	}
	id, version := aws.ToString(g.LaunchTemplate.Id), cmp.Or(aws.ToString(g.LaunchTemplate.Version), "$Default")
	out, err := api.DescribeLaunchTemplateVersions(ctx, &ec2.DescribeLaunchTemplateVersionsInput{LaunchTemplateId: &id, Versions: []string{version}})
	if err != nil {
		return nil, fmt.Errorf("reading launch template %s: %w", id, err)
	}
	var found []string
	for _, v := range out.LaunchTemplateVersions {
		if v.LaunchTemplateData != nil && v.LaunchTemplateData.InstanceType != "" {
			found = append(found, string(v.LaunchTemplateData.InstanceType))
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// why words an error of AWS in one line.
func why(err error) string {
	if awserr.Denied(err) {
		return "no permission: " + awserr.Plain(err)
	}
	return awserr.Plain(err)
}

// EKSAPI reads node groups.
type EKSAPI interface {
	DescribeNodegroup(context.Context, *eks.DescribeNodegroupInput, ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error)
}
