package endpoint_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

const nodesPerGroup = "L-BD136A63"

func TestQuotasAreAWSsUnlessRaised(t *testing.T) {
	t.Parallel()
	quotas := new(endpoint.Quotas)
	quotas.Set(region, "eks", nodesPerGroup, 900)
	for _, row := range []struct {
		region, service, code, name string
		value, standard             float64
	}{
		{region, "eks", "L-6D54EA21", "Managed node groups per cluster", 30, 30},
		{region, "eks", nodesPerGroup, "Nodes per managed node group", 900, 450},
		{"us-east-1", "eks", nodesPerGroup, "Nodes per managed node group", 450, 450},
		{region, "eks", "L-1194D53C", "Clusters", 100, 100},
		{region, "scheduler", "L-EE5D6FF0", "Number of schedules", 10_000_000, 10_000_000},
	} {
		c := servicequotas.NewFromConfig(endpointtest.At(t, row.region, "servicequotas", quotas))
		applied, err := c.GetServiceQuota(t.Context(), &servicequotas.GetServiceQuotaInput{ServiceCode: &row.service, QuotaCode: &row.code})
		if err != nil || *applied.Quota.Value != row.value || *applied.Quota.QuotaName != row.name || !applied.Quota.Adjustable {
			t.Errorf("%s in %s: found %v, %v; want %s, %v", row.code, row.region, applied, err, row.name, row.value)
		}
		standard, err := c.GetAWSDefaultServiceQuota(t.Context(), &servicequotas.GetAWSDefaultServiceQuotaInput{
			ServiceCode: &row.service, QuotaCode: &row.code,
		})
		if err != nil || *standard.Quota.Value != row.standard {
			t.Errorf("%s in %s: found the default %v, %v; want %v", row.code, row.region, standard, err, row.standard)
		}
	}
}

func TestQuotasAreListedByServiceInPages(t *testing.T) {
	t.Parallel()
	quotas := new(endpoint.Quotas)
	quotas.Set(region, "eks", nodesPerGroup, 900)
	c := servicequotas.NewFromConfig(endpointtest.At(t, region, "servicequotas", quotas))
	var pages []string
	list := servicequotas.NewListServiceQuotasPaginator(c, &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String("eks"), MaxResults: aws.Int32(2)})
	for list.HasMorePages() {
		page, err := list.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, q := range page.Quotas {
			codes = append(codes, *q.QuotaCode)
			if *q.QuotaCode == nodesPerGroup && *q.Value != 900 {
				t.Errorf("found %v nodes; want 900", *q.Value)
			}
		}
		pages = append(pages, strings.Join(codes, " "))
	}
	endpointtest.Same(t, "pages", []string{"L-1194D53C L-6D54EA21", nodesPerGroup}, pages)
}

func TestQuotasThatAreNotThere(t *testing.T) {
	t.Parallel()
	c := servicequotas.NewFromConfig(endpointtest.At(t, region, "servicequotas", new(endpoint.Quotas)))
	_, err := c.GetServiceQuota(t.Context(), &servicequotas.GetServiceQuotaInput{ServiceCode: aws.String("scheduler"), QuotaCode: aws.String(nodesPerGroup)})
	endpointtest.MustCode(t, "a quota of another service", err, "NoSuchResourceException")
	_, err = c.GetAWSDefaultServiceQuota(t.Context(), &servicequotas.GetAWSDefaultServiceQuotaInput{ServiceCode: aws.String("eks"), QuotaCode: aws.String("L-0")})
	endpointtest.MustCode(t, "the default of no quota", err, "NoSuchResourceException")
	_, err = c.ListServiceQuotas(t.Context(), &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String("ec2")})
	endpointtest.MustCode(t, "a service that is not there", err, "NoSuchResourceException")
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "there is no quota L-0") {
			t.Errorf("found the panic %q; want one that names the quota", text)
		}
	}()
	new(endpoint.Quotas).Set(region, "eks", "L-0", 1)
}
