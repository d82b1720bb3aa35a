package endpoint

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/wire"
)

// Trail fakes the part of CloudTrail that looks up EKS calls: LookupEvents, by the event's name. AWS shows a call up to 15
// minutes later; here it appears at once.
type Trail struct {
	Events func() []eks.Event // all calls, in their order
}

func (t Trail) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{"LookupEvents": wire.On(t.lookupEvents)}.ServeHTTP(w, r)
}

type lookupEvents struct {
	LookupAttributes []struct{ AttributeKey, AttributeValue string }
	MaxResults       int
	NextToken        string
}

type trailEvent struct {
	EventID                string `json:"EventId"`
	EventName, EventSource string
	EventTime              time.Time
	Username               string
	Resources              []trailResource
}

type trailResource struct{ ResourceType, ResourceName string }

// lookupEvents returns the newest event first.
func (t Trail) lookupEvents(c wire.Caller, in lookupEvents) (any, error) {
	if len(in.LookupAttributes) != 1 || in.LookupAttributes[0].AttributeKey != "EventName" {
		return nil, wire.Refuse("InvalidLookupAttributesException", "want one lookup attribute, EventName")
	}
	all := []trailEvent{}
	for i, e := range t.Events() {
		if e.Region != c.Region || e.Operation != in.LookupAttributes[0].AttributeValue {
			continue
		}
		all = append(all, trailEvent{
			fmt.Sprintf("event-%d", i+1), e.Operation, "eks.amazonaws.com", e.At, e.Principal,
			[]trailResource{{"AWS::EKS::Cluster", e.Cluster}, {"AWS::EKS::Nodegroup", e.Nodegroup}},
		})
	}
	slices.Reverse(all)
	page, next, err := wire.Page(all, wire.Paging{
		Token: in.NextToken, Size: in.MaxResults, Default: 50, Most: 50, BadToken: "InvalidNextTokenException", BadSize: "InvalidMaxResultsException",
	})
	return struct {
		Events    []trailEvent
		NextToken string `json:",omitempty"`
	}{page, next}, err
}
