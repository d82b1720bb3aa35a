// Package pricing fakes a part of the AWS Price List Query API: GetProducts for EC2 instances. It keeps its prices in memory and serves
// the unmodified AWS SDK behind an endpoint.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, with the same error type, and everything unknown. Like AWS, it
// answers in three regions only, and lists other products beside those that run.
package pricing

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"eks-scaling-automation/integration/aws/wire"
)

// Product is an instance type in a region, and what it costs.
type Product struct {
	Region, Type string
	System       string // such as "Linux"
	USD          string // per hour, such as "0.0416000000"
}

// Server is the price list. The zero value is empty.
type Server struct {
	mu       sync.Mutex
	products []Product
	denied   bool
}

// Put adds a product.
func (s *Server) Put(p Product) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.products = append(s.products, p)
}

// Deny refuses all calls, as IAM does.
func (s *Server) Deny() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = true
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{"GetProducts": wire.On(s.getProducts)}.ServeHTTP(w, r)
}

type filter struct{ Type, Field, Value string }

type getProducts struct {
	ServiceCode, FormatVersion, NextToken string
	Filters                               []filter
	MaxResults                            int
}

type productsAnswer struct {
	FormatVersion string
	PriceList     []string
	NextToken     string `json:",omitempty"`
}

// attributes are the fields by which products can be filtered.
func attributes(p Product) map[string]string {
	return map[string]string{
		"regionCode": p.Region, "instanceType": p.Type, "operatingSystem": p.System, "tenancy": "Shared", "preInstalledSw": "NA",
		"capacitystatus": "Used", "servicecode": "AmazonEC2",
	}
}

func (s *Server) getProducts(c wire.Caller, in getProducts) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(c, in); err != nil {
		return nil, err
	}
	found := []string{}
	for _, p := range s.products {
		fits, err := matches(p, in.Filters)
		if err != nil {
			return nil, err
		}
		if fits {
			found = append(found, entry(p))
		}
	}
	start, _ := strconv.Atoi(in.NextToken)
	size := in.MaxResults
	if size == 0 {
		size = 100
	}
	end, next := min(start+size, len(found)), ""
	if end < len(found) {
		next = strconv.Itoa(end)
	}
	return productsAnswer{"aws_v1", found[min(start, end):end], next}, nil
}

// check returns why AWS refuses a request.
func (s *Server) check(c wire.Caller, in getProducts) error {
	switch {
	case !slices.Contains([]string{"us-east-1", "eu-central-1", "ap-south-1"}, c.Region):
		return wire.NewFailure(http.StatusNotImplemented, "UnknownEndpoint", "the Price List API has no endpoint in "+c.Region)
	case s.denied:
		return wire.Refuse("AccessDeniedException", "User: "+c.Principal+" is not authorized to perform: pricing:GetProducts because no identity-based policy allows the pricing:GetProducts action")
	case in.ServiceCode != "AmazonEC2":
		return wire.Refuse("InvalidParameterException", "the local price list has AmazonEC2 only, not "+in.ServiceCode)
	case in.FormatVersion != "" && in.FormatVersion != "aws_v1":
		return wire.Refuse("InvalidParameterException", "Invalid format version "+in.FormatVersion)
	case len(in.Filters) > 50:
		return wire.Refuse("InvalidParameterException", "at most 50 filters")
	}
	return nil
}

func matches(p Product, filters []filter) (bool, error) {
	for _, f := range filters {
		value, known := attributes(p)[f.Field]
		if f.Type != "TERM_MATCH" || !known {
			return false, wire.Refuse("InvalidParameterException", fmt.Sprintf("the local price list knows no filter %s %s", f.Type, f.Field))
		}
		if value != f.Value {
			return false, nil
		}
	}
	return true, nil
}

type object = map[string]any

// entry returns the text of a product as AWS has it, with its reserved price, which is another.
func entry(p Product) string {
	dimension := func(unit, usd string) object {
		return object{"unit": unit, "description": usd + " per " + p.Type, "pricePerUnit": object{"USD": usd}}
	}
	text, err := json.Marshal(object{
		"product":         object{"productFamily": "Compute Instance", "attributes": attributes(p), "sku": p.Type + p.Region},
		"serviceCode":     "AmazonEC2",
		"publicationDate": "2026-11-20T18:04:33Z", "version": "20261120180433",
		"terms": object{
			"OnDemand": object{"SKU.TERM": object{"effectiveDate": "2026-11-01T00:00:00Z", "priceDimensions": object{"SKU.TERM.RATE": dimension("Hrs", p.USD)}}},
			"Reserved": object{"SKU.OTHER": object{"priceDimensions": object{"SKU.OTHER.RATE": dimension("Quantity", "100")}}},
		},
	})
	if err != nil {
		panic(err)
	}
	return string(text)
}
