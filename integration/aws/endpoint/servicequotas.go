package endpoint

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"eks-scaling-automation/integration/aws/wire"
)

// quota is a default quota of an account in a region.
type quota struct {
	service, code, name string
	value               float64
}

// quotas lists AWS's default quotas that matter to this product; all can be raised.
var quotas = []quota{
	{"eks", "L-1194D53C", "Clusters", 100},
	{"eks", "L-6D54EA21", "Managed node groups per cluster", 30},
	{"eks", "L-BD136A63", "Nodes per managed node group", 450},
	{"scheduler", "L-A632CD40", "Number of schedule groups", 500},
	{"scheduler", "L-EE5D6FF0", "Number of schedules", 10_000_000},
}

var serviceNames = map[string]string{"eks": "Amazon Elastic Kubernetes Service (Amazon EKS)", "scheduler": "Amazon EventBridge Scheduler"}

// Quotas is Service Quotas: GetServiceQuota, GetAWSDefaultServiceQuota, ListServiceQuotas and RequestServiceQuotaIncrease, for EKS
// ("eks") and EventBridge Scheduler ("scheduler"). The zero value has AWS's defaults, in every region.
type Quotas struct {
	mu      sync.Mutex
	applied map[appliedQuota]float64
}

type appliedQuota struct{ region, service, code string }

// Set changes a quota in a region. It panics if there is no such quota.
func (q *Quotas) Set(region, service, code string, value float64) {
	if _, err := findQuota(service, code); err != nil {
		panic("endpoint: " + err.Error())
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.applied == nil {
		q.applied = map[appliedQuota]float64{}
	}
	q.applied[appliedQuota{region, service, code}] = value
}

func (q *Quotas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"GetServiceQuota":             wire.On(q.getServiceQuota),
		"GetAWSDefaultServiceQuota":   wire.On(q.getDefault),
		"ListServiceQuotas":           wire.On(q.listServiceQuotas),
		"RequestServiceQuotaIncrease": wire.On(q.requestIncrease),
	}.ServeHTTP(w, r)
}

type quotaAnswer struct {
	ServiceCode, ServiceName, QuotaArn, QuotaCode, QuotaName string
	Value                                                    float64
	Unit                                                     string
	Adjustable, GlobalQuota                                  bool
}

func (q quota) answer(region string, value float64) quotaAnswer {
	return quotaAnswer{
		ServiceCode: q.service, ServiceName: serviceNames[q.service], QuotaCode: q.code, QuotaName: q.name,
		QuotaArn: "arn:aws:servicequotas:" + region + "::" + q.service + "/" + q.code,
		Value:    value, Unit: "None", Adjustable: true,
	}
}

type oneQuota struct{ ServiceCode, QuotaCode string }

func (q *Quotas) getDefault(c wire.Caller, in oneQuota) (any, error) {
	found, err := findQuota(in.ServiceCode, in.QuotaCode)
	return struct{ Quota quotaAnswer }{found.answer(c.Region, found.value)}, err
}

func (q *Quotas) getServiceQuota(c wire.Caller, in oneQuota) (any, error) {
	found, err := findQuota(in.ServiceCode, in.QuotaCode)
	return struct{ Quota quotaAnswer }{found.answer(c.Region, q.value(c.Region, found))}, err
}

type allQuotas struct {
	ServiceCode string
	MaxResults  int
	NextToken   string
}

func (q *Quotas) listServiceQuotas(c wire.Caller, in allQuotas) (any, error) {
	var all []quotaAnswer
	for _, each := range quotas {
		if each.service == in.ServiceCode {
			all = append(all, each.answer(c.Region, q.value(c.Region, each)))
		}
	}
	if len(all) == 0 {
		return nil, noQuota("there is no service " + in.ServiceCode + "; there is eks and scheduler")
	}
	page, next, err := wire.Page(all, wire.Paging{
		Token: in.NextToken, Size: in.MaxResults, Default: 100, Most: 100, BadToken: "InvalidPaginationTokenException", BadSize: "IllegalArgumentException",
	})
	return struct {
		Quotas    []quotaAnswer
		NextToken string `json:",omitempty"`
	}{page, next}, err
}

type increase struct {
	ServiceCode, QuotaCode string
	DesiredValue           float64
}

type requestedQuota struct {
	ID                                string `json:"Id"`
	ServiceCode, QuotaCode, QuotaName string
	DesiredValue                      float64
	Status                            string
}

// requestIncrease raises a quota at once; AWS may take days to approve it.
func (q *Quotas) requestIncrease(c wire.Caller, in increase) (any, error) {
	found, err := findQuota(in.ServiceCode, in.QuotaCode)
	if err != nil {
		return nil, err
	}
	if in.DesiredValue <= q.value(c.Region, found) {
		return nil, wire.Refuse("IllegalArgumentException", "You must provide a quota value greater than the current quota value.")
	}
	q.Set(c.Region, in.ServiceCode, in.QuotaCode, in.DesiredValue)
	return struct{ RequestedQuota requestedQuota }{requestedQuota{
		"local", in.ServiceCode, in.QuotaCode, found.name, in.DesiredValue, "APPROVED",
	}}, nil
}

func (q *Quotas) value(region string, of quota) float64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	if value, applied := q.applied[appliedQuota{region, of.service, of.code}]; applied {
		return value
	}
	return of.value
}

func findQuota(service, code string) (quota, error) {
	i := slices.IndexFunc(quotas, func(q quota) bool { return q.service == service && q.code == code })
	if i < 0 {
		return quota{}, noQuota(fmt.Sprintf("there is no quota %s of the service %q", code, service))
	}
	return quotas[i], nil
}

func noQuota(message string) Failure {
	return wire.NewFailure(http.StatusNotFound, "NoSuchResourceException", message)
}
